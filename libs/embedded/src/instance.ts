import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '@app/config';
import { ClickHouseAddress, runningClickHouse, startClickHouse } from './clickhouse-server';
import { assertVersion, claimFolder, keptSecret, recordEngines } from './data-folder';
import { clusterWithoutServer, folderBusy, fromFileSystem, secretMissing, unsupportedPlatform } from './failures';
import { nativeFolder } from './postgres-process';
import { PostgresAddress, runningPostgres, startPostgres } from './postgres-server';
import { freePort } from './ports';
import type { StartedServer } from './server-process';

/** The stores of one installation: embedded servers of a data folder, or servers that the settings name. */
export interface Instance {
  clickhouse: { url: string; username: string; password: string; database: string; cluster: string | null };
  /** Either `url`, or the embedded server's unix socket (`host` is its folder). */
  postgres: { host?: string; port?: number; username?: string; password?: string; database?: string; url?: string };
  redisUrl: string | null;
  /** VITRINE_SECRET, or the one that the data folder keeps. */
  secret: string;
  /** This process started the embedded servers: they end with it. */
  owned: boolean;
  /** Resolves with the reason when a server of the folder ends without being asked, also another process's: the process should then stop. */
  failed: Promise<string>;
  /** Stops what this process started; close the application's clients first. Others' servers stay. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Whether to wait (up to 60 s) for a process that is starting or stopping the servers of this folder. Default true. */
  wait?: boolean;
  /** Where the embedded ClickHouse gets its port from. Default: any free one. */
  pickPort?: () => Promise<number>;
}

type SomeSettings = Pick<Settings, 'dataDir' | 'clickhouseUrl' | 'databaseUrl' | 'redisUrl' | 'secret'> &
  Partial<Pick<Settings, 'clickhouseCluster'>>;
interface Stores {
  clickhouse?: ClickHouseAddress;
  postgres?: PostgresAddress;
  /** What this process started, in the order in which it is stopped. */
  started: StartedServer[];
}

const WAIT_MS = 60_000;
const WATCH_MS = 2000;

/**
 * Opens the stores that the settings name, or else finds the embedded servers of the data folder, or else starts them. Of processes that open
 * the same folder at once one starts the servers, the others wait and use them. Both may be mixed (an own ClickHouse beside an embedded
 * PostgreSQL). Errors: bad_input (own servers without secret), wrong_version, disk_full, unsupported_platform, conflict, store_unavailable.
 */
export async function openInstance(settings: SomeSettings, options: OpenOptions = {}): Promise<Instance> {
  const { clickhouseUrl, clickhouseCluster: cluster = null, databaseUrl, redisUrl } = settings;
  if ((clickhouseUrl || databaseUrl) && !settings.secret) throw secretMissing();
  if (cluster && !clickhouseUrl) throw clusterWithoutServer();
  const needs = { clickhouse: !clickhouseUrl, postgres: !databaseUrl };
  const embedded = needs.clickhouse || needs.postgres;
  const { stores, secret } = embedded
    ? await openFolder(settings, needs, options)
    : { stores: { started: [] } as Stores, secret: settings.secret! };
  const { started } = stores;
  let stopping = false;
  const watch = embedded && started.length === 0 ? lossOf(path.resolve(settings.dataDir), needs) : undefined;
  return {
    clickhouse: { ...(clickhouseUrl ? externalClickHouse(clickhouseUrl) : { ...stores.clickhouse!, database: 'vitrine' }), cluster },
    postgres: databaseUrl ? { url: databaseUrl } : { ...stores.postgres! },
    redisUrl,
    secret,
    owned: started.length > 0,
    failed: new Promise((resolve) => {
      for (const { exited } of started) void exited.then((why) => stopping || resolve(why));
      void watch?.lost.then((why) => stopping || resolve(why));
    }),
    stop: async () => {
      stopping = true;
      watch?.end();
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

/** Others' servers end with their owner, who tells nobody: looks every few seconds whether they still answer, twice before it believes a no. */
function lossOf(dataDir: string, needs: { clickhouse: boolean; postgres: boolean }): { lost: Promise<string>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  let missed = 0;
  const lost = new Promise<string>((resolve) => {
    const look = async () => {
      const found = await findStores(fs.realpathSync(dataDir), needs).catch(() => undefined);
      missed = found ? 0 : missed + 1;
      if (missed === 2) resolve('The process that ran the servers of this folder has ended.');
      else if (timer) timer = setTimeout(() => void look(), WATCH_MS).unref();
    };
    timer = setTimeout(() => void look(), WATCH_MS).unref();
  });
  return {
    lost,
    end: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function externalClickHouse(address: string): Omit<Instance['clickhouse'], 'cluster'> {
  const url = new URL(address);
  const [username, password, database] = [url.username || 'default', url.password, url.pathname.slice(1) || 'vitrine'].map(
    decodeURIComponent,
  );
  return { url: url.origin, username, password, database };
}

async function openFolder(settings: SomeSettings, needs: { clickhouse: boolean; postgres: boolean }, options: OpenOptions) {
  assertSupported();
  try {
    assertVersion(settings.dataDir); // before anything is touched
    const folder = claimFolder(settings.dataDir);
    const secret = settings.secret ?? keptSecret(path.join(folder, 'secret'));
    for (const deadline = Date.now() + WAIT_MS; ; await sleep(100)) {
      const stores = (await findStores(folder, needs)) ?? (await startStores(folder, needs, options.pickPort ?? freePort));
      if (stores) return { stores, secret };
      if (options.wait === false || Date.now() > deadline) throw folderBusy(folder);
    }
  } catch (error) {
    throw fromFileSystem(error, settings.dataDir);
  }
}

/** Throws `unsupported_platform` where a package with binaries is missing, before the folder is made. */
export function assertSupported(platform: string = process.platform, arch: string = process.arch): void {
  nativeFolder(platform, arch);
  try {
    require.resolve('ffi-rs');
    require.resolve('chdb/libchdb');
  } catch (error) {
    throw unsupportedPlatform(platform, arch, error);
  }
}

async function findStores(folder: string, needs: { clickhouse: boolean; postgres: boolean }): Promise<Stores | undefined> {
  const clickhouse = needs.clickhouse ? await runningClickHouse(path.join(folder, 'clickhouse')) : undefined;
  if (needs.clickhouse && !clickhouse) return undefined;
  const postgres = needs.postgres ? runningPostgres(path.join(folder, 'postgres')) : undefined;
  if (needs.postgres && !postgres) return undefined;
  return { clickhouse, postgres, started: [] };
}

/** Undefined: another process holds the folder and has not (or no longer) both servers ready. */
async function startStores(
  folder: string,
  needs: { clickhouse: boolean; postgres: boolean },
  pickPort: () => Promise<number>,
): Promise<Stores | undefined> {
  // first: its lock on the folder is the lock of the instance
  const clickhouse = needs.clickhouse ? await startClickHouse(path.join(folder, 'clickhouse'), pickPort) : undefined;
  if (needs.clickhouse && !clickhouse) return undefined;
  try {
    const postgres = needs.postgres ? await startPostgres(path.join(folder, 'postgres'), needs.clickhouse) : undefined;
    if (needs.postgres && !postgres) return undefined;
    recordEngines(folder);
    return {
      clickhouse: clickhouse?.address,
      postgres: postgres?.address,
      started: [clickhouse, postgres].filter((server) => server !== undefined),
    };
  } catch (error) {
    await clickhouse?.stop();
    throw error;
  }
}
