import type { DataSource } from 'typeorm';
import { createDataSource, migrateDatabase, type PostgresAddress } from '@app/database';
import { Warehouse, WarehouseAddress, migrateWarehouse, settleAllUndone } from '@app/warehouse';
import type { BackupProgress } from './backup';
import { verifyFiles } from './backup-folder';
import { damaged, otherRestore } from './failures';
import { assertFacts, assertNoFacts, clearFacts, loadFacts } from './fact-import';
import { FactStore } from './fact-store';
import { restoreUnderWay } from './half-restored';
import { restoreFiles } from './kept-files';
import { Manifest, filesOf, readManifest } from './manifest';
import { appliedStateMigrations, assertKnownSchema, assertNotBeyond, migrateFactsTo, migrateStateTo } from './schema-level';
import { secretFor } from './secret';
import { assertNoState, endRestore, loadState, markRestore } from './state-import';

/** The stores to fill, opened once the secret is known. */
export interface RestoreTarget {
  clickhouse: WarehouseAddress;
  postgres: PostgresAddress;
  /** All servers of a cluster that has no Keeper. */
  nodes?: readonly WarehouseAddress[];
  /** The installation's folder; null: it has none. */
  dataDir: string | null;
  /** Keeps the secret with the stores, where that is done. Called when the facts are in, before the state. */
  keepSecret?(): void;
}

export interface RestoreRequest {
  dir: string;
  /** The secret that the caller knows (VITRINE_SECRET, or the file of the data folder). */
  secret: string | null;
  /** Goes on without the backup's secret. */
  withoutSecret: boolean;
  /** Opens the target; `secret` is the one to keep there (null: none of this backup's is known). */
  open(secret: string | null): Promise<{ target: RestoreTarget; close(): Promise<void> }>;
  onProgress?: (progress: BackupProgress) => void;
  signal?: AbortSignal;
}

export interface RestoreResult {
  backupId: string;
  snapshotAt: string;
  factRows: number;
  stateRows: number;
  /** Deliveries that were under way when the backup was taken: their files have to be imported again. */
  openDeliveries: number;
  /** Whether the secret is the backup's, so that grants open and viewers keep their keys. */
  sameSecret: boolean;
}

/**
 * Fills empty stores from a backup. First everything that can be known is checked (files, schema, secret, emptiness), before anything is touched.
 * A mark in the state store then says that a restore is under way; facts come first, the state last, in one transaction with the word that all is in.
 * Then both stores are brought to the current schema, and the mark goes. Interrupted anywhere, the same restore can run again: it clears what it had
 * written, or does the rest where all was in.
 * Throws `bad_input` (no, unfinished or damaged backup; secret), `wrong_version`, `conflict` (not empty, another restore), `disk_full`.
 */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  const manifest = readManifest(request.dir);
  assertKnownSchema(manifest);
  const secret = secretFor(request.dir, manifest, request.secret, request.withoutSecret);
  const total = filesOf(manifest).reduce((bytes, file) => bytes + file.bytes, 0);
  let read = 0;
  await verifyFiles(request.dir, manifest, (bytes) => {
    request.signal?.throwIfAborted();
    request.onProgress?.({ step: 'verify', done: (read += bytes), total });
  });
  const { target, close } = await request.open(secret);
  try {
    await fill(target, manifest, request);
  } finally {
    await close();
  }
  const rows = (tables: Manifest['facts']) => tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    backupId: manifest.backupId,
    snapshotAt: manifest.snapshotAt,
    factRows: rows(manifest.facts),
    stateRows: rows(manifest.state),
    openDeliveries: manifest.deliveries.open.length,
    sameSecret: !request.withoutSecret,
  };
}

async function fill(target: RestoreTarget, manifest: Manifest, request: RestoreRequest): Promise<void> {
  const { clickhouse, postgres } = target;
  const state = await createDataSource(postgres).initialize();
  try {
    const underWay = await restoreUnderWay(state);
    if (underWay && underWay.backupId !== manifest.backupId) throw otherRestore(underWay.backupId);
    await withFacts({ target, request }, async (facts) => {
      if (!underWay?.loaded) await load({ state, facts, target, again: underWay !== null }, manifest, request);
      else await assertFacts(facts, manifest); // of another store than before nothing is in
    });
    request.onProgress?.({ step: 'finish', done: 0 });
    await migrateWarehouse(clickhouse, undefined, target.nodes);
    const warehouse = Warehouse.connect(clickhouse);
    await settleAllUndone(warehouse, manifest.deliveries.horizon).finally(() => warehouse.close());
    const current = createDataSource(postgres);
    await migrateDatabase(current).finally(() => current.destroy());
    await endRestore(state);
  } finally {
    await state.destroy();
  }
}

async function withFacts(
  { target, request }: { target: RestoreTarget; request: RestoreRequest },
  work: (facts: FactStore) => Promise<void>,
): Promise<void> {
  const facts = new FactStore(target.clickhouse, request.signal);
  await work(facts).finally(() => facts.close());
}

interface Filling {
  state: DataSource;
  facts: FactStore;
  target: RestoreTarget;
  /** This restore has begun before. */
  again: boolean;
}

/** Everything of the backup, at its own schema. */
async function load({ state, facts, target, again }: Filling, manifest: Manifest, request: RestoreRequest): Promise<void> {
  await prepare({ facts, state, again }, target, manifest);
  const total = [...manifest.facts, ...manifest.state].reduce((sum, table) => sum + table.rows, 0);
  let done = 0;
  const onRows = (rows: number) => request.onProgress?.({ step: 'load', done: (done += rows), total });
  await loadFacts(facts, { dir: request.dir, manifest }, onRows);
  request.signal?.throwIfAborted();
  restoreFiles(request.dir, manifest.files, target.dataDir);
  target.keepSecret?.();
  await loadState(state, { dir: request.dir, manifest }, onRows);
}

/** Refuses what is not empty, marks the restore, and brings both stores to the schema of the backup. */
async function prepare(
  { facts, state, again }: { facts: FactStore; state: DataSource; again: boolean },
  { clickhouse, postgres, nodes }: RestoreTarget,
  manifest: Manifest,
): Promise<void> {
  const migrations = manifest.clickhouse.migrations;
  const applied = (await facts.exists()) ? (await facts.migrations()).map(({ name }) => name) : [];
  assertNotBeyond(
    'ClickHouse',
    applied,
    migrations.map(({ name }) => name),
  );
  assertNotBeyond('PostgreSQL', await appliedStateMigrations(state), manifest.postgresql.migrations);
  await assertNoState(state);
  if (!again && (await facts.exists())) await assertNoFacts(facts);
  await markRestore(state, manifest.backupId);
  await migrateFactsTo(clickhouse, migrations, nodes);
  if (again) await clearFacts(facts, nodes);
  const changed = (await facts.migrations()).find(({ name, checksum }) =>
    migrations.some((one) => one.name === name && one.checksum !== checksum),
  );
  if (changed) throw damaged(`migrations/clickhouse/${changed.name}`);
  await migrateStateTo(postgres, manifest.postgresql.migrations);
}
