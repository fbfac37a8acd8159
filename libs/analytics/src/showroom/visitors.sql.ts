import { FORMED_ENTRIES, SETTINGS, VISITS, entryPieces, ownerInstant } from './showroom.sql';
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
const happenings = (rolling: boolean): string => `judged_visit AS (
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
    ${ownerInstant('visit_start')} AS start_instant,
    visit_start >= {windowFrom: Int64} AND visit_start < {windowTo: Int64} AND last_exit + {gapMs: Int64} > {loadTo: Int64} AS open
  FROM visit
),
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
    owner_span.subject AS subject
  FROM happening
  ASOF LEFT JOIN owner_span ON owner_span.account_key = happening.account_key AND happening.at >= owner_span.since
)`;

/**
 * `visitor`: one row per account, viewer and bucket; `visits`: (start, owner, counted, known dwell, unknown dwells) in time order. `hit`: the same
 * with the owner at the start of the visit by which the viewer became a showroom visitor (0: none), and the same of the upper bound.
 */
const HITS = `visitor AS (
  SELECT
    account_key,
    viewer_key,
    bucket,
    max(placed.open) AS open,
    arraySort(groupArrayIf((at, subject, counted, known_dwell, unknown_dwells), is_visit)) AS visits,
    groupUniqArrayIf(subject, is_seen) AS seen_in
  FROM placed
  GROUP BY
    account_key,
    viewer_key,
    bucket
),
counted_visitor AS (
  SELECT
    account_key,
    viewer_key,
    bucket,
    open,
    visits,
    seen_in,
    arrayFilter(v -> v.3, visits) AS counted_visits
  FROM visitor
),
hit AS (
  SELECT
    account_key,
    viewer_key,
    bucket = ${ROLLING} AS is_rolling_window,
    is_rolling_window = {rollingOnly: UInt8} AS qualifies,
    open,
    seen_in,
    counted_visits,
    if(length(counted_visits) >= {minVisits: UInt32}, counted_visits[{minVisits: UInt32}].2, 0) AS hit_subject,
    if(length(visits) >= {minVisits: UInt32}, visits[{minVisits: UInt32}].2, 0) AS upper_subject,
    hit_subject > 0 AND arrayUniq(arrayMap(v -> toDate(fromUnixTimestamp64Milli(v.1, {zone: String})), counted_visits)) >= 2 AS on_2_days,
    arrayDistinct(arrayConcat(seen_in, arrayMap(v -> v.2, visits))) AS subjects
  FROM counted_visitor
)`;

/** (d) Roll-up: `person`: one row per group and viewer; the answer: one row per group, distinct viewers; group 0 holds only `open`. Sums are of seconds and visits. */
const ROLL_UP = `cell AS (
  SELECT
    account_key,
    viewer_key,
    open,
    subject,
    has(seen_in, subject) AS is_viewer,
    if(is_rolling_window, 0, arrayCount(v -> v.2 = subject, counted_visits)) AS visits,
    if(is_rolling_window, 0, arrayCount(v -> v.2 = subject AND v.5 = 0, counted_visits)) AS known_visits,
    if(is_rolling_window, 0, arraySum(v -> if(v.2 = subject AND v.5 = 0, v.4, 0), counted_visits)) AS known_dwell,
    qualifies AND hit_subject = subject AS is_showroom,
    qualifies AND hit_subject = subject AND on_2_days AS is_showroom_on_2_days,
    qualifies AND upper_subject = subject AS is_upper,
    is_rolling_window AND hit_subject = subject AS is_rolling
  FROM hit
  LEFT ARRAY JOIN subjects AS subject
),
person AS (
  SELECT
    subject,
    viewer_key,
    max(cell.open) AS open,
    max(cell.is_viewer) AS is_viewer,
    sum(cell.visits) AS visits,
    sum(cell.known_visits) AS known_visits,
    sum(cell.known_dwell) AS known_dwell,
    max(cell.is_showroom) AS is_showroom,
    max(cell.is_showroom_on_2_days) AS is_showroom_on_2_days,
    max(cell.is_rolling) AS is_rolling,
    groupUniqArrayIf(account_key, cell.is_showroom) AS showroom_accounts,
    groupUniqArrayIf(account_key, is_upper) AS upper_accounts
  FROM cell
  GROUP BY
    subject,
    viewer_key
)
SELECT
  subject,
  max(person.open) AS open,
  countIf(is_viewer) AS viewers,
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

/** Viewers, visits, dwell and showroom visitors per group; `rolling`: those of the rolling window, too. */
export const visitorSums = (pieces: EntryPieces, rolling: boolean): string =>
  `WITH ${entryPieces(pieces)},\n${FORMED_ENTRIES},\n${VISITS},\n${OWNER_SPANS},\n${happenings(rolling)},\n${HITS},\n${ROLL_UP}\n${SETTINGS}`;
