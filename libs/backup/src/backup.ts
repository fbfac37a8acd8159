import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import type { WarehouseAddress } from '@app/warehouse';
import { BackupFolder } from './backup-folder';
import { storeOutdated } from './failures';
import { FactExport } from './fact-export';
import { FactStore } from './fact-store';
import { filesBefore, saveFiles } from './kept-files';
import { BackupTable, FORMAT, Manifest, filesOf } from './manifest';
import { pendingFactMigrations, pendingStateMigrations } from './schema-level';
import { SECRET_FILE, secretCheck } from './secret';
import { StateSnapshot } from './state-snapshot';

/** How far a long step is; `total` is unknown in some. */
export interface BackupProgress {
  step: 'state' | 'facts' | 'verify' | 'load' | 'finish';
  done: number;
  total?: number;
}

export interface BackupStores {
  clickhouse: WarehouseAddress;
  dataSource: DataSource;
  secret: string;
  /** The installation's folder, of which some files are kept as well; null: it has none. */
  dataDir: string | null;
}

export interface BackupRequest {
  dir: string;
  product: string;
  withSecret: boolean;
  onProgress?: (progress: BackupProgress) => void;
  /** Ends the backup; what was written is removed. */
  signal?: AbortSignal;
}

export interface BackupResult {
  backupId: string;
  dir: string;
  snapshotAt: string;
  factRows: number;
  stateRows: number;
  bytes: number;
  files: number;
  /** Deliveries that were under way: their facts are not in this backup. */
  openDeliveries: number;
  secretIncluded: boolean;
}

/**
 * Saves both stores, as of one instant of the state store, while writes go on: the state of that instant, and the facts of the deliveries that
 * were over in it. The folder must be new or empty; whatever fails, no folder is left that looks whole, and after an error none at all. Throws
 * `bad_input`, `conflict` (schema not current), `disk_full`, `store_unavailable`, `internal`.
 */
export async function backUp(stores: BackupStores, request: BackupRequest): Promise<BackupResult> {
  const facts = new FactStore(stores.clickhouse, request.signal);
  try {
    const pending = [...pendingFactMigrations(await facts.migrations()), ...(await pendingStateMigrations(stores.dataSource))];
    if (pending.length > 0) throw storeOutdated(pending);
    const folder = BackupFolder.create(request.dir);
    try {
      return await writeBackup(stores, request, facts, folder);
    } catch (error) {
      throw folder.failure(error, folder.discard());
    }
  } finally {
    await facts.close();
  }
}

async function writeBackup(stores: BackupStores, request: BackupRequest, facts: FactStore, folder: BackupFolder): Promise<BackupResult> {
  const report = (step: BackupProgress['step'], total?: number) => {
    let done = 0;
    return (rows: number) => request.onProgress?.({ step, done: (done += rows), total });
  };
  let onFacts = report('facts');
  const before = filesBefore(stores.dataDir);
  const exporting = await FactExport.open(facts, folder, (rows) => onFacts(rows));
  const { snapshot, read: whole } = await StateSnapshot.take(stores.dataSource, () => exporting.wholeTables('at-snapshot'));
  const part: Pick<Manifest, 'state' | 'sequences' | 'postgresql'> = {
    state: [],
    sequences: [],
    postgresql: { version: '', migrations: [] },
  };
  try {
    part.state = await snapshot.save(folder, report('state'));
    part.sequences = await snapshot.sequences();
    part.postgresql = await snapshot.server();
  } finally {
    await snapshot.close(); // before the long part: an open snapshot holds back the state store's clean-up
  }
  request.signal?.throwIfAborted();
  onFacts = report('facts', await exporting.estimate(snapshot));
  const landing = await exporting.landing(snapshot);
  const manifest: Manifest = {
    format: FORMAT,
    backupId: randomUUID(),
    product: request.product,
    snapshotAt: new Date(snapshot.at).toISOString(),
    finishedAt: new Date().toISOString(),
    clickhouse: { version: await facts.version(), migrations: await facts.migrations() },
    ...part,
    secret: { check: secretCheck(stores.secret), included: request.withSecret },
    deliveries: { horizon: snapshot.horizon, open: [...snapshot.open] },
    facts: [...whole, ...landing, ...(await exporting.wholeTables('last'))],
    files: await saveFiles(folder, stores.dataDir, before),
  };
  if (request.withSecret) fs.writeFileSync(path.join(folder.dir, SECRET_FILE), stores.secret, { mode: 0o600, flag: 'wx', flush: true });
  request.signal?.throwIfAborted();
  folder.seal(manifest);
  return resultOf(folder.dir, manifest);
}

const rowsOf = (tables: readonly BackupTable[]) => tables.reduce((rows, table) => rows + table.rows, 0);

function resultOf(dir: string, manifest: Manifest): BackupResult {
  const files = filesOf(manifest);
  return {
    backupId: manifest.backupId,
    dir,
    snapshotAt: manifest.snapshotAt,
    factRows: rowsOf(manifest.facts),
    stateRows: rowsOf(manifest.state),
    bytes: files.reduce((bytes, file) => bytes + file.bytes, 0),
    files: files.length,
    openDeliveries: manifest.deliveries.open.length,
    secretIncluded: manifest.secret.included,
  };
}
