import { type EntryReading, seenEntries } from './viewer-entries.sql';

/**
 * `cell` of a look at the mix of an audience: entries per session and kind (`held`: account_key, session_id, code, views, past; code 0 is of no interest) beside
 * what the kind's share in the room's history (parameter `judgedFrom`: where it ends), without the session itself, lets expect.
 */
export const mixCells =
  (held: string) =>
  (how: EntryReading): string => `${seenEntries(how)},
${held},
summed AS (
  SELECT
    account_key,
    session_id,
    code,
    views,
    sum(views) OVER (PARTITION BY account_key, session_id) AS in_session,
    sum(past * views) OVER (PARTITION BY account_key, code) - past * views AS elsewhere,
    sum(past * views) OVER (PARTITION BY account_key) - past * in_session AS others
  FROM held
),
cell AS (
  SELECT
    account_key,
    session_id,
    code,
    views,
    in_session * (elsewhere + 0.5) / (others + 50) AS expected,
    if(code > 0 AND others >= 200, greatest(0, views - expected - 3 * sqrt(expected) - 2), 0) AS hits
  FROM summed
)`;

/** Entries of `seen` per kind. */
export const heldBy = (code: string, where: string): string => `held AS (
  SELECT
    account_key,
    session_id,
    ${code} AS code,
    any(start_ms < {judgedFrom: Int64}) AS past,
    count() AS views
  FROM seen
  WHERE ${where}
  GROUP BY
    account_key,
    session_id,
    code
)`;
