import * as fs from 'node:fs';
import { Client, escapeLiteral } from 'pg';
import { Bench, progress } from '../bench';
import { YEAR } from '../generator/year';
import { PEER_STATE, PeerRows, RawWindow, peerParams, peerVst } from '../questions';
import { Answer, Peer, deliveredRows, exportMonth } from './peer';

const DATABASE = 'bench_peer';
/** What a careful administrator would set for such a question; the server's shared_buffers are the product's, the rest is in the system's cache. */
const SESSION = `SET work_mem = '1GB'; SET maintenance_work_mem = '1GB'; SET max_parallel_workers_per_gather = 2; SET effective_cache_size = '8GB'; SET jit = off; SET synchronous_commit = off`;

/** A database of its own in the PostgreSQL that the product ships: one partition a month, indexes in the order of the question. */
export async function openPostgres(bench: Bench): Promise<Peer> {
  const { host, port, username, url } = bench.instance.postgres;
  if (url !== undefined) throw new Error('the benchmark uses embedded servers only');
  await createDatabase(bench);
  const client = new Client({ host, port, user: username, database: DATABASE });
  await client.connect();
  try {
    await client.query(SESSION);
    const rows = await deliveredRows(bench);
    if ((await loadedRows(client)) !== rows) await load(bench, client, rows);
  } catch (error) {
    await client.end();
    throw error;
  }
  const version = ((await client.query('SHOW server_version')).rows as { server_version: string }[])[0].server_version;
  return {
    name: 'PostgreSQL',
    version,
    showroomVisitors: (window, rows) => ask(client, window, rows),
    close: () => client.end(),
  };
}

async function createDatabase(bench: Bench): Promise<void> {
  const found: unknown[] = await bench.dataSource.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (found.length === 0) await bench.dataSource.query(`CREATE DATABASE ${DATABASE}`);
}

async function loadedRows(client: Client): Promise<number> {
  await client.query('CREATE TABLE IF NOT EXISTS loaded_rows (rows bigint)');
  const { rows } = await client.query<{ rows: string | null }>('SELECT max(rows) AS rows FROM loaded_rows');
  return Number(rows[0].rows ?? -1);
}

const COLUMNS = `month int NOT NULL, account_key bigint NOT NULL, viewer_key bigint NOT NULL, entered_ms bigint NOT NULL, entry_key bigint NOT NULL, source text NOT NULL, dwell_seconds int`;

async function load(bench: Bench, client: Client, rows: number): Promise<void> {
  progress('  loading PostgreSQL');
  for (const [table, columns] of [
    ['entries', COLUMNS],
    ['delivered', `${COLUMNS}, retracted int NOT NULL, observed_ms bigint NOT NULL`],
  ]) {
    await client.query(`DROP TABLE IF EXISTS ${table}`);
    await client.query(`CREATE TABLE ${table} (${columns}) PARTITION BY LIST (month)`);
  }
  const file = bench.file('peer.csv');
  for (const { yyyymm } of YEAR) {
    await exportMonth(bench, yyyymm, file, 'CSV');
    await loadMonth(client, yyyymm, file);
  }
  fs.rmSync(file);
  await client.query('INSERT INTO loaded_rows VALUES ($1)', [rows]);
}

/** Rows go in before their indexes are made; both tables can then be read by index alone. */
async function loadMonth(client: Client, month: number, file: string): Promise<void> {
  for (const table of ['delivered', 'entries'])
    await client.query(`CREATE TABLE ${table}_${month} PARTITION OF ${table} FOR VALUES IN (${month})`);
  await client.query(`COPY delivered_${month} FROM ${escapeLiteral(file)} (FORMAT csv, NULL '\\N')`);
  await client.query(
    `CREATE INDEX ON delivered_${month} (account_key, viewer_key, entered_ms, entry_key, source, observed_ms DESC, retracted DESC, dwell_seconds DESC NULLS LAST) INCLUDE (month)`,
  );
  await client.query(`VACUUM ANALYZE delivered_${month}`);
  await client.query(`INSERT INTO entries_${month} ${PEER_STATE.replace('$1', String(month))}`);
  await client.query(
    `ALTER TABLE entries_${month} ADD PRIMARY KEY (account_key, viewer_key, entered_ms, entry_key, source) INCLUDE (month, dwell_seconds)`,
  );
  await client.query(`VACUUM ANALYZE entries_${month}`);
}

async function ask(client: Client, window: RawWindow, rows: PeerRows): Promise<Answer> {
  const found = await client.query<{ account_key: string; vst: string }>(peerVst('PostgreSQL', rows), peerParams(window));
  return new Map(found.rows.map(({ account_key, vst }) => [account_key, Number(vst)]));
}
