-- What reports as of an instant need beside the landing logs (docs/adr/0012). Every statement can run again.

-- collection_days_landing: one row is one mark of collection_days as it came, and when. Serves coverage as of an instant: the mark with the latest
-- observation among those ingested by then. Filled by a view, so whoever writes collection_days need not know of it. Marks that came before this
-- table count as ingested when they were observed. Kept as long as the facts.
CREATE TABLE IF NOT EXISTS collection_days_landing
(
    brand_id UInt32,
    account_key UInt64,
    kind LowCardinality(String),
    day Date,
    complete UInt8,
    observed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ingested_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (brand_id, account_key, kind, day, observed_at, complete, ingested_at);

CREATE MATERIALIZED VIEW IF NOT EXISTS collection_days_record TO collection_days_landing AS
SELECT
    brand_id,
    account_key,
    kind,
    day,
    complete,
    observed_at,
    now64(3, 'UTC') AS ingested_at
FROM collection_days;

INSERT INTO collection_days_landing
SELECT
    brand_id,
    account_key,
    kind,
    day,
    complete,
    observed_at,
    observed_at AS ingested_at
FROM collection_days;

-- landing_floor: the instant below which the landing logs hold only the last delivery of each identity and source, of all brands (brand_id 0).
-- Serves refusing reports as of an earlier instant. Written before anything is deleted; it only rises.
CREATE TABLE IF NOT EXISTS landing_floor
(
    brand_id UInt32,
    floor DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(floor)
ORDER BY brand_id;
