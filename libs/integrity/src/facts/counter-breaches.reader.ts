import { standing } from '@app/warehouse';
import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, readOnce } from './account-filter';

/** Something that counters do not do by themselves, as one row of its statement. `size`: how badly, as a logarithm of a ratio. */
export interface CounterBreach {
  account: string;
  /** Session or video. */
  item: string;
  /** Epoch ms. */
  at: number;
  before: number;
  after: number;
}

const ITEM = `toString(account_key) AS account`;
const SPAN = (column: string): string =>
  `${column} >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`;
const MS = (column: string): string => `toFloat64(toUnixTimestamp64Milli(${column}))`;

/** Running totals of plays that fall. 0 after a positive reading is no reading (domain.md 4.5). */
const FALLS = (where: string): string => `SELECT
  ${ITEM},
  video_id AS item,
  ${MS('fallen_at')} AS at,
  toFloat64(plays_before) AS before,
  toFloat64(plays_after) AS after
FROM (
  SELECT
    account_key,
    video_id,
    read_at AS fallen_at,
    plays AS plays_after,
    lagInFrame(plays) OVER (PARTITION BY account_key, video_id, source ORDER BY read_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS plays_before
  FROM facts(video_readings)
  WHERE brand_id = {brandId: UInt32}${where} AND ${SPAN('read_at')} AND plays > 0
)
WHERE plays_before >= 100 AND plays_after < plays_before * 0.98
ORDER BY
  account,
  item,
  at`;

/** The same session from a file and from the platform: the file says more views. */
const SOURCES = (where: string): string => `SELECT
  ${ITEM},
  session_id AS item,
  ${MS('min(started_at)')} AS at,
  toFloat64(maxIf(views, source = 'api-final')) AS before,
  toFloat64(maxIf(views, source = 'file')) AS after
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32}${where} AND ${SPAN('started_at')} AND source IN ('file', 'api-final') AND views > 0
GROUP BY
  account_key,
  session_id
HAVING uniqExact(source) = 2 AND before >= 50 AND after > before * 1.02
ORDER BY
  account,
  item`;

/** A session that a file told again, with more views than the first time, and still tells. */
const RESUBMITTED = (where: string): string => `SELECT
  ${ITEM},
  session_id AS item,
  ${MS('min(started_at)')} AS at,
  toFloat64(argMin(views, (observed_at, ingested_at))) AS before,
  toFloat64(argMax(views, (observed_at, ingested_at))) AS after
FROM sessions_landing
WHERE brand_id = {brandId: UInt32}${where} AND ${SPAN('started_at')} AND source = 'file' AND retracted = 0 AND views > 0 AND ${standing()}
  AND (account_key, session_id) IN (
    SELECT
      account_key,
      session_id
    FROM facts(sessions)
    WHERE brand_id = {brandId: UInt32}${where} AND ${SPAN('started_at')} AND source = 'file'
  )
GROUP BY
  account_key,
  session_id
HAVING before >= 50 AND after > before * 1.05
ORDER BY
  account,
  item`;

export const COUNTER_STATEMENTS = { counterFalls: FALLS, editedSource: SOURCES, editedAgain: RESUBMITTED } as const;
export type CounterRule = keyof typeof COUNTER_STATEMENTS;

/** Breaches of a rule in the history and the window, by one statement. */
export function readCounterBreaches(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
  rule: CounterRule,
): Promise<CounterBreach[]> {
  return readOnce(scope, rule, accounts, async () => {
    const { where, params } = accountFilter(scope, accounts);
    const rows = await scope.query<CounterBreach>({
      name: `integrity.${rule}`,
      sql: COUNTER_STATEMENTS[rule](where),
      params: { ...params, from: scope.historyFrom, to: scope.window.to },
      maxSeconds: 300,
    });
    const asked = new Set(accounts.map(({ key }) => key));
    return rows.filter(({ account }) => asked.has(account));
  });
}
