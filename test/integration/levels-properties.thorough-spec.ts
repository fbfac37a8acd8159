import fc from 'fast-check';
import { DEFAULT_POLICY, Level, RankingRow, Report, ReportName, ShowroomRow, ValueRow } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { ReportService } from '@app/reports';
import { ViewerKeys, accountKey, entriesTable, followerReadingsTable, sessionsTable } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { Contestant, Standing, over, ratio, rounded, standings, sum } from '../support/oracle/score-oracle';
import { SCORE_MONTH, ScoreWorld, partsOf, scoreRows, scoreWorldArbitrary } from '../support/oracle/score-worlds';
import { priced, scaled, unitsOf } from '../support/oracle/value-oracle';
import { ZONE, dayOf, shuffled } from '../support/oracle/value-worlds';
import {
  LEVELS_ASKED,
  OwnedAccount,
  Totals,
  addTotals,
  costOf,
  daysOf,
  emptyTotals,
  groupOfDay,
  groupOfDealer,
  groupOfRow,
  ownedBrand,
  shownTotals,
  totalsOf,
} from '../support/oracle/value-levels';
import { TestStores, openTestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const MIN_VISITS = 2;
/** Holds every change of owner and place. */
const SPAN = { from: '2026-02-05', to: '2026-03-25' };
const within = (day: string) => SPAN.from <= day && day < SPAN.to;
const SPAN_DAYS = [...daysOf('2026-02'), ...daysOf('2026-03')].filter(within);
const REGIONS = ['310101', '110101', '440103'];
/** What an earned view is worth, as a fraction of a yuan. */
const PRICE = ratio(333_333 * 3, 4_000_000);

describe('levels and ranking on generated brands', () => {
  let stores: TestStores;
  let reports: ReportService;
  let writer: StateWriter;
  beforeAll(async () => {
    stores = await openTestStores();
    writer = new StateWriter(stores.dataSource, stores.secret);
    reports = new ReportService({ ...stores, clock: new FixedClock('2026-05-20T00:00:00Z') });
  });
  afterAll(() => stores?.close());

  const ask = async <Row>(brand: string, name: ReportName, level: Level, more: object): Promise<Row[]> =>
    ((await reports.report({ brand, name, level, basis: 'adjusted', ...more }, 'all')) as unknown as Report<Row>).rows;

  /** A brand of accounts that each have few values, two accounts to a dealer. */
  async function rankedBrand(code: string, worlds: { accountId: string; dealerId: string; world: ScoreWorld }[]): Promise<void> {
    const { brandId } = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
    const dealers = [...new Set(worlds.map(({ dealerId }) => dealerId))];
    const outcomes = [
      await writer.upsertDealers(
        brandId,
        dealers.map((dealerId, at) => ({ dealerId, name: dealerId, adcode: REGIONS[at % REGIONS.length] })),
      ),
      await writer.upsertAccounts(
        brandId,
        worlds.map(({ accountId, dealerId, world: { platform, tier, ownerKind } }) => ({
          platform,
          accountId,
          name: accountId,
          dealerId,
          ownerKind,
          declaredTier: tier,
        })),
      ),
      await writer.upsertPolicies(brandId, [{ fromMonth: '2025-01', minVisits: MIN_VISITS }]),
      await writer.upsertRateCards(
        brandId,
        (['douyin', 'kuaishou', 'channels'] as const).map((platform) => ({
          platform,
          line: 'live_view',
          unitPriceCny: '0.333333',
          discount: '0.75',
          validFrom: '2025-01-01',
        })),
      ),
    ];
    expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);
    const keys = new ViewerKeys(stores.secret, brandId);
    const rows = worlds.map(({ accountId, world }) => scoreRows(brandId, keys, accountId, world));
    await stores.warehouse.insertRows(
      'account_keys',
      worlds.map(({ accountId, world: { platform } }) => ({
        brand_id: brandId,
        account_key: String(accountKey(brandId, platform, accountId)),
        platform,
        account_id: accountId,
      })),
    );
    await stores.warehouse.insert(
      sessionsTable,
      rows.flatMap(({ sessions }) => sessions),
    );
    await stores.warehouse.insert(
      entriesTable,
      rows.flatMap(({ entries }) => entries),
    );
    await stores.warehouse.insert(
      followerReadingsTable,
      rows.flatMap(({ followers }) => followers),
    );
  }
  const shown = (row: RankingRow) => ({
    score: row.score,
    rank: row.rank,
    weightKnown: row.weightKnown,
    percentiles: Object.fromEntries(row.parts.map(({ metric, percentile }) => [metric, percentile])),
    peers: Object.fromEntries(
      row.parts.filter(({ metric, percentile }) => metric !== 'loyalty' && percentile !== null).map(({ metric, peers }) => [metric, peers]),
    ),
  });
  const expected = (standing: Standing) => ({
    score: standing.score && rounded(standing.score, 4),
    rank: standing.rank,
    weightKnown: standing.weightKnown,
    percentiles: Object.fromEntries(Object.entries(standing.percentiles).map(([part, p]) => [part, p && rounded(p, 4)])),
    peers: Object.fromEntries(Object.entries(standing.peers).filter(([part]) => standing.percentiles[part] !== null)),
  });

  const placed = (code: string, seed: number, count: number, persons: fc.Arbitrary<number | null>) =>
    fc
      .sample(scoreWorldArbitrary(persons), { seed, numRuns: count })
      .map((world, at) => ({ accountId: `${code}-${at}`, dealerId: `d${Math.floor(at / 2)}`, world }));

  const byRow = (rows: RankingRow[], idOf: (row: RankingRow) => string, oracle: Map<string, Standing>, told: (id: string) => unknown) => {
    expect(rows.map(idOf).sort()).toEqual([...oracle.keys()].sort());
    for (const row of rows)
      try {
        expect(shown(row)).toEqual(expected(oracle.get(idOf(row))!));
      } catch (error) {
        (error as Error).message += `\nseed ${SEED}, ${idOf(row)}: ${JSON.stringify(told(idOf(row)))}\n${JSON.stringify(row)}`;
        throw error;
      }
  };

  it('value, cost and units of every level are those of who owned each day, and add up to the brand exactly', async () => {
    const brand = await ownedBrand(stores, writer, 'owned', SEED);
    const units = brand.accounts.map(({ world }) => ({ platform: world.platform, ...unitsOf(world, DEFAULT_POLICY.sourceOrder, dayOf) }));
    const dealersOwn = brand.dealerCosts.filter(({ day }) => within(day)).reduce((sum, { amountCny }) => sum + scaled(amountCny, 4), 0n);
    const totals: Omit<Totals, 'units'>[] = [];
    let rowsWithValue = 0;
    for (const [level, regions] of LEVELS_ASKED) {
      const rows = new Map((await ask<ValueRow>('owned', 'value', level, { ...SPAN, regions })).map((row) => [groupOfRow(row), row]));
      const groupsOf = (account: OwnedAccount) => new Set(SPAN_DAYS.map((day) => groupOfDay(brand, account, level, regions, day)));
      const groups = new Set(brand.accounts.flatMap((account) => [...groupsOf(account)]));
      const whole = emptyTotals();
      for (const group of groups) {
        const expected = emptyTotals();
        for (const [at, account] of brand.accounts.entries()) {
          const own = (day: string) => within(day) && groupOfDay(brand, account, level, regions, day) === group;
          addTotals(expected, priced(units[at], brand.cards, own));
          expected.cost += costOf(account.world.costs, own);
        }
        for (const { dealerId, day, amountCny } of level === 'account' ? [] : brand.dealerCosts)
          if (within(day) && groupOfDealer(brand, dealerId, level, regions, day) === group) expected.cost += scaled(amountCny, 4);
        expect([level, regions, group, totalsOf(rows.get(group)!)]).toEqual([level, regions, group, shownTotals(expected)]);
        for (const field of ['value', 'gross', 'cost'] as const) whole[field] += expected[field];
        rowsWithValue += Number(expected.value !== 0n);
      }
      // a dealer without any account has its costs and no value
      for (const [group, row] of rows) if (!groups.has(group)) expect(row.valueCny).toBeNull();
      totals.push({ value: whole.value, gross: whole.gross, cost: whole.cost + (level === 'account' ? dealersOwn : 0n) });
    }
    for (const each of totals) expect(each).toEqual(totals[0]);
    expect(rowsWithValue).toBeGreaterThan(60);
  });

  it('showroom visitors go to the owner at their deciding visit; a part is at most the whole, the whole at most the sum of its parts', async () => {
    const brand = await ownedBrand(stores, writer, 'shown', SEED + 1);
    const month = '2026-02';
    const accounts = new Map<string, number>();
    for (const [level, regions] of LEVELS_ASKED) {
      const rows = await ask<ShowroomRow>('shown', 'showroom', level, { month, regions });
      const visitors = new Map<string, Set<string>>();
      const entries = new Map<string, number>();
      for (const account of brand.accounts)
        for (const [viewer, days] of account.visits) {
          const own = days.filter((day) => day.startsWith(month)).sort();
          for (const day of own) {
            const group = groupOfDay(brand, account, level, regions, day);
            entries.set(group, (entries.get(group) ?? 0) + 1);
          }
          if (own.length < MIN_VISITS) continue;
          const group = groupOfDay(brand, account, level, regions, own[MIN_VISITS - 1]);
          visitors.set(group, (visitors.get(group) ?? new Set()).add(`${account.world.platform} ${viewer}`));
        }
      for (const row of rows) {
        const group = groupOfRow(row);
        expect([level, group, row.showroomVisitors ?? 0, row.entries]).toEqual([
          level,
          group,
          visitors.get(group)?.size ?? 0,
          entries.get(group) ?? 0,
        ]);
        if (level === 'account') accounts.set(group, row.showroomVisitors ?? 0);
      }
      expect(new Set([...visitors.keys(), ...entries.keys()]).size).toBeLessThanOrEqual(rows.length);
      const sizes = rows.map((row) => row.showroomVisitors ?? 0);
      const [whole] = await ask<ShowroomRow>('shown', 'showroom', 'brand', { month });
      expect(Math.max(...sizes)).toBeLessThanOrEqual(whole.showroomVisitors!);
      expect(sizes.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(whole.showroomVisitors!);
      expect(rows.reduce((sum, row) => sum + row.entries, 0)).toBe(whole.entries);
      for (const account of brand.accounts) {
        const owners = new Set(daysOf(month).map((day) => groupOfDay(brand, account, level, regions, day)));
        if (owners.size !== 1) continue;
        const owner = rows.find((row) => owners.has(groupOfRow(row)))!;
        expect(owner.showroomVisitors ?? 0).toBeGreaterThanOrEqual(accounts.get(account.accountId) ?? 0);
      }
    }
    expect([...accounts.values()].filter((size) => size > 0).length).toBeGreaterThan(10);
  });

  it('account scores, percentiles and ranks equal an independent formula on brands of 1 to 40 accounts', async () => {
    const known = new Set<unknown>();
    for (const [at, size] of [1, 5, 12, 40].entries()) {
      const worlds = placed(`acc${at}`, SEED + at, size, fc.constantFrom(null, 1, 2, 3));
      await rankedBrand(`acc${at}`, worlds);
      const oracle = standings(
        worlds.map(({ accountId, world }): Contestant => ({
          id: accountId,
          platform: world.platform,
          tier: world.tier,
          ...partsOf([world], MIN_VISITS, PRICE),
        })),
      );
      const rows = await ask<RankingRow>(`acc${at}`, 'ranking', 'account', { month: SCORE_MONTH });
      byRow(
        rows,
        (row) => row.accountId!,
        oracle,
        (id) => worlds.find(({ accountId }) => accountId === id),
      );
      for (const { score, rank, weightKnown } of oracle.values())
        known
          .add(score && `${score.n}/${score.d}`)
          .add(rank)
          .add(weightKnown);
    }
    // the brands are no desert: many scores, ranks and sets of known parts, and some without score
    expect(known.size).toBeGreaterThan(40);
    expect(known.has(null)).toBe(true);
  });

  it("dealer scores stand on the dealers' own figures among the dealers of the brand; a region has the mean of its dealers", async () => {
    const worlds = placed('deal', SEED + 20, 36, fc.constant(null));
    await rankedBrand('deal', worlds);
    const dealers = [...new Set(worlds.map(({ dealerId }) => dealerId))];
    const oracle = standings(
      dealers.map((id): Contestant => {
        const own = worlds.filter(({ dealerId }) => dealerId === id).map(({ world }) => world);
        return { id, platform: null, tier: null, ...partsOf(own, MIN_VISITS, PRICE) };
      }),
    );
    const rows = (await ask<RankingRow>('deal', 'ranking', 'dealer', { month: SCORE_MONTH })).filter(({ dealerId }) => dealerId);
    byRow(
      rows,
      (row) => row.dealerId!,
      oracle,
      (id) => worlds.filter(({ dealerId }) => dealerId === id),
    );
    const regions = await ask<RankingRow>('deal', 'ranking', 'region', { month: SCORE_MONTH });
    const means = REGIONS.map((_, at) => {
      const scores = dealers.filter((id) => dealers.indexOf(id) % REGIONS.length === at).flatMap((id) => oracle.get(id)!.score ?? []);
      return rounded(over(sum(scores), scores.length), 4);
    });
    expect(REGIONS.map((adcode) => regions.find((row) => row.adcode === `${adcode.slice(0, 4)}00`)?.score)).toEqual(means);
  });

  it('permuting accounts permutes ranks and changes no score', async () => {
    const worlds = placed('perm', SEED + 30, 30, fc.constantFrom(null, 1, 2));
    const ids = shuffled(
      worlds.map(({ accountId }) => accountId),
      SEED,
    );
    await rankedBrand('perm-a', worlds);
    await rankedBrand(
      'perm-b',
      worlds.map((each, at) => ({ ...each, accountId: ids[at] })),
    );
    const before = await ask<RankingRow>('perm-a', 'ranking', 'account', { month: SCORE_MONTH });
    const after = await ask<RankingRow>('perm-b', 'ranking', 'account', { month: SCORE_MONTH });
    const stripped = (row: RankingRow) => ({ ...row, accountId: '', name: '' });
    for (const [at, { accountId }] of worlds.entries()) {
      const [mine, renamed] = [before.find((row) => row.accountId === accountId)!, after.find((row) => row.accountId === ids[at])!];
      expect(stripped(renamed)).toEqual(stripped(mine));
    }
    expect(new Set(before.map(({ rank }) => rank)).size).toBeGreaterThan(5);
  });
});
