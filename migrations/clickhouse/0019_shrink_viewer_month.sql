-- viewer_month in fewer bytes: counts are kept as their differences from visits, which are nearly all 0, and the differences of sorted keys lack the upper
-- byte, which T64 sets apart (10.1 → 8.8 bytes a row). Kept rows are computed, never delivered: what they held is dropped, and the next
-- refresh computes everything again. Every statement can run again.
TRUNCATE TABLE IF EXISTS rollup_progress;

TRUNCATE TABLE IF EXISTS rollup_key;

TRUNCATE TABLE IF EXISTS session_audience;

TRUNCATE TABLE IF EXISTS showroom_visitor;

TRUNCATE TABLE IF EXISTS account_month;

TRUNCATE TABLE IF EXISTS account_day;

TRUNCATE TABLE IF EXISTS rolling_visitor;

TRUNCATE TABLE IF EXISTS viewer_month;

-- visits: counted for sure; further_entries: kept ones beyond visits; uncertain_visits: not counted, for their unknown dwell alone; unknown_visits: of the
-- counted ones, with an unknown dwell; known_dwell: of the other counted ones, seconds. Sentinels have entries only.
ALTER TABLE viewer_month
    DROP COLUMN IF EXISTS entries,
    DROP COLUMN IF EXISTS possible_visits,
    DROP COLUMN IF EXISTS known_visits;

ALTER TABLE viewer_month
    ADD COLUMN IF NOT EXISTS further_entries UInt32 CODEC(ZSTD(1)) AFTER viewer_key,
    ADD COLUMN IF NOT EXISTS uncertain_visits UInt32 CODEC(ZSTD(1)) AFTER visits,
    ADD COLUMN IF NOT EXISTS unknown_visits UInt32 CODEC(ZSTD(1)) AFTER uncertain_visits;

ALTER TABLE viewer_month
    MODIFY COLUMN viewer_key CODEC(Delta, T64, ZSTD(1)),
    MODIFY COLUMN visits CODEC(ZSTD(1));
