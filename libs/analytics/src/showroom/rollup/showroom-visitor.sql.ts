import { KEPT_SETTINGS } from '../../statement-settings';
import { EntryPieces, entryPieces } from '../showroom.sql';
import { COUNTED_BY_DWELL, COUNTED_PLAIN, SESSIONS, SESSION_SPANS, assigned } from '../sessions.sql';

/** Entries that count, with the place of their session among the eligible ones of the account (after sessionAudience). */
const attended = (pieces: EntryPieces, byDwell: boolean): string => `${entryPieces(pieces)},
${SESSIONS},
${SESSION_SPANS},
${byDwell ? COUNTED_BY_DWELL : COUNTED_PLAIN},
attended AS (
  ${assigned('counted_entry', 'e.account_key AS account_key, e.viewer_key AS viewer_key, e.counts AS counts, e.open AS open')}
)`;

/** Whether, with a least dwell, a visit may reach beyond what is loaded. */
export const runsOpen = (pieces: EntryPieces): string => `WITH ${attended(pieces, true)}
SELECT max(open) AS open
FROM attended
WHERE (account_key, session_id) IN (
  SELECT account_key, session_id
  FROM rollup(session_audience)
  WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)}
)
${KEPT_SETTINGS}`;

/** Viewers with {runLength} adjacent eligible sessions, the last of them in the month (domain.md 3.10). */
const RUNS = (pieces: EntryPieces, byDwell: boolean): string => `${attended(pieces, byDwell)},
eligible AS (
  SELECT
    account_key,
    session_id,
    in_period,
    toUInt32(row_number() OVER (PARTITION BY account_key ORDER BY started_at, session_id)) AS ordinal
  FROM rollup(session_audience)
  WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)}
    AND usable_entries > 0 AND NOT too_short
),
attendee AS (
  SELECT
    attended.account_key AS account_key,
    viewer_key,
    arraySort(groupUniqArray((ordinal, in_period))) AS places
  FROM attended
  INNER JOIN eligible ON eligible.account_key = attended.account_key AND eligible.session_id = attended.session_id
  WHERE attended.counts
  GROUP BY
    account_key,
    viewer_key
  HAVING length(places) >= {runLength: UInt32}
),
run AS (
  SELECT
    account_key,
    viewer_key
  FROM attendee
  WHERE arrayExists(
    (own, place) -> place >= {runLength: UInt32} AND own.2 AND own.1 - places[place + 1 - {runLength: UInt32}].1 = {runLength: UInt32} - 1,
    places, arrayEnumerate(places)
  )
)`;

const NO_RUNS = `run AS (
  SELECT
    toUInt64(0) AS account_key,
    toUInt64(0) AS viewer_key
  WHERE false
)`;

/** Rows of an earlier computation, as nothing. */
const PREVIOUS = `
  UNION ALL
  SELECT account_key, viewer_key, 0, 0, 0, 0, 0
  FROM rollup(showroom_visitor)
  WHERE brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/** Fills showroom_visitor for one month and some accounts, after viewerMonths and sessionAudience. `runs` null: no session starts in the month. */
export const showroomVisitors = (pieces: EntryPieces, runs: { byDwell: boolean } | null): string => `INSERT INTO showroom_visitor
WITH ${runs ? RUNS(pieces, runs.byDwell) : NO_RUNS},
listed AS (
  SELECT
    account_key,
    viewer_key,
    toUInt8(visits >= {minVisits: UInt32}) AS showroom,
    toUInt8(visits + uncertain_visits >= {minVisits: UInt32}) AS possible,
    toUInt8(visits >= {minVisits: UInt32} AND on_2_days) AS days,
    toUInt8(0) AS consecutive,
    toUInt8(1) AS now
  FROM rollup(viewer_month)
  WHERE brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)} AND visits + uncertain_visits >= {minVisits: UInt32}
  UNION ALL
  SELECT account_key, viewer_key, 0, 0, 0, 1, 1
  FROM run${pieces.previous ? PREVIOUS : ''}
)
SELECT
  {brandId: UInt32} AS brand_id,
  {keptMonth: UInt32} AS month,
  account_key,
  viewer_key,
  max(showroom) AS is_showroom,
  max(possible) AS is_possible,
  max(days) AS on_2_days,
  max(consecutive) AS is_consecutive,
  max(now) = 0 AS deleted,
  {version: UInt64} AS version
FROM listed
GROUP BY
  account_key,
  viewer_key
${KEPT_SETTINGS}, max_insert_threads = 1`;
