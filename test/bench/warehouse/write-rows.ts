import { FactRow, Warehouse, entriesTable } from '@app/warehouse';

/** Rows through the product's own writer, in batches of a size. */
export async function writeRows(warehouse: Warehouse, rows: readonly FactRow[], batch: number): Promise<void> {
  for (let from = 0; from < rows.length; from += batch) await warehouse.insert(entriesTable, rows.slice(from, from + batch));
}
