import fc from 'fast-check';
import { OwnerKind, Platform, Tier, addDays, dayStart } from '@app/contracts';
import { FactRow, ViewerKeys, accountKey, entriesTable, followerReadingsTable, sessionsTable } from '@app/warehouse';
import { Parts, Ratio, ratio } from './score-oracle';
import { ZONE, factRow } from './value-worlds';

const MINUTE = 60_000;
export const SCORE_MONTH = '2026-03';

/** One live session of an account: day of the month, length, figures; who came is in the viewers. */
export interface Live {
  day: number;
  minutes: number;
  views: number | null;
  paidViews: number;
  /** Persons by the platform, as a multiple of those seen; null is unknown. */
  persons: number | null;
  comments: number;
  shares: number;
}
export interface ScoreWorld {
  platform: Platform;
  tier: Tier | null;
  ownerKind: OwnerKind;
  lives: Live[];
  /** Per viewer the sessions visited (places in `lives`) with the dwell seconds. */
  viewers: { visits: { live: number; dwell: number | null }[] }[];
  followers: { before: number; last: number } | null;
}

/** Few values, so that many accounts are equal in a part. */
const few = <T>(...values: T[]) => fc.constantFrom(...values);
export const scoreWorldArbitrary = (persons: fc.Arbitrary<number | null>): fc.Arbitrary<ScoreWorld> =>
  fc.integer({ min: 1, max: 5 }).chain((sessions) =>
    fc.record({
      platform: few<Platform>('douyin', 'douyin', 'kuaishou', 'channels'),
      tier: few<Tier | null>(null, 'base', 'base', 'outer'),
      ownerKind: few<OwnerKind>('dealer', 'staff'),
      lives: fc.tuple(
        ...Array.from({ length: sessions }, (_, at) =>
          fc.record({
            day: fc.constant(1 + at * 5),
            minutes: few(20, 29, 30, 90),
            views: few(null, 100, 100, 200),
            paidViews: few(0, 0, 50),
            persons,
            comments: few(1, 2, 5),
            shares: few(0, 1),
          }),
        ),
      ),
      viewers: fc.oneof(
        { weight: 1, arbitrary: fc.constant<ScoreWorld['viewers']>([]) },
        {
          weight: 5,
          arbitrary: fc.array(
            fc.record({
              visits: fc
                .uniqueArray(fc.nat(sessions - 1), { minLength: 1, maxLength: sessions })
                .chain((lives) => fc.tuple(...lives.map((live) => few(null, 30, 30, 60).map((dwell) => ({ live, dwell }))))),
            }),
            { minLength: 1, maxLength: 6 },
          ),
        },
      ),
      followers: few(null, { before: 100, last: 110 }, { before: 200, last: 220 }, { before: 100, last: 90 }, { before: 0, last: 10 }),
    }),
  );

const startOf = (live: Live) => dayStart(addDays(`${SCORE_MONTH}-01`, live.day), ZONE) + 20 * 60 * MINUTE;
const seenIn = (world: ScoreWorld, at: number) => world.viewers.filter(({ visits }) => visits.some(({ live }) => live === at)).length;
const personsOf = (world: ScoreWorld, at: number): number | null => {
  const { persons } = world.lives[at];
  return persons === null ? null : persons * Math.max(1, seenIn(world, at));
};

/** Rows of the fact tables. Viewer names are unique per account. */
export function scoreRows(brandId: number, keys: ViewerKeys, accountId: string, world: ScoreWorld) {
  const told = { source: 'file' as const, observedAt: Date.parse('2026-05-05T00:00:00Z'), retracted: false };
  const account_key = accountKey(brandId, world.platform, accountId);
  const sessions = world.lives.map((live, at) =>
    factRow(brandId, sessionsTable, told, {
      account_key,
      session_id: `s${at}`,
      started_at: startOf(live),
      ended_at: startOf(live) + live.minutes * MINUTE,
      views: live.views,
      paid_views: live.paidViews,
      unique_viewers: personsOf(world, at),
      comments: live.comments,
      shares: live.shares,
      follows: 0,
    }),
  );
  const entries = world.viewers.flatMap(({ visits }, viewer) =>
    visits.map(({ live, dwell }) =>
      factRow(brandId, entriesTable, told, {
        month: Number(SCORE_MONTH.replace('-', '')),
        account_key,
        viewer_key: keys.keyOf(world.platform, `${accountId}-${viewer}`)!,
        entered_at: startOf(world.lives[live]) + MINUTE,
        dwell_seconds: dwell,
        session_id: `s${live}`,
      }),
    ),
  );
  const followers: FactRow[] = world.followers
    ? [
        factRow(brandId, followerReadingsTable, told, {
          account_key,
          day: addDays(`${SCORE_MONTH}-01`, -2),
          total: world.followers.before,
        }),
        factRow(brandId, followerReadingsTable, told, { account_key, day: `${SCORE_MONTH}-10`, total: 7 }),
        factRow(brandId, followerReadingsTable, told, { account_key, day: `${SCORE_MONTH}-20`, total: world.followers.last }),
      ]
    : [];
  return { sessions, entries, followers };
}

/** 6.1: the parts of one subject made of accounts whose viewers are all different. `price` is what one view is worth, as a fraction of a yuan. */
export function partsOf(worlds: ScoreWorld[], minVisits: number, price: Ratio): { parts: Parts; showroomVisitors: Ratio | null } {
  const known = worlds.filter(({ viewers }) => viewers.length > 0);
  const viewers = known.flatMap((world) => world.viewers);
  const visitors = viewers.filter(({ visits }) => visits.length >= minVisits);
  const pooled = (own: ScoreWorld['viewers']) => {
    const dwells = own.flatMap(({ visits }) => visits.flatMap(({ dwell }) => dwell ?? []));
    return { sum: dwells.reduce((a, b) => a + b, 0), count: dwells.length };
  };
  const mine = pooled(visitors);
  const others = pooled(viewers.filter((viewer) => !visitors.includes(viewer)));
  const lives = worlds.flatMap((world) => world.lives.map((live, at) => ({ ...live, all: personsOf(world, at), seen: seenIn(world, at) })));
  const both = lives.filter(({ all, seen }) => all !== null && seen > 0);
  const platformPersons = both.reduce((sum, { all }) => sum + all!, 0);
  const seen = both.reduce((sum, live) => sum + live.seen, 0);
  const showroomVisitors = known.length === 0 ? null : ratio(visitors.length);
  const priced = lives.filter(({ views }) => views !== null);
  const earned = priced.reduce((sum, { views, paidViews }) => sum + Math.max(0, views! - paidViews), 0);
  const audience = lives.reduce((sum, { views, all }) => sum + (views ?? all ?? 0), 0);
  const engaged = lives.reduce((sum, { comments, shares }) => sum + comments + shares, 0);
  const followers = worlds.flatMap((world) => world.followers ?? []);
  const before = followers.reduce((sum, each) => sum + each.before, 0);
  return {
    showroomVisitors,
    parts: {
      showroom: showroomVisitors === null || (seen > 0 && platformPersons > 2 * seen) ? null : showroomVisitors,
      value: priced.length === 0 ? null : ratio(BigInt(earned) * price.n, price.d),
      loyalShare: viewers.length === 0 ? null : ratio(visitors.length, viewers.length),
      dwellRatio: mine.count === 0 || others.sum === 0 ? null : ratio(mine.sum * others.count, mine.count * others.sum),
      engagement: audience === 0 ? null : ratio(1000 * engaged, audience),
      cadence: ratio(new Set(lives.filter(({ minutes }) => minutes >= 30).map(({ day }) => day)).size),
      growth: before === 0 ? null : ratio(followers.reduce((sum, each) => sum + each.last, 0) - before, before),
    },
  };
}
