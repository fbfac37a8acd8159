import { FactScope, IN_WINDOW, scoped } from './merged.sql';

/** Persons of a session without views stand in for its views: a case names them as what they are. */
const NAMED_LINE = `if(target_unit.line = 'live_person', 'live_viewer', target_unit.line)`;

/** `named_unit`: what the lists that hold ({exclusions}) name, the larger where several name one (session or video, line, day). */
export const namedUnitCte = (scope: FactScope): string => `named_unit AS (
  SELECT
    account_key,
    toString(origin) AS target_origin,
    target,
    toString(line) AS named_line,
    day,
    toInt64(max(units)) AS units
  FROM candidates(excluded_units)
  WHERE ${scoped(scope)} AND exclusion_id IN {exclusions: Array(UInt64)} AND ${IN_WINDOW}
  GROUP BY
    account_key,
    target_origin,
    target,
    named_line,
    day
)`;

/**
 * `named_unit`: what the lists that hold ({exclusions}) name, the larger where several name one (session or video, line, day). `target_unit`: net units of
 * each session and named video by (origin of the target, target, line, day). Needs `unitCtes`.
 */
export const excludedCtes = (scope: FactScope): string => `${namedUnitCte(scope)},
named_video AS (
  SELECT
    account_key,
    video_id,
    step.day AS day,
    if(step.line = 'paid_play', 'video_play', step.line) AS line,
    sumIf(step.amount, step.line != 'paid_play') AS gross,
    sumIf(step.amount, step.line = 'paid_play') AS paid,
    greatest(gross - paid, least(gross, 0)) AS net
  FROM step
  WHERE (account_key, video_id) IN (SELECT account_key, target FROM named_unit WHERE target_origin = 'video')
  GROUP BY
    account_key,
    video_id,
    day,
    line
),
target_unit AS (
  SELECT account_key, 'session' AS target_origin, session_id AS target, day, line, 'session' AS origin, net
  FROM session_unit
  UNION ALL
  SELECT account_key, 'session' AS target_origin, session_id AS target, day, line, 'lead' AS origin, net
  FROM lead_unit
  UNION ALL
  SELECT account_key, 'video' AS target_origin, video_id AS target, day, line, 'video' AS origin, net
  FROM named_video
)`;

const TARGET = `account_key,
        target_origin,
        target,
        line,
        origin`;

/**
 * One row per (session or video, line, day) of which a case removes units: as many as it names, never more than the day has, and over a month no more than
 * the month has. (What a platform takes back later is a fall of the counter: of what a case removed already it is not taken off twice.) Needs `excludedCtes`.
 */
export const EXCLUDED_UNITS = `SELECT
      account_key,
      day,
      line,
      origin,
      greatest(least(named, greatest(month_net, 0) - named_until + named), 0) AS excluded
    FROM (
      SELECT
        ${TARGET},
        day,
        named,
        sum(net) OVER (PARTITION BY ${TARGET}, toYYYYMM(day)) AS month_net,
        sum(named) OVER (PARTITION BY ${TARGET}, toYYYYMM(day) ORDER BY day ROWS UNBOUNDED PRECEDING) AS named_until
      FROM (
        SELECT
          target_unit.account_key AS account_key,
          target_unit.target_origin AS target_origin,
          target_unit.target AS target,
          target_unit.line AS line,
          target_unit.origin AS origin,
          target_unit.day AS day,
          sum(target_unit.net) AS net,
          least(greatest(sum(target_unit.net), 0), any(named_unit.units)) AS named
        FROM target_unit
        LEFT JOIN named_unit ON named_unit.account_key = target_unit.account_key AND named_unit.target_origin = target_unit.target_origin
          AND named_unit.target = target_unit.target AND named_unit.named_line = ${NAMED_LINE} AND named_unit.day = target_unit.day
        WHERE (target_unit.account_key, target_unit.target_origin, target_unit.target) IN (SELECT account_key, target_origin, target FROM named_unit)
        GROUP BY
          ${TARGET},
          day
      )
    )
    WHERE named > 0`;
