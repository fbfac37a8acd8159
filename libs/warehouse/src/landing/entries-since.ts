import { entriesTable } from '../tables/facts';
import type { Warehouse } from '../warehouse';

/** Has any entry of the brand, from this instant (epoch ms) on, ever been delivered, retracted ones included? */
export async function hasEntriesSince(warehouse: Warehouse, brandId: number, since: number): Promise<boolean> {
  const rows = await warehouse.query({
    name: 'landing.entries_since',
    sql: `SELECT 1 AS found
FROM ${entriesTable.name}_landing
WHERE brand_id = {brandId: UInt32} AND entered_at >= fromUnixTimestamp64Milli({since: Int64}, 'UTC')
LIMIT 1`,
    params: { brandId, since },
  });
  return rows.length > 0;
}
