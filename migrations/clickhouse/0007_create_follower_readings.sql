-- follower_readings: one row is the follower total of one account on one business day. Serves last total of a month.
-- Duplicates and corrections: follower_readings_landing keeps every delivery as it came; the view carries each to follower_readings, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read follower_readings with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS follower_readings_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    day Date,
    total UInt64,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(total)))
)
ENGINE = MergeTree
ORDER BY (brand_id, account_key, day, source, ingested_at);

CREATE TABLE IF NOT EXISTS follower_readings
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    day Date,
    total UInt64,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
ORDER BY (brand_id, account_key, day, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS follower_readings_arrival TO follower_readings AS
SELECT
    brand_id,
    account_key,
    day,
    total,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM follower_readings_landing;
