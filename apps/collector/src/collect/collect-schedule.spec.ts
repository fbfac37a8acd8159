import fc from 'fast-check';
import { businessDay, dayStart } from '@app/contracts';
import type { StreamHealth } from '@app/database';
import { dueAt, latestSlot, SCHEDULE, type Rule } from './collect-schedule';
import { streamJobId } from '@app/queue';
import { cursorKind, spreadOf, type Stream } from './streams';

const seed = Number(process.env.VITRINE_TEST_SEED ?? 20_261_122);
const zone = 'Asia/Shanghai';
const HOUR = 3_600_000;
const MINUTE = 60_000;
const start = dayStart('2026-10-20', zone);
const rules = (): fc.Arbitrary<Rule> =>
  fc.constantFrom<Rule>({ every: 'hourly' }, { every: 'daily', from: 20, to: 23.25 }, { every: 'daily', from: 10, to: 14 });
const streamOf = (accountId: string): Stream => ({ brandId: 1, product: 'douyin-open', accountId, kind: 'sessions' });

describe('when streams are due', () => {
  it('a simulated day asks for every stream exactly once per slot, whatever ticks are missed or doubled', () => {
    fc.assert(
      fc.property(
        rules(),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 60, maxLength: 200 }),
        (rule, spread, pauses) => {
          let health: StreamHealth = {
            accountId: 'a',
            kind: 'sessions',
            lastTryAt: start,
            lastSuccessAt: start,
            failures: 0,
            nextTryAt: null,
          };
          let now = start;
          const read: number[] = [];
          for (const minutes of pauses) {
            now += minutes * MINUTE;
            const due = dueAt({ rule, spread, zone, health, now, until: now + 7 * MINUTE });
            if (due === null) continue;
            expect(due).toBeLessThanOrEqual(now + 7 * MINUTE);
            const at = Math.max(due, now);
            read.push(latestSlot(rule, spread, at, zone) ?? 0);
            health = { ...health, lastTryAt: at, lastSuccessAt: at };
          }
          // never the same slot twice, and the newest one that has passed is read
          expect(new Set(read).size).toBe(read.length);
          const newest = latestSlot(rule, spread, now, zone) ?? 0;
          if (newest > start) expect(read.at(-1)).toBeGreaterThanOrEqual(newest);
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  it('a daily slot lies in its window of the business day', () => {
    for (const spread of [0, 0.3, 0.999]) {
      const slot = latestSlot({ every: 'daily', from: 20, to: 23.25 }, spread, start + 24 * HOUR - 1, zone) ?? 0;
      expect(businessDay(slot, zone)).toBe('2026-10-20');
      expect(slot).toBeGreaterThanOrEqual(start + 20 * HOUR);
      expect(slot).toBeLessThan(start + 23.25 * HOUR);
    }
  });

  it('what was never tried is due at once, within ten minutes; what was told to wait is not due before', () => {
    const rule: Rule = { every: 'hourly' };
    const at = { rule, zone, now: start, until: start + 7 * MINUTE };
    expect(dueAt({ ...at, spread: 0.5, health: undefined })).toBe(start + 5 * MINUTE);
    expect(dueAt({ ...at, spread: 0.99, health: undefined })).toBe(at.until);
    const health: StreamHealth = { accountId: 'a', kind: 'x', lastTryAt: 0, lastSuccessAt: null, failures: 1, nextTryAt: start + HOUR };
    expect(dueAt({ ...at, spread: 0.5, health })).toBeNull();
    expect(dueAt({ ...at, spread: 0.5, health: { ...health, nextTryAt: start + MINUTE } })).toBe(start + MINUTE);
  });

  it('the past is read a piece an hour as long as there is some left', () => {
    const at = { rule: { every: 'past' } as const, spread: 0.05, zone, now: start, until: start + 7 * MINUTE };
    expect(dueAt({ ...at, health: undefined })).toBe(start + 3 * MINUTE);
    expect(dueAt({ ...at, spread: 0.5, health: undefined })).toBeNull();
    const health: StreamHealth = { accountId: 'a', kind: 'x', lastTryAt: 0, lastSuccessAt: 0, failures: 0, nextTryAt: null };
    expect(dueAt({ ...at, health })).toBeNull();
    expect(dueAt({ ...at, health: { ...health, nextTryAt: start - HOUR, lastTryAt: start - HOUR } })).toBe(start + 3 * MINUTE);
    expect(dueAt({ ...at, now: start + 3 * MINUTE, health: { ...health, nextTryAt: start, lastTryAt: start + 3 * MINUTE } })).toBeNull();
  });

  it('5,000 accounts are spread evenly over the hour, each always at its own minute', () => {
    const minutes = new Array<number>(60).fill(0);
    for (let account = 0; account < 5_000; account++) {
      const spread = spreadOf(streamOf(`account ${account}`));
      expect(spread).toBe(spreadOf(streamOf(`account ${account}`)));
      minutes[Math.floor(spread * 60)]++;
    }
    expect(Math.min(...minutes)).toBeGreaterThan(45);
    expect(Math.max(...minutes)).toBeLessThan(130);
  });

  it('a job is one per stream and span; asked for by somebody who waits it is his own', () => {
    const stream = streamOf('a');
    expect(streamJobId(stream)).toBe(streamJobId({ ...stream }));
    const others = [{ ...stream, from: '2026-10-01' }, { ...stream, kind: 'videos' as const }, streamOf('b')];
    expect(new Set([stream, ...others].map((one) => streamJobId(one))).size).toBe(4);
    expect(streamJobId(stream, 'request')).not.toBe(streamJobId(stream));
  });

  it('two products of a platform keep their cursors apart', () => {
    expect(cursorKind({ product: 'douyin-open', kind: 'sessions' })).toBe('sessions');
    expect(cursorKind({ product: 'oceanengine', kind: 'sessions' })).toBe('oceanengine/sessions');
    expect(Object.keys(SCHEDULE)).toHaveLength(6);
  });
});
