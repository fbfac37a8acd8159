import type { FactTable } from '../fact-table';
import type { Warehouse } from '../warehouse';
import { FactCheck } from './landing-check';
import { amongKeys } from './fact-place';
import { standing } from './standing';
import { versionOf } from './version-order';

/**
 * Puts the deliveries of the landing log into the fact table once more: of some keys, or of all. Harmless, for the same identity and version is the
 * same row, and what is there already is replaced by itself. It brings back what the table lost or holds wrongly; rows that no delivery brought
 * stay (`compareFacts` tells them). Roll-ups do not notice: recompute them afterwards.
 */
export async function rebuildFacts(warehouse: Warehouse, { table, brandId, keys }: FactCheck): Promise<void> {
  const columns = await storedColumns(warehouse, table);
  const among = keys ? amongKeys(table, keys) : null;
  const values = columns.map((column) => (column === 'version' ? `${versionOf(table)} AS version` : column));
  for (const month of await partitionsOf(warehouse, table, brandId))
    await warehouse.command(
      `INSERT INTO ${table.name} (${columns.join(', ')})
SELECT
    ${values.join(',\n    ')}
FROM ${table.name}_landing
WHERE brand_id = {brandId: UInt32}${month === null ? '' : ' AND month = {month: UInt32}'} AND ${standing()}${among ? ` AND ${among.sql}` : ''}`,
      { brandId, month: month ?? 0, ...among?.params },
    );
}

/** Columns that a row of the fact table is written with: not those that are computed when it is read. */
export async function storedColumns(warehouse: Warehouse, table: FactTable): Promise<string[]> {
  const rows = await warehouse.query<{ name: string }>({
    name: 'rebuild.columns',
    sql: `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table: String} AND default_kind = '' ORDER BY position`,
    params: { table: table.name },
  });
  return rows.map(({ name }) => name);
}

/** One insert a month: an insert over many partitions runs several times slower. */
async function partitionsOf(warehouse: Warehouse, table: FactTable, brandId: number): Promise<(number | null)[]> {
  if (!('month' in table.columns)) return [null];
  const rows = await warehouse.query<{ month: number }>({
    name: 'rebuild.months',
    sql: `SELECT month FROM ${table.name}_landing WHERE brand_id = {brandId: UInt32} GROUP BY month ORDER BY month`,
    params: { brandId },
  });
  return rows.map(({ month }) => month);
}
