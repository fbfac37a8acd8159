import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { assertRestored } from '@app/backup';
import { OpenStores, openData, reportsOf, restoreTo, saveTo } from '../support/backup-stores';
import { prepareBrand } from '../support/cli-brand';

jest.setTimeout(900_000);

const ROOT = path.resolve(__dirname, '../..');
interface Manifest {
  format: number;
  clickhouse: { migrations: { name: string }[] };
  postgresql: { migrations: string[] };
  facts: { table: string; rows: number; columns: string[]; files: { path: string; bytes: number }[] }[];
  state: { table: string; rows: number }[];
  sequences: { name: string }[];
  digest?: string;
}

const LONG = Boolean(process.env.VITRINE_TEST_LONG);

/** Runs the child to its end, or kills it with SIGKILL when it says that it stands still. */
function child(args: (string | number)[], before: string[] = []): Promise<{ code: number | null; signal: string | null; said: string }> {
  const own = [process.execPath, '-r', path.join(ROOT, 'tools/run-ts.cjs'), path.join(ROOT, 'test/support/backup-child.ts')];
  const command = [...before, ...own, ...args.map(String)];
  const started = spawn(command[0], command.slice(1), { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  let said = '';
  const hear = (bytes: Buffer) => {
    said += bytes.toString();
    if (said.includes('paused')) started.kill('SIGKILL');
  };
  started.stdout.on('data', hear);
  started.stderr.on('data', hear);
  return new Promise((resolve) => started.once('close', (code, signal) => resolve({ code, signal, said })));
}

const readManifest = (dir: string): Manifest => JSON.parse(fs.readFileSync(path.join(dir, 'manifest.json'), 'utf8')) as Manifest;

/** A backup that another version might have written: the manifest changed, and sealed again. */
function rewritten(dir: string, change: (manifest: Manifest) => void): void {
  const manifest = readManifest(dir);
  delete manifest.digest;
  change(manifest);
  const digest = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  fs.writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify({ ...manifest, digest }));
}

describe('backup and restore when something goes wrong', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-backup-faults-'));
  const folder = (name: string) => path.join(root, name);
  let copies = 0;
  const copyOf = (name: string): string => {
    const to = folder(`copy-${++copies}`);
    fs.cpSync(folder(name), to, { recursive: true });
    return to;
  };
  let stores: OpenStores;
  let reports: Record<string, unknown>;

  beforeAll(async () => {
    await prepareBrand(folder('data'));
    stores = await openData(folder('data'));
    reports = await reportsOf(stores);
    await saveTo(stores, folder('good'));
    await saveTo(stores, folder('bare'), { withSecret: false });
  });
  afterAll(async () => {
    await stores.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** What restore says before it opens anything. */
  const refused = async (dir: string, options: { secret?: string; withoutSecret?: boolean } = {}): Promise<string> => {
    const target = folder('never-touched');
    const error = await restoreTo(dir, target, options).then(
      () => null,
      (why: unknown) => why,
    );
    expect(fs.existsSync(target)).toBe(false);
    expect(error).toMatchObject({ name: 'VitrineError' });
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  };

  it('a backup that is killed anywhere is never taken for one, and a folder that is not empty is never written to', async () => {
    const whole = await child(['save', folder('counted'), folder('data')]);
    const { state, facts } = JSON.parse(/done (.*)/.exec(whole.said)![1]) as Record<string, number>;
    const signs = ['state:1', `facts:${facts}`, ...(LONG ? [`state:${state}`, 'facts:3'] : [])];
    for (const [at, sign] of signs.entries()) {
      const dir = folder(`killed-${at}`);
      expect(await child(['save', dir, folder('data'), sign])).toMatchObject({ signal: 'SIGKILL' });
      expect(await refused(dir)).toMatch(/bad_input: .*never finished/);
      await expect(saveTo(stores, dir)).rejects.toThrow(/never finished/);
    }
    await expect(saveTo(stores, folder('good'))).rejects.toThrow(/is not empty/);
    expect(await refused(folder('data'))).toMatch(/bad_input: There is no backup/);
  });

  it('a restore that is killed anywhere leaves stores that say so, and the same restore then ends with equal reports', async () => {
    const into = folder('restored');
    const opened = await openData(into); // its servers stay while processes that restore into them are killed
    try {
      const { facts, state } = readManifest(folder('good'));
      const files = facts.flatMap((table) => table.files).length;
      const signs = [
        'verify:1',
        ...(LONG ? ['load:1', `load:${files}`] : []),
        `load:${files + 1}`,
        `load:${files + state.length}`,
        'finish:1',
      ];
      for (const sign of signs) {
        expect(await child(['restore', folder('good'), into, sign])).toMatchObject({ signal: 'SIGKILL' });
        if (sign === 'verify:1') await assertRestored(opened.dataSource);
        else await expect(assertRestored(opened.dataSource)).rejects.toThrow(/never finished/);
      }
      await expect(restoreTo(folder('bare'), into, { secret: stores.secret })).rejects.toThrow(/unfinished restore of another backup/);
      expect(await child(['restore', folder('good'), into])).toMatchObject({ code: 0 });
      await assertRestored(opened.dataSource);
      const restored = { ...opened, secret: stores.secret };
      expect(await reportsOf(restored)).toEqual(reports);
      await expect(restoreTo(folder('good'), into)).rejects.toThrow(/target is not empty/);
      expect(await reportsOf(restored)).toEqual(reports);
    } finally {
      await opened.close();
    }
  });

  it('a file that is cut off, changed, missing or led astray is named, before anything is touched', async () => {
    const name = readManifest(folder('good')).facts.find(({ table }) => table === 'entries_landing')!.files[0].path;
    const damaged = async (change: (file: string) => void, file = name) => {
      const dir = copyOf('good');
      change(path.join(dir, file));
      return refused(dir);
    };
    expect(await damaged((file) => fs.truncateSync(file, fs.statSync(file).size - 1))).toMatch(`damaged: ${name}`);
    expect(
      await damaged((file) => {
        const bytes = fs.readFileSync(file);
        bytes[bytes.length >> 1] ^= 1;
        fs.writeFileSync(file, bytes);
      }),
    ).toMatch(`damaged: ${name} is not what was written (SHA-256)`);
    expect(await damaged((file) => fs.rmSync(file))).toMatch(`damaged: ${name} is not what was written (missing)`);
    expect(
      await damaged((file) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"rows": ', '"rows": 1')), 'manifest.json'),
    ).toMatch('damaged: manifest.json');
    expect(await damaged((file) => fs.writeFileSync(file, '{'), 'manifest.json')).toMatch('damaged: manifest.json');
    expect(await damaged((file) => fs.writeFileSync(file, 'another'), 'secret')).toMatch('damaged: secret');
    const astray = copyOf('good');
    rewritten(astray, ({ facts }) => (facts[0].files[0].path = '../good/manifest.json'));
    expect(await refused(astray)).toMatch('damaged: ../good/manifest.json');
  });

  it('another secret, or none, is refused unless that is asked for', async () => {
    expect(await refused(folder('bare'))).toMatch(/bad_input: The backup holds no secret/);
    expect(await refused(folder('bare'), { secret: 'x'.repeat(40) })).toMatch(/bad_input: The secret is not the one/);
    expect(await refused(folder('good'), { secret: 'x'.repeat(40) })).toMatch(/bad_input: The secret is not the one/);
    expect(fs.existsSync(path.join(folder('bare'), 'secret'))).toBe(false);
    await restoreTo(folder('bare'), folder('new-secret'), { withoutSecret: true });
    const copy = await openData(folder('new-secret'));
    try {
      expect(copy.secret).not.toBe(stores.secret);
      expect(await reportsOf(copy)).toEqual(reports);
    } finally {
      await copy.close();
    }
  });

  it('a schema that is newer than the program is refused; an older one is brought forward', async () => {
    const newerFacts = copyOf('good');
    rewritten(newerFacts, ({ clickhouse }) => clickhouse.migrations.push({ ...clickhouse.migrations[0], name: '9999_create_future.sql' }));
    expect(await refused(newerFacts)).toMatch(/wrong_version: .*ClickHouse schema is newer.*9999_create_future/);
    const newerState = copyOf('good');
    rewritten(newerState, ({ postgresql }) => postgresql.migrations.push('Future9999'));
    expect(await refused(newerState)).toMatch(/wrong_version: .*PostgreSQL schema is newer.*Future9999/);
    const newerFormat = copyOf('good');
    rewritten(newerFormat, (manifest) => (manifest.format = 2));
    expect(await refused(newerFormat)).toMatch(/wrong_version: The backup has format 2/);

    const older = copyOf('good');
    rewritten(older, (manifest) => {
      // what a version without the newest step of each store would have written: nothing of the tables that these make, which are empty here
      const made = [tablesOf('clickhouse', manifest.clickhouse.migrations.pop()!.name)];
      made.push(tablesOf('database', /\d{13}$/.exec(manifest.postgresql.migrations.pop()!)![0]));
      const before = ({ table, rows }: { table: string; rows: number }) => !made.flat().includes(table) || rows > 0;
      manifest.facts = manifest.facts.filter(before);
      manifest.state = manifest.state.filter(before);
      manifest.sequences = manifest.sequences.filter(({ name }) => !made.flat().some((table) => name.includes(`${table}_`)));
    });
    await restoreTo(older, folder('forward'));
    const copy = await openData(folder('forward'));
    try {
      const pending = 'SELECT max(number) AS last FROM schema_migrations';
      expect(await copy.warehouse.query({ name: 'test', sql: pending })).toEqual(
        await stores.warehouse.query({ name: 'test', sql: pending }),
      );
      expect(await reportsOf(copy)).toEqual(reports);
      await expect(restoreTo(older, folder('forward'))).rejects.toThrow(/schema is already newer/);
    } finally {
      await copy.close();
    }
  });

  it('a table that nobody said how to save stops the backup, and nothing is left of it', async () => {
    await stores.warehouse.command('CREATE TABLE surprise (x UInt8) ENGINE = MergeTree ORDER BY x');
    try {
      await expect(saveTo(stores, folder('surprised'))).rejects.toThrow(/table surprise/);
      expect(fs.existsSync(folder('surprised'))).toBe(false);
    } finally {
      await stores.warehouse.command('DROP TABLE surprise SYNC');
    }
  });

  it('a disk that is full ends the backup with what to do, and nothing is left of it', async () => {
    const dir = folder('small-disk');
    fs.mkdirSync(dir);
    const small = [
      'unshare',
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      `mount -t tmpfs -o size=20k none "${dir}" && exec "$@"`,
      'sh',
    ];
    const { code, said } = await child(['save', dir, folder('data')], small);
    expect({ code, said }).toMatchObject({ code: 1 });
    expect(said).toMatch(/The disk of .*small-disk is full; the backup was not finished, and what was written is removed/);
    expect(said).toMatch(/left \[\]/);
  });
});

/** Tables that a migration makes. */
function tablesOf(store: 'clickhouse' | 'database', name: string): string[] {
  const dir = path.join(__dirname, '../../migrations', store);
  const file = fs.readdirSync(dir).find((one) => one.startsWith(name))!;
  return [...fs.readFileSync(path.join(dir, file), 'utf8').matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(([, table]) => table);
}
