import { Warehouse, throughOutage } from '@app/warehouse';
import type { AccountSeen } from './fact-builder';

/** Keys that are known to be registered, so that an import of many small files asks once. A key, once registered, stays. */
const registered = new WeakMap<Warehouse, Set<bigint>>();

/** Rows of `account_keys`. */
export const accountRows = (brandId: number, accounts: Iterable<AccountSeen>): object[] =>
  Array.from(accounts, ({ key, platform, accountId }) => ({
    brand_id: brandId,
    account_key: key.toString(),
    platform,
    account_id: accountId,
  }));

/** Registers the accounts that facts arrived for and that the warehouse does not know yet, through an outage of `retryMs`. Twice does no harm. */
export async function registerAccounts(
  warehouse: Warehouse,
  brandId: number,
  accounts: Iterable<AccountSeen>,
  retryMs: number,
): Promise<void> {
  let done = registered.get(warehouse);
  if (!done) registered.set(warehouse, (done = new Set()));
  const missing = [...accounts].filter(({ key }) => !done.has(key));
  await throughOutage(retryMs, () => warehouse.insertRows('account_keys', accountRows(brandId, missing)));
  for (const { key } of missing) done.add(key);
}
