-- leads: one row is a number of leads of one account and day. Serves leads by account and day.
-- Duplicates and corrections: leads_landing keeps every delivery as it came; the view carries each to leads, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read leads with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS leads_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    lead_key UInt64,
    lead_id String,
    session_id String,
    day Date,
    count UInt64,
    paid Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(lead_id, session_id, day, count, paid)))
)
ENGINE = MergeTree
ORDER BY (brand_id, account_key, lead_key, source, ingested_at);

CREATE TABLE IF NOT EXISTS leads
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    lead_key UInt64,
    lead_id String,
    session_id String,
    day Date,
    count UInt64,
    paid Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
ORDER BY (brand_id, account_key, lead_key, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS leads_arrival TO leads AS
SELECT
    brand_id,
    account_key,
    lead_key,
    lead_id,
    session_id,
    day,
    count,
    paid,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM leads_landing;
