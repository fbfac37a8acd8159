// A process that imports, refreshes and reports for the fault tests, one command after another, until it is killed. It ends with its parent.
// Its clock can be wrong by VITRINE_FAULT_CLOCK_MS: see tools/shifted-process.cjs. Started by fault-worker.ts.
import type { DataSource } from 'typeorm';
import { SystemClock } from '@app/config';
import { ReportQuery, VitrineError } from '@app/contracts';
import { createDataSource } from '@app/database';
import type { Instance } from '@app/embedded';
import { importFiles } from '@app/ingest';
import { ReportService } from '@app/reports';
import { Warehouse } from '@app/warehouse';

export interface Addresses {
  clickhouse: Instance['clickhouse'];
  postgres: Instance['postgres'];
  secret: string;
  dataDir: string;
}
export type Work =
  | { do: 'import'; kind: string; files: string[]; brandId: number }
  | { do: 'report'; query: ReportQuery & { brand?: string }; accountKeys?: string[] };
export interface Task {
  number: number;
  at: Addresses;
  work: Work;
}
export interface Told {
  number: number;
  result?: unknown;
  error?: { code: string; message: string };
}

/** Long enough for a server that comes back, short enough for one that does not. */
const RETRY_MS = 3000;

let open: { at: string; warehouse: Warehouse; dataSource: DataSource } | undefined;

async function storesAt(at: Addresses) {
  const key = JSON.stringify(at);
  if (open?.at === key) return open;
  await Promise.allSettled([open?.warehouse.close(), open?.dataSource.destroy()]);
  open = undefined;
  const warehouse = Warehouse.connect(at.clickhouse);
  const dataSource = await createDataSource(at.postgres).initialize();
  open = { at: key, warehouse, dataSource };
  return open;
}

async function done({ at, work }: Task): Promise<unknown> {
  const { warehouse, dataSource } = await storesAt(at);
  if (work.do === 'import') return importFiles({ warehouse, dataSource, secret: at.secret, dataDir: at.dataDir, retryMs: RETRY_MS }, work);
  const reports = new ReportService({ warehouse, dataSource, secret: at.secret, clock: new SystemClock() });
  return reports.report(work.query, work.accountKeys ? new Set(work.accountKeys) : 'all');
}

async function answer(task: Task): Promise<void> {
  const told: Told = await done(task).then(
    (result) => ({ number: task.number, result }),
    (error: unknown) => ({
      number: task.number,
      error: { code: error instanceof VitrineError ? error.code : 'none', message: error instanceof Error ? error.message : String(error) },
    }),
  );
  process.send?.(told);
}

process.on('disconnect', () => process.exit(0)); // the parent is gone, however it ended
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
process.on('message', (task: Task) => void answer(task));
process.send?.({ number: -1 } satisfies Told);
