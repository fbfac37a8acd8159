import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseClient, createClient } from '@clickhouse/client';
import { loadSettings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { Instance, openInstance } from '@app/embedded';
import { migrateWarehouse } from '@app/warehouse';

describe('the migrator of the fact store', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-migrator-'));
  let instance: Instance;
  let client: ClickHouseClient;
  let databases = 0;

  beforeAll(async () => {
    instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
    client = createClient({ url: instance.clickhouse.url, username: instance.clickhouse.username, password: instance.clickhouse.password });
  });
  afterAll(async () => {
    await client?.close();
    await instance?.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  const freshAddress = () => ({ ...instance.clickhouse, database: `migrated_${++databases}` });
  const folderWith = (files: Record<string, string>) => {
    const dir = fs.mkdtempSync(path.join(dataDir, 'files-'));
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
    return dir;
  };
  const rows = async <Row>(query: string) => (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
  const refusal = async (run: Promise<unknown>) => {
    const error = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(VitrineError);
    return error as VitrineError;
  };
  const FIRST = {
    '0001_create_readings.sql':
      '-- one row is one reading;\nCREATE TABLE IF NOT EXISTS readings (n UInt32) ENGINE = MergeTree ORDER BY n;\n',
  };
  const SECOND = {
    '0002_create_notes.sql':
      "CREATE TABLE IF NOT EXISTS notes (t String DEFAULT 'a;b') ENGINE = MergeTree ORDER BY t;\n\nALTER TABLE notes ADD COLUMN IF NOT EXISTS n UInt32;",
  };

  it('the product’s own files are applied once, into an Atomic database, and a second run does nothing', async () => {
    const address = freshAddress();
    const files = fs.readdirSync(path.resolve('migrations/clickhouse')).filter((name) => name.endsWith('.sql'));
    expect(await migrateWarehouse(address)).toEqual(files.sort());
    expect(await migrateWarehouse(address)).toEqual([]);
    expect(await rows(`SELECT engine FROM system.databases WHERE name = '${address.database}'`)).toEqual([{ engine: 'Atomic' }]);
  });

  it('a new file is applied after the others', async () => {
    const address = freshAddress();
    expect(await migrateWarehouse(address, folderWith(FIRST))).toEqual(['0001_create_readings.sql']);
    expect(await migrateWarehouse(address, folderWith({ ...FIRST, ...SECOND }))).toEqual(['0002_create_notes.sql']);
    expect(await rows(`SELECT name FROM system.columns WHERE database = '${address.database}' AND table = 'notes' ORDER BY name`)).toEqual([
      { name: 'n' },
      { name: 't' },
    ]);
  });

  it.each([
    ['a changed file', { '0001_create_readings.sql': `${FIRST['0001_create_readings.sql']}-- changed` }, '0001_create_readings.sql'],
    ['a missing file', {}, '0001_create_readings.sql'],
    ['a renamed file', { '0001_create_others.sql': FIRST['0001_create_readings.sql'] }, '0001_create_readings.sql'],
    ['a gap', { ...FIRST, '0003_create_notes.sql': 'SELECT 1;' }, '0003_create_notes.sql'],
    ['a repeated number', { ...FIRST, '0001_drop_notes.sql': 'SELECT 1;' }, '0001_drop_notes.sql'],
    ['a name against the rule', { ...FIRST, '2_notes.sql': 'SELECT 1;' }, '2_notes.sql'],
    ['a statement that fails', { ...FIRST, '0002_create_notes.sql': 'CREATE TABLE x;' }, '0002_create_notes.sql'],
  ])('%s is refused by name, with a remedy', async (_case, files, named) => {
    const address = freshAddress();
    await migrateWarehouse(address, folderWith(FIRST));
    const error = await refusal(migrateWarehouse(address, folderWith(files)));
    expect(error.code).toBe('migration');
    expect(error.text.en).toContain(named);
    expect(error.text.zh).toContain(named);
    expect(error.options.remedy?.zh).toBeTruthy();
  });

  it('line ends are no change', async () => {
    const address = freshAddress();
    await migrateWarehouse(address, folderWith(FIRST));
    const crlf = { '0001_create_readings.sql': FIRST['0001_create_readings.sql'].replaceAll('\n', '\r\n') };
    expect(await migrateWarehouse(address, folderWith(crlf))).toEqual([]);
  });

  // appends a row per run of the statement: more than one row would be a file applied twice
  const counting = () => {
    const files: Record<string, string> = {
      '0001_create_runs.sql': 'CREATE TABLE IF NOT EXISTS runs (n UInt32) ENGINE = MergeTree ORDER BY n;',
    };
    for (let n = 2; n <= 5; n++)
      files[`000${n}_count_runs.sql`] = `INSERT INTO runs SELECT ${n} FROM numbers(1) WHERE sleep(${n === 5 ? 3 : 0.2}) = 0;`;
    return folderWith(files);
  };

  it('of six migrators at once each file is applied by exactly one', async () => {
    const address = freshAddress();
    const dir = counting();
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrateWarehouse(address, dir)));
    expect(applied.flat().sort()).toEqual(fs.readdirSync(dir).sort());
    expect(await rows(`SELECT n, toUInt32(count()) AS runs FROM ${address.database}.runs GROUP BY n ORDER BY n`)).toEqual(
      [2, 3, 4, 5].map((n) => ({ n, runs: 1 })),
    );
  });

  it('a migrator that was killed in the middle is completed by the next two, within seconds', async () => {
    const address = freshAddress();
    const dir = counting();
    const script = `require('@app/warehouse').migrateWarehouse(${JSON.stringify(address)}, ${JSON.stringify(dir)})`;
    const killed = spawn(process.execPath, ['-r', path.resolve('tools/run-ts.cjs'), '-e', script], { stdio: 'ignore' });
    for (;;) {
      const found = await rows(`SELECT name FROM system.tables WHERE database = '${address.database}' AND name = 'runs'`);
      if (found.length) break;
      await sleep(20);
    }
    await sleep(300); // the last file takes seconds: it is not done, however busy the machine is
    killed.kill('SIGKILL');
    const applied = await Promise.all([migrateWarehouse(address, dir), migrateWarehouse(address, dir)]);
    expect(applied.flat().length).toBeGreaterThan(0);
    expect(await rows(`SELECT DISTINCT name FROM ${address.database}.schema_migrations ORDER BY name`)).toEqual(
      fs
        .readdirSync(dir)
        .sort()
        .map((name) => ({ name })),
    );
    expect(await rows(`SELECT DISTINCT n FROM ${address.database}.runs ORDER BY n`)).toEqual([2, 3, 4, 5].map((n) => ({ n })));
    expect(await migrateWarehouse(address, dir)).toEqual([]);
  });

  it('a server that does not answer is said to be unavailable', async () => {
    const error = await refusal(migrateWarehouse({ ...instance.clickhouse, url: 'http://127.0.0.1:9' }));
    expect(error.code).toBe('store_unavailable');
  });
});
