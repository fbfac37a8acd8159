import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { diskFull, folderDenied, wrongVersion } from './failures';

/** What a data folder is written with. A folder of another format or PostgreSQL major, or of a newer ClickHouse, is refused untouched. */
const ENGINES = { format: 1, clickhouse: '26.7', postgres: '18' };
const MARKER = 'vitrine.json';
const LEAST_FREE_BYTES = 200 * 2 ** 20;

/** Writes a file that appears whole or not at all and only once: of two processes the first wins, and both read the same. */
function writeOnce(file: string, content: string): string {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(draft, content, { mode: 0o600, flush: true });
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return fs.readFileSync(file, 'utf8');
}

/** The text that the file keeps; made at random, readable by its owner only, when there is none. */
export function keptSecret(file: string): string {
  const kept = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : writeOnce(file, randomBytes(32).toString('base64url'));
  if (!kept) throw folderDenied(file, new Error('empty secret file'));
  return kept;
}

const newer = (left: string, right: string): boolean => {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
};

/** What the folder holds by its own account; null when no embedded server has ever run here. */
function foundVersion(folder: string): typeof ENGINES | null {
  const marker = path.join(folder, MARKER);
  if (fs.existsSync(marker)) {
    try {
      const { format, clickhouse, postgres } = JSON.parse(fs.readFileSync(marker, 'utf8')) as typeof ENGINES;
      return { format: Number(format), clickhouse: String(clickhouse), postgres: String(postgres) };
    } catch {
      return { format: NaN, clickhouse: '?', postgres: '?' };
    }
  }
  // the marker is written before anything else, so servers without one are not ours
  const foreign = ['PG_VERSION', 'postgres/PG_VERSION', 'clickhouse/store'].some((part) => fs.existsSync(path.join(folder, part)));
  return foreign ? { format: 0, clickhouse: '?', postgres: '?' } : null;
}

const described = ({ format, clickhouse, postgres }: typeof ENGINES) =>
  `format ${format}, ClickHouse ${clickhouse}, PostgreSQL ${postgres}`;

/** Throws `wrong_version` before anything in the folder is touched. */
export function assertVersion(folder: string): void {
  const found = foundVersion(folder);
  if (!found) return;
  const fits = found.format === ENGINES.format && found.postgres === ENGINES.postgres && !newer(found.clickhouse, ENGINES.clickhouse);
  if (!fits) throw wrongVersion(folder, described(found), described(ENGINES));
}

/** Throws `disk_full` under 200 MB: the servers would start and then fail at the first merge. */
export function assertDiskSpace(folder: string, stat: (folder: string) => { bavail: number; bsize: number } = fs.statfsSync): void {
  const { bavail, bsize } = stat(folder);
  if (bavail * bsize < LEAST_FREE_BYTES) throw diskFull(folder, Math.floor((bavail * bsize) / 2 ** 20));
}

/** Makes the folder ours, after it was found to be of this version (or new). Returns its real path. */
export function claimFolder(folder: string): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const real = fs.realpathSync(folder);
  assertVersion(real);
  assertDiskSpace(real);
  writeOnce(path.join(real, MARKER), `${JSON.stringify(ENGINES)}\n`);
  return real;
}

/** After a start on data of an older ClickHouse: the older one can no longer read it. */
export function recordEngines(folder: string): void {
  const marker = path.join(folder, MARKER);
  const current = `${JSON.stringify(ENGINES)}\n`;
  if (fs.readFileSync(marker, 'utf8') === current) return;
  fs.writeFileSync(`${marker}.new`, current, { mode: 0o600, flush: true });
  fs.renameSync(`${marker}.new`, marker);
}
