import fc from 'fast-check';
import { recomputeShowroom, showroom, showroomDifferences, showroomRules } from '@app/analytics';
import { BrandState, DEFAULT_POLICY, Membership, Policy, businessDay, monthPeriod } from '@app/contracts';
import { KEY_OVERLAP_MS, ViewerKeys, accountKey, entriesTable, firstViewerKey, sessionsTable } from '@app/warehouse';
import type { World } from '../support/oracle/showroom-oracle';
import { EDGES, worldArbitrary } from '../support/oracle/showroom-worlds';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const ZONE = 'Asia/Shanghai';
/** In the short form the months on both sides of the second change. */
const MONTHS = process.env.VITRINE_TEST_LONG ? ['2026-01', '2026-02', '2026-03'] : ['2026-02', '2026-03'];
const DATA_INSTANT = Date.parse('2026-04-20T00:00:00Z');
const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const SECRET = 'a secret of at least thirty-two characters';
const WORLDS = worldCount(100);
/** The key changes where January begins and where March does. */
const CHANGES = [EDGES[0], EDGES[2]];
const PLAIN = 1;
const ROTATED = 2;
const POLICIES: Policy[] = [
  { ...DEFAULT_POLICY, minVisits: 2, visitGapMinutes: 10 },
  { ...DEFAULT_POLICY, minVisits: 1, minVisitDwellSeconds: 3600, consecutiveSessions: 2 },
  ...(process.env.VITRINE_TEST_LONG ? [DEFAULT_POLICY] : []),
];

const keysOf: Record<number, ViewerKeys> = {
  [PLAIN]: new ViewerKeys(SECRET, PLAIN),
  [ROTATED]: new ViewerKeys(SECRET, ROTATED, [
    firstViewerKey(SECRET, ROTATED),
    ...CHANGES.map((validFrom, at) => ({ version: at + 2, key: Buffer.alloc(32, at + 2), validFrom, overlap: true })),
  ]),
};

const monthOf = (ms: number) => Number(businessDay(ms, ZONE).slice(0, 7).replace('-', ''));
const placeOf = (brandId: number, world: number) => accountKey(brandId, 'douyin', `w${world}`);
const NO_FIGURES = Object.fromEntries(
  sessionsTable.payload.map((column) => [column, sessionsTable.columns[column].startsWith('Nullable') ? null : '']),
);

function factsOf(brandId: number, world: World, at: number) {
  const keys = keysOf[brandId];
  const common = { brand_id: brandId, account_key: placeOf(brandId, at), ingested_at: DATA_INSTANT, delivery_id: 1n };
  const entries = world.entries.map((entry) => ({
    ...common,
    month: monthOf(entry.enteredAt),
    viewer_key: keys.keyOf('douyin', entry.viewer, entry.enteredAt)!,
    next_viewer_key: keys.nextKeyOf('douyin', entry.viewer, entry.enteredAt),
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
  const sessions = world.sessions.map((session) => ({
    ...NO_FIGURES,
    ...common,
    session_id: session.sessionId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    unique_viewers: session.uniqueViewers,
    source: session.source,
    retracted: Number(session.retracted),
    observed_at: session.observedAt,
  }));
  return { entries, sessions };
}

function stateOf(brandId: number, worlds: World[]): BrandState {
  const every = (viewer: string) => keysOf[brandId].everyKeyOf('douyin', viewer)!.map(String);
  return {
    brand: { brandId, code: 'b', name: 'b', zone: ZONE },
    policies: [],
    accounts: worlds.map((_, at) => {
      const key = String(placeOf(brandId, at));
      return { accountKey: key, platform: 'douyin', accountId: key, name: key, handle: null, undeclared: false };
    }),
    ...{ ownerships: [], placements: [], rateCards: [], costs: [], grantedFrom: {} },
    declarations: worlds.flatMap(({ raffles, staff }, at) => {
      const scope = { accountKey: String(placeOf(brandId, at)), dealerId: null, detail: null };
      return [
        ...raffles.map((span, one) => ({ ...scope, ...span, declarationId: `r${at}-${one}`, kind: 'raffle' as const, viewerKeys: [] })),
        ...staff.map(({ viewer, from, to }) => ({
          ...scope,
          from,
          to,
          declarationId: `s${at}`,
          kind: 'staff' as const,
          viewerKeys: every(viewer),
        })),
      ];
    }),
    sentinelKeys: ['111111', '0', ''].flatMap(every),
    ...(brandId === ROTATED ? { viewerKeyChanges: CHANGES } : {}),
  };
}

/** Every viewer who was there before and after a change has an entry that stays in the 31 days before it: then all of them is joined. */
function isJoined(world: World): boolean {
  const stays = (at: { viewer: string; enteredAt: number }) =>
    !world.entries.some((other) => other.viewer === at.viewer && other.enteredAt === at.enteredAt && other.retracted);
  return CHANGES.every((change) =>
    [...new Set(world.entries.map(({ viewer }) => viewer))].every((viewer) => {
      const own = world.entries.filter((entry) => entry.viewer === viewer);
      if (!own.some(({ enteredAt }) => enteredAt < change) || !own.some(({ enteredAt }) => enteredAt >= change)) return true;
      return own.some((entry) => entry.enteredAt >= change - KEY_OVERLAP_MS && entry.enteredAt < change && stays(entry));
    }),
  );
}

describe('a viewer key that changes', () => {
  let stores: TestStores;
  const worlds = fc.sample(worldArbitrary, { seed: SEED, numRuns: WORLDS });

  beforeAll(async () => {
    stores = await openTestStores();
    for (const brandId of [PLAIN, ROTATED]) {
      const facts = worlds.map((world, at) => factsOf(brandId, world, at));
      await stores.warehouse.insert(
        entriesTable,
        facts.flatMap(({ entries }) => entries),
      );
      await stores.warehouse.insert(
        sessionsTable,
        facts.flatMap(({ sessions }) => sessions),
      );
    }
  });
  afterAll(() => stores?.close());

  const figures = async (
    brandId: number,
    policy: Policy,
    period: { month: string } | { from: number; to: number },
    groupOf = (at: number) => `w${at}`,
    stored = false,
  ) => {
    const span = 'month' in period ? monthPeriod(period.month, ZONE) : period;
    const memberships: Membership[] = worlds.map((_, at) => ({ accountKey: String(placeOf(brandId, at)), group: groupOf(at), ...span }));
    const rows = await showroom(stores.warehouse, {
      ...{ brandId, zone: ZONE, state: stateOf(brandId, worlds), policy, period, memberships, stored },
      dataInstant: Math.min(DATA_INSTANT, span.to - 7 * 86_400_000),
    });
    return new Map(rows.map((row) => [row.group, row]));
  };

  it(`changes no figure of a month: ${WORLDS} worlds, every policy, the months around two changes`, async () => {
    let joined = 0;
    let across = 0;
    for (const policy of POLICIES)
      for (const month of MONTHS) {
        const [plain, rotated] = [await figures(PLAIN, policy, { month }), await figures(ROTATED, policy, { month })];
        for (const [at, world] of worlds.entries()) {
          const { consecutiveVisitors: before, ...rest } = plain.get(`w${at}`)!;
          const { consecutiveVisitors: after, ...others } = rotated.get(`w${at}`)!;
          expect({ at, month, ...others }).toEqual({ at, month, ...rest });
          // a run may begin more than 31 days before the change
          if (isJoined(world)) expect({ at, month, after }).toEqual({ at, month, after: before });
          else expect(after ?? 0).toBeLessThanOrEqual(before ?? 0);
          joined += Number(isJoined(world));
          across += Number((before ?? 0) > 0 && month !== '2026-01');
        }
      }
    expect(Math.min(joined, across)).toBeGreaterThan(WORLDS / 20);
  }, 240_000);

  it('a viewer of several accounts is one within a month, and within a span as far as the entries know', async () => {
    const policy = { ...DEFAULT_POLICY, minVisits: 2 };
    const groupOf = (at: number) => `d${at % Math.ceil(WORLDS / 2)}`;
    for (const month of MONTHS) {
      const [plain, rotated] = [await figures(PLAIN, policy, { month }, groupOf), await figures(ROTATED, policy, { month }, groupOf)];
      const shown = (rows: typeof plain) =>
        [...rows].map(([group, { viewers, showroomVisitors, rollingShowroomVisitors, grabbers }]) => ({
          ...{ group, viewers, showroomVisitors, rollingShowroomVisitors, grabbers },
        }));
      expect({ month, rows: shown(rotated) }).toEqual({ month, rows: shown(plain) });
    }
    const quarter = { from: EDGES[0], to: EDGES[3] };
    const [plain, rotated] = [await figures(PLAIN, policy, quarter, groupOf), await figures(ROTATED, policy, quarter, groupOf)];
    let twice = 0;
    for (const [group, { viewers }] of plain) {
      const seen = rotated.get(group)!.viewers ?? 0;
      expect(seen).toBeGreaterThanOrEqual(viewers ?? 0);
      twice += seen - (viewers ?? 0);
    }
    const all = [...plain.values()].reduce((sum, { viewers }) => sum + (viewers ?? 0), 0);
    // without following the change every viewer of both sides would be two
    expect(twice).toBeLessThan(all / 10);
  }, 240_000);

  it('kept rows are what the entries say on demand', async () => {
    const state = stateOf(ROTATED, worlds);
    const accounts = state.accounts.map(({ accountKey: key }) => key).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const [policy] = POLICIES;
    for (const [place, month] of ['2026-01', '2026-02', '2026-03'].entries()) {
      const rules = showroomRules(state, policy, month);
      const input = { state, policy, month, version: BigInt(place + 1), previous: false };
      await recomputeShowroom(stores.warehouse, { ...input, accounts: accounts.map((key) => ({ accountKey: key, rules: rules(key) })) });
      expect(await showroomDifferences(stores.warehouse, { state, policy, month, accounts })).toEqual([]);
    }
    const quarter = { from: EDGES[0], to: EDGES[3] };
    const groupOf = (at: number) => `d${at % 10}`;
    const shown = async (stored: boolean) => {
      const rows = await figures(ROTATED, policy, quarter, groupOf, stored);
      return [...rows].map(([group, { viewers, visits, showroomVisitors }]) => ({ group, viewers, visits, showroomVisitors }));
    };
    expect(await shown(true)).toEqual(await shown(false));
  }, 240_000);
});
