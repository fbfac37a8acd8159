import { SCAN_SETTINGS } from '../statement-settings';
import { FORMED_ENTRIES, entryPieces, ownerInstant, visits } from './showroom.sql';
import type { EntryPieces } from './showroom.sql';

/** Bucket of the visits of the rolling window; the others are named by the start of their month. */
const ROLLING = '-1';

/** One row is a span of an account under one owner. The first reaches back without end, the last forward. */
const OWNER_SPANS = `owner_span AS (
  SELECT
    span.1 AS account_key,
    span.2 AS subject,
    span.3 AS since
  FROM (
    SELECT arrayJoin(arrayZip({ownerAccounts: Array(UInt64)}, {ownerSubjects: Array(UInt32)}, {ownerFrom: Array(Int64)})) AS span
  )
)`;

/**
 * `judged_visit`: a visit that counts for sure (`counted`) or may count (`possible`). `happening`: one row per visit and bucket that it is in (a
 * month, the rolling window), or per instant at which the viewer was seen without such a visit, with the owner then. `open`: a visit that
 * began in time may go on after what was loaded.
 */
export const judgedVisits = (moved: boolean): string => `judged_visit AS (
  SELECT
    account_key,
    viewer_key,
    visit_start,
    seen,
    known_dwell,
    unknown_dwells,
    staying > 0 AND known_dwell >= {minVisitDwellSeconds: UInt64} AS counted,
    staying > 0 AND (known_dwell >= {minVisitDwellSeconds: UInt64} OR unknown_dwells > 0) AS possible,
    possible AND visit_start >= {periodFrom: Int64} AND visit_start < {periodTo: Int64} AS in_period,
    ${ownerInstant('visit_start', moved)} AS start_instant,
    visit_start >= {windowFrom: Int64} AND visit_start < {windowTo: Int64} AND last_exit + {gapMs: Int64} > {loadTo: Int64} AS open
  FROM visit
)`;
const happenings = (rolling: boolean, moved: boolean): string => `${judgedVisits(moved)},
happening AS (
  SELECT
    account_key,
    viewer_key,
    counted,
    known_dwell,
    unknown_dwells,
    open,
    place.1 AS at,
    place.2 AS bucket,
    place.3 AS is_visit,
    place.4 AS is_seen
  FROM judged_visit
  LEFT ARRAY JOIN arrayConcat(
    if(in_period, [(visit_start, roundDown(visit_start, {bucketFrom: Array(Int64)}), true, has(seen, start_instant))], []),
    arrayMap(t -> (t, roundDown(t, {bucketFrom: Array(Int64)}), false, true), arrayFilter(t -> NOT in_period OR t != start_instant, seen))${
      rolling
        ? `,
    if(possible AND visit_start >= {rollingFrom: Int64} AND visit_start < {rollingTo: Int64}, [(visit_start, toInt64(${ROLLING}), true, false)], [])`
        : ''
    }
  ) AS place
),
placed AS (
  SELECT
    happening.account_key AS account_key,
    viewer_key,
    bucket,
    at,
    is_visit,
    is_seen,
    counted,
    known_dwell,
    unknown_dwells,
    open,
    toDate(fromUnixTimestamp64Milli(at, {zone: String})) AS day,
    owner_span.subject AS subject
  FROM happening
  ASOF LEFT JOIN owner_span ON owner_span.account_key = happening.account_key AND happening.at >= owner_span.since
)`;

/**
 * Where an account changes its owner inside a month, a showroom visitor is the owner's at the start of the `minVisits`-th counted visit: the place
 * of each visit among those of its bucket, and whether the counted ones lie on two days.
 */
const RANKED = `ranked AS (
  SELECT
    account_key,
    viewer_key,
    bucket,
    at,
    is_visit,
    is_seen,
    counted,
    known_dwell,
    unknown_dwells,
    open,
    subject,
    row_number() OVER (PARTITION BY account_key, viewer_key, bucket, is_visit AND counted ORDER BY at) AS counted_place,
    row_number() OVER (PARTITION BY account_key, viewer_key, bucket, is_visit ORDER BY at) AS possible_place,
    minIf(day, is_visit AND counted) OVER (PARTITION BY account_key, viewer_key, bucket) AS first_day,
    maxIf(day, is_visit AND counted) OVER (PARTITION BY account_key, viewer_key, bucket) AS last_day
  FROM placed
)`;
const RANKED_HIT = `countIf(is_visit AND counted AND counted_place = {minVisits: UInt32}) > 0 AS is_hit,
    countIf(is_visit AND possible_place = {minVisits: UInt32}) > 0 AS is_upper_hit,
    is_hit AND max(first_day) < max(last_day) AS is_hit_on_2_days`;
/** Without such a change a bucket has one owner, and counting is enough. */
const COUNTED_HIT = `countIf(is_visit AND counted) >= {minVisits: UInt32} AS is_hit,
    countIf(is_visit) >= {minVisits: UInt32} AS is_upper_hit,
    is_hit AND minIf(day, is_visit AND counted) < maxIf(day, is_visit AND counted) AS is_hit_on_2_days`;

/**
 * (d) Roll-up. `cell`: one row per account, viewer, bucket and owner. `person`: one row per group and viewer. Sums are of seconds and visits.
 */
const rollUp = (moved: boolean): string => `${moved ? `${RANKED},\n` : ''}cell AS (
  SELECT
    account_key,
    viewer_key,
    bucket,
    subject,
    max(open) AS is_open,
    max(is_seen) AS is_viewer,
    countIf(is_visit AND counted AND bucket != ${ROLLING}) AS visits,
    countIf(is_visit AND counted AND bucket != ${ROLLING} AND unknown_dwells = 0) AS known_visits,
    sumIf(known_dwell, is_visit AND counted AND bucket != ${ROLLING} AND unknown_dwells = 0) AS dwell,
    ${moved ? RANKED_HIT : COUNTED_HIT}
  FROM ${moved ? 'ranked' : 'placed'}
  GROUP BY
    account_key,
    viewer_key,
    bucket,
    subject
),
person AS (
  SELECT
    subject,
    viewer_key,
    max(is_open) AS open,
    max(is_viewer) AS seen,
    sum(cell.visits) AS visits,
    sum(cell.known_visits) AS known_visits,
    sum(dwell) AS known_dwell,
    maxIf(is_hit, (bucket = ${ROLLING}) = {rollingOnly: UInt8}) AS is_showroom,
    maxIf(is_hit_on_2_days, (bucket = ${ROLLING}) = {rollingOnly: UInt8}) AS is_showroom_on_2_days,
    maxIf(is_hit, bucket = ${ROLLING}) AS is_rolling,
    groupUniqArrayIf(account_key, is_hit AND (bucket = ${ROLLING}) = {rollingOnly: UInt8}) AS showroom_accounts,
    groupUniqArrayIf(account_key, is_upper_hit AND (bucket = ${ROLLING}) = {rollingOnly: UInt8}) AS upper_accounts
  FROM cell
  GROUP BY
    subject,
    viewer_key
)`;

/** One row per group, distinct viewers; group 0 holds only `open`. */
const GROUP_SUMS = `SELECT
  subject,
  max(person.open) AS open,
  countIf(seen) AS viewers,
  sum(person.visits) AS visits,
  countIf(is_showroom) AS showroom,
  countIf(is_showroom_on_2_days) AS showroomOn2Days,
  countIf(is_rolling) AS rolling,
  sumIf(known_visits, is_showroom) AS showroomVisits,
  sumIf(known_dwell, is_showroom) AS showroomDwell,
  sumIf(known_visits, NOT is_showroom) AS otherVisits,
  sumIf(known_dwell, NOT is_showroom) AS otherDwell,
  sumMap(showroom_accounts, arrayMap(a -> toUInt64(1), showroom_accounts)) AS showroomByAccount,
  sumMap(upper_accounts, arrayMap(a -> toUInt64(1), upper_accounts)) AS upperByAccount
FROM person
GROUP BY subject`;

/** `rolling`: those of the rolling window, too; `moved`: an account changes its owner inside a month. */
export interface VisitorPieces {
  rolling: boolean;
  moved: boolean;
}

/** Everything up to `person`. */
export const personPieces = (pieces: EntryPieces, { rolling, moved }: VisitorPieces): string =>
  `${entryPieces(pieces)},\n${FORMED_ENTRIES},\n${visits(moved)},\n${OWNER_SPANS},\n${happenings(rolling, moved)},\n${rollUp(moved)}`;

/** Viewers, visits, dwell and showroom visitors per group. */
export const visitorSums = (pieces: EntryPieces, asked: VisitorPieces): string =>
  `WITH ${personPieces(pieces, asked)}\n${GROUP_SUMS}\n${SCAN_SETTINGS}`;
