-- rolling_visitor: one row is a viewer of one account who may be a showroom visitor of a window of 720 h that ends in the business month (after its first
-- instant, at its end at the latest). Serves the rolling number at any instant of the month. starts: of the counted visits from 720 h before the month to
-- its end, epoch ms, ascending. overhang: seconds by which a visit that began by then goes on after the month; rows that only have one count nowhere.
-- Recomputed as a whole for its key (docs/adr/0014); read with FINAL only. Every statement can run again.
CREATE TABLE IF NOT EXISTS rolling_visitor
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    starts Array(Int64) CODEC(Delta, ZSTD(1)),
    overhang UInt32 CODEC(ZSTD(1)),
    deleted UInt8 CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, viewer_key);

ALTER TABLE rolling_visitor MODIFY SETTING min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE rolling_visitor MODIFY SETTING min_age_to_force_merge_seconds = 900;
