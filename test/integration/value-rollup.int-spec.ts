import fc from 'fast-check';
import { DEFAULT_POLICY, Policy, Source, addDays, addMonths, businessDay } from '@app/contracts';
import { unitsOf } from '../support/oracle/value-oracle';
import {
  AFTER_LAST_DAY,
  FIRST_DAY,
  MONTHS,
  rateCardsArbitrary,
  seeded,
  shuffled,
  valueWorldArbitrary,
} from '../support/oracle/value-worlds';
import { TestStores, openTestStores, worldCount } from '../support/stores';
import { ToldFact, ValueRollupWorlds, restless } from '../support/value-rollup-worlds';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const WORLDS = worldCount(60);
const OTHER_ORDER: Source[] = ['feed', 'file', 'api-provisional', 'api-final', 'ads-api', 'correction'];
const policy = (fromMonth: string, sourceOrder: Source[], version = 1): Policy => ({ ...DEFAULT_POLICY, fromMonth, sourceOrder, version });
const ONE_ORDER = [policy('1970-01', DEFAULT_POLICY.sourceOrder)];
const TWO_ORDERS = [...ONE_ORDER, policy('2026-03', OTHER_ORDER)];

const spanOf = (months: readonly string[]) => ({
  fromDay: `${months[0]}-01`,
  toDay: `${addMonths(months.at(-1)!, 1)}-01`,
  edges: months.map((month) => `${month}-01`),
});
/** The months, parted where the policy changes. */
const ruledAlike = (brand: ValueRollupWorlds): string[][] =>
  [...new Set(MONTHS.map((month) => brand.policyOf(month)))].map((own) => MONTHS.filter((month) => brand.policyOf(month) === own));

describe('value from kept days', () => {
  let stores: TestStores;
  /** A brand of everything delivered at once. */
  let spans: ValueRollupWorlds;
  beforeAll(async () => {
    stores = await openTestStores();
    const { brand, facts } = await brandOf('spans', 'Asia/Shanghai', ONE_ORDER, SEED + 1);
    await brand.deliver(facts);
    await brand.refresh();
    spans = brand;
  });
  afterAll(() => stores?.close());

  /** A brand with prices, generated accounts and their rows in an order of their own. */
  async function brandOf(
    code: string,
    zone: string,
    policies: Policy[],
    seed: number,
  ): Promise<{ brand: ValueRollupWorlds; facts: ToldFact[] }> {
    const brand = await ValueRollupWorlds.open(stores, code, zone, policies);
    const [cards] = fc.sample(rateCardsArbitrary, { seed, numRuns: 1 });
    brand.cards = cards.map((card) => ({ ...card, version: 1, sample: false, sourceNote: null }));
    const worlds = fc.sample(valueWorldArbitrary, { seed, numRuns: WORLDS }).map((world, at) => restless(world, seed + at));
    return { brand, facts: shuffled(await brand.add(worlds), seed) };
  }

  /** Months under one order of sources are read together, each a bucket; or each alone. Answers how many rows there are. */
  async function expectStoredAsFacts(brand: ValueRollupWorlds, alone = false): Promise<number> {
    let rows = 0;
    for (const months of alone ? MONTHS.map((month) => [month]) : ruledAlike(brand)) {
      const fromFacts = await brand.read(spanOf(months), false);
      expect(await brand.read(spanOf(months), true)).toEqual(fromFacts);
      rows += fromFacts.units.length + fromFacts.sessions.length;
    }
    return rows;
  }

  const zones: [zone: string, policies: Policy[]][] = [['Pacific/Auckland', TWO_ORDERS]];
  if (process.env.VITRINE_TEST_LONG) zones.push(['Asia/Shanghai', TWO_ORDERS], ['America/New_York', ONE_ORDER]);
  it.each(zones)(
    'whatever arrives in whatever order, a refresh leaves what the facts say (%s)',
    async (zone, policies) => {
      const seed = SEED + zone.length;
      const { brand, facts } = await brandOf(`order-${zone}`, zone, policies, seed);
      const random = seeded(seed);
      const cuts = [...new Set([0, ...Array.from({ length: 3 }, () => Math.floor(random() * facts.length)), facts.length])].sort(
        (a, b) => a - b,
      );
      let late: { id: string } | null = null;
      for (let at = 1; at < cuts.length; at++) {
        const part = facts.slice(cuts[at - 1], cuts[at]);
        const half = Math.floor(part.length / 2);
        await brand.deliver(part.slice(0, half));
        // under way while a refresh runs: covered by the next one
        const open = await brand.begin();
        await brand.write(open, part.slice(half));
        await brand.refresh();
        if (random() < 0.5) await brand.deliver(facts.slice(0, cuts[at]).filter(() => random() < 0.2));
        if (late) await brand.finish(late.id);
        late = { id: open };
        if (at % 2 !== 0 && at < cuts.length - 1) continue;
        await brand.finish(late.id);
        late = null;
        await brand.refresh();
        expect(await expectStoredAsFacts(brand, at === cuts.length - 1)).toBeGreaterThan(0);
      }
      const once = await brand.refresh(MONTHS);
      expect(once.keys).toBe(0);
      await expectStoredAsOracle(brand);
    },
    600_000,
  );

  it('spans of days with other prices, some accounts and a whole span of months read the same', async () => {
    const brand = spans;
    const some = brand.placed.filter((_, at) => at % 3 === 0).map((own) => brand.keyOf(own));
    let missing = 0;
    for (const asked of [
      { fromDay: FIRST_DAY, toDay: AFTER_LAST_DAY, edges: [FIRST_DAY, '2026-02-11', '2026-03-01', '2026-03-02'] },
      { fromDay: '2026-01-17', toDay: '2026-02-16', edges: ['2026-01-17'], accountKeys: some },
      { fromDay: '2026-01-17', toDay: '2026-02-16', edges: ['2026-01-17'], accountKeys: [] },
    ]) {
      const fromFacts = await brand.read(asked, false);
      expect(await brand.read(asked, true)).toEqual(fromFacts);
      expect(fromFacts.units.length > 0).toBe(asked.accountKeys?.length !== 0);
      missing += fromFacts.units.filter(({ missingDays }) => missingDays.length > 0).length;
    }
    expect(missing).toBeGreaterThan(0);
  }, 600_000);

  it('another order of sources makes the asked months new, and only a span of one order is read from kept days', async () => {
    const brand = spans;
    const before = await brand.readMonth('2026-03', true);
    brand.policies = TWO_ORDERS;
    expect((await brand.refresh(['2026-02'])).keys).toBe(0);
    expect((await brand.refresh(['2026-03'])).keys).toBeGreaterThan(0);
    const after = await brand.readMonth('2026-03', true);
    expect(after).toEqual(await brand.readMonth('2026-03', false));
    expect(after).not.toEqual(before);
  }, 600_000);

  it('an account that loses everything keeps nothing, and one that comes back has it again', async () => {
    const { brand, facts } = await brandOf('emptied', 'Asia/Shanghai', ONE_ORDER, SEED + 2);
    const kept = facts.filter(({ row }) => row.retracted === 0);
    await brand.deliver(kept);
    await brand.refresh();
    const observed_at = Number(kept[0].row.observed_at) + 86_400_000;
    await brand.deliver(kept.map(({ table, row }) => ({ table, row: { ...row, observed_at, retracted: 1 } })));
    await brand.refresh();
    expect(await brand.read(spanOf(MONTHS), true)).toEqual({ units: [], sessions: [] });
    await brand.deliver(kept.map(({ table, row }) => ({ table, row: { ...row, observed_at: observed_at + 1 } })));
    await brand.refresh();
    expect(await expectStoredAsFacts(brand)).toBeGreaterThan(0);
  }, 600_000);

  /** The end of all histories against the definition, day by day, under each month's order of sources. */
  async function expectStoredAsOracle(brand: ValueRollupWorlds): Promise<void> {
    const edges: string[] = [];
    for (let day = FIRST_DAY; day < AFTER_LAST_DAY; day = addDays(day, 1)) edges.push(day);
    const add = (map: Map<string, [bigint, bigint]>, key: string, gross: bigint, net: bigint) => {
      const [g, n] = map.get(key) ?? [0n, 0n];
      map.set(key, [g + gross, n + net]);
    };
    const shown = (map: Map<string, [bigint, bigint]>) =>
      [...map]
        .filter(([, [gross, net]]) => gross !== 0n || net !== 0n)
        .map(([key, [gross, net]]) => `${key} ${gross} ${net}`)
        .sort();
    const [actual, expected] = [new Map<string, [bigint, bigint]>(), new Map<string, [bigint, bigint]>()];
    const { units } = await brand.read({ fromDay: FIRST_DAY, toDay: AFTER_LAST_DAY, edges }, true);
    for (const row of units)
      if (row.line !== 'live_person' && row.line !== 'live_viewer')
        add(actual, `${row.accountKey}|${edges[row.bucket - 1]}|${row.line}`, row.gross, row.net);
    const dayOf = (ms: number) => businessDay(ms, brand.zone);
    for (const own of brand.placed) {
      const orders = new Map(brand.policies.map(({ sourceOrder }) => [sourceOrder, unitsOf(own.world, sourceOrder, dayOf)]));
      for (const [order, { units: told }] of orders)
        for (const { day, line, gross, net } of told)
          if (day >= FIRST_DAY && day < AFTER_LAST_DAY && line !== 'live_viewer' && brand.policyOf(day.slice(0, 7)).sourceOrder === order)
            add(expected, `${brand.keyOf(own)}|${day}|${line}`, gross, net);
    }
    expect(shown(actual)).toEqual(shown(expected));
    expect(shown(actual).length).toBeGreaterThan(WORLDS * 3);
  }
});
