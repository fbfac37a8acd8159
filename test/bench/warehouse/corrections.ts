import type { Bench } from './bench';
import { withDeliveries } from './generator/deliveries';

/**
 * A later delivery of one entry an account: the same identity, a longer dwell. The accounts are spread evenly over all of them in the order of their ids, the big
 * ones first: a share of the accounts holds about that share of the entries.
 */
const CORRECT = `INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key, dwell_seconds, session_id, entry_id, traffic_source, adcode, device, is_new_account, source, retracted, observed_at, ingested_at, delivery_id)
SELECT
  brand_id,
  month,
  account_key,
  viewer_key,
  entered_at,
  entry_key,
  least(7200, ifNull(dwell_seconds, 0) + 7),
  session_id,
  entry_id,
  traffic_source,
  adcode,
  device,
  is_new_account,
  source,
  0,
  fromUnixTimestamp64Milli({observedAt: Int64}, 'UTC'),
  fromUnixTimestamp64Milli({observedAt: Int64}, 'UTC'),
  {delivery: UInt64}
FROM entries FINAL
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND viewer_key != 0 AND account_key IN (
  SELECT account_key
  FROM (
    SELECT
      account_key,
      row_number() OVER (ORDER BY account_id) + {skip: UInt64} AS place,
      count() OVER () AS total
    FROM account_keys FINAL
    WHERE brand_id = {brandId: UInt32}
  )
  WHERE place * {accounts: UInt64} % total < {accounts: UInt64}
) AND cityHash64(viewer_key, {observedAt: Int64}) % 16 = 0
ORDER BY cityHash64(viewer_key, {observedAt: Int64})
LIMIT 1 BY account_key
SETTINGS do_not_merge_across_partitions_select_final = 1`;

let made = 0;

/** Corrects an entry of each of some accounts in a month, other ones with another `skip`: acknowledged and its delivery closed when this resolves. */
export async function correctAccounts(bench: Bench, month: number, accounts: number, skip = 0): Promise<void> {
  // after everything that was observed before, also by an earlier run on kept data
  const observedAt = Math.min(Date.now(), Date.now() - 60_000 + ++made);
  await withDeliveries(bench, `correction-${Date.now()}-${made}`, 1, ([delivery]) =>
    bench.run(CORRECT, { brandId: bench.brandId, month, accounts, skip, delivery, observedAt }),
  );
}
