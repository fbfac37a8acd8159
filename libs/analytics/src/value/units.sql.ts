/**
 * Units per (account, business day, line) from the facts, as CTEs ending in `unit` (domain.md 4.2–4.5). One row of `unit`: account_key, day,
 * line, origin ('session' | 'video' | 'lead'), gross, net, paid_unknown, opening. Sources are merged field by field in the order of the
 * parameter `sourcesLastFirst`; an identity exists while any source keeps it (FINAL drops what a source retracted).
 * Trap: argMax skips null, which is what "first source that knows it" needs; a source outside the order has index 0 and so ranks last.
 */
const TRUST = `indexOf({sourcesLastFirst: Array(String)}, source)`;
const FACTS_OF = `brand_id = {brandId: UInt32} AND (empty({accounts: Array(UInt64)}) OR has({accounts: Array(UInt64)}, account_key))`;

const merged = (field: string): string => `argMax(${field}, ${TRUST}) AS merged_${field}`;
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

/** One row per session, merged over sources; `day` is the business day of its start. */
export const SESSION_CTE = `
session AS (
  SELECT
    account_key,
    session_id,
    ${SESSION_FIELDS.map(merged).join(',\n    ')},
    toDate(merged_started_at, {zone: String}) AS day
  FROM sessions FINAL
  WHERE ${FACTS_OF}
  GROUP BY
    account_key,
    session_id
)`;

// Watch time in ten-thousandths of a second: exact for watchSeconds and for uniqueViewers × averageDwellSeconds (four places).
const WATCH = `coalesce(
      toInt256(merged_watch_seconds) * 10000,
      toInt256(merged_unique_viewers) * toInt256(toDecimal256(merged_average_dwell_seconds, 4) * 10000)
    )`;
const EARNED_VIEWS = `greatest(toInt256(merged_views) - toInt256(ifNull(merged_paid_views, 0)), toInt256(0))`;
const count = (field: string): string => `toInt64(merged_${field})`;
const plain = (line: string, field: string): string => `('${line}', ${count(field)}, ${count(field)}, 0)`;

const SESSION_UNIT_CTE = `
session_unit AS (
  SELECT
    account_key,
    day,
    counted.1 AS line,
    assumeNotNull(counted.2) AS gross,
    ifNull(counted.3, 0) AS net,
    counted.4 AS paid_unknown
  FROM (
    SELECT
      account_key,
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

/** Leads given as rows of their own. Those of a session that knows its leads itself are already counted there. */
const LEAD_UNIT_CTE = `
lead_unit AS (
  SELECT
    account_key,
    merged_day AS day,
    'lead' AS line,
    toInt64(merged_count) AS gross,
    greatest(toInt64(merged_count) - ifNull(toInt64(merged_paid), 0), 0) AS net,
    toUInt8(isNull(merged_paid)) AS paid_unknown
  FROM (
    SELECT
      account_key,
      lead_key,
      ${['day', 'count', 'paid', 'session_id'].map(merged).join(',\n      ')}
    FROM leads FINAL
    WHERE ${FACTS_OF}
    GROUP BY
      account_key,
      lead_key
  )
  WHERE (account_key, merged_session_id) NOT IN (SELECT account_key, session_id FROM session WHERE merged_leads IS NOT NULL)
)`;

const COUNTERS = ['plays', 'paid_plays', 'likes', 'comments', 'shares', 'favorites', 'follows'] as const;
const COUNTER_LINES = {
  plays: 'video_play',
  paid_plays: 'paid_play',
  likes: 'like',
  comments: 'comment',
  shares: 'share',
  favorites: 'favorite',
  follows: 'follow',
} as const;
const counterPairs = (field: (counter: (typeof COUNTERS)[number]) => string): string =>
  COUNTERS.map((counter) => `('${COUNTER_LINES[counter]}', ${field(counter)})`).join(', ');

/**
 * Readings of counters by day, one row per (account, video, counter, day): kind 1 = last valid reading of the day, kind 0 = the platform's own
 * figure of the day. Plays of 0 after a positive reading, or of a video that is not public, is no reading of plays; paid plays are read only
 * where plays are (else a false 0 would come out as earned plays).
 */
const READING_CTES = `
reading AS (
  SELECT
    account_key,
    video_id,
    read_at,
    toDate(read_at, {zone: String}) AS day,
    ${['published_at', ...COUNTERS].map(merged).join(',\n    ')},
    argMaxIf(status, ${TRUST}, status != '') AS merged_status,
    has({publicStatuses: Array(String)}, lower(merged_status)) AS is_public
  FROM video_readings FINAL
  WHERE ${FACTS_OF}
  GROUP BY
    account_key,
    video_id,
    read_at
),
placed_reading AS (
  SELECT
    account_key,
    video_id,
    read_at,
    day,
    toDate(last_value(merged_published_at) OVER (PARTITION BY account_key, video_id ORDER BY read_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), {zone: String}) AS published_day,
    min(day) OVER (PARTITION BY account_key) AS account_first_day,
    ifNull(max(if(is_public, merged_plays, NULL)) OVER (PARTITION BY account_key, video_id ORDER BY read_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS plays_before,
    if(NOT is_public OR (ifNull(merged_plays, 0) = 0 AND plays_before > 0), NULL, merged_plays) AS valid_plays,
    if(isNull(valid_plays), NULL, merged_paid_plays) AS valid_paid_plays,
    ${COUNTERS.slice(2)
      .map((counter) => `merged_${counter} AS valid_${counter}`)
      .join(',\n    ')}
  FROM reading
),
counter_day AS (
  SELECT
    account_key,
    video_id,
    counter.1 AS line,
    day,
    1 AS kind,
    toInt64(argMax(assumeNotNull(counter.2), read_at)) AS amount,
    any(published_day) AS published,
    any(account_first_day) AS first_day
  FROM placed_reading
  ARRAY JOIN [${counterPairs((counter) => `valid_${counter}`)}] AS counter
  WHERE counter.2 IS NOT NULL
  GROUP BY
    account_key,
    video_id,
    line,
    day
  UNION ALL
  SELECT
    account_key,
    video_id,
    counter.1 AS line,
    day,
    0 AS kind,
    toInt64(assumeNotNull(counter.2)) AS amount,
    toDate(0) AS published,
    toDate(0) AS first_day
  FROM (
    SELECT
      account_key,
      video_id,
      day,
      ${COUNTERS.map(merged).join(',\n      ')}
    FROM video_days FINAL
    WHERE ${FACTS_OF}
    GROUP BY
      account_key,
      video_id,
      day
  )
  ARRAY JOIN [${counterPairs((counter) => `merged_${counter}`)}] AS counter
  WHERE counter.2 IS NOT NULL
)`;

/**
 * Increase per day of each counter. The first reading: counts from 0 when the video was published in the same month, or on or after the day of the
 * account's first reading; the daily series before it is then its baseline, also when that series reaches back to the day of publication. Otherwise
 * what lies before is an opening balance, in no day.
 */
const INCREASE_CTES = `
counter_step AS (
  SELECT
    account_key,
    video_id,
    line,
    day,
    kind,
    amount,
    published,
    first_day,
    minIf(day, kind = 1) OVER video_counter AS reading_from,
    countIf(kind = 1) OVER video_counter AS reading_days,
    lagInFrame(toNullable(if(kind = 1, amount, NULL))) OVER (PARTITION BY account_key, video_id, line ORDER BY kind, day
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS amount_before,
    minIf(day, kind = 0) OVER video_counter AS series_from,
    countIf(kind = 0) OVER video_counter AS series_days
  FROM counter_day
  WINDOW video_counter AS (PARTITION BY account_key, video_id, line)
),
counter_first AS (
  SELECT
    account_key,
    video_id,
    line,
    day,
    kind,
    amount,
    published,
    first_day,
    reading_from,
    reading_days,
    amount_before,
    series_from,
    series_days,
    kind = 1 AND day = reading_from AS is_first,
    sumIf(amount, kind = 0 AND day < reading_from) OVER video_counter AS series_before,
    sumIf(amount, kind = 0 AND day = reading_from) OVER video_counter AS series_same_day,
    series_days > 0 AND series_from < reading_from AS has_series,
    toStartOfMonth(published) = toStartOfMonth(day) OR published >= first_day OR (has_series AND series_from <= published) AS from_zero
  FROM counter_step
  WINDOW video_counter AS (PARTITION BY account_key, video_id, line)
),
video_increase AS (
  SELECT
    account_key,
    video_id,
    line,
    day,
    multiIf(
      kind = 0, amount,
      NOT is_first, amount - assumeNotNull(amount_before),
      from_zero, amount - series_before,
      has_series, series_same_day,
      0
    ) AS increase,
    multiIf(NOT is_first OR from_zero, 0, has_series, amount - series_before - series_same_day, amount) AS opening,
    kind = 0 OR NOT is_first OR from_zero OR has_series AS counts
  FROM counter_first
  WHERE kind = 1 OR reading_days = 0 OR day < reading_from
)`;

const VIDEO_UNIT_CTE = `
video_unit AS (
  SELECT
    account_key,
    day,
    line,
    sum(video_gross) AS gross,
    sum(video_net) AS net,
    max(unknown) AS paid_unknown,
    sum(video_opening) AS opening,
    max(video_counts) AS counts
  FROM (
    SELECT
      account_key,
      video_id,
      day,
      if(line = 'paid_play', 'video_play', line) AS line,
      sumIf(increase, increase_line != 'paid_play') AS video_gross,
      sumIf(increase, increase_line = 'paid_play') AS paid,
      greatest(video_gross - paid, least(video_gross, 0)) AS video_net,
      toUInt8(line = 'video_play' AND countIf(increase_line = 'paid_play') = 0) AS unknown,
      sumIf(opening, increase_line != 'paid_play') AS video_opening,
      maxIf(counts, increase_line != 'paid_play') AS video_counts
    FROM (SELECT account_key, video_id, day, line, line AS increase_line, increase, opening, counts FROM video_increase)
    GROUP BY
      account_key,
      video_id,
      day,
      line
  )
  GROUP BY
    account_key,
    day,
    line
)`;

/** CTEs of `unit`, limited to the business days [fromDay, toDay). `counts` 0: the row is only an opening balance. */
export const UNIT_CTES = `${SESSION_CTE},${SESSION_UNIT_CTE},${LEAD_UNIT_CTE},${READING_CTES},${INCREASE_CTES},${VIDEO_UNIT_CTE},
unit AS (
  SELECT account_key, day, line, 'session' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM session_unit
  WHERE day >= {fromDay: Date} AND day < {toDay: Date}
  UNION ALL
  SELECT account_key, day, line, 'lead' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM lead_unit
  WHERE day >= {fromDay: Date} AND day < {toDay: Date}
  UNION ALL
  SELECT account_key, day, line, 'video' AS origin, gross, net, paid_unknown, opening, counts
  FROM video_unit
  WHERE day >= {fromDay: Date} AND day < {toDay: Date}
)`;

/** Statuses of a video whose plays are readable; the empty one is a source that does not tell. Compared in lower case. */
export const PUBLIC_STATUSES = ['', 'public', 'published', 'online', 'normal', '公开', '已发布'];
