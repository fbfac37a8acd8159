import * as fs from 'node:fs';
import * as path from 'node:path';
import type { BackupFolder } from './backup-folder';
import { damaged } from './failures';
import type { BackupFile } from './manifest';

/**
 * What else of a data folder belongs to the installation: files of appeals and the like, and the mark of a demo, whose tokens must never go to the
 * real platforms. Spill files and rejects are of works under way.
 */
const KEPT = ['files', 'demo/progress.json'];
/** Anchors of the audit log name acts, which the state of the backup has to hold: those that come after its instant stay out. */
const BEFORE_SNAPSHOT = ['anchors'];
const PLACE = 'data';

/** Of a data folder, to be asked before the instant of the backup: names of files that belong to its state. */
export const filesBefore = (dataDir: string | null): string[] =>
  dataDir === null ? [] : BEFORE_SNAPSHOT.flatMap((kept) => filesUnder(dataDir, kept));

/** Copies them into the backup. */
export async function saveFiles(folder: BackupFolder, dataDir: string | null, before: readonly string[]): Promise<BackupFile[]> {
  const saved: BackupFile[] = [];
  for (const name of dataDir === null ? [] : [...KEPT.flatMap((kept) => filesUnder(dataDir, kept)), ...before])
    saved.push(await folder.write(path.posix.join(PLACE, name), fs.createReadStream(path.join(dataDir!, name)), () => 0));
  return saved;
}

/** Regular files of a file or folder, relative to the data folder, with `/`. */
function filesUnder(dataDir: string, kept: string): string[] {
  const stat = fs.lstatSync(path.join(dataDir, kept), { throwIfNoEntry: false });
  if (stat?.isFile()) return [kept];
  if (!stat?.isDirectory()) return [];
  return fs
    .readdirSync(path.join(dataDir, kept))
    .sort()
    .flatMap((name) => filesUnder(dataDir, `${kept}/${name}`));
}

/** Puts them into a data folder. Throws `bad_input` for a path that a backup would never hold. */
export function restoreFiles(dir: string, files: readonly BackupFile[], dataDir: string | null): void {
  for (const { path: saved } of files) {
    const name = path.posix.relative(PLACE, path.posix.normalize(saved));
    if (![...KEPT, ...BEFORE_SNAPSHOT].some((kept) => name === kept || name.startsWith(`${kept}/`))) throw damaged(saved);
    if (dataDir === null) continue;
    const to = path.join(dataDir, name);
    fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
    fs.copyFileSync(path.join(dir, saved), to);
    fs.chmodSync(to, 0o600);
  }
}
