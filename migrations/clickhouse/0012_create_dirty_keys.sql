-- dirty_keys: one row is "a delivery touched facts of this account in these instants". Serves the refresh of roll-ups: what deliveries that the
-- watermark does not cover have touched. Filled by a view on every landing table; a row that arrives twice only widens nothing.
-- names: sessions and leads that the rows name, because their place in time may have been another one before. bucket keeps one delivery's marks
-- of different months apart. Kept: until every watermark covers the delivery. Every statement can run again.
CREATE TABLE IF NOT EXISTS dirty_keys
(
    brand_id UInt32,
    delivery_id UInt64,
    fact LowCardinality(String),
    account_key UInt64,
    bucket UInt32,
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    names SimpleAggregateFunction(groupUniqArrayArray, Array(String))
)
ENGINE = AggregatingMergeTree
ORDER BY (brand_id, delivery_id, fact, account_key, bucket);

CREATE MATERIALIZED VIEW IF NOT EXISTS entries_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'entries' AS fact,
    account_key,
    month AS bucket,
    min(entered_at) AS first_at,
    max(entered_at) AS last_at,
    groupUniqArrayIf(toString(session_id), session_id != '') AS names
FROM entries_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'entries' AS fact,
    account_key,
    month AS bucket,
    min(entered_at) AS first_at,
    max(entered_at) AS last_at,
    groupUniqArrayIf(toString(session_id), session_id != '') AS names
FROM entries_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'sessions' AS fact,
    account_key,
    toYYYYMM(started_at) AS bucket,
    min(started_at) AS first_at,
    max(greatest(ifNull(ended_at, started_at + INTERVAL 24 HOUR), started_at)) AS last_at,
    groupUniqArray(session_id) AS names
FROM sessions_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'sessions' AS fact,
    account_key,
    toYYYYMM(started_at) AS bucket,
    min(started_at) AS first_at,
    max(greatest(ifNull(ended_at, started_at + INTERVAL 24 HOUR), started_at)) AS last_at,
    groupUniqArray(session_id) AS names
FROM sessions_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS minutes_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'minutes' AS fact,
    account_key,
    toYYYYMM(minute) AS bucket,
    min(minute) AS first_at,
    max(minute) AS last_at,
    groupUniqArray(session_id) AS names
FROM minutes_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'minutes' AS fact,
    account_key,
    toYYYYMM(minute) AS bucket,
    min(minute) AS first_at,
    max(minute) AS last_at,
    groupUniqArray(session_id) AS names
FROM minutes_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS comments_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'comments' AS fact,
    account_key,
    toYYYYMM(at) AS bucket,
    min(at) AS first_at,
    max(at) AS last_at,
    groupUniqArray(session_id) AS names
FROM comments_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'comments' AS fact,
    account_key,
    toYYYYMM(at) AS bucket,
    min(at) AS first_at,
    max(at) AS last_at,
    groupUniqArray(session_id) AS names
FROM comments_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS video_readings_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'video_readings' AS fact,
    account_key,
    toYYYYMM(read_at) AS bucket,
    min(read_at) AS first_at,
    max(read_at) AS last_at,
    CAST([], 'Array(String)') AS names
FROM video_readings_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'video_readings' AS fact,
    account_key,
    toYYYYMM(read_at) AS bucket,
    min(read_at) AS first_at,
    max(read_at) AS last_at,
    CAST([], 'Array(String)') AS names
FROM video_readings_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS video_days_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'video_days' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    CAST([], 'Array(String)') AS names
FROM video_days_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'video_days' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    CAST([], 'Array(String)') AS names
FROM video_days_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS follower_readings_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'follower_readings' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    CAST([], 'Array(String)') AS names
FROM follower_readings_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'follower_readings' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    CAST([], 'Array(String)') AS names
FROM follower_readings_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

CREATE MATERIALIZED VIEW IF NOT EXISTS leads_dirty TO dirty_keys AS
SELECT
    brand_id,
    delivery_id,
    'leads' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    arrayConcat(groupUniqArray(toString(lead_key)), groupUniqArrayIf(session_id, session_id != '')) AS names
FROM leads_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

INSERT INTO dirty_keys
SELECT
    brand_id,
    delivery_id,
    'leads' AS fact,
    account_key,
    toYYYYMM(day) AS bucket,
    min(toDateTime64(day, 3, 'UTC')) AS first_at,
    max(toDateTime64(day, 3, 'UTC')) AS last_at,
    arrayConcat(groupUniqArray(toString(lead_key)), groupUniqArrayIf(session_id, session_id != '')) AS names
FROM leads_landing
GROUP BY brand_id, delivery_id, account_key, bucket;

