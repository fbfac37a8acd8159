import type { CellLook } from '../../facts/session-cells';
import { QUIET_SPANS } from '../../facts/viewer-entries.sql';

/** Letters without which a text is a greeting that anybody sends. */
const LETTERS = 4;
/** Users of one text in one session. */
const USERS = 3;
/** A text that so many users of earlier sessions of the room have sent is how people talk there. */
const KNOWN_USERS = 3;
/** A text that is sent in so many rooms is how people talk anywhere: a tenth of the rooms, at least this many. */
const COMMON_ROOMS = 6;
/** A text of which all is sent within so long is a keyword that somebody asked for. */
const BURST_MS = 900_000;

/** Text without case, blanks, punctuation, digits and symbols; nobody sees it. */
const PLAIN = `replaceRegexpAll(lowerUTF8(text), '[\\\\s\\\\p{P}\\\\p{S}\\\\p{N}\\\\p{Z}\\\\p{C}]+', '')`;

/**
 * `said`: comments of persons outside what is declared, as fingerprints: equal for near-duplicates (least hash of pairs of letters), so that the text itself
 * leaves the store nowhere. `template`: fingerprints that many users of one session sent, that are no way of talking in this room before nor in other rooms, and
 * no single word that all sent at once.
 */
const PIECES = `said AS (
  SELECT
    account_key,
    session_id,
    viewer_key,
    toUnixTimestamp64Milli(at) AS at_ms,
    ${PLAIN} AS plain,
    lengthUTF8(plain) AS letters,
    toInt32(bitAnd(tupleElement(ngramMinHashUTF8(plain, 2, 3), 1), 1073741823)) AS code
  FROM facts(comments)
  WHERE brand_id = {brandId: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND at < fromUnixTimestamp64Milli({loadTo: Int64}, 'UTC')
    AND viewer_key NOT IN {sentinels: Array(UInt64)}
    AND viewer_key NOT IN {staffViewers: Array(UInt64)}
    AND letters >= ${LETTERS}
),
apart AS (
  SELECT
    said.account_key AS account_key,
    session_id,
    viewer_key,
    at_ms,
    code
  FROM said
  LEFT JOIN quiet ON quiet.account_key = said.account_key
  WHERE NOT arrayExists((since, until) -> at_ms >= since AND at_ms <= until, quiet.since, quiet.until)
),
spoken AS (
  SELECT
    account_key,
    code,
    uniqExactIf(viewer_key, at_ms < {judgedFrom: Int64}) AS users_before
  FROM said
  GROUP BY
    account_key,
    code
),
everywhere AS (
  SELECT code
  FROM spoken
  GROUP BY code
  HAVING count() >= greatest(${COMMON_ROOMS}, length({accounts: Array(UInt64)}) / 10)
),
template AS (
  SELECT
    account_key,
    session_id,
    code,
    uniqExact(viewer_key) AS users,
    count() AS messages,
    max(at_ms) - min(at_ms) < ${BURST_MS} AS burst
  FROM apart
  WHERE code NOT IN (SELECT code FROM everywhere)
    AND (account_key, code) NOT IN (SELECT account_key, code FROM spoken WHERE users_before >= ${KNOWN_USERS})
  GROUP BY
    account_key,
    session_id,
    code
  HAVING users >= ${USERS}
)`;

/** Different texts that take part, a keyword not counted; one word that many send is a joke. */
export const TEMPLATES = 2;

/** Messages made from templates. Of texts that all came at once the largest is taken for a keyword. */
export const templateLook: CellLook = {
  name: 'templates',
  cells: () => `${QUIET_SPANS},
${PIECES},
cell AS (
  SELECT
    account_key,
    session_id,
    code,
    messages AS views,
    users AS expected,
    if(kinds - (largest > 0) >= ${TEMPLATES} AND NOT (burst AND messages = largest), messages, 0) AS hits
  FROM (
    SELECT
      account_key,
      session_id,
      code,
      users,
      messages,
      burst,
      count() OVER (PARTITION BY account_key, session_id) AS kinds,
      maxIf(messages, burst) OVER (PARTITION BY account_key, session_id) AS largest
    FROM template
  )
)`,
  row: 'code AS fingerprint',
  rowOf: (code) => ({ fingerprint: code }),
};

/** Messages and users per fingerprint of one session (`session`), of those that the finding names (`codes`). */
export const TEMPLATE_EVIDENCE = `WITH ${QUIET_SPANS},
${PIECES}
SELECT
  code AS fingerprint,
  count() AS messages,
  uniqExact(viewer_key) AS users
FROM apart
WHERE session_id = {session: String} AND code IN {codes: Array(Int32)}
GROUP BY code
ORDER BY
  messages DESC,
  fingerprint
LIMIT 10
SETTINGS do_not_merge_across_partitions_select_final = 1`;

/** Comments per session, and when: whether any has a text. */
export const COMMENTED = `SELECT
  account_key AS account,
  session_id AS sessionId,
  min(toUnixTimestamp64Milli(at)) AS first,
  max(toUnixTimestamp64Milli(at)) AS last,
  count() AS comments,
  countIf(text != '') AS texts
FROM facts(comments)
WHERE brand_id = {brandId: UInt32}
  AND account_key IN {accounts: Array(UInt64)}
  AND at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({loadTo: Int64}, 'UTC')
GROUP BY
  account_key,
  session_id
SETTINGS do_not_merge_across_partitions_select_final = 1`;
