import type { CellLook } from '../../facts/session-cells';
import { ANY_READING, type EntryReading, inorganicEntries, seenEntries } from '../../facts/viewer-entries.sql';

/** Gone within five minutes. */
const SHORT = 'ifNull(dwell, 10000) <= 300 AND NOT (ended AND exit_ms >= end_ms - 45000)';
const MINUTE = 'toInt32(intDiv(entered_ms - start_ms, 60000))';
/** Minutes into which far more people come than usual. */
const IS_WAVE = 'minute > 2 AND in_minute >= 4 * usual AND in_minute >= usual + 5 * sqrt(usual) + 6';

/** `paced`: entries of persons per minute of a session, how many of them are gone at once, and of these, how many are new. `explained`: around something declared. */
const PACED = (how: EntryReading): string => `${seenEntries(how)},
counted AS (
  SELECT
    account_key,
    session_id,
    ${MINUTE} AS minute,
    explained,
    count() AS came,
    countIf(${SHORT}) AS gone,
    countIf(${SHORT} AND is_new_account IS NOT NULL) AS told_new,
    countIf(${SHORT} AND is_new_account > 0) AS fresh
  FROM seen
  WHERE usable
  GROUP BY
    account_key,
    session_id,
    minute,
    explained
),
paced AS (
  SELECT
    account_key,
    session_id,
    minute,
    explained,
    came,
    gone,
    told_new,
    fresh,
    quantile(0.5)(came) OVER (PARTITION BY account_key, session_id) AS usual,
    sum(came) OVER (PARTITION BY account_key, session_id, minute) AS in_minute
  FROM counted
)`;

const cellOf =
  (code: number, views: string, expected: string) =>
  (how: EntryReading): string => `${PACED(how)},
near AS (
  SELECT
    account_key,
    session_id,
    explained OR (${IS_WAVE}) AS wave,
    came,
    gone,
    told_new,
    fresh
  FROM paced
),
summed AS (
  SELECT
    account_key,
    session_id,
    sumIf(came, wave) AS wave_came,
    sumIf(gone, wave) AS wave_gone,
    sumIf(told_new, wave) AS wave_told,
    sumIf(fresh, wave) AS wave_fresh,
    sumIf(came, NOT wave) AS other_came,
    sumIf(gone, NOT wave) AS other_gone,
    sumIf(told_new, NOT wave) AS other_told,
    sumIf(fresh, NOT wave) AS other_fresh
  FROM near
  GROUP BY
    account_key,
    session_id
),
cell AS (
  SELECT
    account_key,
    session_id,
    toInt32(${code}) AS code,
    ${views} AS views,
    ${expected} AS expected,
    greatest(0, views - expected - 3 * sqrt(expected) - 3) AS hits
  FROM summed
)`;

const ROW = `if(code = 1, 'new accounts', 'gone at once') AS who`;
const rowOf = (code: number) => ({ who: code === 1 ? 'new accounts' : 'gone at once' });

/** New accounts among those who come for a moment only: more than among the others of the session. A raffle brings many, but not newer ones. */
export const freshGrabs: CellLook = {
  name: 'freshGrabs',
  cells: cellOf(1, 'wave_fresh', 'wave_told * (other_fresh + 1) / (other_told + 10)'),
  row: ROW,
  rowOf,
};

/** Who comes for a moment only: more than among the others of the session. */
export const briefGrabs: CellLook = {
  name: 'briefGrabs',
  cells: cellOf(2, 'wave_gone', 'wave_came * (other_gone + 1) / (other_came + 2)'),
  row: ROW,
  rowOf,
};

/** The grabs themselves: of new accounts; or of whoever was in no other session of the room, in all that is loaded. */
export const grabbedEntries = (fresh: boolean): string =>
  inorganicEntries(
    `${PACED(ANY_READING)},
stranger AS (
  SELECT viewer
  FROM seen
  WHERE usable
  GROUP BY viewer
  HAVING uniqExact(session_id) = 1
)`,
    `session_id = {session: String} AND usable AND ${SHORT}
  AND ${fresh ? 'is_new_account > 0' : 'viewer IN (SELECT viewer FROM stranger)'}
  AND (explained OR ${MINUTE} IN (SELECT minute FROM paced WHERE session_id = {session: String} AND ${IS_WAVE}))`,
  );
