import fc from 'fast-check';
import { DEFAULT_POLICY, Membership, Policy, monthPeriod } from '@app/contracts';
import { OracleFigures, World, showroomOracle } from '../support/oracle/showroom-oracle';
import { worldArbitrary } from '../support/oracle/showroom-worlds';
import { corrections, liveThrough } from '../support/rollup-history';
import { Asked, DATA_INSTANT, Figures, MONTHS, RollupWorlds, ZONE, dayOf } from '../support/rollup-worlds';
import { seeded } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
/** Histories per policy; VITRINE_ROLLUP_ROUNDS=20 is the long form, under more policies. */
const ROUNDS = Number(process.env.VITRINE_ROLLUP_ROUNDS ?? 1);
const WORLDS = worldCount(120);

const SHORT_GAP: Policy = { ...DEFAULT_POLICY, minVisits: 2, visitGapMinutes: 10 };
const LEAST_DWELL: Policy = { ...DEFAULT_POLICY, minVisits: 3, minVisitDwellSeconds: 30, consecutiveSessions: 2 };
const LONG_SESSIONS: Policy = {
  ...DEFAULT_POLICY,
  minVisits: 1,
  minVisitDwellSeconds: 3600,
  minSessionMinutes: 20,
  consecutiveSessions: 2,
};
const OTHER_SOURCES: Policy = {
  ...DEFAULT_POLICY,
  minVisits: 2,
  visitGapMinutes: 240,
  minSessionMinutes: 20,
  consecutiveSessions: 1,
  sourceOrder: ['feed', 'file', 'api-final', 'correction', 'ads-api', 'api-provisional'],
};
/** Policies that move every threshold: one for all months, or one a month. Each history is a brand of its own. */
const SHORT: [name: string, policies: Policy[]][] = [
  ['a least dwell', [LEAST_DWELL]],
  ['another policy each month', [LONG_SESSIONS, OTHER_SOURCES, DEFAULT_POLICY]],
];
const HISTORIES: typeof SHORT =
  ROUNDS === 1
    ? SHORT
    : [
        ...SHORT,
        ['the default policy', [DEFAULT_POLICY]],
        ['a short gap', [SHORT_GAP]],
        ['long sessions', [LONG_SESSIONS]],
        ['another order', [OTHER_SOURCES]],
      ];

const halves = (account: string): string => `dealer-${BigInt(account) % 2n}`;

const comparable = (row: Figures[number], { known }: OracleFigures) => {
  const { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio } = row;
  const asked = { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio };
  const others = { high: row.showroomVisitorsHigh, rolling: row.rollingShowroomVisitors };
  return { entries: row.entries, identifiability: row.identifiability, ...(known ? { ...asked, ...others } : {}) };
};
const expected = (oracle: OracleFigures) => {
  const { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio, high } =
    oracle;
  const asked = { viewers, visits, showroomVisitors, consecutiveVisitors, showroomVisitorsOn2Days, grabbers, loyalShare, dwellRatio, high };
  const rolling = oracle.rollingShowroomVisitors;
  return { entries: oracle.entries, identifiability: oracle.identifiability, ...(oracle.known ? { ...asked, rolling } : {}) };
};

describe('the showroom of whole months from kept rows, after histories of parts, doubles and corrections', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  describe.each(HISTORIES)('under %s', (name, policies) => {
    it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
      'equals the entries and an independent formula (seed %i)',
      async (seed) => {
        const place = HISTORIES.findIndex(([other]) => other === name);
        const brand = await RollupWorlds.open(stores, `p${place}-${seed}`);
        brand.policies = policies.map((policy, at) => ({ ...policy, version: at + 1, fromMonth: at === 0 ? '1970-01' : MONTHS[at] }));
        const random = seeded(seed * 7 + place);
        const worlds = fc.sample(worldArbitrary, { seed: seed + place, numRuns: WORLDS });
        const rows = worlds.flatMap((world) => brand.add(world));
        const computed = await liveThrough(brand, [...rows, ...corrections(rows, random)], random);
        expect(computed.every((keys) => keys > 0)).toBe(true);

        // the long form asks for every month; the short one asks for three where each has a policy of its own
        for (const month of ROUNDS > 1 || policies.length > 1 ? MONTHS : MONTHS.slice(0, 1)) {
          const kept = await same(brand, { month });
          againstOracle(brand, month, kept);
          if (ROUNDS > 1 || month === MONTHS[0]) await same(brand, { month, grouping: halves });
          const { from, to } = monthPeriod(month, ZONE);
          const dataInstant = from + 1 + Math.floor(random() * (to - from));
          if (ROUNDS === 1 && month === MONTHS[2]) continue;
          againstOracle(brand, month, await same(brand, { month, dataInstant }), dataInstant);
          if (ROUNDS > 1 || month === MONTHS[1]) await same(brand, { month, dataInstant, grouping: halves });
        }
        await same(brand, { month: MONTHS[1], memberships: changingHands(brand.accounts) });
        if (policies.length === 1) {
          await same(brand, { months: MONTHS, grouping: () => 'brand' });
          await same(brand, { months: MONTHS, grouping: halves });
          expect(await brand.series(MONTHS, true, halves)).toEqual(await brand.series(MONTHS, false, halves));
        }
        expect(await brand.refresh()).toMatchObject({ keys: 0 });
      },
      900_000,
    );
  });

  async function same(brand: RollupWorlds, asked: Asked): Promise<Figures> {
    const kept = await brand.figures(asked, true);
    expect(kept).toEqual(await brand.figures(asked, false));
    return kept;
  }

  function againstOracle(brand: RollupWorlds, month: string, kept: Figures, dataInstant = DATA_INSTANT): void {
    for (const row of kept) {
      const world: World = brand.worlds.get(row.group)!;
      const oracle = showroomOracle(world, brand.policyOf(month), monthPeriod(month, ZONE), dataInstant, dayOf);
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
