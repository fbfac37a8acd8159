-- minutes: one row is one minute of a session: counts of that minute. Serves the curve of one session.
-- Duplicates and corrections: minutes_landing keeps every delivery as it came; the view carries each to minutes, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read minutes with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS minutes_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    session_id String,
    minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    concurrent Nullable(UInt64),
    views Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    gifts Nullable(UInt64),
    paid_entries Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(concurrent, views, likes, comments, gifts, paid_entries)))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (brand_id, account_key, session_id, minute, source, ingested_at);

CREATE TABLE IF NOT EXISTS minutes
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    session_id String,
    minute DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    concurrent Nullable(UInt64),
    views Nullable(UInt64),
    likes Nullable(UInt64),
    comments Nullable(UInt64),
    gifts Nullable(UInt64),
    paid_entries Nullable(UInt64),
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
PARTITION BY toYYYYMM(minute)
ORDER BY (brand_id, account_key, session_id, minute, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS minutes_arrival TO minutes AS
SELECT
    brand_id,
    account_key,
    session_id,
    minute,
    concurrent,
    views,
    likes,
    comments,
    gifts,
    paid_entries,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM minutes_landing;
