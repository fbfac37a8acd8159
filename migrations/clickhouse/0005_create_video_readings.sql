-- video_readings: one row is the running totals of one video at one instant. Serves differences between the last readings of days.
-- Duplicates and corrections: video_readings_landing keeps every delivery as it came; the view carries each to video_readings, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read video_readings with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS video_readings_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    video_id String,
    read_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    published_at DateTime64(3, 'UTC'),
    plays Nullable(UInt64),
    paid_plays Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    shares Nullable(UInt64),
    favorites Nullable(UInt64),
    follows Nullable(UInt64),
    completion_rate Nullable(Decimal(18, 4)),
    average_play_seconds Nullable(Decimal(18, 4)),
    status LowCardinality(String),
    title String,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(published_at, plays, paid_plays, likes, comments, shares, favorites, follows, completion_rate, average_play_seconds, status, title)))
)
ENGINE = MergeTree
PARTITION BY toYear(read_at)
ORDER BY (brand_id, account_key, video_id, read_at, source, ingested_at);

CREATE TABLE IF NOT EXISTS video_readings
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    video_id String,
    read_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    published_at DateTime64(3, 'UTC'),
    plays Nullable(UInt64),
    paid_plays Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    shares Nullable(UInt64),
    favorites Nullable(UInt64),
    follows Nullable(UInt64),
    completion_rate Nullable(Decimal(18, 4)),
    average_play_seconds Nullable(Decimal(18, 4)),
    status LowCardinality(String),
    title String,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
PARTITION BY toYear(read_at)
ORDER BY (brand_id, account_key, video_id, read_at, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS video_readings_arrival TO video_readings AS
SELECT
    brand_id,
    account_key,
    video_id,
    read_at,
    published_at,
    plays,
    paid_plays,
    likes,
    comments,
    shares,
    favorites,
    follows,
    completion_rate,
    average_play_seconds,
    status,
    title,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM video_readings_landing;
