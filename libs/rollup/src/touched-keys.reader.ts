import type { Warehouse } from '@app/warehouse';
import type { Progress } from './progress';
import type { Rollup } from './rollup';

/** Months as YYYYMM numbers, with their accounts. */
export type TouchedKeys = Map<number, Set<string>>;

/** A delivery that the watermark does not cover and that is closed now. Without a watermark also what came without any delivery (0). */
const PENDING = `(((delivery_id > {horizon: UInt64} OR {version: UInt64} = 0) AND delivery_id <= {newHorizon: UInt64}) OR delivery_id IN {open: Array(UInt64)})
    AND delivery_id NOT IN {newOpen: Array(UInt64)}`;

/**
 * Keys that pending marks touch: the months in which the facts lie (entries know their business month, the others are widened by a day for the zone's
 * sake), the keys into whose reach they fall, and those that know a named session or lead. A session or lead is marked wherever any source has
 * put it: what one source says now may be that another one is right again.
 */
const TOUCHED = `WITH delivered AS (
  SELECT
    fact,
    account_key,
    bucket,
    toUnixTimestamp64Milli(min(first_at)) AS first_ms,
    toUnixTimestamp64Milli(max(last_at)) AS last_ms,
    groupUniqArrayArray(dirty_keys.names) AS named
  FROM dirty_keys
  WHERE brand_id = {brandId: UInt32} AND fact IN {facts: Array(String)} AND ${PENDING}
  GROUP BY
    fact,
    account_key,
    bucket
),
mark AS (
  SELECT fact, account_key, bucket, first_ms, last_ms, named
  FROM delivered
  UNION ALL
  SELECT
    'sessions' AS fact,
    account_key,
    toUInt32(0) AS bucket,
    toUnixTimestamp64Milli(started_at) AS first_ms,
    greatest(first_ms, max(toUnixTimestamp64Milli(ifNull(ended_at, started_at + INTERVAL 24 HOUR))) OVER (PARTITION BY account_key, session_id)) AS last_ms,
    CAST([], 'Array(String)') AS named
  FROM sessions
  WHERE brand_id = {brandId: UInt32} AND (account_key, session_id) IN (SELECT account_key, arrayJoin(named) FROM delivered WHERE fact = 'sessions')
  UNION ALL
  SELECT
    'leads' AS fact,
    account_key,
    toUInt32(0) AS bucket,
    toUnixTimestamp64Milli(toDateTime64(day, 3, 'UTC')) AS first_ms,
    first_ms AS last_ms,
    CAST([], 'Array(String)') AS named
  FROM leads
  WHERE brand_id = {brandId: UInt32} AND (account_key, toString(lead_key)) IN (SELECT account_key, arrayJoin(named) FROM delivered WHERE fact = 'leads')
),
known AS (
  SELECT
    account_key,
    month,
    reach_from,
    reach_to,
    rollup_key.names AS names
  FROM rollup(rollup_key)
  WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String} AND account_key GLOBAL IN (SELECT account_key FROM mark)
),
touched AS (
  SELECT
    account_key,
    arrayJoin(if(
      fact = 'entries',
      [bucket],
      arrayDistinct([
        toYYYYMM(fromUnixTimestamp64Milli(first_ms, 'UTC'), {zone: String}), toYYYYMM(fromUnixTimestamp64Milli(last_ms, 'UTC'), {zone: String}),
        toYYYYMM(fromUnixTimestamp64Milli(first_ms, 'UTC')), toYYYYMM(fromUnixTimestamp64Milli(last_ms, 'UTC'))
      ])
    )) AS month
  FROM mark
  UNION DISTINCT
  SELECT
    known.account_key AS account_key,
    known.month AS month
  FROM known
  INNER JOIN mark ON mark.account_key = known.account_key
  WHERE has({reachFacts: Array(String)}, mark.fact) AND mark.first_ms < known.reach_to AND mark.last_ms >= known.reach_from
  UNION DISTINCT
  SELECT
    account_key,
    month
  FROM (SELECT account_key, month, arrayJoin(names) AS name FROM known)
  WHERE (account_key, name) GLOBAL IN (SELECT account_key, arrayJoin(named) FROM mark)
)
SELECT
  month,
  groupUniqArray(toString(account_key)) AS accounts
FROM touched
GROUP BY month
ORDER BY month`;

/** What the deliveries between two watermarks have touched. */
export async function readTouchedKeys(
  warehouse: Warehouse,
  rollup: Rollup,
  span: { brandId: number; zone: string; from: Progress; to: Pick<Progress, 'horizon' | 'open'> },
): Promise<TouchedKeys> {
  const { brandId, zone, from, to } = span;
  const facts = Object.keys(rollup.facts);
  const rows = await warehouse.query<{ month: number; accounts: string[] }>({
    name: 'rollup.touched',
    maxSeconds: 600,
    sql: TOUCHED,
    params: {
      brandId,
      zone,
      rollup: rollup.name,
      facts,
      reachFacts: facts.filter((fact) => rollup.facts[fact] === 'reach'),
      version: from.version,
      horizon: BigInt(from.horizon),
      open: from.open.map(BigInt),
      newHorizon: BigInt(to.horizon),
      newOpen: to.open.map(BigInt),
    },
  });
  return new Map(rows.map((row) => [row.month, new Set(row.accounts)]));
}

const RULES = `SELECT
  month,
  toString(account_key) AS accountKey,
  toString(rules) AS rules
FROM rollup(rollup_key)
WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String} AND month IN {months: Array(UInt32)}`;

/** Rules under which the keys of some months (YYYYMM) were computed, by month and account. */
export async function readRules(
  warehouse: Warehouse,
  rollup: Rollup,
  brandId: number,
  months: readonly number[],
): Promise<Map<number, Map<string, string>>> {
  const found = new Map(months.map((month) => [month, new Map<string, string>()]));
  if (months.length === 0) return found;
  const params = { brandId, rollup: rollup.name, months: [...months] };
  const query = { name: 'rollup.rules', sql: RULES, params, maxRows: 50_000_000 };
  for await (const row of warehouse.stream<{ month: number; accountKey: string; rules: string }>(query))
    found.get(row.month)!.set(row.accountKey, row.rules);
  return found;
}
