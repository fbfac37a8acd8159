import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { damaged, notABackup, unfinishedBackup, wrongFormat } from './failures';

export const MANIFEST = 'manifest.json';
/** Lies in the folder until the manifest does. */
export const UNFINISHED = 'UNFINISHED';
export const FORMAT = 1;

/** A file of the backup. `path` is relative to the folder, with `/`. */
export interface BackupFile {
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
}

/** Rows of one table, in files. Facts: Native blocks under zstd; state: PostgreSQL's COPY text under gzip. */
export interface BackupTable {
  /** The table into which restore writes the rows. */
  table: string;
  columns: string[];
  rows: number;
  files: BackupFile[];
}

export interface FactMigration {
  number: number;
  name: string;
  checksum: string;
}

/** Everything that restore has to know. Written last: a folder without it is no backup. */
export interface Manifest {
  format: number;
  backupId: string;
  product: string;
  /** Instant of the snapshot of the state store; facts are those of the deliveries that were over in it. */
  snapshotAt: string;
  finishedAt: string;
  clickhouse: { version: string; migrations: FactMigration[] };
  postgresql: { version: string; migrations: string[] };
  secret: { check: string; included: boolean };
  /** `open` were under way in the snapshot: their facts are not in the backup. */
  deliveries: { horizon: string; open: string[] };
  facts: BackupTable[];
  state: BackupTable[];
  sequences: { name: string; lastValue: string }[];
  /** Other files of the data folder. */
  files: BackupFile[];
}

type Sealed = Manifest & { digest: string };

const digestOf = (manifest: Manifest): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** The text of the manifest file, with a digest of itself. */
export const sealedManifest = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, digest: digestOf(manifest) } satisfies Sealed, null, 1)}\n`;

/** Every file of the backup that the manifest names. */
export const filesOf = ({ facts, state, files }: Manifest): BackupFile[] => [
  ...[...facts, ...state].flatMap((table) => table.files),
  ...files,
];

/** Reads and checks the manifest. Throws `bad_input`: no backup, an unfinished one, an edited manifest; `wrong_version`: another format. */
export function readManifest(dir: string): Manifest {
  const file = path.join(dir, MANIFEST);
  if (!fs.existsSync(file)) throw fs.existsSync(path.join(dir, UNFINISHED)) ? unfinishedBackup(dir) : notABackup(dir);
  let sealed: Sealed;
  try {
    sealed = JSON.parse(fs.readFileSync(file, 'utf8')) as Sealed;
  } catch {
    throw damaged(MANIFEST);
  }
  if (typeof sealed !== 'object' || sealed === null) throw damaged(MANIFEST);
  if (typeof sealed.format === 'number' && sealed.format > FORMAT) throw wrongFormat(sealed.format, FORMAT);
  const { digest, ...manifest } = sealed;
  if (digest !== digestOf(manifest) || sealed.format !== FORMAT) throw damaged(MANIFEST);
  return manifest;
}
