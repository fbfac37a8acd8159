import { KEPT_SETTINGS } from '../../statement-settings';
import { isExcluded } from '../../exclusions/excluded-entries.sql';
import { SESSIONS } from '../sessions.sql';

const KEYS = `brand_id = {brandId: UInt32} AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)}`;
/** Of rows that both bases have. */
const KEPT_KEYS = `brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/** Entries of the month that cases remove. */
const REMOVED = `removed AS (
  SELECT
    account_key,
    uniqExact((viewer_key, entered_at, entry_key)) AS excluded_entries,
    uniqExactIf((viewer_key, entered_at, entry_key), NOT has({sentinels: Array(UInt64)}, viewer_key)) AS excluded_usable_entries
  FROM facts(entries)
  WHERE ${KEYS} AND ${isExcluded('periodFrom', 'periodTo')}
  GROUP BY account_key
),
`;

/**
 * Fills account_month for one month and some accounts out of viewer_month, showroom_visitor and session_audience; accounts without anything get zeros.
 * `adjusted`: the rows of the adjusted basis, which also tell how many of the entries cases remove.
 */
export const accountMonths = (adjusted: boolean): string => `INSERT INTO account_month
WITH ${adjusted ? REMOVED : ''}viewer AS (
  SELECT
    account_key,
    sum(viewer_month.visits + further_entries) AS entries,
    sumIf(viewer_month.visits + further_entries, NOT has({sentinels: Array(UInt64)}, viewer_key)) AS usable_entries,
    max(viewer_month.is_live) AS is_live,
    countIf(is_viewer) AS viewers,
    sum(viewer_month.visits) AS visits,
    countIf(viewer_month.visits >= {minVisits: UInt32}) AS showroom_visitors,
    countIf(viewer_month.visits + uncertain_visits >= {minVisits: UInt32}) AS possible_showroom_visitors,
    countIf(viewer_month.visits >= {minVisits: UInt32} AND on_2_days) AS showroom_on_2_days,
    sumIf(viewer_month.visits - unknown_visits, viewer_month.visits >= {minVisits: UInt32}) AS showroom_visits,
    sumIf(known_dwell, viewer_month.visits >= {minVisits: UInt32}) AS showroom_dwell,
    sumIf(viewer_month.visits - unknown_visits, viewer_month.visits < {minVisits: UInt32}) AS other_visits,
    sumIf(known_dwell, viewer_month.visits < {minVisits: UInt32}) AS other_dwell
  FROM rollup(viewer_month)
  WHERE ${KEPT_KEYS}
  GROUP BY account_key
),
run AS (
  SELECT
    account_key,
    countIf(is_consecutive) AS consecutive_visitors
  FROM rollup(showroom_visitor)
  WHERE ${KEPT_KEYS}
  GROUP BY account_key
),
room AS (
  SELECT
    account_key,
    count() AS sessions,
    countIf(usable_entries = 0 OR too_short) AS skipped_sessions,
    sumIf(ifNull(unique_viewers, 0), unique_viewers IS NOT NULL AND session_audience.identified_viewers > 0) AS platform_viewers,
    sumIf(session_audience.identified_viewers, unique_viewers IS NOT NULL AND session_audience.identified_viewers > 0) AS identified_viewers,
    sumIf(session_audience.entries, views > 0) AS seen_entries,
    sumIf(ifNull(views, 0), views > 0) AS session_views
  FROM rollup(session_audience)
  WHERE ${KEYS} AND in_period
  GROUP BY account_key
)
SELECT
  {brandId: UInt32} AS brand_id,
  {keptMonth: UInt32} AS month,
  asked.account_key AS account_key,
  entries,
  usable_entries,
  is_live,
  viewers,
  visits,
  showroom_visitors,
  possible_showroom_visitors,
  showroom_on_2_days,
  consecutive_visitors,
  showroom_visits,
  showroom_dwell,
  other_visits,
  other_dwell,
  sessions,
  skipped_sessions,
  platform_viewers,
  identified_viewers,
  seen_entries,
  session_views,
  ${adjusted ? 'excluded_entries' : '0 AS excluded_entries'},
  ${adjusted ? 'excluded_usable_entries' : '0 AS excluded_usable_entries'},
  {version: UInt64} AS version
FROM (SELECT arrayJoin({accounts: Array(UInt64)}) AS account_key) AS asked
LEFT JOIN viewer ON viewer.account_key = asked.account_key
LEFT JOIN run ON run.account_key = asked.account_key
LEFT JOIN room ON room.account_key = asked.account_key${adjusted ? '\nLEFT JOIN removed ON removed.account_key = asked.account_key' : ''}
${KEPT_SETTINGS}, max_insert_threads = 1`;

/**
 * Fills rollup_key for the same keys: what can change them. Visits of the month depend on the entries of 24 h + gap before it, and on those after it
 * that continue one of its visits; runs begin in the {runsNeeded}-th eligible session before the month, and without so many in anything earlier.
 * {reachFrom}, {reachTo}: where the entries of its sessions lie (0, 0: it has none). Every session there is known by name: when it goes away or
 * elsewhere, its entries fall to another one.
 */
export const SHOWROOM_KEYS = `INSERT INTO rollup_key
WITH ${SESSIONS},
asked AS (
  SELECT
    own.1 AS account_key,
    own.2 AS rules,
    own.3 AS sessions_from,
    own.4 AS sessions_to
  FROM (SELECT arrayJoin(arrayZip({accounts: Array(UInt64)}, {rules: Array(UInt64)}, {reachFrom: Array(Int64)}, {reachTo: Array(Int64)})) AS own)
),
near AS (
  SELECT
    session.account_key AS account_key,
    groupArray(session_id) AS names
  FROM session
  INNER JOIN asked ON asked.account_key = session.account_key
  WHERE end_ms > sessions_from AND start_ms < sessions_to
  GROUP BY account_key
),
viewer AS (
  SELECT
    account_key,
    max(overhang) AS overhang
  FROM rollup(viewer_month)
  WHERE ${KEYS}
  GROUP BY account_key
),
room AS (
  SELECT
    account_key,
    countIf(in_period) AS live,
    countIf(in_period = 0 AND usable_entries > 0) AS eligible,
    groupArray(session_id) AS names
  FROM rollup(session_audience)
  WHERE ${KEYS}
  GROUP BY account_key
)
SELECT
  {brandId: UInt32} AS brand_id,
  'showroom' AS rollup,
  {month: UInt32} AS month,
  asked.account_key AS account_key,
  asked.rules AS rules,
  multiIf(
    live = 0, {periodFrom: Int64} - 86400000 - {gapMs: Int64},
    eligible < {runsNeeded: UInt32}, 0,
    least({periodFrom: Int64} - 86400000 - {gapMs: Int64}, sessions_from)
  ) AS reach_from,
  greatest({periodTo: Int64} + {gapMs: Int64} + toInt64(overhang) * 1000, sessions_to) AS reach_to,
  arrayDistinct(arrayConcat(room.names, near.names)) AS names,
  {version: UInt64} AS version
FROM asked
LEFT JOIN near ON near.account_key = asked.account_key
LEFT JOIN viewer ON viewer.account_key = asked.account_key
LEFT JOIN room ON room.account_key = asked.account_key
${KEPT_SETTINGS}`;
