-- next_viewer_key of entries and entries_landing: entries of the 31 days before the brand's viewer key changes carry the key that their viewer will have
-- after it, too (domain.md 8, docs/adr/0018); 0 everywhere else. It is part of what the row says: with 0 the row hash, and so the order of
-- deliveries, is what it was. The columns come first, so that the view never reads what is not there. Every statement can run again.
ALTER TABLE entries_landing ADD COLUMN IF NOT EXISTS next_viewer_key UInt64 CODEC(ZSTD(1));

ALTER TABLE entries ADD COLUMN IF NOT EXISTS next_viewer_key UInt64 CODEC(ZSTD(1));

ALTER TABLE entries_arrival MODIFY QUERY
SELECT
    brand_id,
    month,
    account_key,
    viewer_key,
    entered_at,
    entry_key,
    dwell_seconds,
    session_id,
    entry_id,
    traffic_source,
    adcode,
    device,
    is_new_account,
    next_viewer_key,
    source,
    retracted,
    bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + bitShiftLeft(toUInt128(ifNull(dwell_seconds + 1, 0)), 45) + bitShiftRight(bitXor(cityHash64(session_id, entry_id, traffic_source, adcode, device, ifNull(toInt8(is_new_account), -1)), next_viewer_key), 19) AS version
FROM entries_landing;

ALTER TABLE entries_landing MODIFY COLUMN row_hash UInt64 ALIAS bitXor(cityHash64(session_id, entry_id, traffic_source, adcode, device, ifNull(toInt8(is_new_account), -1)), next_viewer_key);
