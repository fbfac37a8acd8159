import { FactScope, TRUST, merged, scoped } from './merged.sql';

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
 * only where plays are (else a false 0 would come out as earned plays). `published` is what the first reading says: what is read later changes no
 * day before it, which lets kept days stand (see VALUE_ROLLUP).
 */
const readingCtes = (scope: FactScope): string => `reading AS (
  SELECT
    account_key,
    video_id,
    read_at,
    toDate(read_at, {zone: String}) AS day,
    ${['published_at', ...COUNTERS].map(merged).join(',\n    ')},
    argMaxIf(status, ${TRUST}, status != '') AS merged_status,
    has({publicStatuses: Array(String)}, lower(merged_status)) AS is_public
  FROM facts(video_readings)
  WHERE ${scoped(scope)} AND read_at < fromUnixTimestamp64Milli({readBefore: Int64})
  GROUP BY
    account_key,
    video_id,
    read_at
),
video AS (
  SELECT
    account_key,
    video_id,
    toDate(argMin(merged_published_at, read_at), {zone: String}) AS published,
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

/** The platform's own figures of days, per counter and video. */
const seriesPoints = (scope: FactScope): string => `SELECT
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
          WHERE ${scoped(scope)} AND day < {toDay: Date}
          GROUP BY
            account_key,
            video_id,
            day
        )
        GROUP BY
          account_key,
          video_id
      )
    )`;

/**
 * `counter`: one row per (account, video, counter). `readings`: (day, last valid reading of the day); `series`: the platform's own figures of days;
 * both by day.
 */
const counterCtes = (scope: FactScope): string => `counter AS (
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
    ${seriesPoints(scope)}
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
const STEP_CTE = `step AS (
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
const VIDEO_UNIT_CTE = `video_unit AS (
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

/** `video_unit` and what it is made of: units per (account, day, line) of the window, of plays per video. */
export const videoUnitCtes = (scope: FactScope): string => [readingCtes(scope), counterCtes(scope), STEP_CTE, VIDEO_UNIT_CTE].join(',\n');
