import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadSettings } from '@app/config';
import { Instance, openInstance } from '@app/embedded';
import {
  FactRow,
  Warehouse,
  assertSchema,
  entriesTable,
  migrateWarehouse,
  serverVersion,
  untestedVersion,
  versionOf,
} from '@app/warehouse';

jest.setTimeout(300_000);
const START = Date.UTC(2026, 8, 15);
const MIGRATIONS = path.resolve(__dirname, '../../migrations/clickhouse');
/** The file that takes columns out of `entries`. */
const SHRINK = 14;

/** An entry whose neighbours differ in one of what decides between deliveries: observation, retraction, dwell, the rest. */
const entry = (at: number, batch: number): FactRow => ({
  month: 202609,
  account_key: BigInt(at % 3),
  viewer_key: BigInt(at % 50),
  entered_at: START + (at % 200) * 1000,
  entry_key: 0n,
  dwell_seconds: at % 4 === 0 ? null : (at * (batch + 1)) % 90,
  session_id: `s${(at + batch) % 4}`,
  entry_id: '',
  traffic_source: ['推荐', ''][(at + batch) % 2],
  adcode: '',
  device: '',
  is_new_account: null,
  brand_id: 1,
  source: 'file',
  retracted: (at + batch) % 7 === 0 ? 1 : 0,
  observed_at: START + ((at + batch) % 3),
  ingested_at: START + batch,
  delivery_id: BigInt(batch + 1),
});
/** As declared before entries carried a second key. */
const columnsThen = Object.fromEntries(Object.entries(entriesTable.columns).filter(([name]) => name !== 'next_viewer_key'));
const entriesThen = { ...entriesTable, columns: columnsThen };
const batchOf = (batch: number) => Array.from({ length: 600 }, (_, at) => entry(at * (batch + 1), batch));

describe('the schema of the fact store', () => {
  let instance: Instance;
  let warehouse: Warehouse;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-schema-'));
  const folder = (last: number) => {
    const copy = fs.mkdtempSync(path.join(dir, 'migrations-'));
    for (const name of fs.readdirSync(MIGRATIONS))
      if (Number(name.slice(0, 4)) <= last) fs.copyFileSync(path.join(MIGRATIONS, name), path.join(copy, name));
    return copy;
  };
  const openDatabase = async (database: string) => {
    await warehouse?.close();
    warehouse = Warehouse.connect({ ...instance.clickhouse, database });
    return { ...instance.clickhouse, database };
  };
  /** Every row that wins, whole. */
  const state = () =>
    warehouse.query({
      name: 'test.state',
      sql: `SELECT viewer_key, entered_at, account_key, dwell_seconds, session_id, traffic_source, toUnixTimestamp64Milli(observed_at) AS observed, version
        FROM entries FINAL ORDER BY ALL`,
    });
  const wins = () =>
    warehouse.query({
      name: 'test.wins',
      sql: `SELECT viewer_key, entered_at, account_key, argMax(tuple(dwell_seconds, session_id, traffic_source), ${versionOf(entriesTable)}) AS said,
        max(${versionOf(entriesTable)}) AS version FROM entries_landing GROUP BY viewer_key, entered_at, account_key, entry_key, source
        HAVING argMax(retracted, ${versionOf(entriesTable)}) = 0 ORDER BY ALL`,
    });

  beforeAll(async () => {
    instance = await openInstance(loadSettings({ VITRINE_DATA: path.join(dir, 'data') }));
  });
  afterAll(async () => {
    await warehouse?.close();
    await instance?.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it('a store with facts is brought to the shorter entries without losing a row, while rows come in; the step can run again', async () => {
    const address = await openDatabase('grown');
    await migrateWarehouse(address, folder(SHRINK - 1));
    for (let batch = 0; batch < 3; batch++) await warehouse.insert(entriesThen, batchOf(batch));
    const before = await state();
    expect(before.length).toBeGreaterThan(100);
    const hashes = () =>
      warehouse.query({ name: 'test.hashes', sql: 'SELECT row_hash, count() FROM entries_landing GROUP BY row_hash ORDER BY ALL' });
    const hashed = await hashes();
    await migrateWarehouse(address, folder(SHRINK));
    expect(await state()).toEqual(before);
    expect(await hashes()).toEqual(hashed);
    const file = path.join(
      MIGRATIONS,
      fs.readdirSync(MIGRATIONS).find((name) => name.startsWith('0014'))!,
    );
    const again = fs
      .readFileSync(file, 'utf8')
      .split(/;\n/)
      .filter((statement) => /^[A-Z]/m.test(statement));
    const arriving = (async () => {
      for (let batch = 3; batch < 12; batch++) await warehouse.insert(entriesThen, batchOf(batch));
    })();
    for (const statement of again) await warehouse.command(statement);
    await arriving;
    await warehouse.insert(entriesThen, batchOf(0));
    const won = (await wins()) as { version: string; said: unknown[] }[];
    const kept = (await state()) as { version: string; dwell_seconds: unknown; session_id: unknown; traffic_source: unknown }[];
    expect(kept.map(({ version }) => version).sort()).toEqual(won.map(({ version }) => version).sort());
    expect(new Set(kept.map((row) => JSON.stringify([row.version, row.dwell_seconds, row.session_id, row.traffic_source])))).toEqual(
      new Set(won.map(({ version, said }) => JSON.stringify([version, ...said]))),
    );
    await migrateWarehouse(address);
    await expect(assertSchema(warehouse)).resolves.toBeUndefined();
    // a further column that says 0 leaves the order of all deliveries as it was, also of those that come again
    await warehouse.insert(entriesTable, batchOf(1));
    expect(await wins()).toEqual(won);
    expect(await state()).toEqual(kept);
  });

  it('a store as its migrations leave it is as declared, on a tested version', async () => {
    await migrateWarehouse(await openDatabase('plain'));
    await expect(assertSchema(warehouse)).resolves.toBeUndefined();
    expect(untestedVersion(await serverVersion(warehouse))).toBeNull();
  });

  it.each([
    [
      'a type',
      'ALTER TABLE minutes_landing MODIFY COLUMN concurrent Nullable(UInt32)',
      'minutes_landing.concurrent: declared Nullable(UInt64), found Nullable(UInt32)',
    ],
    ['a missing column', 'ALTER TABLE sessions DROP COLUMN host', 'sessions.host: declared String, but it is not there'],
    ['a missing view', 'DROP VIEW leads_arrival', 'leads_arrival.*: declared MaterializedView, but it is not there'],
    ['a missing table', 'DROP TABLE footfall_landing', 'footfall_landing.dealer_id: declared String, but it is not there'],
  ])('%s that differs stops the start, in words', async (_, change, words) => {
    await warehouse.command(change);
    await expect(assertSchema(warehouse)).rejects.toMatchObject({
      code: 'wrong_version',
      options: { remedy: { en: expect.stringContaining('vitrine migrate') as string }, details: expect.arrayContaining([]) as unknown },
    });
    const error = (await assertSchema(warehouse).catch((thrown: unknown) => thrown)) as {
      options: { details: { field: string; message: string }[] };
    };
    expect(error.options.details.map(({ field, message }) => `${field}: ${message.split(' · ')[0]}`)).toContain(words);
  });
});
