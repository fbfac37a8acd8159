import { RANK, SESSIONS } from '@app/analytics';

/** What is known of the entries that a statement reads, and spares it work. */
export interface EntryReading {
  /** Some account has several sources: an identity may be there more than once. */
  mixed: boolean;
  /** Every entry says which session it is of. */
  given: boolean;
  /** Name of the table that holds them with their sessions, as this scan has read them once. */
  staged?: string;
  /** Beside it, the table of their sessions with their numbers. */
  stagedRooms?: string;
  /** Of staged entries: `session_id` is a number (`StagedEntries.sessionOf`), which is grouped in half the time of a name. */
  numbered?: true;
}
/** Nothing is known. */
export const ANY_READING: EntryReading = { mixed: true, given: false };

/** The month, which is the partition, is part of an entry's identity. The two last spare every statement a while before its first row. */
export const ENTRY_SETTINGS =
  'SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1, optimize_and_compare_chain = 0, compile_expressions = 0';

/** Declared staff, at the time and in the rooms that the declaration says, are nobody's viewers. */
const IS_STAFF = `viewer_key IN {staffViewers: Array(UInt64)} AND arrayExists(
      (person, account, since, until) -> person = viewer_key AND (account = 0 OR account = account_key) AND entered_ms >= since AND entered_ms <= until,
      {staffViewers: Array(UInt64)}, {staffAccounts: Array(UInt64)}, {staffFrom: Array(Int64)}, {staffTo: Array(Int64)}
    )`;

/**
 * `told`: one row per entry identity of the asked accounts and time. A second source of an identity counts once (`mixed`; each row as the best source tells
 * it). `viewer` is who it is: before a change of the viewer key the next one, so that entries on both sides are one person's; `viewer_key` is the key that
 * the entry is known by. `usable`: a person, neither a sentinel id nor declared staff.
 */
const told = ({ mixed }: EntryReading): string => `told AS (
  SELECT
    account_key,
    viewer_key,
    entry_key,
    if(next_viewer_key != 0, next_viewer_key, viewer_key) AS viewer,
    toUnixTimestamp64Milli(entered_at) AS entered_ms,
    entered_ms + toInt64(ifNull(dwell_seconds, 0)) * 1000 AS exit_ms,
    dwell_seconds AS dwell,
    session_id AS given_session,
    traffic_source,
    adcode,
    is_new_account,
    viewer_key IN {sentinels: Array(UInt64)} AS sentinel,
    ${IS_STAFF} AS staff
  FROM facts(entries)
  WHERE brand_id = {brandId: UInt32}
    AND month >= {loadFromMonth: UInt32}
    AND month <= {loadToMonth: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND entered_at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND entered_at < fromUnixTimestamp64Milli({loadTo: Int64}, 'UTC')${mixed ? `\n  ORDER BY ${RANK}\n  LIMIT 1 BY account_key, viewer_key, entered_at, entry_key` : ''}
)`;

const STAGED = `account_key IN {accounts: Array(UInt64)} AND entered_ms >= {loadFrom: Int64} AND entered_ms < {loadTo: Int64}`;
const STAGED_COLUMNS = `account_key,
    viewer_key,
    entry_key,
    viewer,
    entered_ms,
    entered_ms + toInt64(ifNull(dwell, 0)) * 1000 AS exit_ms,
    dwell,
    traffic_source,
    adcode,
    is_new_account,
    own_entries`;

/** Entries without their sessions: `told`. Parameters: `entryParameters`. */
export const toldEntries = (how: EntryReading): string =>
  how.staged === undefined
    ? told(how)
    : `told AS (
  SELECT
    ${STAGED_COLUMNS},
    sentinel,
    staff
  FROM ${how.staged}
  WHERE ${STAGED}
)`;

/**
 * Continues a condition on rows of `seen` and `told`: leaves out viewers with fewer entries into the room, where that is known: most come once, and whoever looks for
 * those who come often need not group the others. A superset: the statement itself still has to count.
 */
export const comesOften = ({ staged }: EntryReading, entries: number): string =>
  staged === undefined ? '' : ` AND own_entries >= ${entries}`;

/** Continues it the other way: viewers whose only entry into the room it is, of whom nothing has to be grouped. Where nothing is staged nobody knows. */
export const comesOnce = ' AND own_entries = 1';

const stagedEntries = (staged: string, numbered = false): string => `seen AS (
  SELECT
    ${STAGED_COLUMNS},
    NOT sentinel AS usable,
    ${numbered ? 'session_number AS session_id' : 'session_id'},
    start_ms,
    end_ms,
    ended,
    explained
  FROM ${staged}
  WHERE ${STAGED} AND session_number != 0 AND start_ms >= {loadFrom: Int64} AND start_ms < {loadTo: Int64} AND NOT staff
)`;

const CARRIED = [
  'account_key',
  'viewer_key',
  'entry_key',
  'viewer',
  'entered_ms',
  'exit_ms',
  'dwell',
  'traffic_source',
  'adcode',
  'is_new_account',
];

/** Entries that do not say their session: that with the latest start, as long as it lasts. */
export const PLACED = `placed AS (
  SELECT
    ${[...CARRIED, 'sentinel', 'staff'].map((column) => `told.${column} AS ${column}`).join(',\n    ')},
    if(told.given_session != '', toString(told.given_session), if(entered_ms < held.end_ms, held.session_id, '')) AS given_session
  FROM told
  ASOF LEFT JOIN session AS held ON held.account_key = told.account_key AND told.entered_ms >= held.start_ms
),
`;

/** When declared things begin and end: comings and goings in these spans are explained. Per account, and of these per session. */
export const QUIET_SPANS = `quiet AS (
  SELECT
    span.1 AS account_key,
    groupArray(span.2) AS since,
    groupArray(span.3) AS until
  FROM (
    SELECT arrayJoin(arrayZip({quietAccounts: Array(UInt64)}, {quietFrom: Array(Int64)}, {quietTo: Array(Int64)})) AS span
  )
  GROUP BY account_key
)`;
const QUIET = `${QUIET_SPANS},
room AS (
  SELECT
    session.account_key AS account_key,
    session.session_id AS session_id,
    start_ms,
    end_ms,
    known_end IS NOT NULL AS ended,
    arrayFilter((s, u) -> s < end_ms AND u > start_ms, quiet.since, quiet.until) AS quiet_from,
    arrayFilter((u, s) -> s < end_ms AND u > start_ms, quiet.until, quiet.since) AS quiet_to
  FROM session
  LEFT JOIN quiet ON quiet.account_key = session.account_key
  WHERE start_ms >= {loadFrom: Int64} AND start_ms < {loadTo: Int64}
)`;

/**
 * `seen`: entries with their session (domain.md 2.7), staff left out: the columns of `told`, `usable`, `session_id`, `start_ms`, `end_ms`, `ended`, and
 * `explained`: came or went while something declared began or ended.
 */
export const seenEntries = (how: EntryReading): string =>
  how.staged === undefined ? readEntries(how) : stagedEntries(how.staged, how.numbered);

const readEntries = (how: EntryReading): string => `${SESSIONS},
${QUIET},
${told(how)},
${how.given ? '' : PLACED}seen AS (
  SELECT
    ${CARRIED.map((column) => `entered.${column} AS ${column}`).join(',\n    ')},
    NOT sentinel AS usable,
    room.session_id AS session_id,
    start_ms,
    end_ms,
    ended,
    arrayExists(
      (since, until) -> (entered_ms >= since AND entered_ms <= until) OR (dwell IS NOT NULL AND exit_ms >= since AND exit_ms <= until),
      quiet_from, quiet_to
    ) AS explained
  FROM ${how.given ? 'told' : 'placed'} AS entered
  INNER JOIN room ON room.account_key = entered.account_key AND room.session_id = entered.given_session
  WHERE NOT staff
)`;

/** Twelfth of the session in which a view starts; views from outside the session's time belong to its edge. */
export const START_BIN = `toUInt16(least(11, greatest(0, intDiv((entered_ms - start_ms) * 12, greatest(1, end_ms - start_ms)))))`;
/** Stay: under 5 s, doubling up to 5,120 s, longer; 13: until the end of the session. */
export const STAY_BIN =
  `toUInt16(if(ended AND known_dwell >= 60 AND exit_ms >= end_ms - 45000, 13, if(known_dwell < 5, 0, least(12, 1 + floor(log2(known_dwell / 5))))))`.replaceAll(
    'known_dwell',
    'assumeNotNull(dwell)',
  );
/** Both as one number, as `stay-shape.ts` counts them. */
export const SHAPE_CELL = `${START_BIN} * 14 + ${STAY_BIN}`;

const LISTED = `SELECT
  toString(account_key) AS account,
  toString(viewer_key) AS viewerKey,
  entered_ms AS enteredAt,
  toString(entry_key) AS entryKey`;
const LIST_ORDER = `ORDER BY
  entered_ms,
  viewer_key`;

/** The entries that a detector holds for inorganic, in the form that cases take them: `where` chooses among the rows of `from`. */
export const inorganicEntries = (pieces: string, where: string, from = 'seen'): string => `WITH ${pieces}
${LISTED}
FROM ${from}
WHERE ${where}
${LIST_ORDER}
${ENTRY_SETTINGS}`;

/** What `inorganicEntries` was made of, out of its text, spelled out or not; null: the text has another form. */
export function listParts(sql: string): { pieces: string; columns: string; from: string; where: string; settings: string } | null {
  const parts = LIST_FORM.exec(sql);
  if (!parts) return null;
  const [, pieces, from, where, settings] = parts;
  return { pieces, columns: LISTED, from, where, settings };
}

const verbatim = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const LIST_FORM = new RegExp(
  `^WITH ([\\s\\S]*)\\n${verbatim(LISTED)}\\nFROM (\\w+)\\nWHERE ([\\s\\S]*)\\n${verbatim(LIST_ORDER)}\\n(SETTINGS [^\\n]*)$`,
);
