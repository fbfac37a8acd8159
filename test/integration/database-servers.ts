import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresAddress } from '@app/database';
import { openInstance } from '@app/embedded';
import pg from 'pg';

export interface PostgresUnderTest {
  address: PostgresAddress;
  close(): Promise<void>;
}

const emptyFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-pg-'));

/** The embedded PostgreSQL alone, on an empty folder. */
export async function openEmbeddedPostgres(): Promise<PostgresUnderTest> {
  const dataDir = emptyFolder();
  const elsewhere = 'http://127.0.0.1:9'; // no ClickHouse is needed, so none is started
  const instance = await openInstance({ dataDir, clickhouseUrl: elsewhere, databaseUrl: null, redisUrl: null, secret: 'test secret' });
  const close = async () => {
    await instance.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  return { address: instance.postgres, close };
}

export const DEBIAN_POSTGRES_15 = '/usr/lib/postgresql/15/bin';

/** Debian's PostgreSQL on an empty folder and a socket of its own; the system's cluster is not touched. */
export async function openDebianPostgres(bin: string): Promise<PostgresUnderTest> {
  const folder = emptyFolder();
  const asUser = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'] : [];
  const command = (...words: string[]) => [...asUser, ...words] as [string, ...string[]];
  const cluster = path.join(folder, 'cluster');
  const [initdb, ...initArgs] = command(`${bin}/initdb`, '-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8');
  execFileSync(initdb, initArgs, { stdio: 'ignore' });
  const [server, ...args] = command(`${bin}/postgres`, '-D', cluster, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`);
  const child = spawn(server, args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = { host: folder, port: 5432, username: 'postgres', database: 'postgres' };
  const close = async () => {
    child.kill('SIGINT');
    await exited;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await answers(address)); tries++) {
    if (tries > 300) {
      await close();
      throw new Error('PostgreSQL 15 did not start');
    }
    await sleep(50);
  }
  return { address, close };
}

async function answers({ host, port, username, database }: PostgresAddress): Promise<boolean> {
  const client = new pg.Client({ host, port, user: username, database });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
