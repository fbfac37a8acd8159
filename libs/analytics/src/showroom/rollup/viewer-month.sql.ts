import { KEPT_SETTINGS } from '../../statement-settings';
import { EXITS, EntryPieces, entryPieces } from '../showroom.sql';

const IN_ORDER = 'PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN';

/**
 * Visits without a grouping of their own: at its last entry a visit's sums are the running sums less those at the end of the visit before it. Three
 * windows over one sort cost a fifth of grouping eight million visits.
 */
export const ENDED_VISITS = `${EXITS},
running AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    greatest(exit_ms, latest_exit) AS last_exit,
    live_source,
    unseen,
    max(if(entered_ms - latest_exit >= {gapMs: Int64}, entered_ms, 0)) OVER so_far AS visit_start,
    sum(if(stays, ifNull(dwell, 0), 0)) OVER so_far AS dwell_so_far,
    countIf(stays AND dwell IS NULL) OVER so_far AS unknown_so_far,
    countIf(stays) OVER so_far AS staying_so_far,
    leadInFrame(entered_ms, 1, 0) OVER next AS next_entered,
    next_entered = 0 OR next_entered - last_exit >= {gapMs: Int64} AS ends
  FROM exits
  WINDOW so_far AS (${IN_ORDER} UNBOUNDED PRECEDING AND CURRENT ROW), next AS (${IN_ORDER} CURRENT ROW AND 1 FOLLOWING)
),
ended AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    last_exit,
    live_source,
    unseen,
    visit_start,
    ends,
    dwell_so_far - max(if(ends, dwell_so_far, 0)) OVER before AS known_dwell,
    unknown_so_far - max(if(ends, unknown_so_far, 0)) OVER before AS unknown_dwells,
    staying_so_far - max(if(ends, staying_so_far, 0)) OVER before AS staying
  FROM running
  WINDOW before AS (${IN_ORDER} UNBOUNDED PRECEDING AND 1 PRECEDING)
)`;

/** Rows of an earlier computation, as nothing. */
const PREVIOUS = `
  UNION ALL
  SELECT account_key, viewer_key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM rollup(viewer_month)
  WHERE brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/**
 * Fills viewer_month for one business month and some accounts. Everything in one INSERT of one block, so that an account's viewers change at once:
 * rows of before take part as nothing, and what is nothing is deleted. Sentinels pass through the forming of visits, which are of one viewer each,
 * and keep their entries only.
 */
export const viewerMonths = (pieces: EntryPieces): string => `INSERT INTO viewer_month
WITH ${entryPieces({ ...pieces, sentinels: true })},
${ENDED_VISITS},
judged AS (
  SELECT
    account_key,
    viewer_key,
    visit_start,
    last_exit,
    entered_ms >= {periodFrom: Int64} AND entered_ms < {periodTo: Int64} AS inside,
    inside AND unseen = 0 AS seen,
    inside AND live_source AS live,
    known_dwell,
    ends AND visit_start >= {periodFrom: Int64} AND visit_start < {periodTo: Int64} AND NOT has({sentinels: Array(UInt64)}, viewer_key) AS began,
    began AND staying > 0 AS starts,
    starts AND known_dwell >= {minVisitDwellSeconds: UInt64} AS counted,
    starts AND (known_dwell >= {minVisitDwellSeconds: UInt64} OR unknown_dwells > 0) AS possible,
    counted AND unknown_dwells = 0 AS known,
    1 AS now
  FROM ended${pieces.previous ? PREVIOUS : ''}
)
SELECT
  {brandId: UInt32} AS brand_id,
  {keptMonth: UInt32} AS month,
  account_key,
  viewer_key,
  toUInt32(countIf(inside) - visits) AS further_entries,
  max(seen) AND NOT has({sentinels: Array(UInt64)}, viewer_key) AS is_viewer,
  max(live) AS is_live,
  countIf(counted) AS visits,
  toUInt32(countIf(possible) - visits) AS uncertain_visits,
  toUInt32(visits - countIf(known)) AS unknown_visits,
  sumIf(judged.known_dwell, known) AS known_dwell,
  visits > 1 AND toDate(fromUnixTimestamp64Milli(minIf(visit_start, counted), {zone: String})) < toDate(fromUnixTimestamp64Milli(maxIf(visit_start, counted), {zone: String})) AS on_2_days,
  intDiv(greatest(maxIf(last_exit, began) - {periodTo: Int64}, 0) + 999, 1000) AS overhang,
  countIf(inside) = 0 AND countIf(possible) = 0 AS deleted,
  {version: UInt64} AS version
FROM judged
GROUP BY
  account_key,
  viewer_key
HAVING deleted = 0 OR min(now) = 0
${KEPT_SETTINGS}, max_insert_threads = 1, min_insert_block_size_rows = 20000000, min_insert_block_size_bytes = 4000000000, optimize_on_insert = 0`;
