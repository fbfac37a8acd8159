import type { Warehouse } from '@app/warehouse';
import type { Covered } from './refresh';
import { PENDING } from './touched-keys.reader';

const TOUCHED = `SELECT DISTINCT
  fact AS name,
  toString(account_key) AS account
FROM dirty_keys
WHERE brand_id = {brandId: UInt32} AND ${PENDING}
UNION ALL
SELECT DISTINCT
  toString(rollup) AS name,
  toString(account_key) AS account
FROM rollup_key
WHERE brand_id = {brandId: UInt32}
  AND rollup_key.version > transform(toString(rollup), {rollups: Array(String)}, {versions: Array(UInt64)}, toUInt64(0))`;

/**
 * Accounts of which something has changed between two moments: by the name of each fact that a delivery brought, and of each roll-up whose rows were
 * computed anew. Never too few.
 */
export async function readTouchedAccounts(
  warehouse: Warehouse,
  brandId: number,
  { from, to }: { from: Covered; to: Covered },
): Promise<Map<string, Set<string>>> {
  const rows = await warehouse.query<{ name: string; account: string }>({
    name: 'rollup.touched_accounts',
    sql: TOUCHED,
    params: {
      brandId,
      version: 1n,
      horizon: BigInt(from.deliveries.horizon),
      open: from.deliveries.open.map(BigInt),
      newHorizon: BigInt(to.deliveries.horizon),
      newOpen: to.deliveries.open.map(BigInt),
      rollups: Object.keys(from.versions),
      versions: Object.values(from.versions),
    },
    maxRows: 50_000_000,
  });
  const touched = new Map<string, Set<string>>();
  for (const { name, account } of rows) touched.set(name, (touched.get(name) ?? new Set()).add(account));
  return touched;
}
