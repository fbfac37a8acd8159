import fc from 'fast-check';
import { DEFAULT_POLICY, Membership, Policy, monthPeriod } from '@app/contracts';
import { OracleFigures, World, showroomOracle } from '../support/oracle/showroom-oracle';
import { worldArbitrary } from '../support/oracle/showroom-worlds';
import { corrections, liveThrough } from '../support/rollup-history';
import { DATA_INSTANT, Figures, MONTHS, RollupWorlds, ZONE, dayOf } from '../support/rollup-worlds';
import { seeded } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
/** Histories per policy; VITRINE_ROLLUP_ROUNDS=20 is the long form. */
const ROUNDS = Number(process.env.VITRINE_ROLLUP_ROUNDS ?? 1);
const WORLDS = worldCount(60);

/** Policies that move every threshold. Each rules a brand of its own. */
const POLICIES: [name: string, policy: Policy][] = [
  ['the default policy', DEFAULT_POLICY],
  ['a short gap', { ...DEFAULT_POLICY, minVisits: 2, visitGapMinutes: 10 }],
  ['a least dwell', { ...DEFAULT_POLICY, minVisits: 3, minVisitDwellSeconds: 30, consecutiveSessions: 2 }],
  [
    'a long dwell and long sessions',
    { ...DEFAULT_POLICY, minVisits: 1, minVisitDwellSeconds: 3600, minSessionMinutes: 20, consecutiveSessions: 2 },
  ],
  [
    'a long gap and another order of sources',
    {
      ...DEFAULT_POLICY,
      minVisits: 2,
      visitGapMinutes: 240,
      minSessionMinutes: 20,
      consecutiveSessions: 1,
      sourceOrder: ['feed', 'file', 'api-final', 'correction', 'ads-api', 'api-provisional'],
    },
  ],
];

const comparable = (row: Figures[number], { known }: OracleFigures) => {
  const { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio } = row;
  const asked = { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio };
  const high = row.showroomVisitorsHigh;
  return { entries: row.entries, identifiability: row.identifiability, ...(known ? { ...asked, high } : {}) };
};
const expected = (oracle: OracleFigures) => {
  const { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio, high } =
    oracle;
  const asked = { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio, high };
  return { entries: oracle.entries, identifiability: oracle.identifiability, ...(oracle.known ? asked : {}) };
};

describe('the showroom of whole months from kept rows, after histories of parts, doubles and corrections', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  describe.each(POLICIES)('under %s', (name, policy) => {
    it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
      'equals the entries and an independent formula (seed %i)',
      async (seed) => {
        const place = POLICIES.findIndex(([other]) => other === name);
        const brand = await RollupWorlds.open(stores, `p${place}-${seed}`, policy);
        const random = seeded(seed * 7 + place);
        const worlds = fc.sample(worldArbitrary, { seed: seed + place, numRuns: WORLDS });
        const rows = worlds.flatMap((world) => brand.add(world));
        const computed = await liveThrough(brand, [...rows, ...corrections(rows, random)], random);
        expect(computed.every((keys) => keys > 0)).toBe(true);

        for (const month of MONTHS) {
          const kept = await brand.figures({ month }, true);
          expect(kept).toEqual(await brand.figures({ month }, false));
          againstOracle(brand, month, kept);
        }
        for (const grouping of [() => 'brand', (account: string) => `dealer-${BigInt(account) % 2n}`]) {
          expect(await brand.figures({ month: MONTHS[1], grouping }, true)).toEqual(
            await brand.figures({ month: MONTHS[1], grouping }, false),
          );
          expect(await brand.figures({ months: MONTHS, grouping }, true)).toEqual(await brand.figures({ months: MONTHS, grouping }, false));
          expect(await brand.series(MONTHS, true, grouping)).toEqual(await brand.series(MONTHS, false, grouping));
        }
        const memberships = changingHands(brand.accounts);
        expect(await brand.figures({ month: MONTHS[1], memberships }, true)).toEqual(
          await brand.figures({ month: MONTHS[1], memberships }, false),
        );
        expect(await brand.refresh()).toMatchObject({ keys: 0 });
      },
      900_000,
    );
  });

  function againstOracle(brand: RollupWorlds, month: string, kept: Figures): void {
    for (const row of kept) {
      const world: World = brand.worlds.get(row.group)!;
      const oracle = showroomOracle(world, brand.policyOf(month), monthPeriod(month, ZONE), DATA_INSTANT, dayOf);
      try {
        expect(comparable(row, oracle)).toEqual(expected(oracle));
      } catch (error) {
        (error as Error).message += `\n${month} ${JSON.stringify(world).slice(0, 6000)}`;
        throw error;
      }
    }
  }
});

/** Three dealers in February: every fifth account goes from the first to the second inside the month, the third keeps its own. */
function changingHands(accounts: string[]): Membership[] {
  const { from, to } = monthPeriod(MONTHS[1], ZONE);
  const middle = from + 12 * 86_400_000 + 3_600_000;
  return accounts.flatMap((accountKey, at) => {
    if (at % 5 !== 0) return [{ accountKey, group: at % 2 === 0 ? 'third' : 'first', from, to }];
    return [
      { accountKey, group: 'first', from, to: middle },
      { accountKey, group: 'second', from: middle, to },
    ];
  });
}
