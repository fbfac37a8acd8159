import * as fs from 'node:fs';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Bench, progress } from '../bench';
import { YEAR } from '../generator/year';
import { PEER_VST, RawWindow, peerParams } from '../questions';
import { Answer, Peer, exportMonth } from './peer';

const MEMORY = '6GB';

/** Rows lie in the order of the question (month, account, viewer, time), so DuckDB's zone maps skip other months. */
export async function openDuckDb(bench: Bench): Promise<Peer> {
  const file = bench.file('peer.duckdb');
  const kept = fs.existsSync(file);
  const instance = await DuckDBInstance.create(file, { memory_limit: MEMORY, temp_directory: bench.file('duckdb-temp') });
  const connection = await instance.connect();
  if (!kept || !(await isComplete(connection))) await load(bench, connection);
  const version = String((await connection.runAndReadAll('SELECT version()')).getRows()[0][0]);
  return {
    name: 'DuckDB',
    version,
    showroomVisitors: (window) => ask(connection, window),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
}

async function isComplete(connection: DuckDBConnection): Promise<boolean> {
  const tables = await connection.runAndReadAll(`SELECT count(*) FROM information_schema.tables WHERE table_name = 'loaded'`);
  return Number(tables.getRows()[0][0]) === 1;
}

async function load(bench: Bench, connection: DuckDBConnection): Promise<void> {
  progress('  loading DuckDB');
  await connection.run('DROP TABLE IF EXISTS entries');
  await connection.run(
    'CREATE TABLE entries (month INTEGER, account_key BIGINT, viewer_key BIGINT, entered_ms BIGINT, entry_key BIGINT, source VARCHAR, dwell_seconds BIGINT)',
  );
  const file = bench.file('peer.parquet');
  for (const { yyyymm } of YEAR) {
    await exportMonth(bench, yyyymm, file, 'Parquet');
    await connection.run('INSERT INTO entries SELECT * FROM read_parquet($1)', [file]);
  }
  fs.rmSync(file);
  await connection.run('CREATE TABLE loaded AS SELECT 1 AS done');
  await connection.run('CHECKPOINT');
}

async function ask(connection: DuckDBConnection, window: RawWindow): Promise<Answer> {
  const reader = await connection.runAndReadAll(PEER_VST, peerParams(window).map(BigInt));
  return new Map(reader.getRows().map(([account, vst]) => [String(account), Number(vst)]));
}
