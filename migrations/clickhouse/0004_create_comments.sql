-- comments: one row is one chat message. Serves the chat of one session.
-- Duplicates and corrections: comments_landing keeps every delivery as it came; the view carries each to comments, whose merges (and FINAL) keep
-- the last per identity and source by version: observed_at, then retracted over kept, row hash. Read comments with FINAL only.
-- Kept: until deleted by retention of the brand. Every statement can run again.
CREATE TABLE IF NOT EXISTS comments_landing
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    session_id String,
    viewer_key UInt64 CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    comment_key UInt64,
    comment_id String,
    text String,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    delivery_id UInt64,
    row_hash UInt64 DEFAULT cityHash64(toString(tuple(comment_id, text)))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (brand_id, account_key, session_id, viewer_key, at, comment_key, source, ingested_at);

CREATE TABLE IF NOT EXISTS comments
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    session_id String,
    viewer_key UInt64 CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    comment_key UInt64,
    comment_id String,
    text String,
    source LowCardinality(String),
    retracted UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    row_hash UInt64,
    version UInt128
)
ENGINE = ReplacingMergeTree(version, retracted)
PARTITION BY toYYYYMM(at)
ORDER BY (brand_id, account_key, session_id, viewer_key, at, comment_key, source);

CREATE MATERIALIZED VIEW IF NOT EXISTS comments_arrival TO comments AS
SELECT
    brand_id,
    account_key,
    session_id,
    viewer_key,
    at,
    comment_key,
    comment_id,
    text,
    source,
    retracted,
    observed_at,
    ingested_at,
    row_hash,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftRight(row_hash, 1) AS version
FROM comments_landing;
