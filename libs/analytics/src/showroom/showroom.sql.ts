import { isExcluded } from '../exclusions/excluded-entries.sql';
import { type KeyLinks, linkedEntries } from './key-links.sql';

/**
 * The named pieces of virtual showroom traffic (domain.md 3), each one CTE over the piece before it:
 * `merged` (entries merged over sources) → `entry` (what stays) → `formed` and `visit` (visits) → `visitor` (one row per account and viewer)
 * → roll-up to groups. Instants are epoch milliseconds (Int64). Computed on demand, the pieces are also what a roll-up table is filled with.
 */

/** First source of the policy's order that knows a field; sources outside the order come last. */
export const RANK = `if(indexOf({sourceOrder: Array(String)}, source) = 0, 1000 + crc32(toString(source)), indexOf({sourceOrder: Array(String)}, source))`;

/** The month column is the brand's business month of entered_at. */
export const LOADED = `brand_id = {brandId: UInt32}
    AND month >= {loadFromMonth: UInt32}
    AND month <= {loadToMonth: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND entered_at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND entered_at < fromUnixTimestamp64Milli({loadTo: Int64}, 'UTC')`;

interface Opening {
  linked: boolean;
  excluded: boolean;
}

/**
 * Entries that are yet to be linked over changes of the key carry the next one, and are known by their own as well. What a case removes is known by the
 * key of its own time, so before anything is linked.
 */
const opening = ({ linked, excluded }: Opening, next: string): string => `${linked ? 'unlinked' : 'merged'} AS (
  SELECT
    account_key,
    ${linked ? `viewer_key AS raw_key,\n    raw_key AS person_0,\n    ${next} AS next_key` : 'viewer_key'},
${excluded ? `    ${isExcluded('loadFrom', 'loadTo')} AS is_excluded,\n` : ''}`;

/** (a) One row per identity that any source keeps; each field from the first source that knows it (domain.md 2.3). */
const SEVERAL_SOURCES = (
  only: string,
  how: Opening,
): string => `${opening(how, 'max(next_viewer_key)')}    toUnixTimestamp64Milli(entered_at) AS entered_ms,
    argMinIf(dwell_seconds, ${RANK}, dwell_seconds IS NOT NULL) AS dwell,
    argMinIf(toString(session_id), ${RANK}, session_id != '') AS given_session,
    max(source != 'file') AS live_source
  FROM facts(entries)
  WHERE ${LOADED}${only}
  GROUP BY
    account_key,
    viewer_key,
    entered_at,
    entry_key
)`;
/** The same where no account has a second source: every row is an identity. */
const ONE_SOURCE = (
  only: string,
  how: Opening,
): string => `${opening(how, 'next_viewer_key')}    toUnixTimestamp64Milli(entered_at) AS entered_ms,
    dwell_seconds AS dwell,
    session_id AS given_session,
    source != 'file' AS live_source
  FROM facts(entries)
  WHERE ${LOADED}${only}
)`;

export interface EntryPieces {
  staff: boolean;
  raffles: boolean;
  /** Every asked account has one source only. */
  oneSource?: boolean;
  /** Sentinels stay among the entries. */
  sentinels?: boolean;
  /** Of a roll-up: rows of an earlier computation may have to go. */
  previous?: boolean;
  /** A further condition on the entries that are read (SQL, begins with AND). */
  only?: string;
  /** Cases remove some of the entries: they are left out as staff and grabs are; `unseen`: only their viewers are, visits are judged as reported. */
  excluded?: 'left-out' | 'unseen';
  /** The viewer key changes inside what is loaded. What `only` says of viewers would miss their other keys: it is then not applied. */
  links?: KeyLinks;
}

export function mergedEntries(pieces: Pick<EntryPieces, 'oneSource' | 'only' | 'links' | 'excluded'>): string {
  const { oneSource, only = '', links } = pieces;
  const excluded = pieces.excluded !== undefined;
  const merged = oneSource ? ONE_SOURCE : SEVERAL_SOURCES;
  if (!links) return merged(only, { linked: false, excluded });
  return `${merged('', { linked: true, excluded })},\n${linkedEntries(links, excluded ? ['is_excluded'] : [])}`;
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

/** What an entry carries from `entry` on. `unseen`: its viewer is not seen by it, because it is declared staff (1), or a case removes it (2). */
const ENTRY = [
  'account_key',
  'viewer_key',
  'entered_ms',
  'exit_ms',
  'dwell',
  'given_session',
  'live_source',
  'unseen',
  'is_grab',
  'stays',
].join(',\n    ');

/**
 * `noted`: every entry with its exit and whether it stays: declared staff, raffle grabs and what cases remove are left out, not taken away. `entry`: those of viewers,
 * without sentinels unless they are asked for.
 */
export function entryPieces(pieces: EntryPieces): string {
  const spans = [pieces.staff ? STAFF_SPANS : '', pieces.raffles ? RAFFLE_SPANS : ''].filter(Boolean);
  return [
    mergedEntries(pieces),
    ...spans,
    `noted AS (
  SELECT
    merged.account_key AS account_key,
    merged.viewer_key AS viewer_key,
    entered_ms,
    entered_ms + toInt64(ifNull(dwell, 0)) * 1000 AS exit_ms,
    dwell,
    given_session,
    live_source,
    ${pieces.staff ? IS_STAFF : 'false'} AS is_staff,
    ${pieces.raffles ? IS_GRAB : 'false'} AND NOT is_staff AS is_grab,
    NOT is_staff AND NOT is_grab${pieces.excluded === 'left-out' ? ' AND NOT merged.is_excluded' : ''} AS stays,
    ${pieces.excluded ? 'if(is_staff, 1, if(merged.is_excluded, 2, 0))' : 'is_staff'} AS unseen,
    merged.viewer_key IN {sentinels: Array(UInt64)} AS is_sentinel
  FROM merged
  ${pieces.staff ? 'LEFT JOIN staff_span ON staff_span.viewer_key = merged.viewer_key' : ''}
  ${pieces.raffles ? 'LEFT JOIN raffle_span ON raffle_span.account_key = merged.account_key' : ''}
)`,
    `entry AS (
  SELECT
    ${ENTRY}
  FROM noted${pieces.sentinels ? '' : '\n  WHERE NOT is_sentinel'}
)`,
  ].join(',\n');
}

/**
 * (b) Visits (domain.md 3.2): by the running maximum of the exit over all entries, left-out ones included. A visit is named by its start.
 * Whether an entry starts a visit depends on entries of the 24 h + gap before it only (dwell ends at 24 h): starts ≥ loadFrom + 24 h + gap are exact.
 */
export const EXITS = `exits AS (
  SELECT
    ${ENTRY},
    max(exit_ms) OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_exit
  FROM entry
)`;
export const FORMED_ENTRIES = `${EXITS},
formed AS (
  SELECT
    ${ENTRY},
    max(if(entered_ms - latest_exit >= {gapMs: Int64}, entered_ms, 0))
      OVER (PARTITION BY account_key, viewer_key ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS visit_start
  FROM exits
)`;

/** An instant as far as its owner is concerned: the start of its month, unless the account changed its owner inside a month. */
export const ownerInstant = (instant: string, moved: boolean): string => {
  const month = `roundDown(${instant}, {bucketFrom: Array(Int64)})`;
  return moved ? `if(account_key IN {movedAccounts: Array(UInt64)}, ${instant}, ${month})` : month;
};

const seenAs = (name: string, moved: boolean, isSeen: string): string =>
  `groupUniqArrayIf(${ownerInstant('entered_ms', moved)}, ${isSeen} AND entered_ms >= {periodFrom: Int64} AND entered_ms < {periodTo: Int64}) AS ${name}`;

/**
 * One row is a visit. `seen`: when (ownerInstant) the viewer entered inside the period. `staying`, `grabs`: numbers of entries. `asReported`: seen also by
 * entries that cases remove; `still_seen`: by the others.
 */
export const visits = (moved: boolean, asReported = false): string => `visit AS (
  SELECT
    account_key,
    viewer_key,
    visit_start,
    max(exit_ms) AS last_exit,
    ${asReported ? `${seenAs('seen', moved, 'unseen != 1')},\n    ${seenAs('still_seen', moved, 'unseen = 0')}` : seenAs('seen', moved, 'unseen = 0')},
    countIf(stays) AS staying,
    countIf(is_grab) AS grabs,
    sumIf(toUInt64(ifNull(dwell, 0)), stays) AS known_dwell,
    countIf(stays AND dwell IS NULL) AS unknown_dwells
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
