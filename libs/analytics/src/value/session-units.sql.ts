import { FactScope, IN_WINDOW, merged, scoped } from './merged.sql';

const SESSION_FIELDS = [
  'started_at',
  'ended_at',
  'views',
  'unique_viewers',
  'watch_seconds',
  'average_dwell_seconds',
  'likes',
  'comments',
  'shares',
  'follows',
  'gifts',
  'leads',
  'paid_leads',
  'paid_views',
] as const;

/** `session`: one row per session that starts on a day of the window, merged over sources; `day` is the business day of its start. */
export const sessionCte = (scope: FactScope): string => `session AS (
  SELECT
    account_key,
    session_id,
    ${SESSION_FIELDS.map(merged).join(',\n    ')},
    toDate(merged_started_at, {zone: String}) AS day
  FROM facts(sessions)
  WHERE ${scoped(scope)}
  GROUP BY
    account_key,
    session_id
  HAVING ${IN_WINDOW}
)`;

// Watch time in ten-thousandths of a second: exact for watchSeconds and for uniqueViewers × averageDwellSeconds (four places).
const WATCH = `coalesce(
      toInt256(merged_watch_seconds) * 10000,
      toInt256(merged_unique_viewers) * toInt256(toDecimal256(merged_average_dwell_seconds, 4) * 10000)
    )`;
const EARNED_VIEWS = `greatest(toInt256(merged_views) - toInt256(ifNull(merged_paid_views, 0)), toInt256(0))`;
const count = (field: string): string => `toInt64(merged_${field})`;
const plain = (line: string, field: string): string => `('${line}', ${count(field)}, ${count(field)}, 0)`;

/** `session_unit`: units of lines (domain.md 4.2–4.4), one row per session and line that it knows. Needs `session`. */
export const SESSION_UNIT_CTE = `session_unit AS (
  SELECT
    account_key,
    session_id,
    day,
    counted.1 AS line,
    assumeNotNull(counted.2) AS gross,
    ifNull(counted.3, 0) AS net,
    counted.4 AS paid_unknown
  FROM (
    SELECT
      account_key,
      session_id,
      day,
      ${WATCH} AS watch,
      arrayJoin([
        ('live_view', ${count('views')}, toNullable(toInt64(ifNull(${EARNED_VIEWS}, 0))), toUInt8(isNull(merged_paid_views))),
        ${plain('live_viewer', 'unique_viewers')},
        ('live_person', if(isNull(merged_views), ${count('unique_viewers')}, NULL), if(isNull(merged_views), ${count('unique_viewers')}, NULL), 0),
        ('live_minute', toInt64(intDiv(watch, 600000)), toInt64(if(
          ifNull(merged_views, 0) = 0,
          intDiv(watch, 600000),
          intDiv(watch * ${EARNED_VIEWS}, 600000 * toInt256(merged_views))
        )), toUInt8(isNull(merged_views) OR isNull(merged_paid_views))),
        ${plain('like', 'likes')},
        ${plain('comment', 'comments')},
        ${plain('share', 'shares')},
        ${plain('follow', 'follows')},
        ${plain('gift', 'gifts')},
        ('lead', ${count('leads')}, toNullable(greatest(${count('leads')} - ifNull(${count('paid_leads')}, 0), 0)), toUInt8(isNull(merged_paid_leads)))
      ]) AS counted
    FROM session
  )
  WHERE counted.2 IS NOT NULL
)`;

/**
 * Lines of account_day that are no units: what cadence needs of the sessions of a day, as `gross`. Number of sessions, of those without a known end, and
 * the longest session with one, in milliseconds (0: none).
 */
export const SESSION_DAY_LINES = { sessions: 'session', openSessions: 'open_session', longestMs: 'longest_session_ms' } as const;

/** `session_day`: the same per (account, day, line). Needs `session`. */
export const SESSION_DAY_CTE = `session_day AS (
  SELECT
    account_key,
    day,
    counted.1 AS line,
    counted.2 AS gross
  FROM (
    SELECT
      account_key,
      day,
      arrayJoin([
        ('${SESSION_DAY_LINES.sessions}', toInt64(count())),
        ('${SESSION_DAY_LINES.openSessions}', toInt64(countIf(isNull(merged_ended_at)))),
        ('${SESSION_DAY_LINES.longestMs}', max(ifNull(toUnixTimestamp64Milli(merged_ended_at) - toUnixTimestamp64Milli(merged_started_at), 0)))
      ]) AS counted
    FROM session
    GROUP BY
      account_key,
      day
  )
)`;
