import { FactScope, IN_WINDOW, scoped } from './merged.sql';

/** Persons of a session without views stand in for its views: a case names them as what they are. */
const NAMED_LINE = `if(target_unit.line = 'live_person', 'live_viewer', target_unit.line)`;

/**
 * `named_unit`: what the lists that hold ({exclusions}) name, the larger where several name one (session or video, line, day). `target_unit`: net units of
 * each session and named video by (origin of the target, target, line, day). Needs `unitCtes`.
 */
export const excludedCtes = (scope: FactScope): string => `named_unit AS (
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
),
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

/** One row per (session or video, line, day) of which a case removes units: as many as it names, and never more than there are. Needs `excludedCtes`. */
export const EXCLUDED_UNITS = `SELECT
      target_unit.account_key AS account_key,
      target_unit.day AS day,
      target_unit.line AS line,
      target_unit.origin AS origin,
      least(greatest(sum(target_unit.net), 0), any(named_unit.units)) AS excluded
    FROM target_unit
    INNER JOIN named_unit ON named_unit.account_key = target_unit.account_key AND named_unit.target_origin = target_unit.target_origin
      AND named_unit.target = target_unit.target AND named_unit.named_line = ${NAMED_LINE} AND named_unit.day = target_unit.day
    GROUP BY
      account_key,
      target_unit.target_origin,
      target_unit.target,
      day,
      line,
      origin`;
