import { KEPT_SETTINGS } from '../../statement-settings';
import { EntryPieces, entryPieces } from '../showroom.sql';
import { HEARD, SESSIONS, SESSION_SPANS } from '../sessions.sql';

/**
 * What decides how far the facts of a month's sessions reach, per account with a session in the month: the end of its last one, the start of the
 * {place}-th session before the month that is long enough (null: there are fewer), and how many such there are.
 */
export const SESSION_PLAN = `WITH ${SESSIONS}
SELECT
  account_key AS account,
  maxIf(end_ms, start_ms >= {periodFrom: Int64} AND start_ms < {periodTo: Int64}) AS lastEnd,
  arrayReverseSort(groupArrayIf(start_ms, start_ms < {periodFrom: Int64} AND NOT too_short)) AS before,
  if(length(before) >= {place: UInt32}, before[{place: UInt32}], NULL) AS runsFrom,
  if(empty(before), NULL, before[length(before)]) AS oldest,
  length(before) AS earlier
FROM session
GROUP BY account
HAVING countIf(start_ms >= {periodFrom: Int64} AND start_ms < {periodTo: Int64}) > 0
${KEPT_SETTINGS}`;

/**
 * From when to when the entries lie that name a session of the month, or of [since, month), per account: given session ids may point anywhere. Without
 * FINAL: a superset is enough.
 */
export const NAMING_ENTRIES = `WITH span AS (
  SELECT
    pair.1 AS account_key,
    pair.2 AS since
  FROM (SELECT arrayJoin(arrayZip({accounts: Array(UInt64)}, {since: Array(Int64)})) AS pair)
),
named AS (
  SELECT DISTINCT
    sessions.account_key AS account_key,
    session_id
  FROM sessions
  INNER JOIN span ON span.account_key = sessions.account_key
  WHERE brand_id = {brandId: UInt32} AND sessions.account_key IN {accounts: Array(UInt64)}
    AND toUnixTimestamp64Milli(started_at) >= since AND toUnixTimestamp64Milli(started_at) < {periodTo: Int64}
)
SELECT
  account_key AS account,
  min(first) AS first,
  max(last) AS last
FROM (
  SELECT
    account_key,
    session_id,
    min(toUnixTimestamp64Milli(entered_at)) AS first,
    max(toUnixTimestamp64Milli(entered_at)) AS last
  FROM entries
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND session_id IN (SELECT session_id FROM named)
  GROUP BY
    account_key,
    session_id
)
WHERE (account_key, session_id) IN (SELECT account_key, session_id FROM named)
GROUP BY account
${KEPT_SETTINGS}`;

/** Fills session_audience for one month and some accounts: the month's sessions and {place} long enough ones before it. */
export const sessionAudience = (pieces: EntryPieces): string => `INSERT INTO session_audience
WITH ${entryPieces({ ...pieces, sentinels: true })},
${SESSIONS},
${SESSION_SPANS},
chosen AS (
  SELECT
    account_key,
    session_id,
    start_ms,
    end_ms,
    too_short,
    unique_viewers,
    views,
    start_ms >= {periodFrom: Int64} AS in_period,
    row_number() OVER (PARTITION BY account_key, in_period, too_short ORDER BY start_ms DESC, session_id DESC) AS place
  FROM session
  WHERE start_ms < {periodTo: Int64}
  QUALIFY in_period OR (NOT too_short AND place <= {place: UInt32})
),
${HEARD},
found AS (
  SELECT
    chosen.account_key AS account_key,
    chosen.session_id AS session_id,
    start_ms,
    end_ms,
    in_period,
    too_short,
    chosen.views AS views,
    chosen.unique_viewers AS unique_viewers,
    heard.entries AS entries,
    heard.usable AS usable_entries,
    heard.identified AS identified_viewers,
    0 AS deleted
  FROM chosen
  LEFT JOIN heard ON heard.account_key = chosen.account_key AND heard.session_id = chosen.session_id
)
SELECT
  {brandId: UInt32} AS brand_id,
  {month: UInt32} AS month,
  account_key,
  session_id,
  fromUnixTimestamp64Milli(start_ms, 'UTC') AS started_at,
  fromUnixTimestamp64Milli(end_ms, 'UTC') AS ends_at,
  in_period,
  too_short,
  views,
  unique_viewers,
  entries,
  usable_entries,
  identified_viewers,
  deleted,
  {version: UInt64} AS version
FROM found${pieces.previous ? PREVIOUS : ''}
${KEPT_SETTINGS}`;

const FORGOTTEN = `SELECT
  brand_id,
  month,
  account_key,
  session_id,
  started_at,
  ends_at,
  in_period,
  too_short,
  views,
  unique_viewers,
  entries,
  usable_entries,
  identified_viewers,
  1 AS deleted,
  {version: UInt64} AS version
FROM rollup(session_audience)
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/** Sessions of an earlier computation that are no longer of this month, or no longer at all. */
const PREVIOUS = `
UNION ALL
${FORGOTTEN}
  AND (account_key, session_id) NOT IN (SELECT account_key, session_id FROM chosen)`;

/** Takes every session of the month from accounts that no longer have one. */
export const FORGET_SESSIONS = `INSERT INTO session_audience
${FORGOTTEN}
${KEPT_SETTINGS}`;

/** After sessionAudience: accounts that have fewer than {place} eligible sessions before the month, though earlier ones may exist. */
export const SHORT_OF_SESSIONS = `SELECT
  account_key AS account,
  countIf(in_period = 0 AND usable_entries > 0) AS eligible
FROM rollup(session_audience)
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)} AND version = {version: UInt64}
GROUP BY account
HAVING eligible < {runsNeeded: UInt32}
${KEPT_SETTINGS}`;
