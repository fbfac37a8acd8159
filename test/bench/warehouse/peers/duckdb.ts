import * as fs from 'node:fs';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Bench, progress } from '../bench';
import { YEAR } from '../generator/year';
import { PEER_STATE, PeerRows, RawWindow, peerParams, peerVst } from '../questions';
import { Answer, Peer, deliveredRows, exportMonth } from './peer';

const MEMORY = '6GB';

/** Months are loaded one after the other, so that DuckDB's zone maps skip the others. */
export async function openDuckDb(bench: Bench): Promise<Peer> {
  const instance = await DuckDBInstance.create(bench.file('peer.duckdb'), {
    memory_limit: MEMORY,
    temp_directory: bench.file('duckdb-temp'),
  });
  const connection = await instance.connect();
  const rows = await deliveredRows(bench);
  if ((await loadedRows(connection)) !== rows) await load(bench, connection, rows);
  const version = String((await connection.runAndReadAll('SELECT version()')).getRows()[0][0]);
  return {
    name: 'DuckDB',
    version,
    showroomVisitors: (window, rows) => ask(connection, window, rows),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  };
}

async function loadedRows(connection: DuckDBConnection): Promise<number> {
  await connection.run('CREATE TABLE IF NOT EXISTS loaded_rows (rows BIGINT)');
  return Number((await connection.runAndReadAll('SELECT max(rows) FROM loaded_rows')).getRows()[0][0] ?? -1);
}

async function load(bench: Bench, connection: DuckDBConnection, rows: number): Promise<void> {
  progress('  loading DuckDB');
  const columns =
    'month INTEGER, account_key BIGINT, viewer_key BIGINT, entered_ms BIGINT, entry_key BIGINT, source VARCHAR, dwell_seconds BIGINT';
  await connection.run(`CREATE OR REPLACE TABLE entries (${columns})`);
  await connection.run(`CREATE OR REPLACE TABLE delivered (${columns}, retracted INTEGER, observed_ms BIGINT)`);
  const file = bench.file('peer.parquet');
  for (const { yyyymm } of YEAR) {
    await exportMonth(bench, yyyymm, file, 'Parquet');
    await connection.run('INSERT INTO delivered SELECT * FROM read_parquet($1)', [file]);
    await connection.run(`INSERT INTO entries ${PEER_STATE}`, [yyyymm]);
  }
  fs.rmSync(file);
  await connection.run('INSERT INTO loaded_rows VALUES ($1)', [BigInt(rows)]);
  await connection.run('CHECKPOINT');
}

async function ask(connection: DuckDBConnection, window: RawWindow, rows: PeerRows): Promise<Answer> {
  const reader = await connection.runAndReadAll(peerVst('DuckDB', rows), peerParams(window).map(BigInt));
  return new Map(reader.getRows().map(([account, vst]) => [String(account), Number(vst)]));
}
