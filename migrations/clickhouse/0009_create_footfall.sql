-- footfall: one row is the visitors of one shop on one business day. Serves footfall by dealer and day.
-- Duplicates and corrections: footfall_landing keeps every delivery as it came; the view carries each to footfall, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read footfall with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS footfall_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    dealer_id String,
    day Date,
    visitors UInt64,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(visitors)))
)
ENGINE = MergeTree
ORDER BY (brand_id, dealer_id, day, source, ingested_at);

CREATE TABLE IF NOT EXISTS footfall
(
    brand_id UInt32 CODEC(ZSTD(1)),
    dealer_id String,
    day Date,
    visitors UInt64,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
ORDER BY (brand_id, dealer_id, day, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS footfall_arrival TO footfall AS
SELECT
    brand_id,
    dealer_id,
    day,
    visitors,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM footfall_landing;
