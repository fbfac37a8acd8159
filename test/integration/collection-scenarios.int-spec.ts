import { SCENARIO_NAMES, type ScenarioSetting } from '../../apps/platform-sim/src';
import { differences, gapDifferences } from '../support/collection-differences';
import { FIRST_DAY, openRun, roundsOf, runAccounts, type CollectionRun } from '../support/collection-harness';
import { openTestStores, type TestStores } from '../support/stores';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const TROUBLED_DAYS = 3;
const CALM_DAYS = 2;
const at = (day: number, hour = 0): number => FIRST_DAY + day * DAY + hour * HOUR;

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.close());

const accounts = runAccounts(process.env.VITRINE_TEST_LONG === '1' ? 2 : 1);
const of = (platform: string): string[] => accounts.filter((account) => account.platform === platform).map((account) => account.accountId);
const firstOf = (platform: string): string[] => of(platform).slice(0, 1);

/** One run per line: what is switched on, and whether it takes something away for good. */
const CASES: Record<string, { settings: ScenarioSetting[]; gaps?: true; calmDays?: number }> = {
  'nothing at all': { settings: [] },
  busy: { settings: [{ name: 'busy' }] },
  'bursts of "too frequent"': { settings: [{ name: 'rate-bursts' }] },
  'a daily count of requests, used up in the middle': { settings: [{ name: 'daily-quota', amount: 12 }], gaps: true },
  'quota used up for a day and a half': { settings: [{ name: 'quota-gone', from: at(1, 12), to: at(3) }], gaps: true },
  'an app that is banned for a day': {
    settings: [{ name: 'app-banned', servers: ['douyin', 'kuaishou'], from: at(1), to: at(2) }],
    gaps: true,
  },
  'an address that is not allowed for a day': { settings: [{ name: 'ip-not-allowed', from: at(1), to: at(2) }], gaps: true },
  'one account without the permission for live figures': {
    settings: [{ name: 'no-permission', accounts: firstOf('channels') }],
    gaps: true,
  },
  'owners who take their permission back': {
    settings: [{ name: 'revoked', accounts: [...firstOf('channels'), ...firstOf('douyin'), ...firstOf('kuaishou')], from: at(1, 12) }],
    gaps: true,
  },
  'tokens that die between two pages': { settings: [{ name: 'token-dies', rate: 0.5 }, { name: 'short-pages' }] },
  'tokens that die anywhere': { settings: [{ name: 'token-dies-anywhere' }] },
  'tokens of ninety minutes': { settings: [{ name: 'short-tokens' }] },
  'pairs that die at once when refreshed': { settings: [{ name: 'rotation-at-once' }, { name: 'short-tokens' }] },
  'a clock for tokens that is a day ahead': { settings: [{ name: 'token-clock-off' }] },
  'a platform that is down for six hours': { settings: [{ name: 'platform-down', from: at(1, 14), to: at(1, 20) }] },
  'a platform that is down for a day': { settings: [{ name: 'platform-down', servers: ['kuaishou'], from: at(1), to: at(2) }], gaps: true },
  'slow answers': { settings: [{ name: 'slow' }] },
  'connections that end in the middle of a body': { settings: [{ name: 'cut-body' }] },
  'connections that are reset': { settings: [{ name: 'reset' }] },
  'half a JSON text': { settings: [{ name: 'half-json' }] },
  'pages of HTML under 200': { settings: [{ name: 'html-page' }] },
  '502 with HTML': { settings: [{ name: 'bad-gateway' }] },
  'numbers as text': { settings: [{ name: 'number-or-text' }] },
  'an object as a list': { settings: [{ name: 'object-or-list' }] },
  'seconds and milliseconds by turns': { settings: [{ name: 'seconds-or-ms' }] },
  'short pages': { settings: [{ name: 'short-pages', amount: 2 }] },
  'rows twice on two pages': { settings: [{ name: 'repeated-rows' }, { name: 'short-pages' }] },
  'a cursor that stands still for a day': { settings: [{ name: 'stuck-cursor', from: at(1), to: at(2) }], gaps: true },
  'figures that are ready late': { settings: [{ name: 'late-readiness' }] },
  'figures of a day that are never ready': { settings: [{ name: 'never-ready', from: at(0), to: at(2) }], gaps: true },
  'views that are corrected three days later': { settings: [{ name: 'late-corrections' }], calmDays: 3 },
  'a day that the daily series leave out': { settings: [{ name: 'never-served', from: at(1), to: at(2) }], gaps: true },
  'videos that turn private': { settings: [{ name: 'private-videos', from: at(0), to: at(TROUBLED_DAYS) }] },
  'plays that fall by a recount': { settings: [{ name: 'recounts', from: at(0), to: at(TROUBLED_DAYS) }] },
  'videos that are deleted': { settings: [{ name: 'deleted-videos', from: at(0), to: at(TROUBLED_DAYS) }] },
  'a video that is deleted between two pages': { settings: [{ name: 'deleted-between-pages' }, { name: 'short-pages' }] },
};

async function walk(settings: ScenarioSetting[], calmDays: number): Promise<CollectionRun> {
  const run = await openRun(stores, settings, accounts);
  await run.collect(roundsOf(0, TROUBLED_DAYS));
  run.calm();
  await run.collect(roundsOf(TROUBLED_DAYS, calmDays));
  return run;
}

describe('after the platforms calm down, the warehouse equals their truth, no limit was exceeded and each gap has its reason', () => {
  it.each(Object.entries(CASES))('%s', async (_, { settings, gaps, calmDays = CALM_DAYS }) => {
    const run = await walk(settings, calmDays);
    try {
      expect(await differences(stores, run)).toEqual([]);
      expect(await gapDifferences(stores, run)).toEqual([]);
      expect(run.sim.limits()).toEqual([]);
      expect(run.sim.truth(run.instants).gaps(run.accounts).length > 0).toBe(gaps === true);
    } finally {
      await run.close();
    }
  });

  it('through the job queue, round by round', async () => {
    const settings: ScenarioSetting[] = [{ name: 'busy' }, { name: 'cut-body' }, { name: 'token-dies-anywhere' }, { name: 'short-pages' }];
    const run = await openRun(stores, settings, accounts);
    try {
      await run.collectByJobs(roundsOf(0, 2));
      run.calm();
      await run.collectByJobs(roundsOf(2, 1));
      expect(await differences(stores, run)).toEqual([]);
      expect(await gapDifferences(stores, run)).toEqual([]);
      expect(run.sim.limits()).toEqual([]);
    } finally {
      await run.close();
    }
  });

  it('every scenario of the catalogue is in a run of its own or in the pushes', () => {
    const used = new Set<string>(Object.values(CASES).flatMap(({ settings }) => settings.map(({ name }) => name)));
    expect(SCENARIO_NAMES.filter((name) => !used.has(name) && !name.startsWith('push-'))).toEqual([]);
  });
});
