import type { CellLook } from '../../facts/session-cells';
import { ANY_READING, comesOften, inorganicEntries, seenEntries } from '../../facts/viewer-entries.sql';

/** One way in which the views of a session can move as one: a look whose codes are what views have in common. */
export interface SynchronyLook extends CellLook {
  name: 'together' | 'sameStay' | 'reentries';
  /** Lists the entries of a session (`session`) that codes (`codes`) stand for. */
  removal(): string;
}

/** Entries and exits in the same half minute. */
const BUCKET_MS = 30_000;
const TO_THE_END = 'ended AND exit_ms >= end_ms - 45000';
const OF_STAY = `dwell IS NOT NULL AND NOT explained AND NOT (${TO_THE_END})`;

const CAME = `toInt32(intDiv(entered_ms - start_ms, ${BUCKET_MS}))`;
const WENT = `toInt32(intDiv(exit_ms - start_ms, ${BUCKET_MS}))`;
const TOGETHER_CODE = `${CAME} * 10000 + ${WENT}`;
const LONG = `dwell >= 120 AND ${OF_STAY} AND entered_ms >= start_ms AND exit_ms < start_ms + 200000000`;

/**
 * Viewers who come in the same half minute and leave in the same half minute, at least two minutes later and before the end. Expected by who came then, who left
 * then, and how long people stay: a repost brings many at once and a mass exit takes many at once, but not the same ones.
 */
const together: SynchronyLook = {
  name: 'together',
  cells: (how) => `${seenEntries(how)},
pair AS (
  SELECT
    account_key,
    session_id,
    ${CAME} AS came,
    ${WENT} AS went,
    count() AS views
  FROM seen
  WHERE ${LONG}
  GROUP BY
    account_key,
    session_id,
    came,
    went
),
crossed AS (
  SELECT
    account_key,
    session_id,
    came * 10000 + went AS code,
    views,
    sum(views) OVER (PARTITION BY account_key, session_id, came) AS coming,
    sum(views) OVER (PARTITION BY account_key, session_id, went) AS going,
    sum(views) OVER (PARTITION BY account_key, session_id, went - came) AS as_long,
    sum(views) OVER (PARTITION BY account_key, session_id) AS staying
  FROM pair
),
cell AS (
  SELECT
    account_key,
    session_id,
    code,
    views,
    coming * greatest(going, as_long) / staying AS expected,
    if(views >= 4, greatest(0, views - expected - 3 * sqrt(expected) - 2), 0) AS hits
  FROM crossed
)`,
  removal: () =>
    inorganicEntries(seenEntries(ANY_READING), `session_id = {session: String} AND ${LONG} AND ${TOGETHER_CODE} IN {codes: Array(Int32)}`),
  row: `intDiv(code, 10000) * ${BUCKET_MS / 1000} AS cameSecond,
  modulo(code, 10000) * ${BUCKET_MS / 1000} AS wentSecond`,
  rowOf: (code) => ({ cameSecond: Math.floor(code / 10_000) * (BUCKET_MS / 1000), wentSecond: (code % 10_000) * (BUCKET_MS / 1000) }),
};

/** Stays as bins: two seconds wide under two minutes, three per cent above. */
const STAY_CODE = 'toInt32(if(known < 120, intDiv(known, 2), 60 + floor(log(known / 120) / 0.03)))'.replaceAll(
  'known',
  'assumeNotNull(dwell)',
);
const STAYED = `dwell >= 4 AND ${OF_STAY}`;

/** Stays of the very same length, far more than of lengths a little shorter and longer. */
const sameStay: SynchronyLook = {
  name: 'sameStay',
  cells: (how) => `${seenEntries(how)},
fine AS (
  SELECT
    account_key,
    session_id,
    ${STAY_CODE} AS code,
    count() AS views
  FROM seen
  WHERE ${STAYED}
  GROUP BY
    account_key,
    session_id,
    code
),
beside AS (
  SELECT
    account_key,
    session_id,
    code,
    views,
    sum(views) OVER (PARTITION BY account_key, session_id ORDER BY code RANGE BETWEEN 8 PRECEDING AND 8 FOLLOWING) AS wide,
    sum(views) OVER (PARTITION BY account_key, session_id ORDER BY code RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING) AS narrow
  FROM fine
),
cell AS (
  SELECT
    account_key,
    session_id,
    code,
    views,
    (wide - narrow) / 12 AS expected,
    greatest(0, views - expected - 3 * sqrt(expected) - 3) AS hits
  FROM beside
)`,
  removal: () =>
    inorganicEntries(seenEntries(ANY_READING), `session_id = {session: String} AND ${STAYED} AND ${STAY_CODE} IN {codes: Array(Int32)}`),
  row: 'toInt32(if(code < 60, code * 2, round(120 * exp((code - 60) * 0.03)))) AS staySeconds',
  rowOf: (code) => ({ staySeconds: code < 60 ? code * 2 : Math.round(120 * Math.exp((code - 60) * 0.03)) }),
};

/** Re-entries of one viewer from which on they are no bad connection. */
const REENTRIES = 5;
const TIMES = 'count() OVER (PARTITION BY account_key, session_id, viewer)';

/** The same viewers in and out of one session, again and again. */
const reentries: SynchronyLook = {
  name: 'reentries',
  cells: (how) => `${seenEntries(how)},
again AS (
  SELECT
    account_key,
    session_id,
    viewer,
    count() AS times
  FROM seen
  WHERE usable AND NOT explained${comesOften(how, REENTRIES)}
  GROUP BY
    account_key,
    session_id,
    viewer
  HAVING times >= ${REENTRIES}
),
cell AS (
  SELECT
    account_key,
    session_id,
    toInt32(least(1000, times)) AS code,
    sum(times) AS views,
    count() AS expected,
    views - expected AS hits
  FROM again
  GROUP BY
    account_key,
    session_id,
    code
)`,
  removal: () =>
    inorganicEntries(
      `${seenEntries(ANY_READING)},
counted AS (
  SELECT
    account_key,
    viewer_key,
    entry_key,
    entered_ms,
    ${TIMES} AS times
  FROM seen
  WHERE session_id = {session: String} AND usable AND NOT explained
)`,
      `toInt32(least(1000, times)) IN {codes: Array(Int32)}`,
      'counted',
    ),
  row: 'code AS entriesPerViewer',
  rowOf: (code) => ({ entriesPerViewer: code }),
};

export const SYNCHRONY_LOOKS: readonly SynchronyLook[] = [together, sameStay, reentries];
