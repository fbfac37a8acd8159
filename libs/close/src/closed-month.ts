import type { Basis, Close, FrozenReport, Level } from '@app/contracts';
import { findClose } from '@app/database';
import { closedRows as frozenRows } from '@app/reports';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';

/** The close of a month that holds (its last restatement); null: the month is not closed. */
export const closeOf = (dataSource: DataSource, brandId: number, month: string): Promise<Close | null> =>
  findClose(dataSource, brandId, month);

/** The rows of one report of a close, as they were frozen, in their order; `regions` counts at level `region` only. */
export function closedRows<Row>(
  warehouse: Warehouse,
  close: Close,
  { report, level, regions = 'adcode', basis }: { report: FrozenReport; level: Level; regions?: 'adcode' | 'sales'; basis: Basis },
): Promise<Row[]> {
  return frozenRows<Row>(warehouse, close, { report, level, regions: level === 'region' ? regions : null, basis });
}
