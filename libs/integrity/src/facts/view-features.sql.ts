import { comesOften, type EntryReading, seenEntries, SHAPE_CELL } from './viewer-entries.sql';

/** Values that each feature of a view can have, in the order of `FEATURES`. */
export const FEATURE_SIZES = [168, 3, 5, 3, 4, 9, 2] as const;
export const FEATURES = ['cell', 'repeats', 'habit', 'fresh', 'place', 'channel', 'talked'] as const;
/** Traffic sources that have a value of their own; 0 is any other. */
export const CHANNELS = 8;

/**
 * `viewed`: entries of `seen` with a known stay that nothing declared explains, and how they look: cell (start × stay), repeats (entries of the viewer into the
 * session: 1, 2, more), habit (sessions of the viewer in the room: 1, 2, 3–5, more, no person), fresh (new account: unknown, no, yes), place (unknown, the room's
 * usual city, its province, elsewhere), channel (place in `sources`), talked (sent a comment in the session).
 */
export const viewFeatures = (how: EntryReading): string => `${seenEntries(how)},
habit AS (
  SELECT
    account_key,
    viewer,
    uniqExact(session_id) AS sessions
  FROM seen
  WHERE usable${comesOften(how, 2)}
  GROUP BY
    account_key,
    viewer
),
home AS (
  SELECT
    account_key,
    argMax(city, (entries, city)) AS city
  FROM (
    SELECT
      account_key,
      substring(adcode, 1, 4) AS city,
      count() AS entries
    FROM seen
    WHERE adcode != ''
    GROUP BY
      account_key,
      city
  )
  GROUP BY account_key
),
talker AS (
  SELECT DISTINCT
    account_key,
    session_id,
    viewer_key
  FROM facts(comments)
  WHERE brand_id = {brandId: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND at < fromUnixTimestamp64Milli({loadTo: Int64} + 86400000, 'UTC')
),
viewed AS (
  SELECT
    seen.account_key AS account_key,
    seen.viewer_key AS viewer_key,
    seen.entry_key AS entry_key,
    entered_ms,
    start_ms,
    seen.session_id AS session_id,
    ${SHAPE_CELL} AS cell,
    if(usable, toUInt8(least(3, count() OVER (PARTITION BY seen.account_key, seen.session_id, seen.viewer))) - 1, 0) AS repeats,
    if(usable, multiIf(habit.sessions < 2, 0, habit.sessions < 3, 1, habit.sessions < 6, 2, 3), 4) AS habit,
    if(is_new_account IS NULL, 0, 1 + toUInt8(is_new_account > 0)) AS fresh,
    multiIf(adcode = '', 0, substring(adcode, 1, 4) = home.city, 1, substring(adcode, 1, 2) = substring(home.city, 1, 2), 2, 3) AS place,
    indexOf({sources: Array(String)}, toString(traffic_source)) AS channel,
    usable AND talker.viewer_key != 0 AS talked
  FROM seen
  LEFT JOIN habit ON habit.account_key = seen.account_key AND habit.viewer = seen.viewer
  LEFT JOIN home ON home.account_key = seen.account_key
  LEFT JOIN talker ON talker.account_key = seen.account_key AND talker.session_id = seen.session_id AND talker.viewer_key = seen.viewer_key
  WHERE dwell IS NOT NULL AND NOT explained
)`;

/** Sum of the weights of a view (`peel`); above 0 it goes. */
export const VIEW_WEIGHT = `{bias: Float64}${FEATURES.map((feature) => `\n    + {${feature}Weights: Array(Float64)}[${feature} + 1]`).join('')}`;
