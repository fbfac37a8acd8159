import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, readOnce } from './account-filter';

const COUNTERS = ['plays', 'paid_plays', 'likes', 'comments', 'shares', 'favorites', 'follows'] as const;
export type ContentCounter = (typeof COUNTERS)[number];

/** What the videos of an account gained on a business day (days since 1970), over all its videos; null is unknown. */
export interface ContentDay extends Record<ContentCounter, number | null> {
  day: number;
}

const TRUST = `indexOf({sourcesLastFirst: Array(String)}, source)`;
const DAYS = `day >= toDate(fromUnixTimestamp64Milli({from: Int64}, 'UTC'), {zone: String}) AND day < toDate(fromUnixTimestamp64Milli({to: Int64}, 'UTC'), {zone: String})`;

/** The platform's own figures of days. */
const seriesSql = (where: string): string => `SELECT
    account_key,
    day,
    ${COUNTERS.map((counter) => `sum(${counter}_gain) AS ${counter}`).join(',\n    ')}
  FROM (
    SELECT
      account_key,
      video_id,
      day,
      ${COUNTERS.map((counter) => `toNullable(toInt64(argMax(${counter}, ${TRUST}))) AS ${counter}_gain`).join(',\n      ')}
    FROM facts(video_days)
    WHERE brand_id = {brandId: UInt32}${where} AND ${DAYS}
    GROUP BY
      account_key,
      video_id,
      day
  )
  GROUP BY
    account_key,
    day`;

/** Differences of running totals from one day to the next; after a day without reading there is none. */
const readingsSql = (where: string): string => `SELECT
    account_key,
    day,
    ${COUNTERS.map((counter) => `sumIf(${counter}_gain, follows_day AND ${counter}_gain >= 0) AS ${counter}`).join(',\n    ')}
  FROM (
    SELECT
      account_key,
      day,
      toInt32(day) - toInt32(lagInFrame(day) OVER own) = 1 AS follows_day,
      ${COUNTERS.map((counter) => `${counter}_total - lagInFrame(${counter}_total) OVER own AS ${counter}_gain`).join(',\n      ')}
    FROM (
      SELECT
        account_key,
        video_id,
        toDate(read_at, {zone: String}) AS day,
        ${COUNTERS.map((counter) => `toNullable(toInt64(argMax(${counter}, read_at))) AS ${counter}_total`).join(',\n        ')}
      FROM facts(video_readings)
      WHERE brand_id = {brandId: UInt32}${where} AND ${DAYS}
      GROUP BY
        account_key,
        video_id,
        day
    )
    WINDOW own AS (PARTITION BY account_key, video_id ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
  )
  GROUP BY
    account_key,
    day
  HAVING countIf(follows_day) > 0`;

/** The statement that gives the days of some accounts, by the platform's series or by readings. */
export const contentDaysSql = (kind: 'series' | 'readings', where: string): string => `SELECT
  toString(account_key) AS account,
  toString(day) AS date,
  toFloat64(toInt32(day)) AS dayNumber,
  ${COUNTERS.map((counter) => `toFloat64(${counter}) AS ${counter}Gained`).join(',\n  ')}
FROM (
  ${kind === 'series' ? seriesSql(where) : readingsSql(where)}
)
ORDER BY
  account,
  date`;

export interface AccountContent {
  kind: 'series' | 'readings';
  days: ContentDay[];
}

type ContentRow = { account: string; dayNumber: number } & Record<`${ContentCounter}Gained`, number | null>;

/** Gains of videos by account and day, of the platform's series where there is one, else of the readings. Two statements. */
export function readContentDays(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Map<string, AccountContent>> {
  return readOnce(scope, 'contentDays', accounts, async () => {
    const { where, params } = accountFilter(scope, accounts);
    const asked = new Set(accounts.map(({ key }) => key));
    const content = new Map<string, AccountContent>();
    for (const kind of ['readings', 'series'] as const) {
      const rows = await scope.query<ContentRow>({
        name: `integrity.content_${kind}`,
        sql: contentDaysSql(kind, where),
        params: { ...params, from: scope.historyFrom, to: scope.window.to },
        maxSeconds: 300,
      });
      const found = new Map<string, ContentDay[]>();
      for (const row of rows) {
        if (!asked.has(row.account)) continue;
        const gains = Object.fromEntries(COUNTERS.map((counter) => [counter, row[`${counter}Gained`]])) as Record<
          ContentCounter,
          number | null
        >;
        found.set(row.account, [...(found.get(row.account) ?? []), { day: row.dayNumber, ...gains }]);
      }
      for (const [account, days] of found)
        if (days.length >= (content.get(account)?.days.length ?? 0)) content.set(account, { kind, days });
    }
    return content;
  });
}
