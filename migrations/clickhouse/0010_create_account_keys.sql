-- account_keys: one row is an account that facts arrived for. Serves the way back from account_key (a hash of brand, platform and id) to the id,
-- also for accounts that nobody declared. Duplicates are harmless: the row is the same. Kept as long as the facts.
CREATE TABLE IF NOT EXISTS account_keys
(
    brand_id UInt32,
    account_key UInt64,
    platform LowCardinality(String),
    account_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (brand_id, account_key);
