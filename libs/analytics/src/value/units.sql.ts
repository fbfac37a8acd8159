/**
 * Units per (account, business day, line) from the facts (domain.md 4.2–4.5). Sources are merged field by field in the order of the
 * parameter `sourcesLastFirst`; an identity exists while any source keeps it (FINAL drops what a source retracted).
 * Every alias that is used more than once comes out of a sub-query of its own: the store's planner copies the expression at each use.
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
  FROM facts(sessions)
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
      ${['day', 'count', 'paid'].map(merged).join(',\n      ')},
      argMaxIf(session_id, ${TRUST}, session_id != '') AS merged_session_id
    FROM facts(leads)
    WHERE ${FACTS_OF}
    GROUP BY
      account_key,
      lead_key
  )
  WHERE (account_key, merged_session_id) NOT IN (SELECT account_key, session_id FROM facts(sessions) WHERE ${FACTS_OF} AND leads IS NOT NULL)
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
/**
 * `reading`: one row per (account, video, instant), merged over sources. `video`: one row per video, its readings in time order as
 * (day, is public, counters…). Plays of 0 after a positive reading, or of a video that is not public, is no reading of plays; paid plays are read
 * only where plays are (else a false 0 would come out as earned plays).
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
  FROM facts(video_readings)
  WHERE ${FACTS_OF}
  GROUP BY
    account_key,
    video_id,
    read_at
),
video AS (
  SELECT
    account_key,
    video_id,
    toDate(argMax(merged_published_at, read_at), {zone: String}) AS published,
    min(day) AS first_day,
    minIf(toNullable(read_at), is_public AND merged_plays > 0) AS plays_from,
    arraySort(r -> r.1, groupArray((read_at, day, is_public, ${COUNTERS.map((counter) => `merged_${counter}`).join(', ')}))) AS readings
  FROM reading
  GROUP BY
    account_key,
    video_id
),
valid_video AS (
  SELECT
    account_key,
    video_id,
    published,
    first_day,
    readings,
    arrayFilter(r -> r.3 AND (r.4 > 0 OR (r.4 = 0 AND (plays_from IS NULL OR r.1 < plays_from))), readings) AS plays_readings
  FROM video
)`;

const pointsOf = (readings: string, place: number): string =>
  `arrayMap(r -> (r.2, toInt64(assumeNotNull(r.${place}))), arrayFilter(r -> r.${place} IS NOT NULL, ${readings}))`;
const seriesOf = (place: number): string =>
  `arrayMap(d -> (d.1, toInt64(assumeNotNull(d.${place}))), arrayFilter(d -> d.${place} IS NOT NULL, days))`;
const NO_POINTS = `CAST([], 'Array(Tuple(Date, Int64))')`;

/**
 * `counter`: one row per (account, video, counter). `readings`: (day, last valid reading of the day); `series`: the platform's own figures of days;
 * both by day.
 */
const COUNTER_CTES = `
counter AS (
  SELECT
    account_key,
    video_id,
    line,
    max(published) AS published_day,
    max(first_day) AS account_first_day,
    arraySort(groupArrayArray(points)) AS readings,
    arraySort(groupArrayArray(day_points)) AS series
  FROM (
    SELECT
      account_key,
      video_id,
      published,
      first_day,
      counted.1 AS line,
      arrayFilter((point, next) -> point.1 != next.1, counted.2, arraySlice(arrayPushBack(counted.2, (toDate(0), 0)), 2)) AS points,
      ${NO_POINTS} AS day_points
    FROM (
      SELECT
        account_key,
        video_id,
        published,
        min(valid_video.first_day) OVER (PARTITION BY account_key) AS first_day,
        arrayJoin([${COUNTERS.map((counter, place) => `('${COUNTER_LINES[counter]}', ${pointsOf(place < 2 ? 'plays_readings' : 'readings', place + 4)})`).join(', ')}]) AS counted
      FROM valid_video
    )
    UNION ALL
    SELECT
      account_key,
      video_id,
      toDate(0) AS published,
      toDate(0) AS first_day,
      counted.1 AS line,
      ${NO_POINTS} AS points,
      counted.2 AS day_points
    FROM (
      SELECT
        account_key,
        video_id,
        arrayJoin([${COUNTERS.map((counter, place) => `('${COUNTER_LINES[counter]}', ${seriesOf(place + 2)})`).join(', ')}]) AS counted
      FROM (
        SELECT
          account_key,
          video_id,
          groupArray((day, ${COUNTERS.map((counter) => `merged_${counter}`).join(', ')})) AS days
        FROM (
          SELECT
            account_key,
            video_id,
            day,
            ${COUNTERS.map(merged).join(',\n            ')}
          FROM facts(video_days)
          WHERE ${FACTS_OF}
          GROUP BY
            account_key,
            video_id,
            day
        )
        GROUP BY
          account_key,
          video_id
      )
    )
  )
  GROUP BY
    account_key,
    video_id,
    line
),
counter_base AS (
  SELECT
    account_key,
    video_id,
    line,
    published_day,
    account_first_day,
    readings,
    series,
    readings[1].1 AS first_reading_day,
    readings[1].2 AS first_reading,
    arrayFilter(d -> empty(readings) OR d.1 < first_reading_day, series) AS series_before,
    arrayFirst(d -> d.1 = first_reading_day, series).2 AS same_day
  FROM counter
),
counter_start AS (
  SELECT
    account_key,
    video_id,
    line,
    readings,
    first_reading_day,
    first_reading,
    series_before,
    same_day,
    arraySum(d -> d.2, series_before) AS before,
    notEmpty(series_before) AS has_series,
    toStartOfMonth(published_day) = toStartOfMonth(first_reading_day) OR published_day >= account_first_day
      OR (has_series AND series[1].1 <= published_day) AS from_zero
  FROM counter_base
)`;

/**
 * `step`: increase per day of each counter. The first reading: counts from 0 when the video was published in the same month, or on or after the day
 * of the account's first reading; the daily series before it is then its baseline, also when that series reaches back to the day of publication.
 * Otherwise what lies before is an opening balance, in no day.
 */
const STEP_CTE = `
step AS (
  SELECT
    account_key,
    video_id,
    line,
    increase.1 AS day,
    increase.2 AS amount,
    increase.3 AS opening,
    increase.4 AS counts
  FROM (
    SELECT
    account_key,
    video_id,
    line,
    arrayJoin(arrayFilter(
      s -> s.1 >= {fromDay: Date} AND s.1 < {toDay: Date},
      arrayConcat(
        arrayMap(d -> (d.1, d.2, toInt64(0), true), series_before),
        if(empty(readings), [], [(
          first_reading_day,
          multiIf(from_zero, first_reading - before, has_series, same_day, 0),
          multiIf(from_zero, 0, has_series, first_reading - before - same_day, first_reading),
          from_zero OR has_series
        )]),
        arrayMap((r, last) -> (r.1, r.2 - last.2, toInt64(0), true), arrayPopFront(readings), arrayPopBack(readings))
      )
    )) AS increase
  FROM counter_start
  )
)`;

/** Paid plays are taken off video by video and day; the other counters need no video, so they are summed over all at once. */
const VIDEO_UNIT_CTE = `
video_unit AS (
  SELECT
    account_key,
    if(step.line IN ('video_play', 'paid_play'), video_id, '') AS video,
    step.day AS day,
    if(step.line = 'paid_play', 'video_play', step.line) AS line,
    sumIf(step.amount, step.line != 'paid_play') AS gross,
    sumIf(step.amount, step.line = 'paid_play') AS paid,
    greatest(gross - paid, least(gross, 0)) AS net,
    toUInt8(line = 'video_play' AND countIf(step.line = 'paid_play') = 0) AS paid_unknown,
    sumIf(step.opening, step.line != 'paid_play') AS opening,
    maxIf(step.counts, step.line != 'paid_play') AS counts
  FROM step
  GROUP BY
    account_key,
    video,
    day,
    line
)`;

const IN_WINDOW = `day >= {fromDay: Date} AND day < {toDay: Date}`;

/**
 * Units per (account, span of days, line, origin), over the business days [fromDay, toDay): each day goes to the latest of `starts` (days since 1970,
 * ascending, the first is fromDay). `counts` 0: nothing but an opening balance. `withDays`: the days themselves, of units other than 0.
 */
export const unitsQuery = (withDays: boolean): string => `
WITH ${SESSION_CTE},${SESSION_UNIT_CTE},${LEAD_UNIT_CTE},${READING_CTES},${COUNTER_CTES},${STEP_CTE},${VIDEO_UNIT_CTE}
SELECT
  toString(account_key) AS accountKey,
  roundDown(toUInt16(day), {starts: Array(UInt16)}) AS start,
  line,
  origin,
  toString(sum(gross)) AS gross,
  toString(sum(net)) AS net,
  max(paid_unknown) AS paidUnknown,
  toString(sum(opening)) AS opening,
  max(counts) AS counts${withDays ? ',\n  arraySort(groupUniqArrayIf(toString(day), unit.gross != 0 OR unit.net != 0)) AS days' : ''}
FROM (
  SELECT account_key, day, line, 'session' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM session_unit
  WHERE ${IN_WINDOW}
  UNION ALL
  SELECT account_key, day, line, 'lead' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM lead_unit
  WHERE ${IN_WINDOW}
  UNION ALL
  SELECT account_key, day, line, 'video' AS origin, gross, net, paid_unknown, opening, counts
  FROM video_unit
) AS unit
GROUP BY
  account_key,
  start,
  line,
  origin`;

/** Statuses of a video whose plays are readable; the empty one is a source that does not tell. Compared in lower case. */
export const PUBLIC_STATUSES = ['', 'public', 'published', 'online', 'normal', '公开', '已发布'];
