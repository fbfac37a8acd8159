import * as fs from 'node:fs';
import type { DataSource } from 'typeorm';
import { createDataSource, migrateDatabase } from '@app/database';
import type { Instance } from '@app/embedded';
import { Warehouse } from '@app/warehouse';

/** What a test works on, wherever its facts are. */
export interface TestStores {
  dataDir: string;
  instance: Instance;
  secret: string;
  warehouse: Warehouse;
  dataSource: DataSource;
  /** Ends it all; the folder stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to the migrated warehouse of an instance and brings its state to the current schema; `close` ends it all and removes the folder. */
export async function connectStores(
  dataDir: string,
  instance: Instance,
  stopMore: () => Promise<unknown> = () => Promise.resolve(),
): Promise<TestStores> {
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = await createDataSource(instance.postgres).initialize();
  await migrateDatabase(dataSource);
  const stop = async () => {
    await warehouse.close();
    await dataSource.destroy();
    await instance.stop();
    await stopMore();
  };
  const close = async () => {
    await stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  return { dataDir, instance, secret: instance.secret, warehouse, dataSource, stop, close };
}
