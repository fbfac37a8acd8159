import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const PREFIX = 'vitrine-template-';
const UNUSED_MS = 3_600_000;
/** Whatever decides what an empty folder becomes: a change of any of these makes another template. */
const SOURCES = [
  'package-lock.json',
  'migrations',
  'libs/embedded/src',
  'libs/warehouse/src',
  'libs/database/src/data-source.ts',
  'test/support/shards.ts',
  'test/support/small-servers.ts',
  'test/support/stores.ts',
];
/** Each copy makes these anew at its first start, as a folder that was never a copy does; the secret, too, where nothing in the stores hangs on it. */
const OF_ONE_FOLDER = new Set(['password', 'server.json', 'owner.json', 'server.log', 'error.log']);

function filesOf(source: string): string[] {
  if (!fs.statSync(source).isDirectory()) return [source];
  const names = fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => /\.(ts|sql|json)$/.test(name) && !name.endsWith('.spec.ts')).map((name) => path.join(source, name));
}

export interface Template {
  name: string;
  /** Sources and folders of the repository that decide what is made, beside those that decide what empty stores are. */
  madeFrom?: readonly string[];
  keepsSecret?: boolean;
}

function templateFolder({ name, madeFrom = [] }: Template): string {
  const hash = createHash('sha256').update(
    `${name}${process.env.VITRINE_TEST_LONG ? ' long' : ''} ${process.platform} ${process.arch} ${process.getuid?.()}`,
  );
  for (const file of [...SOURCES, ...madeFrom].flatMap((source) => filesOf(path.join(ROOT, source))))
    hash.update(`\0${path.relative(ROOT, file)}\0`).update(fs.readFileSync(file));
  return path.join(os.tmpdir(), `${PREFIX}${name}-${hash.digest('hex').slice(0, 16)}`);
}

/**
 * Fills a folder with what `make` leaves in an empty one, with no process on it: made once for each state of the sources, kept in the temporary
 * directory, copied since. Two that make it at once do no harm: it appears whole, and the second is thrown away. Only for stores whose making is
 * not what a test is about; they are opened and migrated as any folder is, and then find nothing to do.
 */
export async function fillFromTemplate(folder: string, what: Template, make: (draft: string) => Promise<void>): Promise<void> {
  const template = templateFolder(what);
  if (!fs.existsSync(template)) {
    const draft = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-draft-'));
    try {
      await make(draft);
      for (const file of fs.readdirSync(draft, { recursive: true, encoding: 'utf8' }))
        if (OF_ONE_FOLDER.has(path.basename(file)) || (!what.keepsSecret && path.basename(file) === 'secret'))
          fs.rmSync(path.join(draft, file));
      fs.renameSync(draft, template);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error; // another process was first
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
    removeUnused();
  }
  fs.utimesSync(template, new Date(), new Date());
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('cp', ['-RPp', `${template}/.`, folder]); // fs.cpSync forgets the modes of folders, which PostgreSQL looks at
}

/** Those of other states of the sources, once nobody has asked for them for an hour. */
function removeUnused(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const folder = path.join(os.tmpdir(), name);
    if (name.startsWith(PREFIX) && Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > UNUSED_MS)
      fs.rmSync(folder, { recursive: true, force: true });
  }
}
