-- close_figures: one row is one row of one report of one close (docs/adr/0026), as the report gave it, or (place 0) what the report said of itself.
-- Serves reports of closed months, differences between closes, and their verification. Append only: a close never writes a row twice, a restatement
-- writes a close of its own. Which closes there are is in the state store (monthly_close); rows of another close are what an interrupted one left, and go.
-- content: JSON in the report's order of fields; hash: SHA-256 of its canonical form with all columns of the identity. Kept for ever: neither
-- retention nor the deletion of a person touches them. Every statement can run again.
CREATE TABLE IF NOT EXISTS close_figures
(
    brand_id UInt32,
    month UInt32,
    close_id LowCardinality(String),
    report LowCardinality(String),
    level LowCardinality(String),
    regions LowCardinality(String),
    basis LowCardinality(String),
    place UInt32 CODEC(Delta, ZSTD(1)),
    subject String CODEC(ZSTD(1)),
    content String CODEC(ZSTD(3)),
    hash String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY (brand_id, month, close_id, report, level, regions, basis, place);
