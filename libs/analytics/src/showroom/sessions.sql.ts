import { SCAN_SETTINGS } from '../statement-settings';
import { FORMED_ENTRIES, OWNERS, RANK, entryPieces, mergedEntries, ownerAt, ownerInstant } from './showroom.sql';
import type { EntryPieces } from './showroom.sql';

const DAY_MS = '86400000';

/** Sessions merged over sources. `end_ms`: without an end, 24 h after the start. As with dwell, an unknown length reaches no minimum. */
export const SESSIONS = `session AS (
  SELECT
    account_key,
    session_id,
    toUnixTimestamp64Milli(argMin(started_at, ${RANK})) AS start_ms,
    argMinIf(ended_at, ${RANK}, ended_at IS NOT NULL) AS known_end,
    ifNull(toUnixTimestamp64Milli(known_end), start_ms + ${DAY_MS}) AS end_ms,
    {minSessionMs: Int64} > 0 AND (known_end IS NULL OR end_ms - start_ms < {minSessionMs: Int64}) AS too_short,
    argMinIf(sessions.unique_viewers, ${RANK}, sessions.unique_viewers IS NOT NULL) AS unique_viewers,
    argMinIf(sessions.views, ${RANK}, sessions.views IS NOT NULL) AS views
  FROM facts(sessions)
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
  GROUP BY
    account_key,
    session_id
)`;

/** The account's clock cut at every start and end: in each piece, the session with the latest start that covers it, or none (domain.md 2.7). */
export const SESSION_SPANS = `session_span AS (
  SELECT
    account_key,
    arrayJoin(arrayMap(
      cut -> (cut, arrayLast(s -> s.1 <= cut AND cut < s.3, sessions).2),
      arraySort(arrayDistinct(arrayConcat(arrayMap(s -> s.1, sessions), arrayMap(s -> s.3, sessions))))
    )) AS span,
    span.1 AS span_from,
    span.2 AS span_session
  FROM (
    SELECT
      account_key,
      arraySort(groupArray((start_ms, session_id, end_ms))) AS sessions
    FROM session
    WHERE end_ms > {loadFrom: Int64} AND start_ms < {loadTo: Int64}
    GROUP BY account_key
  )
)`;

export const assigned = (from: string, columns: string): string => `SELECT
    ${columns},
    if(e.given_session != '', e.given_session, s.span_session) AS session_id
  FROM ${from} AS e
  ASOF LEFT JOIN session_span AS s ON s.account_key = e.account_key AND e.entered_ms >= s.span_from`;

/** How many entries, usable entries and identified viewers each session holds. Staff have a usable id and are no viewers. */
export const HEARD = `heard_entry AS (
  ${assigned('noted', 'e.account_key AS account_key, e.viewer_key AS viewer_key, e.is_staff AS is_staff, e.is_sentinel AS is_sentinel')}
),
heard AS (
  SELECT
    account_key,
    session_id,
    count() AS entries,
    countIf(NOT is_sentinel) AS usable,
    uniqExactIf(viewer_key, NOT is_sentinel AND NOT is_staff) AS identified
  FROM heard_entry
  WHERE session_id != ''
  GROUP BY
    account_key,
    session_id
)`;

/**
 * Sessions of the period per account and group, with what bounds and coverage need, and how far `consecutive` looks back. What sources told of a session
 * is the same whatever cases remove.
 */
export function sessionFigures(pieces: EntryPieces): string {
  return `WITH ${entryPieces({ ...pieces, excluded: undefined })},
${SESSIONS},
${SESSION_SPANS},
${HEARD},
${OWNERS},
told AS (
  SELECT
    session.account_key AS account_key,
    start_ms,
    start_ms >= {periodFrom: Int64} AND start_ms < {periodTo: Int64} AS in_period,
    too_short,
    session.unique_viewers AS unique_viewers,
    session.views AS views,
    heard.identified AS identified,
    heard.entries AS entries,
    heard.usable > 0 AND NOT too_short AS eligible
  FROM session
  LEFT JOIN heard ON heard.account_key = session.account_key AND heard.session_id = session.session_id
)
SELECT
  told.account_key AS account,
  if(in_period, ${ownerAt('start_ms')}, 0) AS subject,
  countIf(in_period) AS sessions,
  countIf(in_period AND NOT eligible) AS skipped,
  sumIf(ifNull(unique_viewers, 0), in_period AND unique_viewers IS NOT NULL AND identified > 0) AS platformViewers,
  sumIf(identified, in_period AND unique_viewers IS NOT NULL AND identified > 0) AS identifiedViewers,
  sumIf(told.entries, in_period AND told.views > 0) AS seenEntries,
  sumIf(ifNull(told.views, 0), in_period AND told.views > 0) AS views,
  countIf(NOT in_period AND start_ms >= {sessionsFrom: Int64} AND start_ms < {periodFrom: Int64} AND eligible) AS eligibleBefore,
  countIf(start_ms < {sessionsFrom: Int64} AND NOT too_short) AS earlier
FROM told
INNER JOIN owner ON owner.account_key = told.account_key
GROUP BY
  account,
  subject
${SCAN_SETTINGS}`;
}

/** What instants the entries of the sessions in [sessionsFrom, periodTo) can have: given session ids may point anywhere. A superset is enough. */
export const SESSION_REACH = `SELECT
  count() AS entries,
  min(toUnixTimestamp64Milli(entered_at)) AS first,
  max(toUnixTimestamp64Milli(entered_at)) AS last,
  (
    SELECT max(toUnixTimestamp64Milli(ifNull(ended_at, started_at)))
    FROM candidates(sessions)
    WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
      AND started_at >= fromUnixTimestamp64Milli({sessionsFrom: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({periodTo: Int64}, 'UTC')
  ) AS lastEnd
FROM candidates(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND session_id != '' AND (account_key, session_id) IN (
  SELECT
    account_key,
    session_id
  FROM candidates(sessions)
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
    AND started_at >= fromUnixTimestamp64Milli({sessionsFrom: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({periodTo: Int64}, 'UTC')
)`;

/** Entries that count: with a least dwell, those of visits that reach it; without one, each that stays is in a visit that counts. */
export const COUNTED_PLAIN = `counted_entry AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    given_session,
    stays AS counts,
    false AS open
  FROM entry
)`;
export const COUNTED_BY_DWELL = `${FORMED_ENTRIES},
counted_entry AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    given_session,
    stays AND sum(if(stays, toUInt64(ifNull(dwell, 0)), 0)) OVER w >= {minVisitDwellSeconds: UInt64} AS counts,
    ({loadFrom: Int64} > 0 AND visit_start < {loadFrom: Int64} + ${DAY_MS} + {gapMs: Int64}) OR max(exit_ms) OVER w + {gapMs: Int64} > {loadTo: Int64} AS open
  FROM formed
  WINDOW w AS (PARTITION BY account_key, viewer_key, visit_start)
)`;

/**
 * `consecutive` (domain.md 3.10): viewers with a run of adjacent eligible sessions whose last starts in the period, with the start of that
 * session. Sessions that hold any entry with a usable id are eligible: each has a row in `attendance`. `open`: a visit may reach beyond what was
 * loaded.
 */
export function consecutiveVisitors(pieces: EntryPieces, byDwell: boolean): string {
  return `WITH ${entryPieces(pieces)},
${SESSIONS},
${SESSION_SPANS},
${byDwell ? COUNTED_BY_DWELL : COUNTED_PLAIN},
attended AS (
  ${assigned('counted_entry', 'e.account_key AS account_key, e.viewer_key AS viewer_key, e.counts AS counts, e.open AS open')}
),
attendance AS (
  SELECT
    attended.account_key AS account_key,
    viewer_key,
    start_ms,
    session.session_id AS session_id,
    max(attended.counts) AS counts,
    max(attended.open) AS open
  FROM attended
  INNER JOIN session ON session.account_key = attended.account_key AND session.session_id = attended.session_id
  WHERE NOT too_short AND start_ms >= {sessionsFrom: Int64} AND start_ms < {periodTo: Int64}
  GROUP BY
    account_key,
    viewer_key,
    start_ms,
    session_id
),
ordered AS (
  SELECT
    account_key,
    viewer_key,
    start_ms,
    counts,
    open,
    toInt64(dense_rank() OVER (PARTITION BY account_key ORDER BY start_ms, session_id)) AS ordinal
  FROM attendance
),
attendee AS (
  SELECT
    account_key,
    viewer_key,
    max(ordered.open) AS open,
    arraySort(groupArrayIf((ordinal, start_ms), counts)) AS attended_sessions,
    arrayFirst(
      (s, place) -> place >= {runLength: UInt32} AND s.2 >= {periodFrom: Int64} AND s.1 - attended_sessions[place + 1 - {runLength: UInt32}].1 = {runLength: UInt32} - 1,
      attended_sessions, arrayEnumerate(attended_sessions)
    ).2 AS at
  FROM ordered
  GROUP BY
    account_key,
    viewer_key
  HAVING open OR (length(attended_sessions) >= {runLength: UInt32} AND at > 0)
)
SELECT
  account_key AS account,
  viewer_key AS viewer,
  at,
  open
FROM attendee
${SCAN_SETTINGS}`;
}

const NO_ENTRY = 'toUInt64(0)';

/** Entries per account and owner: all that are not retracted, and those with a usable id (domain.md 3.5); of both, those that cases remove. */
export const entryCounts = (moved: boolean, excluded: EntryPieces['excluded']): string => `WITH ${mergedEntries({ excluded })},
${OWNERS},
counted AS (
  SELECT
    account_key,
    ${ownerInstant('entered_ms', moved)} AS at,
    count() AS entries,
    countIf(viewer_key NOT IN {sentinels: Array(UInt64)}) AS usable,
    ${excluded ? 'countIf(is_excluded)' : NO_ENTRY} AS excluded,
    ${excluded ? 'countIf(is_excluded AND viewer_key NOT IN {sentinels: Array(UInt64)})' : NO_ENTRY} AS excluded_usable,
    max(live_source) AS live_source
  FROM merged
  GROUP BY
    account_key,
    at
)
SELECT
  counted.account_key AS account,
  ${ownerAt('at')} AS subject,
  sum(counted.entries) AS entries,
  sum(counted.usable) AS usable,
  sum(counted.excluded) AS excluded,
  sum(counted.excluded_usable) AS excludedUsable,
  max(live_source) AS liveSource
FROM counted
INNER JOIN owner ON owner.account_key = counted.account_key
GROUP BY
  account,
  subject
${SCAN_SETTINGS}`;

/** When the first entry with a usable id is kept, per account; accounts without one have no row. Most accounts have no entry at all: they are found without FINAL. */
export const FIRST_ENTRIES = `SELECT
  account_key AS account,
  min(toUnixTimestamp64Milli(entered_at)) AS first
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN (
    SELECT DISTINCT account_key
    FROM candidates(entries)
    WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
  )
  AND viewer_key NOT IN {sentinels: Array(UInt64)}
  AND entered_at < fromUnixTimestamp64Milli({periodTo: Int64}, 'UTC')
GROUP BY account
${SCAN_SETTINGS}`;
