import { SESSIONS } from '@app/analytics';
import { ENTRY_SETTINGS, PLACED, QUIET_SPANS, toldEntries, type EntryReading } from './viewer-entries.sql';

/** The two tables of one scan. Names are made of `STAGING` and hexadecimal digits. */
export interface StagedTables {
  rooms: string;
  entries: string;
}

export const STAGING = 'scan_staging_';

/**
 * Sessions of the asked accounts with a number each, and entries as every look reads them (`told` with its session). Rows of a scan under way only: the
 * tables go when it ends. Merging them would cost more than it spares.
 */
export const stagedSchema = ({ rooms, entries }: StagedTables): string[] => [
  `CREATE TABLE ${rooms} (
  account_key UInt64, session_number UInt32, session_id String, start_ms Int64, end_ms Int64, ended UInt8, quiet_from Array(Int64), quiet_to Array(Int64)
) ENGINE = MergeTree ORDER BY account_key`,
  `CREATE TABLE ${entries} (
  account_key UInt64 CODEC(Delta, LZ4), viewer UInt64 CODEC(LZ4), entered_ms Int64 CODEC(LZ4), viewer_key UInt64 CODEC(LZ4), entry_key UInt64 CODEC(LZ4),
  dwell Nullable(UInt32) CODEC(LZ4), traffic_source LowCardinality(String), adcode LowCardinality(String), is_new_account Nullable(UInt8),
  sentinel UInt8, staff UInt8, own_entries UInt32 CODEC(LZ4), session_number UInt32 CODEC(LZ4), session_id LowCardinality(String), start_ms Int64 CODEC(LZ4), end_ms Int64 CODEC(LZ4), ended UInt8, explained UInt8
) ENGINE = MergeTree ORDER BY (account_key, viewer, entered_ms) SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1`,
];

/** Numbers begin with 1: a session that nobody knows is 0. */
export const fillRooms = ({ rooms }: StagedTables): string => `INSERT INTO ${rooms}
WITH ${SESSIONS},
${QUIET_SPANS}
SELECT
  session.account_key AS account_key,
  toUInt32(row_number() OVER (ORDER BY session.account_key, session.session_id)) AS session_number,
  session.session_id AS session_id,
  start_ms,
  end_ms,
  known_end IS NOT NULL AS ended,
  arrayFilter((s, u) -> s < end_ms AND u > start_ms, quiet.since, quiet.until) AS quiet_from,
  arrayFilter((u, s) -> s < end_ms AND u > start_ms, quiet.until, quiet.since) AS quiet_to
FROM session
LEFT JOIN quiet ON quiet.account_key = session.account_key
${ENTRY_SETTINGS}`;

/** Entries of some accounts and of `loadFrom` to `loadTo`. */
export const fillEntries = ({ rooms, entries }: StagedTables, how: EntryReading): string => `INSERT INTO ${entries}
  (account_key, viewer, entered_ms, viewer_key, entry_key, dwell, traffic_source, adcode, is_new_account, sentinel, staff, own_entries, session_number, session_id,
  start_ms, end_ms, ended, explained)
WITH session AS (
  SELECT
    account_key,
    session_number,
    session_id,
    start_ms,
    end_ms,
    ended,
    quiet_from,
    quiet_to
  FROM ${rooms}
  WHERE account_key IN {accounts: Array(UInt64)}
),
${toldEntries({ ...how, staged: undefined })}${how.given ? '' : `,\n${PLACED.trimEnd().replace(/,$/, '')}`}
SELECT
  entered.account_key AS account_key,
  viewer,
  entered_ms,
  viewer_key,
  entry_key,
  dwell,
  traffic_source,
  adcode,
  is_new_account,
  sentinel,
  staff,
  toUInt32(count() OVER (PARTITION BY entered.account_key, viewer)) AS own_entries,
  room.session_number AS session_number,
  room.session_id AS session_id,
  room.start_ms AS start_ms,
  room.end_ms AS end_ms,
  room.ended AS ended,
  arrayExists(
    (since, until) -> (entered_ms >= since AND entered_ms <= until) OR (dwell IS NOT NULL AND exit_ms >= since AND exit_ms <= until),
    quiet_from, quiet_to
  ) AS explained
FROM ${how.given ? 'told' : 'placed'} AS entered
LEFT JOIN session AS room ON room.account_key = entered.account_key AND room.session_id = entered.given_session
${ENTRY_SETTINGS}, join_use_nulls = 0, max_bytes_before_external_sort = 1000000000`;

/** What sessions are called. */
export const ROOM_NAMES = (rooms: string): string => `SELECT
  session_number AS number,
  session_id AS sessionId
FROM ${rooms}
WHERE start_ms >= {loadFrom: Int64} AND start_ms < {loadTo: Int64}`;
