import type { DataSource } from 'typeorm';
import { assertRestored } from '@app/backup';
import { Clock, Settings, SystemClock } from '@app/config';
import { createDataSource, migrateDatabase, sealFirstViewerKeys } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { createLogger, metrics } from '@app/observability';
import { Warehouse, assertSchema, migrateWarehouse, serverVersion, untestedVersion } from '@app/warehouse';

/** Both stores, open and at the current schema, and what every role needs beside them. */
export interface Stores {
  settings: Settings;
  instance: Instance;
  warehouse: Warehouse;
  dataSource: DataSource;
  clock: Clock;
  close(): Promise<void>;
}

/** Opens (embedded: finds or starts) both stores, migrates them and compares the facts' tables with their declaration. What was opened is closed again when a step fails. Half-restored stores are refused. */
export async function openStores(settings: Settings, options: { migrate?: boolean; clock?: Clock } = {}): Promise<Stores> {
  const instance = await openInstance(settings);
  const opened: (() => Promise<unknown>)[] = [() => instance.stop()];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const dataSource = await createDataSource(instance.postgres).initialize();
    opened.push(() => dataSource.destroy());
    await assertRestored(dataSource);
    if (options.migrate ?? true) await migrateWarehouse(instance.clickhouse);
    const warehouse = Warehouse.connect(instance.clickhouse, (query, seconds, outcome) =>
      metrics.queryDuration.observe({ query, outcome }, seconds),
    );
    opened.push(() => warehouse.close());
    if (options.migrate ?? true) {
      await migrateDatabase(dataSource);
      await sealFirstViewerKeys(dataSource, instance.secret);
      await assertSchema(warehouse);
      const untested = untestedVersion(await serverVersion(warehouse));
      if (untested) createLogger(settings).warn(untested.en);
    }
    return { settings, instance, warehouse, dataSource, clock: options.clock ?? new SystemClock(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
