import { HEARD, SESSIONS, SESSION_SPANS } from './sessions.sql';
import { SCAN_SETTINGS } from '../statement-settings';
import { entryPieces, type EntryPieces } from './showroom.sql';

const MOST = 10_000;

/** One row is a session that starts in the period, with what is known of who was in it; latest first. */
export const sessionList = (pieces: EntryPieces): string => `WITH ${entryPieces({ ...pieces, sentinels: true, excluded: undefined })},
${SESSIONS},
${SESSION_SPANS},
${HEARD}
SELECT
  session.session_id AS sessionId,
  start_ms AS startedAt,
  toUnixTimestamp64Milli(known_end) AS endedAt,
  session.views AS views,
  session.unique_viewers AS uniqueViewers,
  heard.entries AS entries,
  heard.usable AS usableEntries,
  heard.identified AS identifiedViewers
FROM session
LEFT JOIN heard ON heard.account_key = session.account_key AND heard.session_id = session.session_id
WHERE start_ms >= {periodFrom: Int64} AND start_ms < {periodTo: Int64}
ORDER BY
  startedAt DESC,
  sessionId DESC
LIMIT ${MOST}
${SCAN_SETTINGS}`;

/** One row when there is any entry of the account, whoever it is. */
export const HAS_ENTRIES = `SELECT 1 AS found
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
LIMIT 1`;
