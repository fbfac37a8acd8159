import * as fs from 'node:fs';
import { Client, escapeLiteral } from 'pg';
import { Bench, progress } from '../bench';
import { YEAR } from '../generator/year';
import { PEER_VST, RawWindow, peerParams } from '../questions';
import { Answer, Peer, exportMonth } from './peer';

const DATABASE = 'bench_peer';
/** What a careful administrator would set for such a question; the server's shared_buffers are the product's, the rest is in the system's cache. */
const SESSION = `SET work_mem = '1GB'; SET maintenance_work_mem = '1GB'; SET max_parallel_workers_per_gather = 2; SET effective_cache_size = '8GB'; SET jit = off; SET synchronous_commit = off`;

/** A database of its own in the PostgreSQL that the product ships: one partition a month, a covering index in the order of the question. */
export async function openPostgres(bench: Bench): Promise<Peer> {
  const { host, port, username, url } = bench.instance.postgres;
  if (url !== undefined) throw new Error('the benchmark uses embedded servers only');
  await createDatabase(bench);
  const client = new Client({ host, port, user: username, database: DATABASE });
  await client.connect();
  await client.query(SESSION);
  const found = await client.query(`SELECT to_regclass('loaded') IS NOT NULL AS loaded`);
  if (!(found.rows as { loaded: boolean }[])[0].loaded) await load(bench, client);
  const version = ((await client.query('SHOW server_version')).rows as { server_version: string }[])[0].server_version;
  return {
    name: 'PostgreSQL',
    version,
    showroomVisitors: (window) => ask(client, window),
    close: () => client.end(),
  };
}

async function createDatabase(bench: Bench): Promise<void> {
  const found: unknown[] = await bench.dataSource.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (found.length === 0) await bench.dataSource.query(`CREATE DATABASE ${DATABASE}`);
}

async function load(bench: Bench, client: Client): Promise<void> {
  progress('  loading PostgreSQL');
  await client.query('DROP TABLE IF EXISTS entries');
  await client.query(
    `CREATE TABLE entries (month int NOT NULL, account_key bigint NOT NULL, viewer_key bigint NOT NULL, entered_ms bigint NOT NULL, entry_key bigint NOT NULL, source text NOT NULL, dwell_seconds int) PARTITION BY LIST (month)`,
  );
  const file = bench.file('peer.csv');
  for (const { yyyymm } of YEAR) {
    await exportMonth(bench, yyyymm, file, 'CSV');
    const partition = `entries_${yyyymm}`;
    await client.query(`CREATE TABLE ${partition} PARTITION OF entries FOR VALUES IN (${yyyymm})`);
    await client.query(`COPY ${partition} FROM ${escapeLiteral(file)} (FORMAT csv, NULL '\\N')`);
    await client.query(
      `ALTER TABLE ${partition} ADD PRIMARY KEY (account_key, viewer_key, entered_ms, entry_key, source) INCLUDE (month, dwell_seconds)`,
    );
    await client.query(`VACUUM ANALYZE ${partition}`);
  }
  fs.rmSync(file);
  await client.query('CREATE TABLE loaded AS SELECT 1 AS done');
}

async function ask(client: Client, window: RawWindow): Promise<Answer> {
  const { rows } = await client.query<{ account_key: string; vst: string }>(PEER_VST, peerParams(window));
  return new Map(rows.map(({ account_key, vst }) => [account_key, Number(vst)]));
}
