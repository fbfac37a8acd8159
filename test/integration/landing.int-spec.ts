import fc from 'fast-check';
import {
  FACT_TABLES,
  type FactRow,
  type FactTable,
  applyRetention,
  compareFacts,
  differingRows,
  entriesTable,
  factsAsOf,
  landingFloor,
  rebuildFacts,
  sampleFactKeys,
  sessionsTable,
  trimStatement,
} from '@app/warehouse';
import { verifyFacts } from '../../apps/cli/src/verify/verify-facts';
import { FACTS_FROM, factRow } from '../support/random-facts';
import { TestStores, openTestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const DAY = 86_400_000;
/** What is ingested before this instant is older than the landing log is kept. */
const FLOOR = Date.parse('2027-01-01T00:00:00Z');
const DAYS = 62;
const NOW = FLOOR + DAYS * DAY;
const TABLES = FACT_TABLES.map((table) => [table.name, table] as const);

describe('the landing log', () => {
  let stores: TestStores;
  let brands = 0;
  let deliveries = 0;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  const said = (table: FactTable) => [...table.identity, 'source', ...table.payload, 'observed_at'];
  const rowsOf = (table: FactTable, from: string, params: object) =>
    stores.warehouse.query<Record<string, unknown>>({
      name: 'test',
      sql: `SELECT ${said(table).join(', ')} FROM ${from} WHERE brand_id = {brandId: UInt32} ORDER BY ${said(table).join(', ')}`,
      params: { ...params },
    });
  const deliver = (table: FactTable, rows: FactRow[], more: { brand_id: number; ingested_at: number }) =>
    stores.warehouse.insert(
      table,
      rows.map((row) => ({ ...row, ...more, delivery_id: ++deliveries })),
    );
  const logged = async (table: FactTable, brandId: number) =>
    Number(
      (
        await stores.warehouse.query<{ n: string }>({
          name: 'test',
          sql: `SELECT count() AS n FROM ${table.name}_landing WHERE brand_id = {brandId: UInt32}`,
          params: { brandId },
        })
      )[0].n,
    );
  /** A brand with one random history of a table, half of it before the floor. */
  const history = async (table: FactTable, seed: number): Promise<number> => {
    const brandId = ++brands;
    const batches = fc.sample(fc.array(factRow(table), { minLength: 8, maxLength: 16 }), { seed, numRuns: 4 });
    const corrected = batches[0].map((row) => ({ ...row, observed_at: Number(row.observed_at) + 1 }));
    for (const [at, rows] of [batches[0], corrected, ...batches.slice(1)].entries())
      await deliver(table, rows, { brand_id: brandId, ingested_at: FLOOR + at - 3 });
    return brandId;
  };
  const entry = (account: number, more: Partial<FactRow> = {}): FactRow => ({
    month: 202602,
    account_key: account,
    viewer_key: 4711,
    entered_at: FACTS_FROM + 2 * DAY,
    entry_key: 0,
    dwell_seconds: 60,
    session_id: 's',
    entry_id: '',
    traffic_source: '',
    adcode: '',
    device: '',
    is_new_account: null,
    source: 'file',
    retracted: 0,
    observed_at: FACTS_FROM,
    ...more,
  });

  it.each(TABLES)('%s: what is lost is found by key and rebuilt out of the log; otherwise nothing is found', async (_, table) => {
    const brandId = await history(table, SEED);
    const check = { table, brandId, keys: null };
    expect(await compareFacts(stores.warehouse, check)).toEqual([]);
    const before = await rowsOf(table, `${table.name} FINAL`, { brandId });
    await stores.warehouse.command(`DELETE FROM ${table.name} WHERE brand_id = {brandId: UInt32} AND source = 'file'`, { brandId });
    const found = await compareFacts(stores.warehouse, check);
    const lost = before.filter(({ source }) => source === 'file').length;
    expect(lost).toBeGreaterThan(0);
    expect(found.reduce((sum, { landingRows, factRows }) => sum + landingRows - factRows, 0)).toBe(lost);
    await rebuildFacts(stores.warehouse, { ...check, keys: found });
    expect(await rowsOf(table, `${table.name} FINAL`, { brandId })).toEqual(before);
    expect(await compareFacts(stores.warehouse, check)).toEqual([]);
  });

  it.each(TABLES)(
    '%s: trimmed, it answers as of every instant since the floor as before, and the table can be rebuilt from nothing',
    async (_, table) => {
      const brandId = await history(table, SEED + 1);
      const instants = [FLOOR, FLOOR + 1, NOW];
      const answers = () => Promise.all(instants.map((asOf) => rowsOf(table, factsAsOf(table), { brandId, asOf })));
      const [before, log, held] = [await answers(), await logged(table, brandId), await rowsOf(table, `${table.name} FINAL`, { brandId })];
      const { floor, removed } = await applyRetention(stores.warehouse, DAYS, NOW);
      expect(floor).toBe(FLOOR);
      expect(removed[table.name]).toBeGreaterThan(0);
      expect(await logged(table, brandId)).toBeLessThan(log);
      expect(await answers()).toEqual(before);
      await stores.warehouse.command(`TRUNCATE TABLE ${table.name}`);
      await rebuildFacts(stores.warehouse, { table, brandId, keys: null });
      expect(await rowsOf(table, `${table.name} FINAL`, { brandId })).toEqual(held);
      expect((await applyRetention(stores.warehouse, DAYS, NOW)).removed).toEqual({});
    },
  );

  it('a wrong value is told with column and both values, a viewer with neither; a rebuild puts it right', async () => {
    const { warehouse } = stores;
    const brandId = ++brands;
    await deliver(entriesTable, [entry(1), entry(2)], { brand_id: brandId, ingested_at: NOW });
    await warehouse.command(
      'ALTER TABLE entries UPDATE dwell_seconds = 61 WHERE brand_id = {brandId: UInt32} AND account_key = 2 SETTINGS mutations_sync = 2',
      {
        brandId,
      },
    );
    const check = { table: entriesTable, brandId, keys: null };
    const found = await compareFacts(warehouse, check);
    expect(found).toMatchObject([{ table: 'entries', subject: '2', month: 202602, landingRows: 1, factRows: 1 }]);
    const rows = await differingRows(warehouse, { ...check, keys: found }, 10);
    expect(rows).toMatchObject([
      {
        missingIn: null,
        identity: { account_key: '2', viewer_key: '(not shown)' },
        columns: [{ column: 'dwell_seconds', landing: '60', fact: '61' }],
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('4711');
    await rebuildFacts(warehouse, { ...check, keys: found });
    expect(await compareFacts(warehouse, check)).toEqual([]);
  });

  it('a row that no delivery brought is told and stays', async () => {
    const { warehouse } = stores;
    const brandId = ++brands;
    await warehouse.command(
      `INSERT INTO sessions (brand_id, account_key, session_id, started_at, source, version) SELECT {brandId: UInt32}, 5, 'x', '2026-02-03 00:00:00', 'file', 1`,
      { brandId },
    );
    const check = { table: sessionsTable, brandId, keys: null };
    const found = await compareFacts(warehouse, check);
    expect(found).toMatchObject([{ subject: '5', month: 202602, landingRows: 0, factRows: 1 }]);
    expect(await differingRows(warehouse, { ...check, keys: found }, 10)).toMatchObject([{ missingIn: 'landing' }]);
    await rebuildFacts(warehouse, check);
    expect(await compareFacts(warehouse, check)).toHaveLength(1);
  });

  it('a sample is decided by its seed, and finds what is wrong in its keys', async () => {
    const { warehouse } = stores;
    const brandId = ++brands;
    await deliver(
      entriesTable,
      Array.from({ length: 30 }, (_unused, account) => entry(account)),
      { brand_id: brandId, ingested_at: NOW },
    );
    const sample = (seed: number, keys = 5) => sampleFactKeys(warehouse, { table: entriesTable, brandId }, { keys, seed });
    const keys = await sample(1);
    expect(keys).toHaveLength(5);
    expect(await sample(1)).toEqual(keys);
    expect(await sample(2)).not.toEqual(keys);
    expect(await sample(1, 100)).toHaveLength(30);
    await warehouse.command('DELETE FROM entries WHERE brand_id = {brandId: UInt32}', { brandId });
    expect(await compareFacts(warehouse, { table: entriesTable, brandId, keys })).toHaveLength(5);
  });

  it('verify names the account and the month that differ, in a sample or in everything, and repairs them when asked', async () => {
    const { warehouse } = stores;
    const brandId = ++brands;
    await deliver(entriesTable, [entry(1), entry(2)], { brand_id: brandId, ingested_at: NOW });
    await warehouse.insertRows('account_keys', [{ brand_id: brandId, account_key: '2', platform: 'douyin', account_id: '007' }]);
    await warehouse.command('DELETE FROM entries WHERE brand_id = {brandId: UInt32} AND account_key = 2', { brandId });
    const brand = { brandId, code: 'b', name: 'b', zone: 'Asia/Shanghai' };
    const told: string[] = [];
    const verify = async (sample: { keys: number; seed: number } | null, repair: boolean) => {
      const verdicts = await verifyFacts(warehouse, brand, { sample, repair }, ({ table }) => told.push(table));
      return verdicts.flatMap(({ differences }) => differences);
    };
    const differing = { table: 'entries', name: 'douyin/007', month: 202602, landingRows: 1, factRows: 0 };
    expect(await verify(null, false)).toMatchObject([{ ...differing, rows: [{ missingIn: 'fact' }], repaired: false }]);
    expect(await verify({ keys: 9, seed: 3 }, true)).toMatchObject([{ ...differing, repaired: true }]);
    expect(await verify(null, false)).toEqual([]);
    expect(told).toHaveLength(3 * FACT_TABLES.length);
  });

  it('the statement for a cluster is one that the server understands', async () => {
    for (const table of FACT_TABLES) {
      const sql = trimStatement(table, 'month' in table.columns, { cluster: 'main', database: 'vitrine' });
      await stores.warehouse.query({ name: 'test', sql: `EXPLAIN AST ${sql}`, params: { floor: FLOOR, month: 202602, undone: [] } });
    }
  });

  it('the log is kept for 62 days at least, and the floor only rises', async () => {
    const { warehouse } = stores;
    await expect(applyRetention(warehouse, 61, NOW)).rejects.toMatchObject({ code: 'bad_input' });
    await expect(applyRetention(warehouse, Number.NaN, NOW)).rejects.toMatchObject({ code: 'bad_input' });
    await applyRetention(warehouse, DAYS, NOW);
    expect((await applyRetention(warehouse, DAYS + 100, NOW)).floor).toBe(FLOOR);
    expect(await landingFloor(warehouse)).toBe(FLOOR);
  });
});
