/**
 * Whether a row of entries is one that a case removes: by the identity that it was delivered under. `from`, `to`: parameters (epoch ms) between which all
 * rows that are asked lie. Lists are written whole and never changed; which of them hold ({exclusions}) is the state's to say.
 */
export const isExcluded = (from: string, to: string): string => `(account_key, viewer_key, entered_at, entry_key) IN (
      SELECT
        account_key,
        viewer_key,
        entered_at,
        entry_key
      FROM candidates(excluded_entries)
      WHERE brand_id = {brandId: UInt32}
        AND account_key IN {accounts: Array(UInt64)}
        AND exclusion_id IN {exclusions: Array(UInt64)}
        AND entered_at >= fromUnixTimestamp64Milli({${from}: Int64}, 'UTC')
        AND entered_at < fromUnixTimestamp64Milli({${to}: Int64}, 'UTC')
    )`;
