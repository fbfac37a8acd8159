-- entries: one row is "a viewer entered a room", as one source says it. Serves reads by account and month in visit order: viewer by viewer, in time.
-- Duplicates and corrections: entries_landing keeps every delivery as it came; the view carries each to entries, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, known over null dwell, larger dwell, row hash. Read entries with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS entries_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    entered_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    entry_key UInt64 CODEC(ZSTD(1)),
    dwell_seconds Nullable(UInt32) CODEC(T64, ZSTD(1)),
    session_id LowCardinality(String),
    entry_id String,
    traffic_source LowCardinality(String),
    adcode LowCardinality(String),
    device LowCardinality(String),
    is_new_account Nullable(UInt8),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(session_id, entry_id, traffic_source, adcode, device, ifNull(toInt8(is_new_account), -1))
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (brand_id, account_key, viewer_key, entered_at, entry_key, source, ingested_at);

CREATE TABLE IF NOT EXISTS entries
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    entered_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    entry_key UInt64 CODEC(ZSTD(1)),
    dwell_seconds Nullable(UInt32) CODEC(T64, ZSTD(1)),
    session_id LowCardinality(String),
    entry_id String,
    traffic_source LowCardinality(String),
    adcode LowCardinality(String),
    device LowCardinality(String),
    is_new_account Nullable(UInt8),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
PARTITION BY month
ORDER BY (brand_id, account_key, viewer_key, entered_at, entry_key, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS entries_arrival TO entries AS
SELECT
    brand_id,
    month,
    account_key,
    viewer_key,
    entered_at,
    entry_key,
    dwell_seconds,
    session_id,
    entry_id,
    traffic_source,
    adcode,
    device,
    is_new_account,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftLeft(toUInt128(ifNull(dwell_seconds + 1, 0)), 45) + bitShiftRight(row_hash, 19) AS version
FROM entries_landing;
