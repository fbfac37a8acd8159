import fc from 'fast-check';
import { showroom } from '@app/analytics';
import { BrandState, DEFAULT_POLICY, Membership, Policy, addMonths, businessDay, monthPeriod } from '@app/contracts';
import { ViewerKeys, accountKey, entriesTable, sessionsTable } from '@app/warehouse';
import { OracleFigures, World, showroomOracle } from '../support/oracle/showroom-oracle';
import { EDGES, worldArbitrary } from '../support/oracle/showroom-worlds';
import { TEST_SEED, seeded } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const BRAND = 1;
const MONTHS = ['2026-01', '2026-02', '2026-03'];
/**
 * On shards the short form asks every policy and every month, but not every policy for every month, and leaves out what compares policies with each
 * other; VITRINE_TEST_LONG=1 does there what one server does.
 */
const LONG = process.env.VITRINE_TEST_LONG !== undefined;
const FEW = process.env.VITRINE_TEST_SHARDS !== undefined && !LONG;
const SOME_MONTHS = FEW ? ['2026-02'] : MONTHS;
const monthsOf = (policy: number) => (FEW ? [...new Set(['2026-02', MONTHS[policy % MONTHS.length]])] : MONTHS);
const DATA_INSTANT = Date.parse('2026-04-20T00:00:00Z');
const WORLDS = worldCount(600);
const keys = new ViewerKeys('a secret of at least thirty-two characters', BRAND);
const day = (ms: number) => businessDay(ms, ZONE);

/** Policies that move every threshold. Each rules worlds of its own. */
const POLICIES: Policy[] = [
  DEFAULT_POLICY,
  { ...DEFAULT_POLICY, minVisits: 2, visitGapMinutes: 10 },
  { ...DEFAULT_POLICY, minVisits: 3, minVisitDwellSeconds: 30 },
  { ...DEFAULT_POLICY, minVisits: 1, minVisitDwellSeconds: 3600, minSessionMinutes: 20, consecutiveSessions: 2 },
  {
    ...DEFAULT_POLICY,
    minVisits: 2,
    visitGapMinutes: 240,
    sourceOrder: ['feed', 'file', 'api-final', 'correction', 'ads-api', 'api-provisional'],
  },
];

interface Placed {
  world: World;
  key: bigint;
  policy: number;
  month(ms: number): number;
}
const monthNumber = (ms: number) => Number(day(ms).slice(0, 7).replace('-', ''));
const keyOf = (name: string) => accountKey(BRAND, 'douyin', name);
const viewerKey = (viewer: string) => keys.keyOf('douyin', viewer)!;

const place = (world: World, name: string, policy: number): Placed => ({ world, key: keyOf(name), policy, month: monthNumber });
const common = { brand_id: BRAND, ingested_at: DATA_INSTANT, delivery_id: 1n };

function entryRows({ world, key }: Placed) {
  return world.entries.map((entry) => ({
    ...common,
    month: monthNumber(entry.enteredAt),
    account_key: key,
    viewer_key: viewerKey(entry.viewer),
    entered_at: entry.enteredAt,
    entry_key: 0n,
    dwell_seconds: entry.dwellSeconds,
    session_id: entry.sessionId,
    entry_id: '',
    traffic_source: '',
    adcode: '',
    device: '',
    is_new_account: null,
    source: entry.source,
    retracted: Number(entry.retracted),
    observed_at: entry.observedAt,
  }));
}

const NO_SESSION_FIGURES = Object.fromEntries(
  sessionsTable.payload.map((column) => [column, sessionsTable.columns[column].startsWith('Nullable') ? null : '']),
);
function sessionRows({ world, key }: Placed) {
  return world.sessions.map((session) => ({
    ...NO_SESSION_FIGURES,
    ...common,
    account_key: key,
    session_id: session.sessionId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    unique_viewers: session.uniqueViewers,
    source: session.source,
    retracted: Number(session.retracted),
    observed_at: session.observedAt,
  }));
}

function stateOf(placed: Placed[]): BrandState {
  const declared = placed.flatMap(({ world, key }) => [
    ...world.raffles.map(({ from, to }, at) => ({
      declarationId: `r${key}-${at}`,
      kind: 'raffle' as const,
      accountKey: String(key),
      dealerId: null,
      from,
      to,
      viewerKeys: [],
      detail: null,
    })),
    ...world.staff.map(({ viewer, from, to }) => ({
      declarationId: `s${key}`,
      kind: 'staff' as const,
      accountKey: String(key),
      dealerId: null,
      from,
      to,
      viewerKeys: [String(viewerKey(viewer))],
      detail: null,
    })),
  ]);
  return {
    brand: { brandId: BRAND, code: 'b', name: 'b', zone: ZONE },
    policies: [],
    accounts: placed.map(({ key }) => ({
      accountKey: String(key),
      platform: 'douyin',
      accountId: String(key),
      name: String(key),
      handle: null,
      undeclared: false,
    })),
    ownerships: [],
    placements: [],
    rateCards: [],
    costs: [],
    declarations: declared,
    sentinelKeys: ['111111', '0', ''].map((id) => String(viewerKey(id))),
    grantedFrom: {},
  };
}

const changed = (change: Partial<Policy>): Policy => ({ ...DEFAULT_POLICY, ...change });
/** From the strictest to the mildest; VITRINE_TEST_LONG=1 climbs every rung. */
const LADDERS: Policy[][] = [
  (LONG ? [4, 3, 2, 1] : [4, 2, 1]).map((minVisits) => changed({ minVisits })),
  (LONG ? [3600, 60, 30, 0] : [3600, 30, 0]).map((minVisitDwellSeconds) => changed({ minVisits: 2, minVisitDwellSeconds })),
  (LONG ? [240, 60, 30, 10, 1] : [240, 30, 1]).map((visitGapMinutes) => changed({ minVisits: 2, visitGapMinutes })),
];

describe('virtual showroom traffic on generated worlds', () => {
  let stores: TestStores;
  /** The worlds that a policy rules, and those of the first policy once more, delivered in other pieces and twice. */
  const placed = fc
    .sample(worldArbitrary, { seed: TEST_SEED, numRuns: WORLDS * POLICIES.length })
    .map((world, at) => place(world, `world-${at}`, at % POLICIES.length));
  const ruledBy = (policy: number) => placed.filter((each) => each.policy === policy);
  const again = ruledBy(0).map(({ world }, at) => place(world, `again-${at}`, 0));
  beforeAll(async () => {
    stores = await openTestStores();
    await deliver(placed, 3, TEST_SEED);
    await deliver(again, 7, 2);
    await deliver(again, 2, 3);
  });
  afterAll(() => stores?.close());

  const figures = async (placed: Placed[], policy: Policy, month: string, grouping?: (key: string) => string) => {
    const period = monthPeriod(month, ZONE);
    const memberships: Membership[] = placed.map(({ key }) => ({
      accountKey: String(key),
      group: grouping ? grouping(String(key)) : String(key),
      ...period,
    }));
    const rows = await showroom(stores.warehouse, {
      brandId: BRAND,
      zone: ZONE,
      state: stateOf(placed),
      policy,
      period: { month },
      memberships,
      dataInstant: DATA_INSTANT,
      accountKeys: placed.map(({ key }) => String(key)),
    });
    return new Map(rows.map((row) => [row.group, row]));
  };

  /** Writes the worlds in `parts` shuffled pieces, one after the other. */
  const deliver = async (placed: Placed[], parts: number, seed: number) => {
    const random = seeded(seed);
    const shuffled = <T>(rows: T[]) =>
      rows
        .map((row) => ({ row, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ row }) => row);
    const entries = shuffled(placed.flatMap(entryRows));
    const sessions = shuffled(placed.flatMap(sessionRows));
    for (let part = 0; part < parts; part++) {
      const cut = <T>(rows: T[]) => rows.slice(Math.floor((rows.length * part) / parts), Math.floor((rows.length * (part + 1)) / parts));
      await stores.warehouse.insert(entriesTable, cut(entries));
      await stores.warehouse.insert(sessionsTable, cut(sessions));
    }
  };

  /** One question to the store for whatever is asked of the same worlds, policy and month. */
  const asked = new Map<string, ReturnType<typeof figures>>();
  const once = (policy: Policy, month: string, worlds: number): ReturnType<typeof figures> => {
    const key = JSON.stringify([policy, month, worlds]);
    const rows = asked.get(key) ?? figures([...ruledBy(worlds), ...(worlds === 0 ? again : [])], policy, month);
    asked.set(key, rows);
    return rows;
  };

  const comparable = (row: Awaited<ReturnType<typeof figures>> extends Map<string, infer R> ? R : never, oracle: OracleFigures) => {
    const asked = oracle.known
      ? {
          viewers: row.viewers,
          visits: row.visits,
          showroomVisitors: row.showroomVisitors,
          consecutiveVisitors: row.consecutiveVisitors,
          rollingShowroomVisitors: row.rollingShowroomVisitors,
          showroomVisitorsOn2Days: row.showroomVisitorsOn2Days,
          grabbers: row.grabbers,
          loyalShare: row.loyalShare,
          dwellRatio: row.dwellRatio,
          high: row.showroomVisitorsHigh,
        }
      : {};
    return { entries: row.entries, identifiability: row.identifiability, ...asked };
  };

  const expected = (oracle: OracleFigures) => {
    const { entries, identifiability, known, qualified, ...rest } = oracle;
    expect(qualified.size).toBe(oracle.showroomVisitors);
    return known ? { entries, identifiability, ...rest } : { entries, identifiability };
  };

  it(`equals an independent formula on ${WORLDS * POLICIES.length} worlds in three months`, async () => {
    let known = 0;
    let showroomVisitors = 0;
    for (const [at, policy] of POLICIES.entries())
      for (const month of monthsOf(at)) {
        const rows = await once(policy, month, at);
        for (const each of ruledBy(at)) {
          const oracle = showroomOracle(each.world, policy, monthPeriod(month, ZONE), DATA_INSTANT, day);
          const row = rows.get(String(each.key))!;
          try {
            expect(comparable(row, oracle)).toEqual(expected(oracle));
          } catch (error) {
            (error as Error).message += `\nseed ${TEST_SEED}, policy ${at}, ${month}\n${describeWorld(each.world)}`;
            throw error;
          }
          known += Number(oracle.known);
          showroomVisitors += oracle.showroomVisitors;
        }
      }
    // the worlds are no desert: without these the comparison would prove nothing
    expect(known).toBeGreaterThan(WORLDS);
    expect(showroomVisitors).toBeGreaterThan(WORLDS);
  });

  it('a shuffle, a split and a second delivery of everything change no figure', async () => {
    for (const month of SOME_MONTHS) {
      const rows = await once(DEFAULT_POLICY, month, 0);
      for (const [at, { key }] of ruledBy(0).entries()) {
        const group = String(again[at].key);
        expect(rows.get(group)).toEqual({ ...rows.get(String(key)), group });
      }
    }
  });

  const onOneServer = FEW ? () => undefined : it;
  onOneServer('never falls when minVisits, minVisitDwellSeconds or (at no minimum dwell) the gap falls', async () => {
    for (const ladder of LADDERS) {
      let before = new Map<string, number>();
      for (const policy of ladder) {
        const rows = await once(policy, '2026-02', 0);
        for (const [group, row] of rows) expect(row.showroomVisitors ?? 0).toBeGreaterThanOrEqual(before.get(group) ?? 0);
        before = new Map([...rows].map(([group, row]) => [group, row.showroomVisitors ?? 0]));
      }
    }
  });

  it('of a group is at most the sum of its accounts and at least each of them', async () => {
    const [ruled, policy] = [ruledBy(1), POLICIES[1]];
    const dealers = BigInt(Math.ceil(ruled.length / 3));
    const groupOf = (key: string) => `dealer-${BigInt(key) % dealers}`;
    for (const month of SOME_MONTHS) {
      const parts = await once(policy, month, 1);
      const wholes = await figures(ruled, policy, month, groupOf);
      for (const [group, whole] of wholes) {
        const own = [...parts.values()].filter((part) => groupOf(part.group) === group);
        const known = own.filter((part) => part.showroomVisitors !== null);
        expect(whole.entries).toBe(own.reduce((sum, part) => sum + part.entries, 0));
        expect([whole.accountsKnown, whole.accountsTotal]).toEqual([known.length, own.length]);
        if (known.length === 0) expect(whole.showroomVisitors).toBeNull();
        else {
          expect(whole.showroomVisitors).toBeLessThanOrEqual(known.reduce((sum, part) => sum + part.showroomVisitors!, 0));
          for (const part of known) expect(whole.showroomVisitors).toBeGreaterThanOrEqual(part.showroomVisitors!);
        }
      }
    }
  });

  // the last one: it delivers more
  it('a month is not changed by anything that happens after what can touch it', async () => {
    const before = await once(DEFAULT_POLICY, '2026-01', 0);
    const later = ruledBy(0).map(({ world, ...rest }) => ({
      ...rest,
      // beyond 30 x 24 h after the month, with room for the longest visit; an entry that names a session of the month would touch it
      world: {
        ...world,
        sessions: [],
        entries: world.entries.slice(0, 3).map((entry) => ({
          ...entry,
          enteredAt: monthPeriod(addMonths('2026-01', 3), ZONE).from + (entry.enteredAt % 1_000_000),
          sessionId: '',
          retracted: false,
        })),
      },
    }));
    await deliver(later, 1, 7);
    const after = await figures([...ruledBy(0), ...again], DEFAULT_POLICY, '2026-01');
    expect([...after.values()]).toEqual([...before.values()]);
  });
});

const describeWorld = (world: World) =>
  JSON.stringify(world, (name, value: unknown) =>
    ['enteredAt', 'startedAt', 'endedAt', 'from', 'to'].includes(name) && typeof value === 'number' ? new Date(value).toISOString() : value,
  ).slice(0, 6000);

// the edges of the generator and the months of the test are the same ones
it('the generator works on the edges of the asked months', () => {
  expect(EDGES.slice(0, 3)).toEqual(MONTHS.map((month) => monthPeriod(month, ZONE).from));
});
