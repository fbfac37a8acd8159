import * as path from 'node:path';
import { DataSource } from 'typeorm';
import { loadSettings } from '@app/config';
import { createDataSource, migrateDatabase } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { Warehouse, migrateWarehouse } from '@app/warehouse';
import type { Addresses } from './fault-child';
import { processesOn, untilNothingRunsOn } from './instance-processes';
import { VanishingFolder, vanishingFolder } from './vanishing-folder';

/** Real stores that a test kills and opens again. Nothing of them stays, however the test ends. */
export class FaultStores {
  instance!: Instance;
  warehouse!: Warehouse;
  /** Looks at the server from beside, over connections of its own. */
  observer!: Warehouse;
  dataSource!: DataSource;

  constructor(private readonly folder: VanishingFolder) {}

  get dataDir(): string {
    return path.join(this.folder.path, 'data');
  }

  /** What another process needs in order to use these stores. */
  get addresses(): Addresses {
    const { clickhouse, postgres, secret } = this.instance;
    return { clickhouse, postgres, secret, dataDir: this.dataDir };
  }

  async open(): Promise<void> {
    this.instance = await openInstance(loadSettings({ VITRINE_DATA: this.dataDir }));
    this.warehouse = Warehouse.connect(this.instance.clickhouse);
    this.observer = Warehouse.connect(this.instance.clickhouse);
    this.dataSource = await createDataSource(this.instance.postgres).initialize();
  }

  /** Kills one server with -9, waits until the instance has noticed, and opens everything again. */
  async killAndReopen(server: 'clickhouse' | 'postgres', whileDown: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    this.kill(server);
    await this.instance.failed;
    await whileDown();
    await this.shut();
    await this.open();
  }

  kill(server: 'clickhouse' | 'postgres'): void {
    const program = server === 'clickhouse' ? /clickhouse-child/ : /bin\/postgres$/;
    const found = processesOn(this.dataDir).filter(({ args }) => program.test(args[0]) || program.test(args[1] ?? ''));
    if (found.length === 0) throw new Error(`no ${server} to kill`);
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
  }

  async shut(): Promise<void> {
    await Promise.allSettled([this.warehouse?.close(), this.observer?.close(), this.dataSource?.destroy()]);
    await this.instance?.stop();
  }

  async close(): Promise<void> {
    await this.shut();
    await untilNothingRunsOn(this.dataDir);
    this.folder.remove();
  }
}

/** Stores in a folder of their own, brought to the current schema by the production migrators. */
export async function openFaultStores(name = 'faults'): Promise<FaultStores> {
  const stores = new FaultStores(vanishingFolder(name));
  await stores.open();
  await migrateWarehouse(stores.instance.clickhouse);
  await migrateDatabase(stores.dataSource);
  return stores;
}
