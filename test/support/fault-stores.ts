import * as net from 'node:net';
import * as path from 'node:path';
import { DataSource } from 'typeorm';
import { loadSettings } from '@app/config';
import { createDataSource } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { Warehouse } from '@app/warehouse';
import type { Addresses } from './fault-child';
import { processesOn, untilNothingRunsOn } from './instance-processes';
import { asDelivered } from './small-servers';
import { fillWithStores } from './stores';
import { VanishingFolder, vanishingFolder } from './vanishing-folder';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Real stores that a test kills and opens again. Nothing of them stays, however the test ends. */
export class FaultStores {
  instance!: Instance;
  warehouse!: Warehouse;
  /** Looks at the server from beside, over connections of its own. */
  observer!: Warehouse;
  dataSource!: DataSource;
  /** The server comes back where it was, as one under a supervisor does: whoever tries again finds it. */
  private port = 0;
  private closed = false;

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
    if (this.closed) throw new Error('the test is over');
    const ports = [this.port];
    const pickPort = async () => ports.pop() || freePort(); // taken meanwhile: another one
    this.instance = await openInstance(loadSettings({ VITRINE_DATA: this.dataDir }), { pickPort });
    this.port = Number(new URL(this.instance.clickhouse.url).port);
    this.warehouse = Warehouse.connect(this.instance.clickhouse);
    this.observer = Warehouse.connect(this.instance.clickhouse);
    this.dataSource = await createDataSource(this.instance.postgres).initialize();
  }

  /** Kills one server with -9, waits until the instance has noticed, and opens everything again. */
  async killAndReopen(server: 'clickhouse' | 'postgres'): Promise<void> {
    this.kill(server);
    await this.instance.failed;
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
    this.closed = true;
    await this.shut();
    await untilNothingRunsOn(this.dataDir);
    this.folder.remove();
  }
}

/** Stores in a folder of their own at the current schema. */
export async function openFaultStores(name = 'faults'): Promise<FaultStores> {
  const stores = new FaultStores(vanishingFolder(name));
  await fillWithStores(stores.dataDir);
  asDelivered(stores.dataDir);
  await stores.open();
  return stores;
}
