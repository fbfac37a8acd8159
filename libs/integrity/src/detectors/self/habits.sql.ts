import { ANY_READING, comesOften, ENTRY_SETTINGS, type EntryReading, inorganicEntries, seenEntries } from '../../facts/viewer-entries.sql';

/** Sessions from which on a viewer is a regular. */
const REGULAR = 4;
/** Sessions since the first one of a viewer. */
export const SESSIONS = 6;
export const ATTENDED = 0.6;
const EARLY_MS = 180_000;
export const EARLY = 0.7;
/** Who is always there, at whatever minute: loyal fans are, too; only a batch of them that begins at once is odd. */
export const STEADY = 0.6;
export const STEADY_SESSIONS = 6;
export const ROWS = 50;

/** `habit`: regulars, in how many sessions they were, since when, and in how many from the first minutes. */
const HABITS = (how: EntryReading): string => `${seenEntries(how)},
attended AS (
  SELECT
    account_key,
    viewer,
    session_id,
    any(start_ms) AS started,
    min(entered_ms) - any(start_ms) AS late_ms
  FROM seen
  WHERE usable${comesOften(how, REGULAR)}
  GROUP BY
    account_key,
    viewer,
    session_id
),
habit AS (
  SELECT
    account_key,
    viewer,
    count() AS sessions,
    min(started) AS first,
    countIf(late_ms <= ${EARLY_MS}) AS early
  FROM attended
  GROUP BY
    account_key,
    viewer
  HAVING sessions >= ${REGULAR}
)`;

/** `constant`: viewers who, since their first session in the room, were in most sessions and there from the first minutes. Of one account. */
const CONSTANT = `${HABITS(ANY_READING)},
constant AS (
  SELECT
    viewer,
    sessions,
    early,
    first,
    arrayCount(started -> started >= first, (SELECT groupArray(start_ms) FROM (SELECT DISTINCT session_id, start_ms FROM seen))) AS possible
  FROM habit
  WHERE possible >= ${SESSIONS} AND (
    (sessions >= ${ATTENDED} * possible AND early >= ${EARLY} * sessions)
    OR ({steady: UInt8} AND sessions >= ${STEADY_SESSIONS} AND sessions >= ${STEADY} * possible)
  )
)`;

/** Regulars per room, and who of them may be always there. */
export const COUNTS = (how: EntryReading): string => `WITH ${HABITS(how)}
SELECT
  account_key AS account,
  count() AS regulars,
  groupArrayIf((first, sessions, early), early >= ${EARLY} * sessions OR sessions >= ${STEADY_SESSIONS}) AS candidates
FROM habit
GROUP BY account_key
${ENTRY_SETTINGS}`;

const CHOSEN = 'first >= {firstFrom: Int64} AND first < {firstTo: Int64}';
/** Always there, of one account, who began in a span; as numbers, nobody's key. */
export const CONSTANT_EVIDENCE = `WITH ${CONSTANT}
SELECT
  row_number() OVER (ORDER BY first, sessions DESC, early DESC) AS viewer,
  toString(fromUnixTimestamp64Milli(first, 'UTC')) AS firstSession,
  sessions,
  possible AS sessionsSince,
  early AS fromTheFirstMinutes
FROM constant
WHERE ${CHOSEN}
ORDER BY viewer
LIMIT ${ROWS}
${ENTRY_SETTINGS}`;
export const CONSTANT_REMOVAL = inorganicEntries(
  CONSTANT,
  `viewer IN (SELECT viewer FROM constant WHERE ${CHOSEN}) AND start_ms >= {judgedFrom: Int64}`,
);
