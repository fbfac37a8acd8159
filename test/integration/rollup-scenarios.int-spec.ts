import { DEFAULT_POLICY, monthPeriod } from '@app/contracts';
import { showroomOracle } from '../support/oracle/showroom-oracle';
import { SCENARIOS } from '../support/rollup-scenarios';
import { DATA_INSTANT, Figures, MONTHS, RollupWorlds, ZONE, dayOf } from '../support/rollup-worlds';
import { TestStores, openTestStores } from '../support/stores';

const ROUNDS = Math.max(...SCENARIOS.map((scenario) => scenario.deliveries.length));

/** Every scenario is an account of one brand; the n-th deliveries of all arrive together, and a refresh follows. */
describe('after each delivery and refresh the kept rows say what the entries say:', () => {
  let stores: TestStores;
  let brand: RollupWorlds;
  const accounts = new Map<string, string>();
  /** By round and month. */
  const kept: Map<string, Figures>[] = [];
  const demanded: Map<string, Figures>[] = [];

  beforeAll(async () => {
    stores = await openTestStores();
    brand = await RollupWorlds.open(stores, 'scenarios');
    for (const { name, declared } of SCENARIOS) {
      brand.add({ entries: [], sessions: [], raffles: [], staff: [], sentinels: brand.sentinels, ...declared });
      accounts.set(name, brand.accounts.at(-1)!);
    }
    for (let round = 0; round < ROUNDS; round++) {
      await brand.deliver(
        SCENARIOS.flatMap(({ name, deliveries }) => (deliveries[round] ?? []).map((row) => ({ account: accounts.get(name)!, ...row }))),
      );
      await brand.refresh();
      const figures = async (stored: boolean) => {
        const rows = new Map<string, Figures>();
        for (const month of MONTHS) rows.set(month, await brand.figures({ month }, stored));
        return rows;
      };
      kept.push(await figures(true));
      demanded.push(await figures(false));
    }
  }, 600_000);
  afterAll(() => stores?.close());

  it.each(SCENARIOS.map((scenario) => scenario.name))('%s', (name) => {
    const of = (rows: Figures) => rows.find((row) => row.group === accounts.get(name));
    for (const round of kept.keys())
      for (const month of MONTHS)
        expect({ round, month, figures: of(kept[round].get(month)!) }).toEqual({ round, month, figures: of(demanded[round].get(month)!) });
    // a scenario whose deliveries change nothing proves nothing
    const rounds = SCENARIOS.find((scenario) => scenario.name === name)!.deliveries.length;
    for (let round = 1; round < rounds; round++)
      expect(MONTHS.map((month) => of(kept[round].get(month)!))).not.toEqual(MONTHS.map((month) => of(kept[round - 1].get(month)!)));
    for (const month of MONTHS) {
      const oracle = showroomOracle(brand.worlds.get(accounts.get(name)!)!, DEFAULT_POLICY, monthPeriod(month, ZONE), DATA_INSTANT, dayOf);
      const figures = of(kept.at(-1)!.get(month)!)!;
      if (oracle.known)
        expect(figures).toMatchObject({ visits: oracle.visits, consecutiveVisitors: oracle.consecutiveVisitors, viewers: oracle.viewers });
      expect(figures.entries).toBe(oracle.entries);
    }
  });
});
