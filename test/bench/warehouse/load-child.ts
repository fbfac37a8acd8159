// A process that does one kind of work and measures itself: the bench's own work must not be in the figures. Asked and answered over IPC.
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDataSource, ensureBrand } from '@app/database';
import type { Instance } from '@app/embedded';
import { importFiles } from '@app/ingest';
import { ReportService } from '@app/reports';
import { FactRow, Warehouse } from '@app/warehouse';
import { BenchClock } from './bench';
import { BRAND, ZONE } from './generator/year';
import { entryRow } from './ingest-rows';
import { ProcessLoad, ProcessMeter } from './process-meter';
import { QUESTIONS } from './report-questions';
import { writeRows } from './write-rows';

export type LoadKind = 'write' | 'import' | 'reports';
export interface LoadOrder {
  kind: LoadKind;
  clickhouse: Instance['clickhouse'];
  postgres: Instance['postgres'];
  secret: string;
  dataDir: string;
  /** Rows to write or to import. */
  rows: number;
  file: string;
  /** For how long reports are asked. */
  seconds: number;
}
export interface LoadResult extends ProcessLoad {
  /** Rows, or reports. */
  done: number;
  seconds: number;
}

const BATCH = 100_000;

function* made(rows: number): Generator<FactRow> {
  for (let at = 0; at < rows; at++) yield entryRow(at, 1, 50);
}

async function work(order: LoadOrder): Promise<LoadResult> {
  const warehouse = Warehouse.connect(order.clickhouse);
  const dataSource = await createDataSource(order.postgres).initialize();
  const stores = { warehouse, dataSource, secret: order.secret, dataDir: order.dataDir, clock: new BenchClock() };
  const meter = new ProcessMeter();
  try {
    await sleep(500);
    meter.start();
    const began = performance.now();
    const done = await {
      write: async () => {
        await writeRows(warehouse, made(order.rows), BATCH);
        return order.rows;
      },
      import: async () => {
        const { brandId } = await ensureBrand(dataSource, { code: `${BRAND}-import`, name: 'Import', zone: ZONE });
        await importFiles(stores, { kind: 'entries', files: [order.file], brandId });
        return order.rows;
      },
      reports: async () => {
        let asked = 0;
        for (; performance.now() - began < order.seconds * 1000 || asked < QUESTIONS.length; asked++)
          await new ReportService(stores).report({ ...QUESTIONS[asked % QUESTIONS.length], brand: BRAND }, 'all');
        return asked;
      },
    }[order.kind]();
    return { ...meter.stop(), done, seconds: (performance.now() - began) / 1000 };
  } finally {
    await warehouse.close();
    await dataSource.destroy();
    if (order.file) fs.rmSync(order.file, { force: true });
  }
}

const answer = (message: { result: LoadResult } | { error: string }) => process.send?.(message, undefined, {}, () => process.disconnect());

process.once('disconnect', () => process.exit()); // the bench has its answer, or is gone
process.once('message', (order: LoadOrder) => {
  work(order).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
