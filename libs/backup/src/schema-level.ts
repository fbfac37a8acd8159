import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { DataSource, MigrationInterface } from 'typeorm';
import { createDataSource, migrateDatabase, type PostgresAddress } from '@app/database';
import { WarehouseAddress, migrateWarehouse } from '@app/warehouse';
import { newerSchema, targetNewer } from './failures';
import type { FactMigration, Manifest } from './manifest';

const FOLDER = 'migrations/clickhouse';

/** The folder of the fact store's migrations, seen from sources and from dist. */
function factMigrationFolder(): string {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, FOLDER)) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return path.join(folder, FOLDER);
}

const knownFactMigrations = (): string[] =>
  fs
    .readdirSync(factMigrationFolder())
    .filter((name) => name.endsWith('.sql'))
    .sort();

/** Names of migrations that the store lacks. */
export const pendingFactMigrations = (applied: readonly FactMigration[]): string[] =>
  knownFactMigrations().filter((name) => !applied.some((done) => done.name === name));

export async function pendingStateMigrations(dataSource: DataSource): Promise<string[]> {
  const applied = await appliedStateMigrations(dataSource);
  return stateMigrations()
    .map(nameOf)
    .filter((name) => !applied.includes(name));
}

type MigrationClass = new () => MigrationInterface;

const stateMigrations = (): MigrationClass[] => Object.values(createDataSource({}).options.migrations ?? {}) as MigrationClass[];
const nameOf = (migration: MigrationClass): string => new migration().name ?? migration.name;

/** Names in the order in which they were applied; none where there is no schema. */
export async function appliedStateMigrations(dataSource: DataSource): Promise<string[]> {
  const [{ found }] = (await dataSource.query(`SELECT to_regclass('state_migration') IS NOT NULL AS found`)) as { found: boolean }[];
  if (!found) return [];
  const rows = (await dataSource.query('SELECT name FROM state_migration ORDER BY id')) as { name: string }[];
  return rows.map(({ name }) => name);
}

/** Throws `wrong_version` when the backup's schemas hold steps that this program does not know. */
export function assertKnownSchema({ clickhouse, postgresql }: Manifest): void {
  const facts = clickhouse.migrations.map(({ name }) => name).filter((name) => !knownFactMigrations().includes(name));
  if (facts.length > 0) throw newerSchema('ClickHouse', facts);
  const state = postgresql.migrations.filter((name) => !stateMigrations().map(nameOf).includes(name));
  if (state.length > 0) throw newerSchema('PostgreSQL', state);
}

/** Throws `conflict` when the target holds steps that the backup lacks: rows of the former form do not fit any more. */
export function assertNotBeyond(store: string, applied: readonly string[], backup: readonly string[]): void {
  if (applied.some((name) => !backup.includes(name))) throw targetNewer(store);
}

/** Brings the fact store to the schema of the backup, by the production migrator, with the files that the backup names. */
export async function migrateFactsTo(
  address: WarehouseAddress,
  migrations: readonly FactMigration[],
  nodes?: readonly WarehouseAddress[],
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-migrations-'));
  try {
    for (const { name } of migrations) fs.copyFileSync(path.join(factMigrationFolder(), name), path.join(folder, name));
    await migrateWarehouse(address, folder, nodes);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The same for the state store. */
export async function migrateStateTo(address: PostgresAddress, migrations: readonly string[]): Promise<void> {
  const dataSource = createDataSource(address);
  dataSource.setOptions({ migrations: stateMigrations().filter((migration) => migrations.includes(nameOf(migration))) });
  try {
    await migrateDatabase(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
