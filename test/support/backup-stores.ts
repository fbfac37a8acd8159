import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import { BackupProgress, BackupResult, RestoreResult, backUp, restore } from '@app/backup';
import { Clock, loadSettings } from '@app/config';
import type { Level, Report, ReportName } from '@app/contracts';
import { StateReader, createDataSource } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { exportKind } from '@app/ingest';
import { ReportService } from '@app/reports';
import { Warehouse } from '@app/warehouse';
import { FixedClock } from './fixed-clock';
import { smallClickHouse } from './small-servers';
import { fillWithServers } from './stores';

/** Both stores of a data folder, as they are: not migrated. */
export interface OpenStores {
  dataDir: string;
  instance: Instance;
  warehouse: Warehouse;
  dataSource: DataSource;
  secret: string;
  clock: Clock;
  close(): Promise<void>;
}

/** New stores where there is no such folder. */
export async function openData(dataDir: string): Promise<OpenStores> {
  await fillWithServers(dataDir);
  smallClickHouse(path.join(dataDir, 'clickhouse'));
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = await createDataSource(instance.postgres).initialize();
  const close = async () => {
    await warehouse.close();
    await dataSource.destroy();
    await instance.stop();
  };
  return { dataDir, instance, warehouse, dataSource, secret: instance.secret, clock: new FixedClock('2026-11-22T12:00:00+08:00'), close };
}

/** Every report at every level: what it says about figures, not when it was asked. */
export async function reportsOf(stores: OpenStores): Promise<Record<string, unknown>> {
  const service = new ReportService(stores);
  const answers: Record<string, unknown> = {};
  for (const name of ['showroom', 'value', 'tiers', 'ranking'] as ReportName[])
    for (const level of ['account', 'dealer', 'brand'] as Level[]) {
      const report = (await service.report({ name, level, basis: 'adjusted', month: '2026-10' }, 'all')) as Report<unknown>;
      answers[`${name} ${level}`] = { rows: report.rows, meta: { ...report.meta, dataInstant: null } };
    }
  return answers;
}

/** Every kind as it would be exported, in no order. */
export async function exportsOf(stores: OpenStores): Promise<Record<string, string[]>> {
  const [brand] = await new StateReader(stores.dataSource, stores.secret).listBrands();
  const texts: Record<string, string[]> = {};
  for (const kind of ['dealers', 'accounts', 'rate-cards', 'costs', 'policies', 'sessions', 'entries', 'videos']) {
    const out = path.join(stores.dataDir, `export-${kind}`);
    await exportKind(stores, { kind, brandId: brand.brandId, format: 'ndjson', out });
    texts[kind] = fs.readFileSync(out, 'utf8').split('\n').filter(Boolean).sort();
  }
  return texts;
}

export interface SaveOptions {
  withSecret?: boolean;
  onProgress?: (progress: BackupProgress) => void;
  signal?: AbortSignal;
}

export const saveTo = (stores: OpenStores, dir: string, { withSecret = true, ...more }: SaveOptions = {}): Promise<BackupResult> =>
  backUp(
    {
      clickhouse: stores.instance.clickhouse,
      dataSource: stores.dataSource,
      secret: stores.secret,
      dataDir: stores.dataDir,
    },
    { dir, product: 'test', withSecret, ...more },
  );

export interface RestoreOptions {
  secret?: string;
  withoutSecret?: boolean;
  onProgress?: (progress: BackupProgress) => void;
}

/** Into the servers of a data folder, which are started unless they run. */
export function restoreTo(
  dir: string,
  dataDir: string,
  { secret: given = undefined, withoutSecret = false, onProgress }: RestoreOptions = {},
): Promise<RestoreResult> {
  return restore({
    dir,
    secret: given ?? null,
    withoutSecret,
    onProgress,
    open: async (secret) => {
      await fillWithServers(dataDir);
      const instance = await openInstance({ ...loadSettings({ VITRINE_DATA: dataDir }), secret });
      const { clickhouse, postgres } = instance;
      const keepSecret = () => {
        if (secret !== null) fs.writeFileSync(path.join(dataDir, 'secret'), secret, { mode: 0o600 });
      };
      return { target: { clickhouse, postgres, dataDir, keepSecret }, close: () => instance.stop() };
    },
  });
}
