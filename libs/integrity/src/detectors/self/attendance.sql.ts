import {
  ANY_READING,
  comesOften,
  comesOnce,
  ENTRY_SETTINGS,
  type EntryReading,
  inorganicEntries,
  seenEntries,
} from '../../facts/viewer-entries.sql';
import { TENTHS } from './attendance';

const EARLY_MS = 180_000;
/** Of the sessions that somebody was in, in tenths. */
const EARLY = 7;

/** 2: what is judged, 1 and 0 before. */
const SPAN = 'toInt8(if(start_ms >= {judgedFrom: Int64}, 2, 1 - intDiv({judgedFrom: Int64} - 1 - start_ms, {spanMs: Int64})))';

const HELD = `held AS (
  -- of the entries: whoever attended would be grouped a second time
  SELECT
    account_key,
    ${SPAN} AS span,
    uniqExact(session_id) AS possible
  FROM seen
  WHERE usable AND span >= 0
  GROUP BY
    account_key,
    span
)`;
/** Sessions that have a number are grouped in less than they are counted apart. */
const STAGED_HELD = `held AS (
  SELECT
    account_key,
    ${SPAN.replaceAll('start_ms', 'started')} AS span,
    count() AS possible
  FROM (
    SELECT
      account_key,
      session_id,
      any(start_ms) AS started
    FROM seen
    WHERE usable
    GROUP BY
      account_key,
      session_id
  )
  WHERE span >= 0
  GROUP BY
    account_key,
    span
)`;
/** Viewers who came once, together: who they are is not asked. */
const ONCE = `
  UNION ALL
  SELECT
    account_key,
    toUInt64(0) AS viewer,
    ${SPAN} AS span,
    toUInt64(1) AS sessions,
    toUInt64(entered_ms - start_ms <= ${EARLY_MS}) AS prompt_sessions,
    count() AS people
  FROM seen
  WHERE usable${comesOnce} AND span >= 0
  GROUP BY
    account_key,
    span,
    prompt_sessions`;

/** `habit`: sessions of a viewer in a room per span of `{spanMs}` (2: what is judged, 1 and 0 before), how many of them from the first minutes, and those held. */
const HABITS = (how: EntryReading): string => `${seenEntries(how)},
attended AS (
  SELECT
    account_key,
    viewer,
    session_id,
    any(start_ms) AS started,
    ${SPAN.replaceAll('start_ms', 'started')} AS span,
    min(entered_ms) - started <= ${EARLY_MS} AS early
  FROM seen
  WHERE usable${comesOften(how, 2)}
  GROUP BY
    account_key,
    viewer,
    session_id
),
${how.staged === undefined ? HELD : STAGED_HELD},
counted AS (
  SELECT
    account_key,
    viewer,
    span,
    count() AS sessions,
    countIf(early) AS prompt_sessions${
      how.staged === undefined
        ? ''
        : `,
    toUInt64(1) AS people`
    }
  FROM attended
  WHERE span >= 0
  GROUP BY
    account_key,
    viewer,
    span${how.staged === undefined ? '' : ONCE}
),
habit AS (
  SELECT
    counted.account_key AS account_key,
    viewer,
    counted.span AS span,
    sessions,
    prompt_sessions,${how.staged === undefined ? '' : '\n    people,'}
    possible,
    toUInt8(least(${TENTHS - 1}, intDiv(sessions * ${TENTHS}, possible))) AS tenths,
    prompt_sessions * 10 >= ${EARLY} * sessions AS prompt
  FROM counted
  INNER JOIN held ON held.account_key = counted.account_key AND held.span = counted.span
)`;

/** Viewers per room, span and tenth of the sessions. */
export const ATTENDANCES = (how: EntryReading): string => `WITH ${HABITS(how)}
SELECT
  account_key AS account,
  span,
  tenths,
  any(possible) AS held,
  ${how.staged === undefined ? 'count()' : 'sum(people)'} AS viewers,
  ${how.staged === undefined ? 'countIf(prompt)' : 'sumIf(people, prompt)'} AS promptViewers
FROM habit
GROUP BY
  account_key,
  span,
  tenths
${ENTRY_SETTINGS}`;

/** Who is always there now and was not before. */
const NEWLY = `newly AS (
  SELECT viewer
  FROM habit
  GROUP BY viewer
  HAVING countIf(span = 2 AND tenths >= {tenths: UInt8} AND (prompt OR NOT {promptOnly: UInt8})) > 0
    AND countIf(span < 2 AND tenths >= {tenths: UInt8}) = 0
)`;

/** Viewers by tenth of the sessions, now and in the span before: what `attendanceRows` gives. Of one account. */
export const ATTENDANCE_EVIDENCE = `WITH ${HABITS(ANY_READING)}
SELECT
  tenths,
  countIf(span = 2) AS viewers,
  countIf(span = 2 AND prompt) AS fromTheFirstMinutes,
  countIf(span = 1) AS viewersBefore
FROM habit
WHERE span >= 1
GROUP BY tenths
ORDER BY tenths
${ENTRY_SETTINGS}`;

/** Entries of those who are newly always there. */
export const ATTENDANCE_REMOVAL = inorganicEntries(
  `${HABITS(ANY_READING)},
${NEWLY}`,
  'viewer IN (SELECT viewer FROM newly) AND start_ms >= {judgedFrom: Int64}',
);
