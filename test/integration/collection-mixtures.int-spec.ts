import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ScenarioName, ScenarioSetting } from '../../apps/platform-sim/src';
import { differences, gapDifferences } from '../support/collection-differences';
import { FIRST_DAY, openRun, roundsOf, runAccounts, tencentAccounts } from '../support/collection-harness';
import { TEST_SEED } from '../support/seeded';
import { openTestStores, type TestStores } from '../support/stores';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const TROUBLED_DAYS = 3;
const CALM_DAYS = 2;
const LONG = process.env.VITRINE_TEST_LONG === '1';
/** The long form goes in portions, so that several processes can share them (`VITRINE_TEST_PART=1/2`) and a run that broke off goes on. */
const PORTIONS = LONG ? 25 : 1;
const RUNS = LONG ? 20 : 4;
const [part = 1, parts = 1] = (process.env.VITRINE_TEST_PART ?? '1/1').split('/').map(Number);
/** A file with a line for each portion that is through; absent: none is skipped. */
const doneFile = process.env.VITRINE_TEST_DONE;
const done = new Set(doneFile && existsSync(doneFile) ? readFileSync(doneFile, 'utf8').split('\n') : []);
const portions = Array.from({ length: PORTIONS }, (_, portion) => portion).filter(
  (portion) => portion % parts === part - 1 && !done.has(String(portion)),
);

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.close());

const own = runAccounts();
const all = [...own, ...tencentAccounts()];

/** What strikes single requests, at a rate. */
const AT_RANDOM = [
  'busy',
  'rate-bursts',
  'token-dies',
  'token-dies-anywhere',
  'slow',
  'cut-body',
  'reset',
  'half-json',
  'html-page',
  'bad-gateway',
  'number-or-text',
  'object-or-list',
  'seconds-or-ms',
  'repeated-rows',
] as const satisfies ScenarioName[];
/** What holds for a span. */
const FOR_A_SPAN = [
  'quota-gone',
  'app-banned',
  'ip-not-allowed',
  'platform-down',
  'stuck-cursor',
  'short-tokens',
  'rotation-at-once',
  'token-clock-off',
  'late-readiness',
] as const satisfies ScenarioName[];
/** What changes the world, or takes something away for good. */
const FOR_GOOD = [
  'never-ready',
  'never-served',
  'private-videos',
  'recounts',
  'deleted-videos',
  'deleted-between-pages',
] as const satisfies ScenarioName[];
const FOR_EVERYBODY: ReadonlySet<ScenarioName> = new Set(['platform-down', 'app-banned']);
const OF_ONE_ACCOUNT = ['no-permission', 'revoked'] as const satisfies ScenarioName[];

const servers = fc.option(fc.subarray(['douyin', 'kuaishou', 'channels', 'oceanengine', 'magnetic', 'tencentads'], { minLength: 1 }), {
  nil: undefined,
});
const accounts = fc.option(
  fc.subarray(
    all.map(({ accountId }) => accountId),
    { minLength: 1 },
  ),
  { nil: undefined },
);
const span = fc.tuple(fc.integer({ min: 0, max: TROUBLED_DAYS * 24 - 1 }), fc.integer({ min: 1, max: 40 })).map(([start, hours]) => ({
  from: FIRST_DAY + start * HOUR,
  to: Math.min(FIRST_DAY + (start + hours) * HOUR, FIRST_DAY + TROUBLED_DAYS * DAY),
}));
const sometimes = fc.double({ min: 0.02, max: 0.4, noNaN: true });

const atRandom: fc.Arbitrary<ScenarioSetting> = fc
  .record({ name: fc.constantFrom(...AT_RANDOM), servers, accounts, rate: sometimes })
  .map(clean);
const forASpan: fc.Arbitrary<ScenarioSetting> = fc
  .record({ name: fc.constantFrom(...FOR_A_SPAN), servers, accounts, span })
  // a platform and its app are down for everybody
  .map(({ span: { from, to }, ...rest }) => clean({ ...rest, from, to, ...(FOR_EVERYBODY.has(rest.name) ? { accounts: undefined } : {}) }));
const forGood: fc.Arbitrary<ScenarioSetting> = fc
  .record({ name: fc.constantFrom(...FOR_GOOD), servers, accounts, rate: sometimes, span })
  .map(({ span: { from, to }, ...rest }) => clean({ ...rest, from, to }));
const ofOne: fc.Arbitrary<ScenarioSetting> = fc
  .record({
    name: fc.constantFrom(...OF_ONE_ACCOUNT),
    account: fc.constantFrom(...all),
    span,
  })
  .map(({ name, account, span: { from } }) => clean({ name, accounts: [account.accountId], ...(name === 'revoked' ? { from } : {}) }));
const paging: fc.Arbitrary<ScenarioSetting> = fc
  .record({ name: fc.constant('short-pages' as const), servers, amount: fc.integer({ min: 1, max: 5 }) })
  .map(clean);

const mixture = fc
  .tuple(
    fc.array(atRandom, { minLength: 1, maxLength: 4 }),
    fc.array(forASpan, { maxLength: 3 }),
    fc.array(forGood, { maxLength: 3 }),
    fc.array(ofOne, { maxLength: 1 }),
    fc.array(paging, { maxLength: 1 }),
  )
  .map((parts) => parts.flat());

/** Settings go over the wire as JSON: nothing undefined in them. */
function clean(setting: ScenarioSetting): ScenarioSetting {
  return Object.fromEntries(Object.entries(setting).filter(([, value]) => value !== undefined)) as unknown as ScenarioSetting;
}

async function walk(settings: ScenarioSetting[]): Promise<void> {
  const run = await openRun(stores, settings, own);
  try {
    await run.collect(roundsOf(0, TROUBLED_DAYS));
    run.calm();
    await run.collect(roundsOf(TROUBLED_DAYS, CALM_DAYS));
    expect({
      differences: await differences(stores, run),
      gaps: await gapDifferences(stores, run),
      limits: run.sim.limits(),
    }).toEqual({ differences: [], gaps: [], limits: [] });
  } finally {
    await run.close();
  }
}

/** What long forms have found, in one walk: permissions taken back between an evening and the next morning's table, and tokens that end thrice in one reading. */
const FOUND: ScenarioSetting[] = [
  { name: 'token-dies-anywhere', servers: ['channels'], rate: 0.4 },
  ...own
    .filter(({ platform }) => platform === 'channels')
    .slice(-1)
    .map(({ accountId }): ScenarioSetting => ({ name: 'revoked', accounts: [accountId], from: FIRST_DAY + 14 * HOUR })),
  ...[own[0], ...tencentAccounts()].map((account, at): ScenarioSetting => ({
    name: 'revoked',
    accounts: [account?.accountId ?? ''],
    from: FIRST_DAY + (2 - at) * DAY - HOUR,
  })),
];

describe('mixtures of everything that platforms do', () => {
  it('what long forms have found stays mended', () => walk(FOUND), 60_000);

  it.each(portions)(
    'whatever came together: the warehouse equals the truth, no limit was exceeded, each gap has its reason (portion %i)',
    async (portion) => {
      await fc.assert(fc.asyncProperty(mixture, walk), { seed: TEST_SEED + portion, numRuns: RUNS, endOnFailure: true });
      if (doneFile) appendFileSync(doneFile, `${portion}\n`);
    },
    LONG ? 600_000 : 180_000,
  );

  it('every portion is somebody’s', () => {
    const all = Array.from({ length: parts }, (_, at) => at + 1).flatMap((one) =>
      Array.from({ length: PORTIONS }, (_, portion) => portion).filter((portion) => portion % parts === one - 1),
    );
    expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: PORTIONS }, (_, portion) => portion));
  });
});
