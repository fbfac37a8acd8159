import type { YearMonth } from './generator/year';

/**
 * The question that all three engines answer: showroom visitors per account of one month (domain.md 3): entries merged over sources, visits
 * by the running maximum of exits with a gap of 30 minutes, viewers with at least 4 visits that start in the month. Each in the formulation that was
 * fastest of those tried: who has fewer than four rows in a month has no four visits, and ClickHouse gains by leaving them out first (the peers do not), by
 * the viewer's key alone, and before rows are merged: the conditions are on the sort key, so that they hold for all versions of a row.
 * Visits that start in the month are exact from 24 h + gap before it on; what comes after the month can start none.
 */
const GAP_MS = 30 * 60_000;
const DAY_MS = 86_400_000;
const MIN_VISITS = 4;

export interface RawWindow {
  month: number;
  monthBefore: number;
  from: number;
  to: number;
  loadFrom: number;
}

export const rawWindow = ({ yyyymm, from, to }: YearMonth): RawWindow => ({
  month: yyyymm,
  monthBefore: yyyymm % 100 === 1 ? yyyymm - 89 : yyyymm - 1,
  from,
  to,
  loadFrom: from - DAY_MS - GAP_MS,
});

/** Parameters: brandId, and those of RawWindow. The order of sources is the default policy's. */
export const CLICKHOUSE_VST = `SELECT
  account_key,
  count() AS vst
FROM (
  SELECT
    account_key,
    viewer_key
  FROM (
    SELECT
      account_key,
      viewer_key,
      entered_ms,
      max(exit_ms) OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_exit
    FROM (
      SELECT
        account_key,
        viewer_key,
        toUnixTimestamp64Milli(entered_at) AS entered_ms,
        entered_ms + 1000 * toInt64(ifNull(coalesce(anyIf(dwell_seconds, source = 'api-final'), anyIf(dwell_seconds, source = 'file'), anyIf(dwell_seconds, source = 'feed')), 0)) AS exit_ms
      FROM entries FINAL
      PREWHERE viewer_key != 0 AND entered_at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC') AND viewer_key IN (
        SELECT viewer_key
        FROM entries
        WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32}
        GROUP BY viewer_key
        HAVING count() >= ${MIN_VISITS}
      )
      WHERE brand_id = {brandId: UInt32} AND month IN ({monthBefore: UInt32}, {month: UInt32})
        AND entered_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
      GROUP BY
        account_key,
        viewer_key,
        entered_at,
        entry_key
    )
  )
  WHERE entered_ms >= {from: Int64} AND entered_ms - latest_exit >= ${GAP_MS}
  GROUP BY
    account_key,
    viewer_key
  HAVING count() >= ${MIN_VISITS}
)
GROUP BY account_key
ORDER BY account_key
SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** Exit over sources: known dwell of the first source in the policy's order. */
const PEER_EXIT = `entered_ms + 1000 * coalesce(
      max(dwell_seconds) FILTER (WHERE source = 'api-final'),
      max(dwell_seconds) FILTER (WHERE source = 'file'),
      max(dwell_seconds) FILTER (WHERE source = 'feed'),
      0
    )`;

/** The last delivery of each identity and source of one month (domain.md 2.2), retracted ones gone, in the order of the question. */
export const PEER_STATE = `SELECT
  month,
  account_key,
  viewer_key,
  entered_ms,
  entry_key,
  source,
  dwell_seconds
FROM (
  SELECT DISTINCT ON (account_key, viewer_key, entered_ms, entry_key, source)
    month,
    account_key,
    viewer_key,
    entered_ms,
    entry_key,
    source,
    dwell_seconds,
    retracted
  FROM delivered
  WHERE month = $1
  ORDER BY account_key, viewer_key, entered_ms, entry_key, source, observed_ms DESC, retracted DESC, dwell_seconds DESC NULLS LAST
) AS latest
WHERE retracted = 0
ORDER BY account_key, viewer_key, entered_ms`;

/** What a peer reads: rows as they were delivered, corrections to be resolved by the question; or what PEER_STATE resolved beforehand. */
export type PeerRows = 'delivered' | 'resolved';
export type PeerName = 'DuckDB' | 'PostgreSQL';

const LOADED = 'month IN ($1, $2) AND viewer_key <> 0 AND entered_ms >= $3 AND entered_ms < $4';
const LATEST: Record<PeerName, string> = {
  PostgreSQL: `SELECT DISTINCT ON (account_key, viewer_key, entered_ms, entry_key, source)
      account_key,
      viewer_key,
      entered_ms,
      entry_key,
      source,
      dwell_seconds,
      retracted
    FROM delivered
    WHERE ${LOADED}
    ORDER BY account_key, viewer_key, entered_ms, entry_key, source, observed_ms DESC, retracted DESC, dwell_seconds DESC NULLS LAST`,
  // a third faster there than DISTINCT ON; no two deliveries of an entry and source were observed at the same instant, but for retractions
  DuckDB: `SELECT
      account_key,
      viewer_key,
      entered_ms,
      entry_key,
      source,
      arg_max_null(dwell_seconds, 2 * observed_ms + retracted) AS dwell_seconds,
      arg_max(retracted, 2 * observed_ms + retracted) AS retracted
    FROM delivered
    WHERE ${LOADED}
    GROUP BY account_key, viewer_key, entered_ms, entry_key, source`,
};
const delivered = (peer: PeerName): string => `(
    ${LATEST[peer]}
  ) AS latest
  WHERE retracted = 0`;
const RESOLVED = `entries
  WHERE ${LOADED}`;

/** Parameters, in both alike: month before, month, loadFrom, to, from. */
export const peerVst = (peer: PeerName, rows: PeerRows): string => `WITH merged AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    ${PEER_EXIT} AS exit_ms
  FROM ${rows === 'delivered' ? delivered(peer) : RESOLVED}
  GROUP BY account_key, viewer_key, entered_ms, entry_key
),
exits AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    max(exit_ms) OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_exit
  FROM merged
),
showroom AS (
  SELECT
    account_key,
    viewer_key
  FROM exits
  WHERE entered_ms >= $5 AND (latest_exit IS NULL OR entered_ms - latest_exit >= ${GAP_MS})
  GROUP BY account_key, viewer_key
  HAVING count(*) >= ${MIN_VISITS}
)
SELECT
  account_key,
  count(*) AS vst
FROM showroom
GROUP BY account_key`;

export const peerParams = ({ monthBefore, month, loadFrom, to, from }: RawWindow): number[] => [monthBefore, month, loadFrom, to, from];
