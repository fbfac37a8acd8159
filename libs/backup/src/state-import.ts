import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import { createGunzip } from 'node:zlib';
import { escapeIdentifier, type PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { VitrineError } from '@app/contracts';
import { copyIn } from './copy-streams';
import { rowsDiffer, storeFailed, targetDiskFull, targetNotEmpty } from './failures';
import type { BackupTable, Manifest } from './manifest';
import { MARKER, REFERENCES, SEEDED, STATE_TABLES, TEXT_FORMS } from './state-tables';

/** Throws `conflict` when a table of the state store holds rows that no migration put there. */
export async function assertNoState(dataSource: DataSource): Promise<void> {
  for (const { table } of (await dataSource.query(STATE_TABLES)) as { table: string }[]) {
    if (SEEDED.includes(table)) continue;
    const [{ found }] = (await dataSource.query(`SELECT EXISTS (SELECT FROM ${escapeIdentifier(table)}) AS found`)) as { found: boolean }[];
    if (found) throw targetNotEmpty(`PostgreSQL ${table}`);
  }
}

/** Says that a restore has begun: until `endRestore` no command uses these stores. */
export async function markRestore(dataSource: DataSource, backupId: string): Promise<void> {
  await dataSource.query(`CREATE TABLE IF NOT EXISTS ${MARKER} (backup_id text PRIMARY KEY, began_at timestamptz NOT NULL DEFAULT now())`);
  await dataSource.query(`ALTER TABLE ${MARKER} ADD COLUMN IF NOT EXISTS loaded_at timestamptz`);
  await dataSource.query(`INSERT INTO ${MARKER} (backup_id) VALUES ($1) ON CONFLICT DO NOTHING`, [backupId]);
}

/** Takes the mark of a restore away: it has ended. */
export async function endRestore(dataSource: DataSource): Promise<void> {
  await dataSource.query(`DROP TABLE ${MARKER}`);
}

/**
 * Brings the whole state in one transaction that also marks the restore as loaded: it is all there or not at all. Triggers rest meanwhile, so
 * that histories arrive as they were and no row is touched. Deliveries that were under way in the snapshot are failed ones now.
 */
export async function loadState(
  dataSource: DataSource,
  { dir, manifest }: { dir: string; manifest: Manifest },
  onRows: (rows: number) => void,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const client = (await runner.connect()) as PoolClient;
  try {
    await client.query('BEGIN');
    for (const form of TEXT_FORMS) await client.query(form);
    const tables = await inOrder(client, manifest.state);
    for (const { table } of tables) await client.query(`ALTER TABLE ${escapeIdentifier(table)} DISABLE TRIGGER USER`);
    if (tables.length > 0) await client.query(`TRUNCATE ${tables.map(({ table }) => escapeIdentifier(table)).join(', ')}`);
    for (const table of tables) {
      const names = table.columns.map(escapeIdentifier).join(', ');
      const source = createReadStream(path.join(dir, table.files[0].path)).pipe(createGunzip());
      const rows = await copyIn(client, `COPY ${escapeIdentifier(table.table)} (${names}) FROM STDIN`, source);
      if (rows !== table.rows) throw rowsDiffer(table.table, table.rows, rows);
      onRows(rows);
    }
    for (const { name, lastValue } of manifest.sequences)
      await client.query('SELECT setval(quote_ident($1)::regclass, $2::bigint)', [name, lastValue]);
    await client.query(
      `UPDATE delivery SET state = 'failed', finished_at = greatest(started_at, $1::timestamptz) WHERE finished_at IS NULL`,
      [manifest.snapshotAt],
    );
    for (const { table } of tables) await client.query(`ALTER TABLE ${escapeIdentifier(table)} ENABLE TRIGGER USER`);
    await client.query(`UPDATE ${MARKER} SET loaded_at = clock_timestamp()`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw stateError(error);
  } finally {
    await runner.release();
  }
}

/** Parents before children. */
async function inOrder(client: PoolClient, tables: readonly BackupTable[]): Promise<BackupTable[]> {
  const { rows: references } = await client.query<{ child: string; parent: string }>(REFERENCES);
  const ordered: BackupTable[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waits = ({ table }: BackupTable) =>
      references.some(({ child, parent }) => child === table && left.some((other) => other.table === parent));
    const ready = left.filter((table) => !waits(table));
    if (ready.length === 0)
      throw storeFailed('ordering of tables', new Error(`a ring of references: ${left.map(({ table }) => table).join(', ')}`));
    ordered.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return ordered;
}

function stateError(error: unknown): unknown {
  if (error instanceof VitrineError) return error;
  if ((error as { code?: string }).code === '53100') return targetDiskFull(error);
  return storeFailed('restore of the state store', error);
}
