import * as fs from 'node:fs';
import type { DataSource } from 'typeorm';
import { createDataSource, migrateDatabase } from '@app/database';
import type { Instance } from '@app/embedded';
import { Warehouse } from '@app/warehouse';
import { noteSecret, secretsWrittenIn } from './used-secrets';

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

/**
 * Connects to the migrated warehouse of an instance and brings its state to the current schema; `close` ends it all and removes the folder. At the end of each test
 * file what it wrote is searched for the raw ids, tokens and secrets that it used: finding one fails the file.
 */
export async function connectStores(
  dataDir: string,
  instance: Instance,
  stopMore: () => Promise<unknown> = () => Promise.resolve(),
): Promise<TestStores> {
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = await createDataSource(instance.postgres).initialize();
  await migrateDatabase(dataSource);
  noteSecret(instance.secret, instance.clickhouse.password ?? '');
  const stop = async () => {
    const leaks = await secretsWrittenIn({ dataDir, warehouse, dataSource }).catch((error: unknown) => [
      `nowhere, the search failed: ${String(error)}`,
    ]);
    await warehouse.close();
    await dataSource.destroy();
    await instance.stop();
    await stopMore();
    if (leaks.length > 0) throw new Error(`raw ids of viewers, tokens or secrets of the test are written in: ${leaks.join(', ')}`);
  };
  const close = () => stop().finally(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, instance, secret: instance.secret, warehouse, dataSource, stop, close };
}
