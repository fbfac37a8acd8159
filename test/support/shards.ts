import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadSettings } from '@app/config';
import { ShardPlace, openInstance, startClickHouse } from '@app/embedded';
import { WarehouseAddress, migrateWarehouse } from '@app/warehouse';
import { smallClickHouse, smallPostgres } from './small-servers';
import { fillFromTemplate } from './store-template';
import { TestStores, connectStores } from './test-stores';

/** One server of a cluster of embedded ones. */
export interface TestShard {
  address: WarehouseAddress;
  /** SIGKILL, waited for. */
  kill(): Promise<void>;
  /** The same data on the same ports. */
  restart(): Promise<void>;
}
export interface TestShards extends TestStores {
  shards: TestShard[];
}

const CLUSTER = 'main';
const DATABASE = 'vitrine';

/**
 * Real stores like those of `openTestStores`, the facts on `count` embedded servers as shards of one cluster, brought to the current schema by the
 * production migrator in a folder of which this one is a copy. The warehouse is connected to the first shard.
 */
export async function openTestShards(count = 2): Promise<TestShards> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-shards-'));
  await fillFromTemplate(dataDir, { name: `${count}-shards` }, async (draft) => {
    for (let shard = 1; shard <= count; shard++) smallClickHouse(path.join(draft, `shard-${shard}`));
    await (await openShardsIn(draft, count)).stop();
    smallPostgres(path.join(draft, 'state/postgres'));
  });
  return openShardsIn(dataDir, count);
}

async function openShardsIn(dataDir: string, count: number): Promise<TestShards> {
  const servers = await startServers(dataDir, count);
  const shards = servers.map((server) => server.shard);
  const addresses = shards.map(({ address }) => address);
  const [{ url, username, password }] = addresses;
  const instance = await openInstance(
    loadSettings({
      VITRINE_DATA: path.join(dataDir, 'state'),
      VITRINE_SECRET: 'the secret of stores on several shards',
      CLICKHOUSE_URL: url.replace('//', `//${username}:${encodeURIComponent(password)}@`) + `/${DATABASE}`,
      CLICKHOUSE_CLUSTER: CLUSTER,
    }),
  );
  await migrateWarehouse(instance.clickhouse, undefined, addresses);
  const stores = await connectStores(dataDir, instance, () => Promise.all(servers.map((server) => server.stop())));
  return { ...stores, shards };
}

interface ShardServer {
  shard: TestShard;
  stop(): Promise<void>;
}

/** A port that another process took meanwhile: all of them again on others. */
async function startServers(dataDir: string, count: number, attempts = 5): Promise<ShardServer[]> {
  const ports = await freePorts(2 * count);
  const place = { cluster: CLUSTER, secret: 'between the shards of a test', tcpPorts: ports.slice(count) };
  const servers = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => startServer(path.join(dataDir, `shard-${index + 1}`), ports[index], { ...place, index })),
  );
  const started = servers.flatMap((server) => (server.status === 'fulfilled' ? [server.value] : []));
  if (started.length === count) return started;
  await Promise.all(started.map((server) => server.stop()));
  if (attempts > 1) return startServers(dataDir, count, attempts - 1);
  throw servers.find((server) => server.status === 'rejected')!.reason;
}

async function startServer(dir: string, httpPort: number, place: ShardPlace): Promise<ShardServer> {
  const start = async () => {
    const server = await startClickHouse(dir, () => Promise.resolve(httpPort), place);
    if (!server) throw new Error(`${dir} is held by another process`);
    return server;
  };
  let server = await start();
  return {
    shard: {
      address: { ...server.address, database: DATABASE, cluster: CLUSTER },
      kill: async () => {
        process.kill(server.pid, 'SIGKILL');
        await server.exited;
      },
      restart: async () => {
        server = await start();
      },
    },
    stop: () => server.stop(),
  };
}

/** Different ports that were free a moment ago: every shard has to know those of the others before it starts. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve, reject) => {
          const server = net.createServer().once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
