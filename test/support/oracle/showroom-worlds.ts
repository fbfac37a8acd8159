import fc from 'fast-check';
import type { Source } from '@app/contracts';
import type { EntryDelivery, SessionDelivery, World } from './showroom-oracle';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** First instants of January to April 2026 in Shanghai. */
export const EDGES = ['2025-12-31T16:00:00Z', '2026-01-31T16:00:00Z', '2026-02-28T16:00:00Z', '2026-03-31T16:00:00Z'].map((text) =>
  Date.parse(text),
);

const OBSERVED = Date.parse('2026-05-01T00:00:00Z');
const source = fc.constantFrom<Source>('feed', 'file', 'api-final', 'correction');
const dwell = fc.constantFrom<(number | null)[]>(null, 0, 1, 29, 30, 31, 59, 60, 600, 1800, 3599, 7200, 86_400);
/** Steps around every edge of the rules: the gap to the millisecond, a session, a day, a week, a month. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      30 * MINUTE - 1,
      30 * MINUTE,
      30 * MINUTE + 1,
      30 * MINUTE - 1000,
      39 * MINUTE + 59_000,
      40 * MINUTE,
      10 * MINUTE,
      10 * MINUTE - 1,
    ),
  },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 * HOUR }) },
  { weight: 4, arbitrary: fc.integer({ min: 4 * HOUR, max: 5 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 5 * DAY, max: 33 * DAY }) },
  { weight: 1, arbitrary: fc.constantFrom(DAY, DAY + 30 * MINUTE, DAY + 30 * MINUTE - 1, 23 * HOUR) },
);
const start = fc.oneof(
  fc.constantFrom(...EDGES).chain((edge) => fc.integer({ min: -40, max: 40 }).map((minutes) => edge + minutes * MINUTE)),
  fc.integer({ min: EDGES[0] - 10 * DAY, max: EDGES[2] }),
);

/** How one entry is delivered: once, doubled, corrected, stale, retracted, brought back, from a second source. */
const telling = fc.array(fc.record({ order: fc.integer({ min: 0, max: 5 }), dwell, source, retracted: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});
const deliveries = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ dwell, source: fc.constant<Source>('feed') }).map((one) => [{ ...one, order: 0, retracted: false }]),
  },
  { weight: 2, arbitrary: telling.map((all) => all.map((each) => ({ ...each, retracted: false }))) },
  { weight: 2, arbitrary: telling },
);

const viewerEntries = (viewer: string, sessionIds: string[]): fc.Arbitrary<EntryDelivery[]> =>
  fc
    .record({
      start,
      steps: fc.array(fc.record({ step, deliveries, session: fc.integer({ min: -3, max: sessionIds.length - 1 }) }), {
        minLength: 1,
        maxLength: 14,
      }),
    })
    .map((plan) => {
      let at = plan.start;
      return plan.steps.flatMap(({ step: next, deliveries: told, session }) => {
        at += next;
        return told.map(({ order, dwell: dwellSeconds, source: from, retracted }) => ({
          viewer,
          enteredAt: at,
          dwellSeconds,
          sessionId: session < 0 ? '' : sessionIds[session],
          source: from,
          observedAt: OBSERVED + order * 1000,
          retracted,
        }));
      });
    });

const session = (at: number): fc.Arbitrary<SessionDelivery[]> =>
  fc
    .record({
      startedAt: fc.integer({ min: EDGES[0] - 5 * DAY, max: EDGES[3] }).map((ms) => ms - (ms % MINUTE)),
      minutes: fc.option(fc.constantFrom(10, 19, 20, 120, 600, 2000), { nil: null }),
      unique: fc.option(fc.integer({ min: 0, max: 12 }), { nil: null }),
      corrected: fc.boolean(),
    })
    .map(({ startedAt, minutes, unique, corrected }) => {
      const first: SessionDelivery = {
        sessionId: `s${at}`,
        startedAt,
        endedAt: minutes === null ? null : startedAt + minutes * MINUTE,
        uniqueViewers: unique,
        source: 'feed',
        observedAt: OBSERVED,
        retracted: false,
      };
      const later: SessionDelivery = { ...first, uniqueViewers: unique === null ? 7 : null, source: 'api-final', observedAt: OBSERVED + 1 };
      return corrected ? [first, later] : [first];
    });

/** One account: up to seven viewers, up to eight sessions, raffles, staff, a sentinel, over January to March with both neighbours. */
export const worldArbitrary: fc.Arbitrary<World> = fc.integer({ min: 0, max: 8 }).chain((sessionCount) => {
  const sessionIds = Array.from({ length: sessionCount }, (_, at) => `s${at}`);
  const viewers = ['ann', 'ben', 'cai', 'dan', 'eve', 'staff', '111111'];
  return fc
    .record({
      entries: fc.tuple(
        ...viewers.map((viewer) =>
          fc.option(viewerEntries(viewer, [...sessionIds, 'elsewhere']), {
            nil: [] as EntryDelivery[],
            freq: viewer === 'staff' || viewer === '111111' ? 1 : 4,
          }),
        ),
      ),
      sessions: fc.tuple(...sessionIds.map((_, at) => session(at))),
      raffles: fc.array(
        fc.record({ pick: fc.nat(30), offset: fc.integer({ min: -200, max: 200 }), seconds: fc.constantFrom(0, 0, 60, 600, 86_400) }),
        { maxLength: 3 },
      ),
      staff: fc.option(fc.record({ from: fc.constantFrom(EDGES[0] - 40 * DAY, EDGES[1]), to: fc.constantFrom(EDGES[1], EDGES[3] + DAY) }), {
        nil: null,
      }),
    })
    .map(({ entries, sessions, raffles, staff }) => {
      const flat = entries.flat();
      // raffles near real entries, else nobody ever grabs
      const anchors = flat.length > 0 ? flat.map(({ enteredAt }) => enteredAt) : [EDGES[1]];
      return {
        entries: flat,
        sessions: sessions.flat(),
        raffles: raffles.map(({ pick, offset, seconds }) => {
          const from = anchors[pick % anchors.length] + offset * 1000;
          return { from, to: from + seconds * 1000 };
        }),
        staff: staff ? [{ viewer: 'staff', ...staff }] : [],
        sentinels: ['111111', '0', ''],
      };
    });
});
