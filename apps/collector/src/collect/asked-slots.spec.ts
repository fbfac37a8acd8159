import fc from 'fast-check';
import { dayStart } from '@app/contracts';
import type { StreamHealth } from '@app/database';
import { AskedSlots } from './asked-slots';
import { dueAt, latestSlot, slotsOf, type Rule } from './collect-schedule';

const seed = Number(process.env.VITRINE_TEST_SEED ?? 20_261_122);
const zone = 'Asia/Shanghai';
const MINUTE = 60_000;
const LOOK = 5;
const AHEAD = 7.5 * MINUTE;
/** Two looks, the longest reading, and a minute to begin: so long after a slot it is read, unless something stood in the way. */
const PATIENCE = 2 * LOOK + 4;
const start = dayStart('2026-10-20', zone);

interface Life {
  rule: Rule;
  spread: number;
  /** Minutes from the start. */
  byHand: number[];
  /** When no job begins, and when nobody has a grant: from, and how long. */
  backlogs: [number, number][];
  revoked: [number, number][];
  /** Of each reading, in turn. */
  lasts: number[];
}

/** A day of one stream, by the minute, with a queue that takes one job of it; the minutes at which a slot had been left for too long. */
function unreadMinutes({ rule, spread, byHand, backlogs, revoked, lasts }: Life): number[] {
  const asked = new AskedSlots(12 * LOOK * MINUTE);
  let health: StreamHealth = { accountId: 'a', kind: 'x', lastTryAt: start, lastSuccessAt: start, failures: 0, nextTryAt: null };
  let waiting = null as { dueAt: number; from: number } | null;
  let reading = null as { at: number; ends: number } | null;
  let readings = 0;
  let calm = 0;
  const left: number[] = [];
  const within = (spans: readonly [number, number][], minute: number): boolean =>
    spans.some(([from, length]) => minute >= from && minute < from + length);
  const read = (at: number): void => void (health = { ...health, lastTryAt: at, lastSuccessAt: at });
  for (let minute = 0; minute < 24 * 60; minute++) {
    const now: number = start + minute * MINUTE;
    const granted = !within(revoked, minute);
    const begins = !within(backlogs, minute);
    if (byHand.includes(minute) && granted) read(now);
    if (reading && reading.ends <= now) {
      read(reading.at);
      reading = null;
    }
    if (waiting && !reading && begins && waiting.from <= now) {
      const { slot, next } = slotsOf(waiting.dueAt, { rule, spread, zone, now, aheadMs: AHEAD });
      const done = health.lastSuccessAt !== null && health.lastSuccessAt >= slot;
      if (granted && !done) reading = { at: now, ends: now + lasts[readings++ % lasts.length] * MINUTE };
      waiting = granted && done && next !== null ? { dueAt: waiting.dueAt, from: next } : null;
    }
    if (minute % LOOK === 0) {
      asked.begin();
      const due = granted ? dueAt({ rule, spread, zone, health, now, until: now + AHEAD }) : null;
      const one = due === null ? null : { slot: due, triedAt: health.lastTryAt };
      if (due !== null && one !== null && !asked.isAsked('a', one, now)) {
        if (!waiting && !reading) waiting = { dueAt: due, from: due };
        asked.add('a', one, now);
      }
    }
    calm = granted && begins ? calm + 1 : 0;
    const slot = latestSlot(rule, spread, now - PATIENCE * MINUTE, zone) ?? 0;
    if (calm > PATIENCE && slot > start && (health.lastSuccessAt ?? 0) < slot) left.push(minute);
  }
  return left;
}

const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
const spans = (least: number) => fc.array(fc.tuple(minutes, fc.integer({ min: least, max: 200 })), { maxLength: 4 });
const life: fc.Arbitrary<Life> = fc.record({
  rule: fc.constantFrom<Rule>({ every: 'hourly' }, { every: 'daily', from: 10, to: 14 }),
  spread: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
  byHand: fc.array(minutes, { maxLength: 20 }),
  backlogs: spans(1),
  // shorter ones may fall between two looks
  revoked: spans(LOOK + 1),
  lasts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }),
});

describe('slots that were asked for', () => {
  it('whatever waits, is read by hand or loses its grant for a while: no slot is left for more than two looks', () => {
    fc.assert(
      fc.property(life, (one) => {
        expect(unreadMinutes(one)).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('are not asked for again while nothing has changed, and are after a while', () => {
    const asked = new AskedSlots(60 * MINUTE);
    const one = { slot: 1, triedAt: null };
    const look = (now: number, what = one): boolean => {
      asked.begin();
      const known = asked.isAsked('a', what, now);
      if (!known) asked.add('a', what, now);
      return known;
    };
    expect([0, 5, 10, 59].map((minute) => look(minute * MINUTE))).toEqual([false, true, true, true]);
    expect(look(60 * MINUTE)).toBe(false);
    expect(look(61 * MINUTE, { ...one, slot: 2 })).toBe(false);
  });

  it('a job that waited past the next slot reads that one, and is not done by a reading before it', () => {
    const at = { rule: { every: 'hourly' } as const, spread: 0, zone, aheadMs: AHEAD };
    const hour = 60 * MINUTE;
    expect(slotsOf(start, { ...at, now: start + 2 * hour + MINUTE })).toEqual({ slot: start + 2 * hour, next: null });
    // five minutes before the next one, that was asked for while the job stood in its place
    expect(slotsOf(start, { ...at, now: start + hour - 5 * MINUTE })).toEqual({ slot: start, next: start + hour });
    // a clock that is behind the scheduler's: the slot that the job was made for
    expect(slotsOf(start, { ...at, now: start - 1_000 })).toEqual({ slot: start, next: null });
    expect(slotsOf(start, { ...at, rule: undefined, now: start + hour })).toEqual({ slot: start, next: null });
    expect(slotsOf(start, { ...at, rule: { every: 'past' }, now: start + hour })).toEqual({ slot: start, next: null });
  });
});
