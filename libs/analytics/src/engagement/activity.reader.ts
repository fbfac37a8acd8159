import type { Warehouse } from '@app/warehouse';
import { SESSION_CTE, UNIT_CTES } from '../value/units.sql';
import { ValueWindow, unitParams } from '../value/value.reader';

/** What one account did in one bucket (see readValueUnits for buckets), as far as any source tells. Counts are gross. */
export interface ActivityRow {
  accountKey: string;
  bucket: number;
  sessions: number;
  /** Sessions without a known end: their length is unknown. */
  openSessions: number;
  /** Business days with a session of at least the asked minutes, `YYYY-MM-DD`. */
  liveDays: string[];
  sessionReactions: bigint;
  videoReactions: bigint;
  views: bigint;
  /** Unique viewers of sessions whose views no source gives. */
  persons: bigint;
  plays: bigint;
}

const REACTIONS_SQL = `
WITH ${UNIT_CTES}
SELECT
  toString(account_key) AS accountKey,
  arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
  toString(sumIf(gross, origin = 'session' AND line IN ('comment', 'share', 'follow'))) AS sessionReactions,
  toString(sumIf(gross, origin = 'video' AND line IN ('like', 'comment', 'share', 'favorite'))) AS videoReactions,
  toString(sumIf(gross, line = 'live_view')) AS views,
  toString(sumIf(gross, line = 'live_person')) AS persons,
  toString(sumIf(gross, line = 'video_play')) AS plays
FROM unit
GROUP BY
  account_key,
  bucket`;

const SESSIONS_SQL = `
WITH ${SESSION_CTE}
SELECT
  toString(account_key) AS accountKey,
  arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
  count() AS sessions,
  countIf(isNull(merged_ended_at)) AS openSessions,
  arraySort(groupUniqArrayIf(toString(day), ifNull(
    toUnixTimestamp64Milli(merged_ended_at) - toUnixTimestamp64Milli(merged_started_at), 0) >= {minSessionMs: UInt64})) AS liveDays
FROM session
WHERE day >= {fromDay: Date} AND day < {toDay: Date}
GROUP BY
  account_key,
  bucket`;

interface RawReactions {
  accountKey: string;
  bucket: string;
  sessionReactions: string;
  videoReactions: string;
  views: string;
  persons: string;
  plays: string;
}
interface RawSessions {
  accountKey: string;
  bucket: string;
  sessions: string;
  openSessions: string;
  liveDays: string[];
}

/** Reads what engagement and cadence are made of (domain.md 6.1), per account and bucket. */
export async function readActivity(
  warehouse: Warehouse,
  window: ValueWindow,
  minSessionMinutes: number,
  edges: readonly string[],
): Promise<ActivityRow[]> {
  if (window.accountKeys?.length === 0) return [];
  const params = { ...unitParams(window), edges: [...edges], minSessionMs: minSessionMinutes * 60_000 };
  const [reactions, sessions] = await Promise.all([
    warehouse.query<RawReactions>({ name: 'activity_reactions', sql: REACTIONS_SQL, params }),
    warehouse.query<RawSessions>({ name: 'activity_sessions', sql: SESSIONS_SQL, params }),
  ]);
  const rows = new Map<string, ActivityRow>();
  const rowOf = (accountKey: string, bucket: number): ActivityRow => {
    const id = `${accountKey} ${bucket}`;
    const row = rows.get(id) ?? emptyActivity(accountKey, bucket);
    rows.set(id, row);
    return row;
  };
  for (const row of reactions)
    Object.assign(rowOf(row.accountKey, Number(row.bucket)), {
      sessionReactions: BigInt(row.sessionReactions),
      videoReactions: BigInt(row.videoReactions),
      views: BigInt(row.views),
      persons: BigInt(row.persons),
      plays: BigInt(row.plays),
    });
  for (const row of sessions)
    Object.assign(rowOf(row.accountKey, Number(row.bucket)), {
      sessions: Number(row.sessions),
      openSessions: Number(row.openSessions),
      liveDays: row.liveDays,
    });
  return [...rows.values()];
}

const emptyActivity = (accountKey: string, bucket: number): ActivityRow => ({
  accountKey,
  bucket,
  sessions: 0,
  openSessions: 0,
  liveDays: [],
  sessionReactions: 0n,
  videoReactions: 0n,
  views: 0n,
  persons: 0n,
  plays: 0n,
});

/** Follower totals of one account and month: the last one in it and the last before it. */
export interface FollowerRow {
  accountKey: string;
  month: string;
  last: bigint;
  before: bigint | null;
}

const FOLLOWERS_SQL = `
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
    argMax(toNullable(total), day) OVER (PARTITION BY account_key ORDER BY toStartOfMonth(day)
      RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM (
    SELECT
      account_key,
      day,
      argMax(total, indexOf({sourcesLastFirst: Array(String)}, source)) AS total
    FROM follower_readings FINAL
    WHERE brand_id = {brandId: UInt32} AND day < {toDay: Date}
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
    sql: FOLLOWERS_SQL,
    params: unitParams(window),
  });
  return rows.map((row) => ({ ...row, last: BigInt(row.last), before: row.before === null ? null : BigInt(row.before) }));
}
