import * as fc from 'fast-check';
import { DAY, dayOf } from './calendar';
import { monthEntries, SENTINEL, staffViewers } from './entries';
import type { SimEntry } from './entries';
import { videoFigures } from './videos';
import { createWorld } from './world';

const world = createWorld({ seed: 7, endMonth: '2026-10' });

function entriesOf(account: Parameters<typeof monthEntries>[1], month: number): SimEntry[] {
  const list: SimEntry[] = [];
  monthEntries(world, account, month, (entry) => list.push(entry));
  return list;
}

describe('the world', () => {
  it('has 40 dealers and 120 accounts with ids of their own', () => {
    expect(world.dealers).toHaveLength(40);
    expect(new Set(world.dealers.map((dealer) => dealer.dealerId)).size).toBe(40);
    expect(['douyin', 'kuaishou', 'channels'].map((platform) => world.accounts.filter((a) => a.platform === platform).length)).toEqual([
      50, 36, 34,
    ]);
    expect(new Set(world.accounts.map((account) => account.accountId)).size).toBe(120);
    expect(world.feedAccounts(false)).toHaveLength(10);
    expect(world.feedAccounts(true)).toHaveLength(40);
  });

  it('is the same for the same seed, whatever is asked first, and another for another seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 119 }),
        fc.integer({ min: 0, max: 11 }),
        (seed, index, step) => {
          const one = createWorld({ seed, endMonth: '2026-10' });
          const two = createWorld({ seed, endMonth: '2026-10' });
          const ask = (w: typeof world, k: number) =>
            w.sessions(w.accounts[k]!, w.firstMonth + step).map(({ account, ...rest }) => [account.accountId, rest]);
          ask(two, (index + 1) % 120);
          expect(ask(two, index)).toEqual(ask(one, index));
          expect(ask(createWorld({ seed: seed + 1, endMonth: '2026-10' }), index)).not.toEqual(ask(one, index));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps rooms within the stated sizes: dealers 8,000–13,000 views, heads up to 200,000, feeds 200–1,500', () => {
    const views = (index: number) =>
      world.sessionsBetween(world.accounts[index]!, world.startsAt, world.endsAt).map((session) => session.views);
    const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
    const dealers = world.accounts.filter((a) => a.role === 'dealer' && a.declaredTier === 'base' && a.cheat === null);
    expect(dealers.length).toBeGreaterThanOrEqual(15);
    for (const account of dealers) {
      expect(median(views(account.index))).toBeGreaterThan(8_000);
      expect(median(views(account.index))).toBeLessThan(13_000);
    }
    const largest = Math.max(...world.accounts.flatMap((account) => views(account.index)));
    expect(largest).toBeGreaterThan(150_000);
    expect(largest).toBeLessThanOrEqual(200_000);
    for (const account of world.feedAccounts(true)) {
      const organic = world.sessionsBetween(account, world.startsAt, world.endsAt).map((session) => session.views - session.botViews);
      expect(Math.min(...organic)).toBeGreaterThanOrEqual(200);
      expect(Math.max(...organic)).toBeLessThanOrEqual(1_500);
    }
  });

  it('tells figures that fit each other in every session', () => {
    const odd = world.accounts.flatMap((account) =>
      world
        .sessionsBetween(account, world.startsAt, world.endsAt)
        .filter(
          (s) =>
            s.uniqueViewers > s.views ||
            s.peakConcurrent > s.uniqueViewers ||
            s.commenters > s.comments ||
            s.fanViewers > s.uniqueViewers ||
            s.watchSeconds < s.uniqueViewers ||
            s.endedAt <= s.startedAt,
        ),
    );
    expect(odd).toEqual([]);
  });

  it('lets play counts grow but for a recount', () => {
    const falls = world.accounts
      .flatMap((account) => world.videos(account, world.endsAt))
      .filter((video) => {
        const plays = [1, 3, 10, 30, 100].map((days) => videoFigures(video, video.publishedAt + days * DAY).plays);
        return video.recountAt === null && plays.some((value, k) => value < (plays[k - 1] ?? 0));
      });
    expect(falls).toEqual([]);
  });

  it('lets one account change its dealer in the middle of the year', () => {
    const { account, to, month } = world.ownershipChange;
    expect(account.dealer?.dealerId).not.toBe(to.dealerId);
    expect(month).toBe(world.firstMonth + 6);
  });
});

describe('the feed of viewers', () => {
  it('holds a million entries, half of them with a dwell', () => {
    let rows = 0;
    let told = 0;
    for (const account of world.feedAccounts(false)) {
      for (const month of world.months) {
        monthEntries(world, account, month, (entry) => {
          rows++;
          if (entry.dwellSeconds !== null) told++;
        });
      }
    }
    expect(Math.abs(rows - 1_000_000)).toBeLessThan(50_000);
    expect(told / rows).toBeGreaterThan(0.45);
    expect(told / rows).toBeLessThan(0.6);
  });

  it('tells one entry per viewer and instant, the same ones each time', () => {
    const account = world.feedAccounts(false)[1]!;
    const entries = entriesOf(account, world.lastMonth);
    const known = entries.filter((entry) => entry.viewer !== SENTINEL);
    expect(new Set(known.map((entry) => `${entry.viewer} ${entry.enteredAt}`)).size).toBe(known.length);
    expect(JSON.stringify(entriesOf(account, world.lastMonth)) === JSON.stringify(entries)).toBe(true);
  });

  it('sees nearly all viewers of a session, inside the session', () => {
    const account = world.feedAccounts(false)[0]!;
    const month = world.firstMonth + 3;
    const entries = entriesOf(account, month);
    for (const session of world.sessions(account, month)) {
      const mine = entries.filter((entry) => entry.enteredAt >= session.startedAt && entry.enteredAt < session.endedAt);
      const persons = new Set(mine.map((entry) => entry.viewer)).size;
      // the sentinel id stands for about 1.5 % of the persons
      expect(persons / session.uniqueViewers).toBeGreaterThan(0.93);
      expect(persons).toBeLessThanOrEqual(session.uniqueViewers);
      expect(mine.length / session.views).toBeGreaterThan(0.94);
      expect(mine.length / session.views).toBeLessThanOrEqual(1);
      expect(mine.filter((entry) => entry.enteredAt + (entry.dwellSeconds ?? 0) * 1000 > session.endedAt)).toEqual([]);
    }
  });

  it('brings back the loyal share of an account: about 10 % with some dealers, about 2 % with others', () => {
    for (const account of world.feedAccounts(false).filter((a) => a.cheat === null)) {
      const days = new Map<string, Set<number>>();
      for (const entry of entriesOf(account, world.firstMonth + 5)) {
        const seen = days.get(entry.viewer) ?? new Set();
        days.set(entry.viewer, seen.add(dayOf(entry.enteredAt)));
      }
      for (const viewer of [SENTINEL, ...staffViewers(world.seed, account)]) days.delete(viewer);
      const loyal = [...days.values()].filter((seen) => seen.size >= 4).length;
      expect(loyal / days.size).toBeGreaterThan(account.loyalShare * 0.7);
      expect(loyal / days.size).toBeLessThan(account.loyalShare * 1.4 + 0.005);
    }
  });
});
