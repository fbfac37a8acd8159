-- viewer_month in fewer bytes: counts are kept as their differences from visits, which are nearly all 0, and the differences of sorted keys lack the upper
-- byte, which T64 sets apart (10.1 → 8.8 bytes a row). Kept rows are computed, never delivered: what the former table held is dropped, and the next
-- refresh computes everything again. Every statement can run again.
TRUNCATE TABLE IF EXISTS rollup_progress;

TRUNCATE TABLE IF EXISTS rollup_key;

TRUNCATE TABLE IF EXISTS session_audience;

TRUNCATE TABLE IF EXISTS showroom_visitor;

TRUNCATE TABLE IF EXISTS account_month;

TRUNCATE TABLE IF EXISTS account_day;

TRUNCATE TABLE IF EXISTS rolling_visitor;

DROP TABLE IF EXISTS viewer_month SYNC;

-- One row is a viewer of one account in one business month. Serves distinct viewers above the account, and account_month.
-- visits: counted for sure; further_entries: kept ones beyond visits; uncertain_visits: not counted, for their unknown dwell alone; unknown_visits: of the
-- counted ones, with an unknown dwell; known_dwell: of the other counted ones, seconds; overhang: seconds by which a visit that began here goes on
-- after the month. Sentinels have entries only.
CREATE TABLE IF NOT EXISTS viewer_month
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(Delta, T64, ZSTD(1)),
    further_entries UInt32 CODEC(ZSTD(1)),
    is_viewer UInt8 CODEC(ZSTD(1)),
    is_live UInt8 CODEC(ZSTD(1)),
    visits UInt32 CODEC(ZSTD(1)),
    uncertain_visits UInt32 CODEC(ZSTD(1)),
    unknown_visits UInt32 CODEC(ZSTD(1)),
    known_dwell UInt64 CODEC(T64, ZSTD(1)),
    on_2_days UInt8 CODEC(ZSTD(1)),
    overhang UInt32 CODEC(ZSTD(1)),
    deleted UInt8 CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, viewer_key);

ALTER TABLE viewer_month MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE viewer_month MODIFY SETTING min_age_to_force_merge_seconds = 900;
