import { setImmediate as turn } from 'node:timers/promises';
import { FactRow, FactWriter, Warehouse, entriesTable } from '@app/warehouse';

/** A source that reads gives the loop a turn now and then; one that only makes objects has to do so itself. */
const ROWS_A_TURN = 500;

/** Rows through the product's own writer, in batches of a size. */
export async function writeRows(warehouse: Warehouse, rows: Iterable<FactRow>, batch: number): Promise<void> {
  const writer = new FactWriter(warehouse, entriesTable, { batchRows: batch });
  let written = 0;
  for (const row of rows) {
    const wait = writer.add(row);
    if (wait) await wait;
    if (++written % ROWS_A_TURN === 0) await turn();
  }
  await writer.finish();
}
