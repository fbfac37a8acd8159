-- collection_days: one row says how completely one kind of fact of one account and business day was fetched. Serves coverage: a gap is never
-- a zero. kind is sessions, videos or followers. The latest observation wins. Kept as long as the facts.
CREATE TABLE IF NOT EXISTS collection_days
(
    brand_id UInt32,
    account_key UInt64,
    kind LowCardinality(String),
    day Date,
    complete UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(observed_at)
ORDER BY (brand_id, account_key, kind, day);
