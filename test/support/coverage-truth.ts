import { CoverageService } from '@app/coverage';
import { addDays } from '@app/contracts';
import type { ScenarioSetting } from '../../apps/platform-sim/src';
import { FIRST_DAY, openRun, roundsOf, runAccounts, type CollectionRun } from './collection-harness';
import { FixedClock } from './fixed-clock';
import type { TestStores } from './stores';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** What the simulator tells the truth of. */
const KINDS = ['sessions', 'videos', 'followers'] as const;
const TROUBLED_DAYS = 3;
const CALM_DAYS = 2;
const at = (day: number): number => FIRST_DAY + day * DAY;
const dayText = (instant: number): string => new Date(instant + 8 * HOUR).toISOString().slice(0, 10);

/** The simulator's own gaps, one line a day: account, kind, day, reason. */
export const gapsIn = (run: CollectionRun): string[] =>
  run.sim
    .truth(run.instants)
    .gaps(run.accounts)
    .map(({ platform, accountId, kind, day, reason }) => `${platform}/${accountId} ${kind} ${day} ${reason}`)
    .sort();

/** Collects through some trouble and the calm after it; what the product tells of the same days, in the same words. */
export async function walkAndTell(stores: TestStores): Promise<{ run: CollectionRun; gaps: string[] }> {
  const accounts = runAccounts();
  const of = (platform: string): string[] => accounts.filter((one) => one.platform === platform).map(({ accountId }) => accountId);
  const settings: ScenarioSetting[] = [
    { name: 'platform-down', servers: ['kuaishou'], from: at(1), to: at(2) },
    { name: 'revoked', accounts: of('douyin').slice(0, 1), from: at(1) + 12 * HOUR },
    // between the evening's reading and the next morning's, which alone could have told the day's followers
    { name: 'revoked', accounts: of('douyin').slice(1, 2), from: at(1) + 22 * HOUR },
    { name: 'no-permission', accounts: of('channels').slice(0, 1) },
  ];
  const run = await openRun(stores, settings, accounts);
  await run.collect(roundsOf(0, TROUBLED_DAYS));
  run.calm();
  await run.collect(roundsOf(TROUBLED_DAYS, CALM_DAYS));
  const [first = 0, last = 0] = [run.instants[0], run.instants[run.instants.length - 1]];
  // the store dates grants by the machine's clock, the run by its own
  await stores.dataSource.query('UPDATE platform_grant SET granted_at = $2 WHERE brand_id = $1', [run.brand.brandId, new Date(first)]);
  const clock = new FixedClock(new Date(last).toISOString());
  const service = new CoverageService({ warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, clock });
  const found = await service.gaps('all', { brand: run.brand.code, from: dayText(first), to: dayText(last) }, KINDS);
  const gaps = found.flatMap(({ platform, accountId, kind, from, to, reason }) => {
    const lines: string[] = [];
    for (let day = from; day < to; day = addDays(day, 1)) lines.push(`${platform}/${accountId} ${kind} ${day} ${reason}`);
    return lines;
  });
  return { run, gaps: gaps.sort() };
}
