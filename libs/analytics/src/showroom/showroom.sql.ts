/**
 * The named pieces of virtual showroom traffic (domain.md 3), each one CTE over the piece before it:
 * `merged` (entries merged over sources) → `entry` (what stays) → `formed` and `visit` (visits) → `visitor` (one row per account and viewer)
 * → roll-up to groups. Instants are epoch milliseconds (Int64). Computed on demand, the pieces are also what a roll-up table is filled with.
 */

/**
 * Of every query here. The month, which is the partition, is part of an entry's identity: FINAL need not look across partitions.
 * Aggregation in order of the sort key was measured 2.5 times slower here.
 */
export const SETTINGS = `SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** First source of the policy's order that knows a field; sources outside the order come last. */
export const RANK = `if(indexOf({sourceOrder: Array(String)}, source) = 0, 1000 + crc32(toString(source)), indexOf({sourceOrder: Array(String)}, source))`;

/** The month column is the brand's business month of entered_at. */
const LOADED = `brand_id = {brandId: UInt32}
    AND month >= {loadFromMonth: UInt32}
    AND month <= {loadToMonth: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND entered_at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND entered_at < fromUnixTimestamp64Milli({loadTo: Int64}, 'UTC')`;

/** (a) One row per identity that any source keeps; each field from the first source that knows it (domain.md 2.3). */
export const MERGED_ENTRIES = `merged AS (
  SELECT
    brand_id,
    account_key,
    viewer_key,
    entered_at,
    entry_key,
    toUnixTimestamp64Milli(entered_at) AS entered_ms,
    argMinIf(dwell_seconds, ${RANK}, dwell_seconds IS NOT NULL) AS dwell,
    argMinIf(toString(session_id), ${RANK}, session_id != '') AS given_session,
    max(source != 'file') AS live_source
  FROM entries FINAL
  WHERE ${LOADED}
  GROUP BY
    brand_id,
    account_key,
    viewer_key,
    entered_at,
    entry_key
)`;

export interface EntryPieces {
  staff: boolean;
  raffles: boolean;
}

const STAFF_SPANS = `staff_span AS (
  SELECT
    span.1 AS viewer_key,
    groupArray(span.2) AS staff_accounts,
    groupArray(span.3) AS staff_from,
    groupArray(span.4) AS staff_to
  FROM (
    SELECT arrayJoin(arrayZip({staffViewers: Array(UInt64)}, {staffAccounts: Array(UInt64)}, {staffFrom: Array(Int64)}, {staffTo: Array(Int64)})) AS span
  )
  GROUP BY viewer_key
)`;
const RAFFLE_SPANS = `raffle_span AS (
  SELECT
    span.1 AS account_key,
    groupArray(span.2) AS raffle_from,
    groupArray(span.3) AS raffle_to
  FROM (
    SELECT arrayJoin(arrayZip({raffleAccounts: Array(UInt64)}, {raffleFrom: Array(Int64)}, {raffleTo: Array(Int64)})) AS span
  )
  GROUP BY account_key
)`;
const IS_STAFF = `arrayExists(
      (account, since, until) -> (account = 0 OR account = merged.account_key) AND entered_ms >= since AND entered_ms <= until,
      staff_accounts, staff_from, staff_to
    )`;
/** domain.md 3.6: known dwell only; from − 60 s to + 120 s; gone within a minute of the end. */
const IS_GRAB = `dwell IS NOT NULL AND arrayExists(
      (since, until) -> entered_ms >= since - 60000 AND entered_ms <= until + 120000 AND exit_ms <= greatest(until, entered_ms) + 60000,
      raffle_from, raffle_to
    )`;

/**
 * `noted`: every entry with its exit and whether it stays: declared staff and raffle grabs are left out, not removed. `entry`: those of viewers,
 * without sentinels.
 */
export function entryPieces(pieces: EntryPieces): string {
  const spans = [pieces.staff ? STAFF_SPANS : '', pieces.raffles ? RAFFLE_SPANS : ''].filter(Boolean);
  return [
    MERGED_ENTRIES,
    ...spans,
    `noted AS (
  SELECT
    merged.account_key AS account_key,
    merged.viewer_key AS viewer_key,
    entered_ms,
    entered_ms + toInt64(ifNull(dwell, 0)) * 1000 AS exit_ms,
    dwell,
    given_session,
    ${pieces.staff ? IS_STAFF : 'false'} AS is_staff,
    ${pieces.raffles ? IS_GRAB : 'false'} AND NOT is_staff AS is_grab,
    NOT is_staff AND NOT is_grab AS stays,
    merged.viewer_key IN {sentinels: Array(UInt64)} AS is_sentinel
  FROM merged
  ${pieces.staff ? 'LEFT JOIN staff_span ON staff_span.viewer_key = merged.viewer_key' : ''}
  ${pieces.raffles ? 'LEFT JOIN raffle_span ON raffle_span.account_key = merged.account_key' : ''}
)`,
    `entry AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    exit_ms,
    dwell,
    given_session,
    is_staff,
    is_grab,
    stays
  FROM noted
  WHERE NOT is_sentinel
)`,
  ].join(',\n');
}

/**
 * (b) Visits (domain.md 3.2): by the running maximum of the exit over all entries, left-out ones included. A visit is named by its start.
 * Whether an entry starts a visit depends on entries of the 24 h + gap before it only (dwell ends at 24 h): starts ≥ loadFrom + 24 h + gap are exact.
 */
export const FORMED_ENTRIES = `exits AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    exit_ms,
    dwell,
    given_session,
    is_staff,
    is_grab,
    stays,
    max(exit_ms) OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_exit
  FROM entry
),
formed AS (
  SELECT
    account_key,
    viewer_key,
    entered_ms,
    exit_ms,
    dwell,
    given_session,
    is_staff,
    is_grab,
    stays,
    max(if(entered_ms - latest_exit >= {gapMs: Int64}, entered_ms, 0))
      OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS visit_start
  FROM exits
)`;

/** `seen`: when the viewer entered inside the period (one instant is enough where the account kept its owner). */
export const VISITS = `visit AS (
  SELECT
    account_key,
    viewer_key,
    visit_start,
    max(exit_ms) AS last_exit,
    groupUniqArrayIf(
      if(account_key IN {movedAccounts: Array(UInt64)}, entered_ms, {periodFrom: Int64}),
      NOT is_staff AND entered_ms >= {periodFrom: Int64} AND entered_ms < {periodTo: Int64}
    ) AS seen,
    countIf(stays) AS staying,
    countIf(is_grab) AS grabs,
    sumIf(toUInt64(ifNull(dwell, 0)), stays) AS known_dwell,
    countIf(stays AND dwell IS NULL) AS unknown_dwells,
    staying > 0 AND known_dwell >= {minVisitDwellSeconds: UInt64} AS counted,
    staying > 0 AND (known_dwell >= {minVisitDwellSeconds: UInt64} OR unknown_dwells > 0) AS possible
  FROM formed
  GROUP BY
    account_key,
    viewer_key,
    visit_start
)`;

/** Owners of the asked accounts as arrays in time order; the first reaches back, the last forward without end. */
export const OWNERS = `owner AS (
  SELECT
    span.1 AS account_key,
    arraySort(groupArray((span.3, span.2))) AS spans,
    arrayMap(s -> s.1, spans) AS owner_from,
    arrayMap(s -> s.2, spans) AS owner_subject
  FROM (
    SELECT arrayJoin(arrayZip({ownerAccounts: Array(UInt64)}, {ownerSubjects: Array(UInt32)}, {ownerFrom: Array(Int64)})) AS span
  )
  GROUP BY account_key
)`;
/** The owner at an instant. */
export const ownerAt = (instant: string): string => `owner_subject[greatest(1, arrayCount(since -> since <= ${instant}, owner_from))]`;

const qualifying = (condition: string): string => `arrayFilter(qualified -> length(qualified) >= {minVisits: UInt32}, arrayMap(
      (since, until) -> arrayFilter(v -> v.1 >= since AND v.1 < until AND ${condition}, visits),
      {bucketFrom: Array(Int64)}, {bucketTo: Array(Int64)}
    ))`;
const BUSINESS_DAY = `toDate(fromUnixTimestamp64Milli(v.1, {zone: String}))`;

/**
 * (c) One row per account and viewer. `visits`: (start, counted, known dwell, unknown dwells) in time order. `hits`: per month in which the
 * viewer is a showroom visitor, the start of the qualifying visit and the number of days. `open`: a visit may go on after what was loaded.
 */
export const VISITORS = `visitor_visits AS (
  SELECT
    account_key,
    viewer_key,
    groupUniqArrayArray(visit.seen) AS seen,
    arraySort(groupArrayIf(
      (visit_start, toUInt8(counted), known_dwell, unknown_dwells),
      possible AND visit_start >= {windowFrom: Int64} AND visit_start < {windowTo: Int64}
    )) AS visits,
    max(visit_start >= {windowFrom: Int64} AND visit_start < {windowTo: Int64} AND last_exit + {gapMs: Int64} > {loadTo: Int64}) AS open
  FROM visit
  GROUP BY
    account_key,
    viewer_key
),
visitor AS (
  SELECT
    account_key,
    viewer_key,
    seen,
    open,
    arrayFilter(v -> v.2 = 1 AND v.1 >= {periodFrom: Int64} AND v.1 < {periodTo: Int64}, visits) AS counted_visits,
    arrayMap(qualified -> (qualified[{minVisits: UInt32}].1, arrayUniq(arrayMap(v -> ${BUSINESS_DAY}, qualified))), ${qualifying('v.2 = 1')}) AS hits,
    arrayMap(qualified -> qualified[{minVisits: UInt32}].1, ${qualifying('true')}) AS upper_hits,
    arrayFilter(v -> v.2 = 1 AND v.1 >= {rollingFrom: Int64} AND v.1 < {rollingTo: Int64}, visits) AS rolling_visits
  FROM visitor_visits
)`;

/** (d) Roll-up: one row per group, distinct viewers; group 0 holds only `open`. Sums are of seconds and visits. */
export const ROLL_UP = `placed AS (
  SELECT
    account_key,
    viewer_key,
    open,
    arrayMap(t -> ${ownerAt('t')}, seen) AS seen_in,
    arrayMap(v -> (${ownerAt('v.1')}, v.3, v.4), counted_visits) AS visits_in,
    arrayMap(hit -> (${ownerAt('hit.1')}, hit.2), hits) AS hits_in,
    arrayMap(t -> ${ownerAt('t')}, upper_hits) AS upper_in,
    if(length(rolling_visits) >= {minVisits: UInt32}, [${ownerAt('rolling_visits[{minVisits: UInt32}].1')}], []) AS rolling_in
  FROM visitor
  INNER JOIN owner ON owner.account_key = visitor.account_key
),
cell AS (
  SELECT
    account_key,
    viewer_key,
    open,
    subject,
    has(seen_in, subject) AS is_viewer,
    arrayFilter(v -> v.1 = subject, visits_in) AS visits,
    arrayFilter(v -> v.3 = 0, visits) AS known_visits,
    arrayExists(hit -> hit.1 = subject, hits_in) AS is_showroom,
    arrayExists(hit -> hit.1 = subject AND hit.2 >= 2, hits_in) AS is_showroom_on_2_days,
    has(upper_in, subject) AS is_upper,
    has(rolling_in, subject) AS is_rolling
  FROM placed
  LEFT ARRAY JOIN arrayDistinct(arrayConcat(seen_in, arrayMap(v -> v.1, visits_in), arrayMap(hit -> hit.1, hits_in), upper_in, rolling_in)) AS subject
),
person AS (
  SELECT
    subject,
    viewer_key,
    max(cell.open) AS open,
    max(cell.is_viewer) AS is_viewer,
    sum(length(cell.visits)) AS visits,
    sum(length(cell.known_visits)) AS known_visits,
    sum(arraySum(v -> v.2, cell.known_visits)) AS known_dwell,
    max(cell.is_showroom) AS is_showroom,
    max(cell.is_showroom_on_2_days) AS is_showroom_on_2_days,
    max(cell.is_rolling) AS is_rolling,
    groupArrayIf(account_key, cell.is_showroom) AS showroom_accounts,
    groupArrayIf(account_key, is_upper) AS upper_accounts
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
