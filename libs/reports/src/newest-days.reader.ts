import { Platform, monthNumber } from '@app/contracts';
import type { ReportContext } from './report-context';

/** One row per account: the newest business day of the window of which anything is known. */
const NEWEST = `SELECT
  toString(account_key) AS accountKey,
  toString(max(day)) AS day
FROM (
  SELECT account_key, toDate(started_at, {zone: String}) AS day
  FROM facts(sessions)
  WHERE brand_id = {brandId: UInt32} AND started_at >= fromUnixTimestamp64Milli({from: Int64}) AND started_at < fromUnixTimestamp64Milli({to: Int64})
  UNION ALL
  SELECT account_key, toDate(max(entered_at), {zone: String}) AS day
  FROM facts(entries)
  WHERE brand_id = {brandId: UInt32} AND month >= {fromMonth: UInt32} AND entered_at >= fromUnixTimestamp64Milli({from: Int64}) AND entered_at < fromUnixTimestamp64Milli({to: Int64})
  GROUP BY account_key
  UNION ALL
  SELECT account_key, toDate(read_at, {zone: String}) AS day
  FROM facts(video_readings)
  WHERE brand_id = {brandId: UInt32} AND read_at >= fromUnixTimestamp64Milli({from: Int64}) AND read_at < fromUnixTimestamp64Milli({to: Int64})
  UNION ALL
  SELECT account_key, day
  FROM facts(video_days)
  WHERE brand_id = {brandId: UInt32} AND day >= {fromDay: Date} AND day < {toDay: Date}
  UNION ALL
  SELECT account_key, day
  FROM facts(follower_readings)
  WHERE brand_id = {brandId: UInt32} AND day >= {fromDay: Date} AND day < {toDay: Date}
  UNION ALL
  SELECT account_key, day
  FROM facts(collection_days)
  WHERE brand_id = {brandId: UInt32} AND complete = 1 AND day >= {fromDay: Date} AND day < {toDay: Date}
)
GROUP BY account_key`;

/** The newest business day with facts of each platform (domain.md 6.5), among the context's accounts, up to the data instant. Platforms without any are missing. */
export async function readNewestDays(context: ReportContext): Promise<Partial<Record<Platform, string>>> {
  const { warehouse, state, zone, period, dataInstant, byKey } = context;
  const rows = await warehouse.query<{ accountKey: string; day: string }>({
    name: 'newest_days',
    sql: NEWEST,
    params: {
      brandId: state.brand.brandId,
      zone,
      from: period.from,
      to: Math.min(period.to, dataInstant),
      fromDay: period.fromDay,
      toDay: period.toDay,
      fromMonth: monthNumber(period.fromDay.slice(0, 7)),
    },
  });
  const newest: Partial<Record<Platform, string>> = {};
  for (const { accountKey, day } of rows) {
    const platform = byKey.get(accountKey)?.platform;
    if (platform && day > (newest[platform] ?? '')) newest[platform] = day;
  }
  return newest;
}
