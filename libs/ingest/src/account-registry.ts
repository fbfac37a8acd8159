import type { Warehouse } from '@app/warehouse';
import type { AccountSeen } from './fact-builder';

/** Keys that are known to be registered, so that an import of many small files asks once. A key, once registered, stays. */
const registered = new WeakMap<Warehouse, Set<bigint>>();

/** Registers the accounts that facts arrived for and that the warehouse does not know yet. Running it twice does no harm. */
export async function registerAccounts(warehouse: Warehouse, brandId: number, accounts: Iterable<AccountSeen>): Promise<void> {
  let done = registered.get(warehouse);
  if (!done) registered.set(warehouse, (done = new Set()));
  const missing = [...accounts].filter(({ key }) => !done.has(key));
  await warehouse.insertRows(
    'account_keys',
    missing.map((account) => ({
      brand_id: brandId,
      account_key: account.key.toString(),
      platform: account.platform,
      account_id: account.accountId,
    })),
  );
  for (const { key } of missing) done.add(key);
}
