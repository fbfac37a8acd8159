import type { Basis, Close, FrozenReport, Level, ReportMeta } from '@app/contracts';
import { findClose } from '@app/database';
import { readReport } from '@app/reports';
import type { Warehouse } from '@app/warehouse';
import type { DataSource, EntityManager } from 'typeorm';

/** One report of a close; `regions` counts at level `region` only. */
interface FrozenAsk {
  report: FrozenReport;
  level: Level;
  regions?: 'adcode' | 'sales';
  basis: Basis;
}

/** The close of a month that holds (its last restatement); null: the month is not closed. */
export const closeOf = (reads: Pick<DataSource | EntityManager, 'query'>, brandId: number, month: string): Promise<Close | null> =>
  findClose(reads, brandId, month);

/** One report of a close as it was frozen: its rows in their order, and whether sample price cards were in force in the span that it looks at. */
export async function closedReport<Row>(
  warehouse: Warehouse,
  close: Close,
  { report, level, regions = 'adcode', basis }: FrozenAsk,
): Promise<{ rows: Row[]; sampleRates: boolean }> {
  const key = { report, level, regions: level === 'region' ? regions : null, basis };
  const { head, rows } = await readReport<Row>(warehouse, close, key);
  return { rows, sampleRates: (head as Partial<ReportMeta>).sampleRates ?? false };
}

/** The rows of one report of a close, as they were frozen, in their order. */
export const closedRows = async <Row>(warehouse: Warehouse, close: Close, ask: FrozenAsk): Promise<Row[]> =>
  (await closedReport<Row>(warehouse, close, ask)).rows;
