import { DynamicModule, Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, Settings, SystemClock } from '@app/config';
import { StateReader, createDataSource, migrateDatabase } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { DirectoryService, ReportService } from '@app/reports';
import { Warehouse, migrateWarehouse } from '@app/warehouse';
import { ApiModule } from '../api/src/api.module';
import { CollectorModule } from '../collector/src/collector.module';

/** The collector's service, for commands that run the collector role in their own process. */
export { CollectService } from '../collector/src/collect/collect.service';

/** Both stores, open and at the current schema, and what every role needs beside them. */
export interface Stores {
  settings: Settings;
  instance: Instance;
  warehouse: Warehouse;
  dataSource: DataSource;
  clock: Clock;
  close(): Promise<void>;
}

/** Opens (embedded: finds or starts) both stores and migrates them. What was opened is closed again when a step fails. */
export async function openStores(settings: Settings, options: { migrate?: boolean; clock?: Clock } = {}): Promise<Stores> {
  const instance = await openInstance(settings);
  const opened: (() => Promise<unknown>)[] = [() => instance.stop()];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    if (options.migrate ?? true) await migrateWarehouse(instance.clickhouse);
    const warehouse = Warehouse.connect(instance.clickhouse);
    opened.push(() => warehouse.close());
    const dataSource = await createDataSource(instance.postgres).initialize();
    opened.push(() => dataSource.destroy());
    if (options.migrate ?? true) await migrateDatabase(dataSource);
    return { settings, instance, warehouse, dataSource, clock: options.clock ?? new SystemClock(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives every slice the stores by class. */
@Global()
@Module({})
class StoresModule {
  static with({ instance, warehouse, dataSource, clock }: Stores): DynamicModule {
    const secret = instance.secret;
    const providers = [
      { provide: Warehouse, useValue: warehouse },
      { provide: DataSource, useValue: dataSource },
      { provide: Clock, useValue: clock },
      { provide: StateReader, useValue: new StateReader(dataSource, secret) },
      { provide: ReportService, useValue: new ReportService({ warehouse, dataSource, secret, clock }) },
      { provide: DirectoryService, useValue: new DirectoryService({ warehouse, dataSource, secret, clock }) },
    ];
    return { module: StoresModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

export const PROCESS_ROLES = ['up', 'api', 'collector'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** The one place that says which parts a process runs: `up` everything, `api` HTTP and the page, `collector` the jobs. */
@Module({})
export class ProcessRoleModule {
  static with(role: ProcessRole, stores: Stores): DynamicModule {
    const parts = {
      up: () => [ApiModule, CollectorModule.with(stores)],
      api: () => [ApiModule],
      collector: () => [CollectorModule.with(stores)],
    };
    return { module: ProcessRoleModule, imports: [StoresModule.with(stores), ...parts[role]()] };
  }
}
