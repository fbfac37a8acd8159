-- excluded_entries, excluded_units: what confirmed cases remove (domain.md 7.3, docs/adr/0029), list by list. A list is written whole before the state
-- names it and is never changed, so which of them hold, now or as of an instant, is the state's to say (table exclusion of the state store); a list that
-- it does not name counts nowhere. Serve the adjusted basis of an account. Duplicates are harmless: rows are read as a set, or by their maximum.
-- Kept for ever. Every statement can run again.

-- excluded_entries: one row is an entry by the identity that it was delivered under; the viewer as keyed at that time.
CREATE TABLE IF NOT EXISTS excluded_entries
(
    brand_id UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    exclusion_id UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    entered_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    entry_key UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (brand_id, account_key, exclusion_id, viewer_key, entered_at, entry_key);

-- excluded_units: one row is units of one line of one session or video (origin, target) on one business day.
CREATE TABLE IF NOT EXISTS excluded_units
(
    brand_id UInt32,
    account_key UInt64,
    exclusion_id UInt64,
    origin LowCardinality(String),
    target String,
    line LowCardinality(String),
    day Date,
    units UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (brand_id, account_key, exclusion_id, origin, target, line, day, units);

-- account_month: of entries and usable_entries, those that cases remove; rows of the adjusted basis only, which stand under month + 1,000,000.
ALTER TABLE account_month
    ADD COLUMN IF NOT EXISTS excluded_entries UInt64 AFTER session_views,
    ADD COLUMN IF NOT EXISTS excluded_usable_entries UInt64 AFTER excluded_entries;

-- account_day: of net, the units that cases remove.
ALTER TABLE account_day
    ADD COLUMN IF NOT EXISTS excluded Int64 CODEC(T64, ZSTD(1)) AFTER opening;
