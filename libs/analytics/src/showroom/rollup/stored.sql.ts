import { KEPT_SETTINGS } from '../../statement-settings';
import { storedLinks, storedName } from '../key-links.sql';
import { IN_RAW_MONTHS } from './kept-month';

const KEYS = `brand_id = {brandId: UInt32} AND month IN {months: Array(UInt32)} AND account_key IN {accounts: Array(UInt64)}`;

/** Everything of accounts and months that needs no viewer. */
export const STORED_ACCOUNTS = `SELECT
  account_key AS account,
  month,
  entries,
  usable_entries AS usable,
  excluded_entries AS excluded,
  excluded_usable_entries AS excludedUsable,
  is_live AS liveSource,
  viewers,
  visits,
  showroom_visitors AS showroom,
  possible_showroom_visitors AS possible,
  showroom_on_2_days AS showroomOn2Days,
  consecutive_visitors AS consecutive,
  showroom_visits AS showroomVisits,
  showroom_dwell AS showroomDwell,
  other_visits AS otherVisits,
  other_dwell AS otherDwell,
  sessions,
  skipped_sessions AS skipped,
  platform_viewers AS platformViewers,
  identified_viewers AS identifiedViewers,
  seen_entries AS seenEntries,
  session_views AS views
FROM rollup(account_month)
WHERE ${KEYS}
${KEPT_SETTINGS}`;

/** The first month with a usable entry, per account. */
export const STORED_FIRST = `SELECT
  account_key AS account,
  min(month) AS month
FROM rollup(account_month)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND ${IN_RAW_MONTHS} AND usable_entries > 0
GROUP BY account
${KEPT_SETTINGS}`;

/** Which subject an account belongs to in a month. */
export const OWNER = `owner AS (
  SELECT
    own.1 AS account_key,
    own.2 AS month,
    own.3 AS subject
  FROM (SELECT arrayJoin(arrayZip({ownerAccounts: Array(UInt64)}, {ownerMonths: Array(UInt32)}, {ownerSubjects: Array(UInt32)})) AS own)
)`;

/**
 * Distinct viewers of subjects with several accounts or months; a viewer is a showroom visitor of one that is of any of its accounts and months.
 * `changes`: of the viewer key between the months.
 */
export const storedViewers = (changes: number): string => `WITH ${storedLinks(changes)}${OWNER},
person AS (
  SELECT
    subject,
    ${storedName('viewer_month', changes).name} AS person_key,
    max(is_viewer) AS seen,
    sum(viewer_month.visits) AS visits,
    sum(viewer_month.visits - unknown_visits) AS known_visits,
    sum(viewer_month.known_dwell) AS known_dwell,
    max(viewer_month.visits >= {minVisits: UInt32}) AS is_showroom,
    max(viewer_month.visits >= {minVisits: UInt32} AND on_2_days) AS is_showroom_on_2_days
  FROM rollup(viewer_month)
  INNER JOIN owner ON owner.account_key = viewer_month.account_key AND owner.month = viewer_month.month${storedName('viewer_month', changes).joins}
  WHERE brand_id = {brandId: UInt32} AND viewer_month.month IN {months: Array(UInt32)} AND viewer_month.account_key IN {accounts: Array(UInt64)}
  GROUP BY
    subject,
    person_key
)
SELECT
  subject,
  countIf(seen) AS viewers,
  sum(person.visits) AS visits,
  countIf(is_showroom) AS showroom,
  countIf(is_showroom_on_2_days) AS showroomOn2Days,
  sumIf(known_visits, is_showroom) AS showroomVisits,
  sumIf(known_dwell, is_showroom) AS showroomDwell,
  sumIf(known_visits, NOT is_showroom) AS otherVisits,
  sumIf(known_dwell, NOT is_showroom) AS otherDwell
FROM person
GROUP BY subject
${KEPT_SETTINGS}`;

/** From the short list: distinct showroom visitors of each account of a subject, and the subject's distinct consecutive visitors (account 0). */
export const storedList = (changes: number): string => `WITH ${storedLinks(changes)}${OWNER},
listed AS (
  SELECT
    subject,
    showroom_visitor.account_key AS account_key,
    ${storedName('showroom_visitor', changes).name} AS person_key,
    max(showroom_visitor.is_showroom) AS is_showroom,
    max(showroom_visitor.is_possible) AS is_possible,
    max(showroom_visitor.is_consecutive) AS is_consecutive
  FROM rollup(showroom_visitor)
  INNER JOIN owner ON owner.account_key = showroom_visitor.account_key AND owner.month = showroom_visitor.month${storedName('showroom_visitor', changes).joins}
  WHERE brand_id = {brandId: UInt32} AND showroom_visitor.month IN {months: Array(UInt32)} AND showroom_visitor.account_key IN {accounts: Array(UInt64)}
  GROUP BY
    subject,
    account_key,
    person_key
)
SELECT
  subject,
  account_key AS account,
  countIf(is_showroom) AS showroom,
  countIf(is_possible) AS possible,
  0 AS consecutive
FROM listed
GROUP BY
  subject,
  account
UNION ALL
SELECT
  subject,
  toUInt64(0) AS account,
  0 AS showroom,
  0 AS possible,
  uniqExactIf(person_key, is_consecutive) AS consecutive
FROM listed
GROUP BY subject
${KEPT_SETTINGS}`;
