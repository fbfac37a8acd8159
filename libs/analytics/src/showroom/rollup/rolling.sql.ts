import { KEPT_SETTINGS } from '../../statement-settings';
import { SCAN_SETTINGS } from '../../statement-settings';
import { EntryPieces, LOADED, entryPieces } from '../showroom.sql';
import { ENDED_VISITS } from './viewer-month.sql';

const KEYS = `brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/** A visit begins with an entry: who has fewer entries than visits are asked for has not so many visits. Replaced rows only let more pass. */
const OFTEN = `
    AND (account_key, viewer_key) IN (
      SELECT
        account_key,
        viewer_key
      FROM candidates(entries)
      WHERE ${LOADED}
      GROUP BY
        account_key,
        viewer_key
      HAVING count() >= {minVisits: UInt32}
    )`;

/** Rows of an earlier computation, as nothing. */
const PREVIOUS = `
  UNION ALL
  SELECT account_key, viewer_key, 0, 0, false, false, 0
  FROM rollup(rolling_visitor)
  WHERE ${KEYS}`;

/**
 * Fills rolling_visitor for one business month and some accounts: who has {minVisits} counted visits within 720 h, all from {rollingFrom} (720 h before the
 * month) to the month's end. Who only overhangs is kept, too: an entry after the month may yet make such a visit count.
 */
export const rollingVisitors = (pieces: EntryPieces): string => `INSERT INTO rolling_visitor
WITH ${entryPieces({ ...pieces, only: OFTEN })},
${ENDED_VISITS},
judged AS (
  SELECT
    account_key,
    viewer_key,
    visit_start,
    last_exit,
    ends AND visit_start >= {rollingFrom: Int64} AND visit_start < {periodTo: Int64} AS began,
    began AND staying > 0 AND known_dwell >= {minVisitDwellSeconds: UInt64} AS counted,
    1 AS now
  FROM ended${pieces.previous ? PREVIOUS : ''}
),
viewer AS (
  SELECT
    account_key,
    viewer_key,
    arraySort(groupArrayIf(visit_start, counted)) AS counted_starts,
    arrayExists(
      (start, place) -> place >= {minVisits: UInt32} AND start - counted_starts[place + 1 - {minVisits: UInt32}] < {rollingMs: Int64},
      counted_starts, arrayEnumerate(counted_starts)
    ) AS is_rolling,
    intDiv(greatest(maxIf(last_exit, began) - {periodTo: Int64}, 0) + 999, 1000) AS overhanging,
    min(now) = 0 AS is_kept
  FROM judged
  GROUP BY
    account_key,
    viewer_key
)
SELECT
  {brandId: UInt32} AS brand_id,
  {keptMonth: UInt32} AS month,
  account_key,
  viewer_key,
  if(is_rolling, counted_starts, []) AS starts,
  overhanging AS overhang,
  NOT is_rolling AND overhanging = 0 AS deleted,
  {version: UInt64} AS version
FROM viewer
WHERE deleted = 0 OR is_kept
${KEPT_SETTINGS}, max_insert_threads = 1, min_insert_block_size_rows = 20000000, min_insert_block_size_bytes = 4000000000, optimize_on_insert = 0`;

/** Accounts with a visit that goes on for more than {reachSeconds} after the month. */
export const ROLLING_OVERHANGS = `SELECT DISTINCT account_key AS account
FROM rollup(rolling_visitor)
WHERE ${KEYS} AND overhang > {reachSeconds: Int64}
${KEPT_SETTINGS}`;

/** Fills rollup_key for the same keys: every entry from 24 h + gap before the first window to the end of the visits that began by the month's end. */
export const ROLLING_KEYS = `INSERT INTO rollup_key
WITH asked AS (
  SELECT
    own.1 AS account_key,
    own.2 AS rules
  FROM (SELECT arrayJoin(arrayZip({accounts: Array(UInt64)}, {rules: Array(UInt64)})) AS own)
),
viewer AS (
  SELECT
    account_key,
    max(overhang) AS longest
  FROM rollup(rolling_visitor)
  WHERE ${KEYS}
  GROUP BY account_key
)
SELECT
  {brandId: UInt32} AS brand_id,
  'rolling' AS rollup,
  {month: UInt32} AS month,
  asked.account_key AS account_key,
  asked.rules AS rules,
  {rollingFrom: Int64} - 86400000 - {gapMs: Int64} AS reach_from,
  {periodTo: Int64} + {gapMs: Int64} + toInt64(longest) * 1000 AS reach_to,
  [] AS names,
  {version: UInt64} AS version
FROM asked
LEFT JOIN viewer ON viewer.account_key = asked.account_key
${KEPT_SETTINGS}`;

/** Distinct viewers per subject with {minVisits} counted visits in [windowFrom, windowTo), which ends in the accounts' months, to one of its accounts. */
export const STORED_ROLLING = `WITH owner AS (
  SELECT
    own.1 AS account_key,
    own.2 AS month,
    own.3 AS subject
  FROM (SELECT arrayJoin(arrayZip({ownerAccounts: Array(UInt64)}, {ownerMonths: Array(UInt32)}, {ownerSubjects: Array(UInt32)})) AS own)
)
SELECT
  subject,
  uniqExact(viewer_key) AS rolling
FROM rollup(rolling_visitor)
INNER JOIN owner ON owner.account_key = rolling_visitor.account_key AND owner.month = rolling_visitor.month
WHERE brand_id = {brandId: UInt32} AND rolling_visitor.month IN {months: Array(UInt32)} AND rolling_visitor.account_key IN {accounts: Array(UInt64)}
  AND arrayCount(start -> start >= {windowFrom: Int64} AND start < {windowTo: Int64}, starts) >= {minVisits: UInt32}
GROUP BY subject
${SCAN_SETTINGS}`;
