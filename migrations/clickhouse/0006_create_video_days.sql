-- video_days: one row is a platform's own figures of one video on one business day (increase). Serves days before the first reading.
-- Duplicates and corrections: video_days_landing keeps every delivery as it came; the view carries each to video_days, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read video_days with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS video_days_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    video_id String,
    day Date,
    plays Nullable(UInt64),
    paid_plays Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    shares Nullable(UInt64),
    favorites Nullable(UInt64),
    follows Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(plays, paid_plays, likes, comments, shares, favorites, follows)))
)
ENGINE = MergeTree
ORDER BY (brand_id, account_key, video_id, day, source, ingested_at);

CREATE TABLE IF NOT EXISTS video_days
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    video_id String,
    day Date,
    plays Nullable(UInt64),
    paid_plays Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    shares Nullable(UInt64),
    favorites Nullable(UInt64),
    follows Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
ORDER BY (brand_id, account_key, video_id, day, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS video_days_arrival TO video_days AS
SELECT
    brand_id,
    account_key,
    video_id,
    day,
    plays,
    paid_plays,
    likes,
    comments,
    shares,
    favorites,
    follows,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM video_days_landing;
