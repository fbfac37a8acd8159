import type { Warehouse } from '@app/warehouse';
import { FactScope, scoped } from '../value/merged.sql';
import { storedSessionsQuery } from '../value/rollup/stored-units.sql';
import { sessionCte } from '../value/session-units.sql';
import { ValueWindow, scopeOf, unitParams } from '../value/value.reader';

/** The sessions of one account in one bucket (see readValueUnits for buckets). */
export interface SessionCounts {
  accountKey: string;
  bucket: number;
  sessions: number;
  /** Sessions without a known end: their length is unknown. */
  openSessions: number;
  /** Business days with a session of at least the asked minutes, `YYYY-MM-DD`. */
  liveDays: string[];
}

const sessionsQuery = (scope: FactScope): string => `WITH ${sessionCte(scope)}
SELECT
  toString(account_key) AS accountKey,
  arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
  count() AS sessions,
  countIf(isNull(merged_ended_at)) AS openSessions,
  arraySort(groupUniqArrayIf(toString(day), ifNull(
    toUnixTimestamp64Milli(merged_ended_at) - toUnixTimestamp64Milli(merged_started_at), 0) >= {minSessionMs: Int64})) AS liveDays
FROM session
GROUP BY
  account_key,
  bucket`;

/** Reads what cadence is made of (domain.md 6.1), per account and bucket, in their order. `window.stored` as for readValueUnits. */
export async function readSessionCounts(
  warehouse: Warehouse,
  window: ValueWindow,
  minSessionMinutes: number,
  edges: readonly string[],
): Promise<SessionCounts[]> {
  if (window.accountKeys?.length === 0) return [];
  const rows = await warehouse.query<Record<'accountKey' | 'bucket' | 'sessions' | 'openSessions', string> & { liveDays: string[] }>({
    name: 'session_counts',
    sql: (window.stored ? storedSessionsQuery : sessionsQuery)(scopeOf(window)),
    params: { ...unitParams(window), edges: [...edges], minSessionMs: minSessionMinutes * 60_000 },
  });
  return rows
    .map((row) => ({ ...row, bucket: Number(row.bucket), sessions: Number(row.sessions), openSessions: Number(row.openSessions) }))
    .sort((a, b) => a.bucket - b.bucket || (a.accountKey < b.accountKey ? -1 : a.accountKey > b.accountKey ? 1 : 0));
}

/** Follower totals of one account and month of a window: the last one in it, and the last before it (of the window's first month: before the window). */
export interface FollowerRow {
  accountKey: string;
  month: string;
  last: bigint;
  before: bigint | null;
}

const followersSql = (scope: FactScope): string => `
SELECT
  toString(account_key) AS accountKey,
  month,
  toString(argMax(total, day)) AS last,
  toString(any(before)) AS before
FROM (
  SELECT
    account_key,
    day,
    total,
    formatDateTime(day, '%Y-%m') AS month,
    argMax(toNullable(total), day) OVER (PARTITION BY account_key ORDER BY if(day < {fromDay: Date}, day, greatest(toStartOfMonth(day), {fromDay: Date}))
      RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM (
    SELECT
      account_key,
      day,
      argMax(total, indexOf({sourcesLastFirst: Array(String)}, source)) AS total
    FROM facts(follower_readings)
    WHERE ${scoped(scope)} AND day < {toDay: Date}
    GROUP BY
      account_key,
      day
  )
)
WHERE day >= {fromDay: Date}
GROUP BY
  account_key,
  month`;

/** Reads follower totals per account and business month of the window (growth, domain.md 6.1). Months without a reading have no row. */
export async function readFollowers(warehouse: Warehouse, window: ValueWindow): Promise<FollowerRow[]> {
  const rows = await warehouse.query<{ accountKey: string; month: string; last: string; before: string | null }>({
    name: 'followers_by_month',
    sql: followersSql(scopeOf(window)),
    params: unitParams(window),
  });
  return rows.map((row) => ({ ...row, last: BigInt(row.last), before: row.before === null ? null : BigInt(row.before) }));
}
