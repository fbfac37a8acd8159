import type { EntryDelivery, SessionDelivery, World } from './oracle/showroom-oracle';

type Row = { entry: EntryDelivery } | { session: SessionDelivery };
/** What happens to one account: deliveries, one after the other, with a refresh after each. */
export interface Scenario {
  name: string;
  deliveries: Row[][];
  declared?: Partial<Pick<World, 'raffles' | 'staff'>>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OBSERVED = Date.parse('2026-05-01T00:00:00Z');
/** A local instant of Shanghai. */
const at = (text: string): number => Date.parse(`2026-${text}:00+08:00`);

const entry = (viewer: string, enteredAt: number, more: Partial<EntryDelivery> & { order?: number } = {}): Row => {
  const { order = 0, ...given } = more;
  const told = { dwellSeconds: 60, sessionId: '', source: 'feed' as const, retracted: false, observedAt: OBSERVED + order };
  return { entry: { viewer, enteredAt, ...told, ...given } };
};
const session = (sessionId: string, startedAt: number, hours: number, more: Partial<SessionDelivery> & { order?: number } = {}): Row => {
  const { order = 0, ...given } = more;
  const told = { uniqueViewers: 9, source: 'feed' as const, retracted: false, observedAt: OBSERVED + order };
  return { session: { sessionId, startedAt, endedAt: startedAt + hours * HOUR, ...told, ...given } };
};
/** Four sessions, one in January and three in February, each with an entry of ann. */
const FOUR_SESSIONS: Row[] = ['01-30T20:00', '02-03T20:00', '02-06T20:00', '02-10T20:00'].flatMap((text, place) => [
  session(`s${place}`, at(text), 2),
  entry('ann', at(text) + 10 * MINUTE),
]);
const EVERY_DAY = Array.from({ length: 40 }, (_, day) => at('01-25T12:00') + day * DAY);
/** Enough other visits of ann that one more or less in a month decides. */
const THREE_VISITS = (month: string): Row[] => ['05T10:00', '06T10:00', '07T10:00'].map((text) => entry('ann', at(`${month}-${text}`)));

export const SCENARIOS: Scenario[] = [
  {
    name: 'a visit over the edge of the month, its February entry first',
    deliveries: [[...THREE_VISITS('01'), entry('ann', at('02-01T00:10'))], [entry('ann', at('01-31T23:50'))]],
  },
  {
    name: 'a visit over the edge of the month, its January entry first',
    deliveries: [
      [...THREE_VISITS('01'), entry('ann', at('01-31T23:50'), { dwellSeconds: null })],
      [entry('ann', at('02-01T00:10'), { dwellSeconds: 900 })],
    ],
  },
  {
    name: 'a visit of weeks is cut, and joined again',
    deliveries: [
      EVERY_DAY.map((enteredAt) => entry('ann', enteredAt, { dwellSeconds: 86_400 })),
      [entry('ann', EVERY_DAY[20], { dwellSeconds: 0, order: 1 })],
      [entry('ann', EVERY_DAY[20], { dwellSeconds: 86_400, order: 2 })],
    ],
  },
  {
    name: 'an entry at the end of a visit of weeks arrives two months after its start',
    deliveries: [
      EVERY_DAY.map((enteredAt) => entry('ann', enteredAt, { dwellSeconds: 86_400 })),
      [entry('ann', EVERY_DAY[39] + DAY + 10 * MINUTE, { dwellSeconds: 7200 })],
      [entry('ann', EVERY_DAY[39] + DAY + 10 * MINUTE, { retracted: true, order: 1 })],
    ],
  },
  {
    name: 'a bridge in February joins a February visit to one of January, and goes away',
    deliveries: [
      [...THREE_VISITS('02'), entry('ann', at('01-31T23:40')), entry('ann', at('02-01T00:32'))],
      [entry('ann', at('02-01T00:06'))],
      [entry('ann', at('02-01T00:06'), { retracted: true, order: 1 })],
    ],
  },
  {
    name: 'an entry of February names a session of January, then another one, then none',
    deliveries: [
      [...FOUR_SESSIONS, session('january', at('01-12T20:00'), 2), entry('ben', at('01-12T20:10'))],
      [entry('eve', at('02-20T09:00'), { sessionId: 'january' })],
      [entry('eve', at('02-20T09:00'), { sessionId: 's3', order: 1 })],
      [entry('eve', at('02-20T09:00'), { retracted: true, order: 2 })],
    ],
  },
  {
    name: 'the source that named another session takes its word back',
    deliveries: [
      [
        ...FOUR_SESSIONS,
        session('january', at('01-12T20:00'), 2),
        entry('eve', at('02-20T09:00'), { sessionId: 'january' }),
        entry('eve', at('02-20T09:00'), { sessionId: 's3', source: 'correction' }),
      ],
      [entry('eve', at('02-20T09:00'), { sessionId: '', source: 'correction', retracted: true, order: 1 })],
    ],
  },
  {
    name: 'a session moves its start to another month, and back when that source takes its word back',
    deliveries: [
      FOUR_SESSIONS,
      [session('s1', at('03-03T20:00'), 2, { source: 'api-final' })],
      [session('s1', at('03-03T20:00'), 2, { source: 'api-final', retracted: true, order: 1 })],
    ],
  },
  {
    name: 'a session of an earlier month parts a run, moves, and goes away',
    deliveries: [
      [...FOUR_SESSIONS, entry('ben', at('02-01T20:10'))],
      [session('between', at('02-01T20:00'), 2)],
      [session('between', at('01-20T20:00'), 2, { order: 1 })],
      [session('between', at('02-01T20:00'), 2, { order: 2 })],
      [session('between', at('02-01T20:00'), 2, { order: 3, retracted: true })],
    ],
  },
  {
    name: 'entries that come before their sessions',
    deliveries: [
      FOUR_SESSIONS.filter((row) => 'entry' in row),
      FOUR_SESSIONS.filter((row) => 'session' in row).slice(1),
      FOUR_SESSIONS.filter((row) => 'session' in row),
    ],
  },
  {
    name: 'an earlier session becomes eligible by an entry of long ago',
    deliveries: [
      [...FOUR_SESSIONS.slice(2), session('old', at('01-02T20:00'), 2)],
      [entry('ann', at('01-02T20:30'))],
      [entry('ann', at('01-02T20:30'), { retracted: true, order: 1 })],
    ],
  },
  {
    name: 'everything of an account is taken back',
    deliveries: [
      [...FOUR_SESSIONS, ...THREE_VISITS('02'), ...THREE_VISITS('01')],
      [...FOUR_SESSIONS, ...THREE_VISITS('02'), ...THREE_VISITS('01')].map((row) =>
        'entry' in row
          ? { entry: { ...row.entry, retracted: true, observedAt: OBSERVED + 9 } }
          : { session: { ...row.session, retracted: true, observedAt: OBSERVED + 9 } },
      ),
    ],
  },
  {
    name: 'one viewer vanishes, another stays',
    deliveries: [
      [entry('ann', at('02-05T10:00')), entry('ben', at('02-05T10:00')), entry('ben', at('02-15T10:00'))],
      [entry('ben', at('02-05T10:00'), { retracted: true, order: 1 }), entry('ben', at('02-15T10:00'), { retracted: true, order: 1 })],
    ],
  },
  {
    name: 'a visit of January that was left out, for it was of staff, is continued a day later by an entry that stays',
    declared: { staff: [{ viewer: 'ann', from: at('01-31T00:00'), to: at('01-31T23:59') }] },
    deliveries: [
      [...THREE_VISITS('01'), entry('ann', at('01-31T23:30'), { dwellSeconds: 80_000 })],
      [entry('ann', at('02-01T20:00'), { dwellSeconds: 300 })],
    ],
  },
  {
    name: 'a session of February, inside one of January, moves away and leaves its entries to it',
    deliveries: [
      [session('long', at('01-31T20:00'), 20), session('inside', at('02-01T02:00'), 4), entry('ben', at('02-01T03:00'))],
      [session('inside', at('02-21T02:00'), 4, { order: 1 })],
      [session('inside', at('02-21T02:00'), 4, { order: 2, retracted: true })],
    ],
  },
  {
    name: 'a session turns out to have lasted longer, over the edge of the month',
    deliveries: [
      [session('last', at('02-28T22:00'), 1), entry('ben', at('03-01T01:00'))],
      [session('last', at('02-28T22:00'), 5, { order: 1 })],
      [session('last', at('02-28T22:00'), 2, { order: 2 })],
    ],
  },
];
