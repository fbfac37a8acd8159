import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, readOnce } from './account-filter';

/** Followers of an account at the end of a business day (days since 1970). */
export interface FollowerDay {
  day: number;
  total: number;
}

/** Followers by day, the columns of the evidence. */
export const followersSql = (where: string): string => `SELECT
  toString(account_key) AS account,
  toString(day) AS date,
  toFloat64(toInt32(day)) AS dayNumber,
  toFloat64(argMax(total, indexOf({sourcesLastFirst: Array(String)}, source))) AS followers
FROM facts(follower_readings)
WHERE brand_id = {brandId: UInt32}${where} AND day >= {fromDay: Date} AND day < {toDay: Date}
GROUP BY
  account_key,
  day
ORDER BY
  account,
  date`;

const grouped = (where: string): string => `SELECT
  account,
  groupArray(dayNumber) AS days,
  groupArray(followers) AS totals
FROM (
${followersSql(where)}
)
GROUP BY account`;

const dayOf = (ms: number, offsetDays = 0): string => new Date(ms + offsetDays * 86_400_000).toISOString().slice(0, 10);

/** Totals of followers from the beginning of the history to the end of the window, by account, in the order of days. One statement. */
export function readFollowerDays(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Map<string, FollowerDay[]>> {
  return readOnce(scope, 'followers', accounts, async () => {
    const { where, params } = accountFilter(scope, accounts);
    const rows = await scope.query<{ account: string; days: number[]; totals: number[] }>({
      name: 'integrity.followers',
      sql: grouped(where),
      params: { ...params, fromDay: dayOf(scope.historyFrom), toDay: dayOf(scope.window.to, 1) },
      maxSeconds: 120,
    });
    const asked = new Set(accounts.map(({ key }) => key));
    return new Map(
      rows
        .filter(({ account }) => asked.has(account))
        .map(({ account, days, totals }) => [account, days.map((day, at) => ({ day, total: totals[at] })).sort((a, b) => a.day - b.day)]),
    );
  });
}
