import { ShowroomFigures, ShowroomInput, showroom, showroomByMonth } from '@app/analytics';
import { BrandState, DEFAULT_POLICY, Declaration, Membership, Policy, businessMonth, monthPeriod } from '@app/contracts';
import { FactRow, accountKey, entriesTable, sessionsTable } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const BRAND = 1;
const MONTH = '2026-01';
const OCTOBER = monthPeriod('2026-10', ZONE);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Local wall clock of the brand. */
const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);

interface Entered {
  dwell?: number | null;
  session?: string;
  source?: string;
  observed?: number;
  retracted?: boolean;
}
interface Live {
  end?: number | null;
  unique?: number | null;
  views?: number | null;
  source?: string;
  retracted?: boolean;
  observed?: number;
}

const entries: FactRow[] = [];
const sessions: FactRow[] = [];
const common = (fact: { source?: string; observed?: number; retracted?: boolean }, instant: number) => ({
  brand_id: BRAND,
  source: fact.source ?? 'feed',
  retracted: fact.retracted ? 1 : 0,
  observed_at: fact.observed ?? instant,
  ingested_at: instant,
  delivery_id: 1n,
});

/** A room of its own for each guarantee; everything is written in one insert before the tests. */
class Room {
  private static count = 0;
  readonly key = accountKey(BRAND, 'douyin', `room-${++Room.count}`).toString();

  enter(viewer: number, instant: string | number, fact: Entered = {}): this {
    const ms = typeof instant === 'string' ? at(instant) : instant;
    entries.push({
      month: Number(businessMonth(ms, ZONE).replace('-', '')),
      account_key: BigInt(this.key),
      viewer_key: BigInt(viewer),
      entered_at: ms,
      entry_key: viewer === 0 ? BigInt(entries.length + 1) : 0n,
      dwell_seconds: fact.dwell === undefined ? 60 : fact.dwell,
      session_id: fact.session ?? '',
      entry_id: '',
      traffic_source: '',
      adcode: '',
      device: '',
      is_new_account: null,
      ...common(fact, ms),
    });
    return this;
  }

  /** One entry on each of these days of the month, at noon. */
  days(viewer: number, days: number[], fact: Entered = {}, month = MONTH): this {
    for (const day of days) this.enter(viewer, `${month}-${String(day).padStart(2, '0')} 12:00:00`, fact);
    return this;
  }

  live(id: string, instant: string, fact: Live = {}): this {
    const ms = at(instant);
    const nothing = Object.fromEntries(Object.entries(sessionsTable.columns).map(([name, type]) => [name, type === 'String' ? '' : null]));
    sessions.push({
      ...nothing,
      account_key: BigInt(this.key),
      session_id: id,
      started_at: ms,
      ended_at: fact.end === undefined ? ms + HOUR : fact.end,
      unique_viewers: fact.unique ?? null,
      views: fact.views ?? null,
      ...common(fact, ms),
    });
    return this;
  }
}

const whole = (
  accounts: Room[],
  group: (room: Room) => string = (room) => room.key,
  span = { from: 0, to: at('2027-01-01 00:00:00') },
): Membership[] => accounts.map((room) => ({ accountKey: room.key, group: group(room), ...span }));

let stores: TestStores;
const stateOf = (declarations: Declaration[], more: Partial<BrandState> = {}): BrandState => ({
  brand: { brandId: BRAND, code: 'b', name: 'B', zone: ZONE },
  policies: [],
  accounts: [],
  ownerships: [],
  placements: [],
  rateCards: [],
  costs: [],
  declarations,
  sentinelKeys: ['0', '111111'],
  grantedFrom: {},
  ...more,
});
const ask = async (
  memberships: Membership[],
  more: Partial<ShowroomInput> & { declarations?: Declaration[]; changed?: Partial<Policy> } = {},
) => {
  const { declarations = [], changed = {}, ...input } = more;
  const answer = await showroom(stores.warehouse, {
    brandId: BRAND,
    zone: ZONE,
    state: stateOf(declarations),
    policy: { ...DEFAULT_POLICY, ...changed },
    period: { month: MONTH },
    memberships,
    dataInstant: at('2026-12-01 00:00:00'),
    ...input,
  });
  return new Map(answer.map((figures) => [figures.group, figures]));
};
const figures = async (room: Room, more: Parameters<typeof ask>[1] = {}): Promise<ShowroomFigures> =>
  (await ask(whole([room]), more)).get(room.key)!;
const declared = (kind: Declaration['kind'], scope: Partial<Declaration>): Declaration => ({
  declarationId: `${kind}-1`,
  kind,
  accountKey: null,
  dealerId: null,
  from: 0,
  to: 0,
  viewerKeys: [],
  detail: null,
  ...scope,
});

const rooms: Record<string, Room> = {};
const room = (name: string): Room => (rooms[name] ??= new Room());

// —— the rooms ————————————————————————————————————————————————————————————————————————————————————————————————————————————————————————————
room('gap one second short').enter(7, '2026-01-05 00:00:00', { dwell: 600 }).enter(7, '2026-01-05 00:39:59');
room('gap reached').enter(7, '2026-01-05 00:00:00', { dwell: 600 }).enter(7, '2026-01-05 00:40:00');
room('gap by milliseconds')
  .enter(7, at('2026-01-05 00:00:00'), { dwell: 600 })
  .enter(7, at('2026-01-05 00:40:00') - 1);
room('long dwell')
  .enter(7, '2026-01-05 00:00:00', { dwell: 7200 })
  .enter(7, '2026-01-05 00:10:00', { dwell: 5 })
  .enter(7, '2026-01-05 02:29:59');
room('unknown dwell is zero').enter(7, '2026-01-05 00:00:00', { dwell: null }).enter(7, '2026-01-05 00:30:00');
room('over the month end').enter(7, '2026-01-31 23:50:00').enter(7, '2026-02-01 00:10:00');
room('four days').days(7, [1, 2, 3, 4]).days(8, [1, 2, 3]);
room('same day')
  .enter(7, '2026-01-05 01:00:00')
  .enter(7, '2026-01-05 03:00:00')
  .enter(7, '2026-01-05 05:00:00')
  .enter(7, '2026-01-05 07:00:00');
room('retracted')
  .days(7, [1, 2, 3, 4])
  .days(7, [4], { retracted: true, observed: at('2026-02-01 00:00:00') });
room('retracted by one source').days(7, [1, 2, 3, 4]).days(7, [4], { source: 'file' });
room('retracted by one source').days(7, [4], { retracted: true, observed: at('2026-02-01 00:00:00') });
room('sources').enter(7, '2026-01-05 00:00:00', { dwell: 100, source: 'feed', observed: at('2026-03-01 00:00:00') });
room('sources')
  .enter(7, '2026-01-05 00:00:00', { dwell: null, source: 'correction' })
  .enter(7, '2026-01-05 00:00:00', { dwell: 300, source: 'file' });
room('sentinels').days(111111, [1, 2, 3, 4]).days(0, [1, 2, 3, 4]).days(7, [1, 2, 3, 4]);
room('only sentinels').days(0, [1]).live('s', '2026-01-01 11:00:00');
room('staff').days(7, [1, 2, 3, 4]).days(8, [1, 2, 3, 4]);
room('bridge')
  .enter(7, '2026-01-05 00:00:00', { dwell: 0 })
  .enter(7, '2026-01-05 00:20:00', { dwell: 0 })
  .enter(7, '2026-01-05 00:40:00', { dwell: 0 });
for (const friday of [2, 9, 16, 23]) room('fridays').enter(7, `2026-01-${String(friday).padStart(2, '0')} 20:00:00`, { dwell: 30 });
room('fridays').days(8, [1, 2, 3, 4]);
for (const friday of [2, 9, 16, 23])
  room('unknown dwell is no grab').enter(7, `2026-01-${String(friday).padStart(2, '0')} 20:00:00`, { dwell: null });
for (const friday of [2, 9])
  room('grabs and a visit in December').enter(7, `2026-01-${String(friday).padStart(2, '0')} 20:00:00`, { dwell: 30 });
room('grabs and a visit in December').enter(7, '2025-12-20 20:00:00', { dwell: 600 });
room('dealer a').days(7, [1, 2, 3, 4]).days(8, [1, 2]).days(10, [1, 2, 3, 4]);
room('dealer b').days(7, [1, 2, 3, 4]).days(8, [3, 4]).days(9, [1, 2, 3, 4]);
for (const [id, day] of [
  ['S1', '2026-01-10'],
  ['S2', '2026-01-20'],
  ['S3', '2026-01-30'],
  ['S4', '2026-02-05'],
])
  room('over months').live(id, `${day} 20:00:00`).enter(7, `${day} 20:10:00`);
room('long pause');
for (const day of ['2025-03-01', '2025-06-01', '2025-09-01', '2026-01-10'])
  room('long pause').live(day, `${day} 20:00:00`).enter(7, `${day} 20:10:00`);
for (const day of [10, 11, 12, 13, 14]) room('empty session between').live(`S${day}`, `2026-01-${day} 20:00:00`);
for (const day of [10, 11, 13, 14]) room('empty session between').enter(7, `2026-01-${day} 20:10:00`);
for (const day of [10, 11, 12, 13, 14]) room('missed one').live(`S${day}`, `2026-01-${day} 20:00:00`).enter(8, `2026-01-${day} 20:20:00`);
for (const day of [10, 11, 13, 14]) room('missed one').enter(7, `2026-01-${day} 20:10:00`);
room('overlapping sessions')
  .live('A', '2026-01-10 20:00:00', { end: at('2026-01-10 23:00:00') })
  .live('B', '2026-01-10 21:00:00', { end: at('2026-01-10 22:00:00') });
room('overlapping sessions').live('C', '2026-01-11 20:00:00', { end: null });
room('overlapping sessions').enter(7, '2026-01-10 20:30:00').enter(7, '2026-01-10 21:30:00').enter(7, '2026-01-11 22:30:00');
room('given session').live('A', '2026-01-10 20:00:00').live('B', '2026-01-12 20:00:00').enter(7, '2026-01-12 20:30:00', { session: 'A' });
room('bounds')
  .live('A', '2026-01-10 20:00:00', { unique: 10 })
  .live('B', '2026-01-12 20:00:00', { unique: null })
  .live('C', '2026-01-13 20:00:00', { unique: 90 });
for (const viewer of [1, 2, 3, 4]) room('bounds').enter(viewer, '2026-01-10 20:10:00');
room('bounds').days(1, [20, 21, 22]).days(2, [20, 21, 22]).enter(9, '2026-01-12 20:10:00');
room('no source').live('A', '2026-01-10 20:00:00');
room('connected before').days(7, [5], {}, '2025-12');
room('never');
room('loyal')
  .days(7, [1, 2, 3, 4], { dwell: 300 })
  .days(8, [1], { dwell: 100 })
  .days(9, [2], { dwell: null })
  .days(10, [3], { dwell: 200 });
room('least dwell')
  .days(7, [1, 2, 3], { dwell: 60 })
  .days(7, [4], { dwell: null })
  .days(8, [1, 2, 3], { dwell: 60 })
  .days(8, [4], { dwell: 59 });
room('least dwell').live('A', '2026-01-01 11:30:00', { unique: 2 });
room('moved').days(7, [1, 2, 3, 20]).days(8, [21, 22, 23, 24]).days(9, [1, 2, 3, 4]);
room('quarter').days(7, [1, 2, 3, 4]).days(7, [1, 2, 3, 4], {}, '2026-02').days(8, [1, 2]).days(8, [1, 2], {}, '2026-02');
room('rolling').days(7, [20, 21, 22, 23]).days(8, [1, 2, 3, 4]);
// a chain of weeks: an entry every 20 hours, each of 86,400 s
for (let ms = at('2025-12-01 00:00:00'); ms < at('2026-02-20 00:00:00'); ms += 20 * HOUR)
  room('chain of weeks').enter(7, ms, { dwell: 86_400 });
for (let ms = at('2026-01-20 00:00:00'); ms < at('2026-02-20 00:00:00'); ms += 20 * HOUR)
  room('chain out of the month').enter(7, ms, { dwell: 86_400 });

beforeAll(async () => {
  stores = await openTestStores();
  await stores.warehouse.insert(entriesTable, entries);
  await stores.warehouse.insert(sessionsTable, sessions);
});
afterAll(async () => {
  await stores?.close();
});

describe('visits', () => {
  it.each([
    ['gap one second short', 1],
    ['gap reached', 2],
    ['gap by milliseconds', 1],
    ['long dwell', 1],
    ['unknown dwell is zero', 2],
    ['over the month end', 1],
  ])('%s: %i', async (name, visits) => {
    expect(await figures(room(name))).toMatchObject({ visits, viewers: 1 });
  });

  it('the visit over a month end is no visit of the second month, its viewer is one', async () => {
    expect(await figures(room('over the month end'), { period: { month: '2026-02' } })).toMatchObject({
      visits: 0,
      viewers: 1,
      entries: 1,
    });
  });

  it('a chain of weeks is one visit of the month it began in, with its whole dwell', async () => {
    expect(await figures(room('chain of weeks'))).toMatchObject({ visits: 0, viewers: 1, meanDwellOthers: null });
    const links = Math.ceil((at('2026-02-20 00:00:00') - at('2026-01-20 00:00:00')) / (20 * HOUR));
    expect(await figures(room('chain out of the month'))).toMatchObject({ visits: 1, meanDwellOthers: links * 86_400 });
  });

  it('each field comes from the first source that knows it; null never overrides', async () => {
    expect(await figures(room('sources'))).toMatchObject({ entries: 1, visits: 1, meanDwellOthers: 300 });
    expect(await figures(room('sources'), { changed: { sourceOrder: ['feed', 'file'] } })).toMatchObject({ meanDwellOthers: 100 });
  });

  it('a retraction removes the entry unless another source keeps it', async () => {
    expect(await figures(room('retracted'))).toMatchObject({ entries: 3, showroomVisitors: 0 });
    expect(await figures(room('retracted by one source'))).toMatchObject({ entries: 4, showroomVisitors: 1 });
  });
});

describe('showroom visitors', () => {
  it('four counted visits make one, on whatever days', async () => {
    expect(await figures(room('four days'))).toMatchObject({
      viewers: 2,
      visits: 7,
      showroomVisitors: 1,
      showroomVisitorsOn2Days: 1,
      loyalShare: 0.5,
    });
    expect(await figures(room('same day'))).toMatchObject({ showroomVisitors: 1, showroomVisitorsOn2Days: 0 });
  });

  it('visits to two rooms of a dealer do not add up, a viewer of both counts once', async () => {
    const memberships = whole([room('dealer a'), room('dealer b')], () => 'd');
    expect((await ask(memberships)).get('d')).toMatchObject({
      viewers: 4,
      showroomVisitors: 3,
      visits: 20,
      accountsKnown: 2,
      accountsTotal: 2,
    });
  });

  it('go to the owner at the fourth visit; entries, viewers and visits to the owner of their own instant', async () => {
    const change = at('2026-01-15 00:00:00');
    const { key } = room('moved');
    const { from, to } = monthPeriod(MONTH, ZONE);
    const answer = await ask([
      { accountKey: key, group: 'old', from, to: change },
      { accountKey: key, group: 'new', from: change, to },
    ]);
    expect(answer.get('old')).toMatchObject({ viewers: 2, visits: 7, entries: 7, showroomVisitors: 1 });
    expect(answer.get('new')).toMatchObject({ viewers: 2, visits: 5, entries: 5, showroomVisitors: 2 });
  });

  it('of a quarter are those of one of its months', async () => {
    const period = { from: at('2026-01-01 00:00:00'), to: at('2026-04-01 00:00:00') };
    expect(await figures(room('quarter'), { period })).toMatchObject({ viewers: 2, visits: 12, showroomVisitors: 1 });
  });

  it('rolling: 720 h before the data instant; any other span is rolling at its end', async () => {
    const dataInstant = at('2026-02-10 00:00:00');
    expect(await figures(room('rolling'), { dataInstant, period: { month: '2026-02' } })).toMatchObject({
      showroomVisitors: 0,
      rollingShowroomVisitors: 1,
    });
    const period = { from: at('2026-01-10 00:00:00'), to: at('2026-02-10 00:00:00') };
    expect(await figures(room('rolling'), { period })).toMatchObject({
      showroomVisitors: 1,
      rollingShowroomVisitors: 1,
      viewers: 1,
      loyalShare: null,
    });
  });
});

describe('who is left out', () => {
  it('sentinels are no viewers, but entries', async () => {
    expect(await figures(room('sentinels'))).toMatchObject({
      entries: 12,
      viewers: 1,
      visits: 4,
      showroomVisitors: 1,
      identifiability: 0.3333,
    });
  });

  it('declared staff are no viewers while declared, in their scope', async () => {
    const span = { from: 0, to: at('2026-01-31 00:00:00'), viewerKeys: ['7'] };
    const { key } = room('staff');
    expect(await figures(room('staff'), { declarations: [declared('staff', span)] })).toMatchObject({
      entries: 8,
      viewers: 1,
      showroomVisitors: 1,
    });
    const elsewhere = [declared('staff', { ...span, accountKey: room('sources').key })];
    expect(await figures(room('staff'), { declarations: elsewhere })).toMatchObject({ viewers: 2 });
    const dealer = [declared('staff', { ...span, dealerId: 'd' })];
    const owned = {
      accountKey: key,
      dealerId: 'd',
      ownerKind: 'dealer' as const,
      declaredTier: null,
      from: at('2026-01-03 00:00:00'),
      to: null,
    };
    const state = stateOf(dealer, { ownerships: [owned] });
    expect(await figures(room('staff'), { state })).toMatchObject({ viewers: 2, visits: 6, showroomVisitors: 1 });
  });

  it('a left-out entry still joins the visits around it', async () => {
    const middle = at('2026-01-05 00:20:00');
    const declarations = [declared('staff', { from: middle, to: middle, viewerKeys: ['7'] })];
    expect(await figures(room('bridge'), { declarations })).toMatchObject({ visits: 1, viewers: 1 });
  });

  const fridays = [2, 9, 16, 23].map((friday) => at(`2026-01-${String(friday).padStart(2, '0')} 20:00:00`));
  const raffles = fridays.map((instant) => declared('raffle', { from: instant, to: instant }));
  it('four Fridays of grabs: no counted visit, a grabber', async () => {
    expect(await figures(room('fridays'), { declarations: raffles })).toMatchObject({
      viewers: 2,
      visits: 4,
      showroomVisitors: 1,
      grabbers: 1,
      loyalShare: 1,
    });
    expect(await figures(room('fridays'))).toMatchObject({ visits: 8, showroomVisitors: 2, grabbers: 0 });
  });

  it('an unknown dwell is no grab; a real visit within 30 days makes no grabber', async () => {
    expect(await figures(room('unknown dwell is no grab'), { declarations: raffles })).toMatchObject({ visits: 4, grabbers: 0 });
    expect(await figures(room('grabs and a visit in December'), { declarations: raffles })).toMatchObject({
      viewers: 1,
      visits: 0,
      grabbers: 0,
    });
  });

  it('at a least dwell, a visit with unknown dwell counts only in the upper bound', async () => {
    const changed = { minVisitDwellSeconds: 60 };
    expect(await figures(room('least dwell'), { changed })).toMatchObject({
      visits: 6,
      showroomVisitors: 0,
      showroomVisitorsLow: 0,
      showroomVisitorsHigh: 1,
    });
    expect(await figures(room('least dwell'))).toMatchObject({ visits: 8, showroomVisitors: 2 });
  });
});

describe('consecutive', () => {
  it('S1–S3 in January, S4 in February: February', async () => {
    expect(await figures(room('over months'))).toMatchObject({ consecutiveVisitors: 0 });
    expect(await figures(room('over months'), { period: { month: '2026-02' } })).toMatchObject({ consecutiveVisitors: 1, sessions: 1 });
  });

  it('a run may have begun a year before', async () => {
    expect(await figures(room('long pause'))).toMatchObject({ consecutiveVisitors: 1 });
    expect(await figures(room('long pause'), { changed: { minVisitDwellSeconds: 60 } })).toMatchObject({ consecutiveVisitors: 1 });
    expect(await figures(room('long pause'), { changed: { minVisitDwellSeconds: 61 } })).toMatchObject({ consecutiveVisitors: 0 });
  });

  it('a session without identifiable entry is skipped and reported, one that was missed breaks the run', async () => {
    expect(await figures(room('empty session between'))).toMatchObject({ consecutiveVisitors: 1, sessions: 5, skippedSessions: 1 });
    expect(await figures(room('missed one'))).toMatchObject({ consecutiveVisitors: 1, skippedSessions: 0 }); // viewer 8
    expect(await figures(room('missed one'), { changed: { minSessionMinutes: 61 } })).toMatchObject({
      consecutiveVisitors: 0,
      skippedSessions: 5,
    });
  });

  it('an entry belongs to the latest session that covers it, or to the one it names', async () => {
    const changed = { consecutiveSessions: 3 };
    expect(await figures(room('overlapping sessions'), { changed })).toMatchObject({ consecutiveVisitors: 1, skippedSessions: 0 });
    expect(await figures(room('given session'))).toMatchObject({ sessions: 2, skippedSessions: 1 });
  });
});

describe('bounds, null and 0', () => {
  it('high = VST × platform viewers ÷ identified viewers, over the sessions that have both', async () => {
    expect(await figures(room('bounds'))).toMatchObject({
      showroomVisitors: 2,
      seenFactor: 2.5,
      showroomVisitorsLow: 2,
      showroomVisitorsHigh: 5,
    });
  });

  it('null with a reason without a viewer-level source or a usable id; 0 when a source was connected', async () => {
    const none = await figures(room('no source'));
    expect(none).toMatchObject({ viewers: null, showroomVisitors: null, entries: 0, sessions: 1, accountsKnown: 0, accountsTotal: 1 });
    expect(none.reasons.showroomVisitors?.en).toMatch(/no source/);
    expect((await figures(room('only sentinels'))).reasons.viewers?.en).toMatch(/usable/);
    expect(await figures(room('never'))).toMatchObject({ showroomVisitors: null });
    expect(await figures(room('connected before'))).toMatchObject({ showroomVisitors: 0, viewers: 0, accountsKnown: 1, loyalShare: null });
  });

  it('a group sums its known accounts and says how many they are', async () => {
    const group = (await ask(whole([room('bounds'), room('no source'), room('four days')], () => 'g'))).get('g');
    expect(group).toMatchObject({ showroomVisitors: 3, accountsKnown: 2, accountsTotal: 3, showroomVisitorsHigh: null });
  });

  it('dwell means are pooled over visits whose dwell is known', async () => {
    expect(await figures(room('loyal'))).toMatchObject({ loyalShare: 0.25, meanDwellShowroom: 300, meanDwellOthers: 150, dwellRatio: 2 });
  });

  it('an account of no interest changes nothing', async () => {
    const all = await ask(whole(Object.values(rooms)), { accountKeys: [room('loyal').key] });
    expect([...all.keys()]).toEqual([room('loyal').key]);
    expect(OCTOBER.to - OCTOBER.from).toBe(31 * DAY);
  });
});

describe('several months at once', () => {
  it('each month equals the month asked alone, which equals the whole answer without consecutive and rolling', async () => {
    const months = ['2025-12', '2026-01', '2026-02'];
    const raffle = { from: at('2026-01-09 20:00:00'), to: at('2026-01-09 20:10:00') };
    const declarations = [declared('raffle', raffle), declared('staff', { from: 0, to: at('2026-01-12 00:00:00'), viewerKeys: ['8'] })];
    const change = at('2026-01-12 00:00:00');
    const membersOf = (month: string): Membership[] =>
      Object.values(rooms).flatMap((own, place) => {
        const span = monthPeriod(month, ZONE);
        const group = (half: number) => `dealer ${(place + half) % 7}`;
        if (change <= span.from || change >= span.to || place % 2 === 0)
          return [{ accountKey: own.key, group: group(month < '2026-02' ? 0 : 1), ...span }];
        return [
          { accountKey: own.key, group: group(0), from: span.from, to: change },
          { accountKey: own.key, group: group(1), from: change, to: span.to },
        ];
      });
    const shared = {
      brandId: BRAND,
      zone: ZONE,
      state: stateOf(declarations),
      policy: DEFAULT_POLICY,
      dataInstant: at('2026-12-01 00:00:00'),
    };
    const atOnce = await showroomByMonth(stores.warehouse, {
      ...shared,
      months: months.map((month) => ({ month, memberships: membersOf(month) })),
    });
    const alone = { figures: 'ranking' } as const;
    for (const [place, month] of months.entries()) {
      const asked = { ...shared, period: { month }, memberships: membersOf(month) };
      expect(atOnce[place]).toEqual(await showroom(stores.warehouse, { ...asked, ...alone }));
      const all = await showroom(stores.warehouse, asked);
      const reduced = all.map((row) =>
        row.accountsKnown === 0 ? row : { ...row, consecutiveVisitors: null, rollingShowroomVisitors: null },
      );
      expect(atOnce[place]).toEqual(reduced);
    }
  });
});
