-- undone_deliveries: one row is "this delivery was taken back at this instant" (docs/adr/0049), once for each account of whose facts it told; account_key 0: of
-- facts without account. Part of the landing logs: a delivery that stands here counts nowhere from that instant on, its rows stay in the log. Serves reports as of
-- an instant, checks and rebuilding of the fact tables, and which accounts have no facts left. Duplicates are harmless: it is read as a set.
-- Kept for ever. Every statement can run again.
CREATE TABLE IF NOT EXISTS undone_deliveries
(
    brand_id UInt32,
    account_key UInt64,
    delivery_id UInt64,
    undone_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (brand_id, account_key, delivery_id, undone_at);
