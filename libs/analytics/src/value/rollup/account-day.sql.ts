import { KEPT_SETTINGS } from '../../statement-settings';
import { EXCLUDED_UNITS, excludedCtes } from '../excluded-units.sql';
import { scoped } from '../merged.sql';
import { SESSION_DAY_CTE } from '../session-units.sql';
import { UNITS, unitCtes } from '../units.sql';
import { DAY_FLAGS } from './stored-units.sql';

/** What cases remove, in rows of its own: the units stay what they are. */
const EXCLUDED_PIECE = `
  UNION ALL
  SELECT account_key, day, line, origin, 0, 0, 0, 0, excluded, 0, 1
  FROM (
    ${EXCLUDED_UNITS}
  )`;

/** Rows of an earlier computation, as nothing. */
const PREVIOUS = `
  UNION ALL
  SELECT account_key, day, toString(line) AS line, toString(origin) AS origin, 0, 0, 0, 0, 0, 0, 0
  FROM rollup(account_day)
  WHERE ${scoped('accounts')} AND month = {month: UInt32}`;

/**
 * Fills account_day for one business month (the window) and some accounts. Everything in one INSERT of one block, so that an account's days change at
 * once: rows of before take part as nothing, and what is nothing is deleted. `excluded`: cases remove units of some of the accounts.
 */
export const accountDays = ({ previous, excluded }: { previous: boolean; excluded: boolean }): string => `INSERT INTO account_day
WITH ${unitCtes('accounts')},
${excluded ? `${excludedCtes('accounts')},\n` : ''}${SESSION_DAY_CTE},
piece AS (
  SELECT account_key, day, line, origin, gross, net, paid_unknown, opening, 0 AS excluded, counts, 1 AS now
  FROM (
  ${UNITS}
  )
  UNION ALL
  SELECT account_key, day, line, 'session', gross, 0, 0, 0, 0, 0, 1
  FROM session_day${excluded ? EXCLUDED_PIECE : ''}${previous ? PREVIOUS : ''}
)
SELECT
  {brandId: UInt32} AS brand_id,
  {month: UInt32} AS month,
  account_key,
  day,
  line,
  origin,
  sum(piece.gross) AS gross,
  sum(piece.net) AS net,
  max(piece.paid_unknown) AS paid_unknown,
  sum(piece.opening) AS opening,
  sum(piece.excluded) AS excluded,
  max(piece.counts) * ${DAY_FLAGS.counts} + max(piece.gross != 0 OR piece.net != 0) * ${DAY_FLAGS.moves} AS counts,
  max(now) = 0 AS deleted,
  {version: UInt64} AS version
FROM piece
GROUP BY
  account_key,
  day,
  line,
  origin
${KEPT_SETTINGS}, max_insert_threads = 1, min_insert_block_size_rows = 20000000, min_insert_block_size_bytes = 4000000000, optimize_on_insert = 0`;

/** How many rows of facts the computation of an account reads: without FINAL, an upper bound. */
export const FACT_ROWS = `SELECT
  account_key AS account,
  sum(facts) AS facts
FROM (
  SELECT account_key, count() AS facts
  FROM sessions
  WHERE ${scoped('accounts')}
  GROUP BY account_key
  UNION ALL
  SELECT account_key, count() AS facts
  FROM video_readings
  WHERE ${scoped('accounts')} AND read_at < fromUnixTimestamp64Milli({readBefore: Int64})
  GROUP BY account_key
  UNION ALL
  SELECT account_key, count() AS facts
  FROM video_days
  WHERE ${scoped('accounts')}
  GROUP BY account_key
)
GROUP BY account
${KEPT_SETTINGS}`;

/** What the keys below are of. */
const ASKED = `{brandId: UInt32} AS brand_id,
  'value' AS rollup,
  {month: UInt32} AS month,
  asked.account_key AS account_key`;
const OF_KEYS = `brand_id = {brandId: UInt32} AND rollup = 'value' AND month = {month: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/**
 * Opens the rollup_key rows of the keys before their days are computed, under no rules. A counter's day depends on every reading before it, so all
 * readings up to the month's end reach the month. Names: of sessions and leads that any source puts into the month, for one source less may move them,
 * and the sessions of those leads, for a session that knows its leads itself takes them out. Names are read before the days and kept from before: what
 * a delivery under way moves out of the month meanwhile is still known by name when that delivery is covered.
 */
export const OPEN_KEYS = `INSERT INTO rollup_key
WITH named AS (
  SELECT
    account_key,
    groupUniqArrayArray(own) AS names
  FROM (
    SELECT account_key, [session_id] AS own
    FROM facts(sessions)
    WHERE ${scoped('accounts')} AND toYYYYMM(started_at, {zone: String}) = {month: UInt32}
    UNION ALL
    SELECT account_key, arrayPushBack(groupUniqArrayIf(session_id, session_id != ''), toString(lead_key)) AS own
    FROM facts(leads)
    WHERE ${scoped('accounts')}
    GROUP BY
      account_key,
      lead_key
    HAVING countIf(toYYYYMM(day) = {month: UInt32}) > 0
    UNION ALL
    SELECT account_key, rollup_key.names AS own
    FROM rollup(rollup_key)
    WHERE ${OF_KEYS}
  )
  GROUP BY account_key
)
SELECT
  ${ASKED},
  0 AS rules,
  0 AS reach_from,
  {readBefore: Int64} AS reach_to,
  names,
  {version: UInt64} AS version
FROM (SELECT arrayJoin({accounts: Array(UInt64)}) AS account_key) AS asked
LEFT JOIN named ON named.account_key = asked.account_key
${KEPT_SETTINGS}`;

/** Says, after the days, under which rules they are. */
export const CLOSE_KEYS = `INSERT INTO rollup_key
SELECT
  ${ASKED},
  asked.rules AS rules,
  reach_from,
  reach_to,
  names,
  {version: UInt64} AS version
FROM (
  SELECT
    pair.1 AS account_key,
    pair.2 AS rules
  FROM (SELECT arrayJoin(arrayZip({accounts: Array(UInt64)}, {rules: Array(UInt64)})) AS pair)
) AS asked
INNER JOIN (SELECT account_key, reach_from, reach_to, names FROM rollup(rollup_key) WHERE ${OF_KEYS}) AS opened ON opened.account_key = asked.account_key
${KEPT_SETTINGS}`;
