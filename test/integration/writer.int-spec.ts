import { FACT_TABLES, FactRow, FactTable, FactWriter, UnencodableRow, Warehouse, entriesTable, minutesTable } from '@app/warehouse';
import { Fault, HostileProxy } from '../support/hostile-proxy';
import { TestStores, openTestStores } from '../support/stores';

const START = Date.UTC(2026, 8, 15);
const DAY = 86_400_000;

const entry = (at: number, brand: number, dwell = at % 900): FactRow => ({
  month: 202609 + (at % 3),
  account_key: BigInt(at % 7),
  viewer_key: BigInt.asUintN(64, BigInt(at) * 0x9e3779b97f4a7c15n),
  entered_at: START + at * 1_237,
  entry_key: 0n,
  dwell_seconds: at % 5 === 0 ? null : dwell,
  session_id: `s${at % 40}`,
  entry_id: '',
  traffic_source: ['推荐', '关注', ''][at % 3],
  adcode: '440106',
  device: '',
  is_new_account: at % 2,
  brand_id: brand,
  source: 'file',
  retracted: 0,
  observed_at: START,
  ingested_at: START,
  delivery_id: 1n,
});
const entriesOf = (count: number, brand: number) => Array.from({ length: count }, (_, at) => entry(at, brand));

async function write(writer: FactWriter, rows: Iterable<FactRow>): Promise<void> {
  for (const row of rows) {
    const wait = writer.add(row);
    if (wait) await wait;
  }
  await writer.finish();
}

/** What the fact table says of a brand, against what it should say. */
async function assertExactly(warehouse: Warehouse, brand: number, rows: FactRow[]): Promise<void> {
  const found = await warehouse.query<Record<string, unknown>>({
    name: 'test.entries',
    sql: `SELECT toString(viewer_key) AS viewer, toUnixTimestamp64Milli(entered_at) AS at, month, dwell_seconds AS dwell, session_id AS session,
      traffic_source AS traffic FROM entries FINAL WHERE brand_id = {brand: UInt32} ORDER BY at, viewer`,
    params: { brand },
  });
  const expected = rows.map((row) => ({
    viewer: String(row.viewer_key),
    at: String(row.entered_at),
    month: row.month,
    dwell: row.dwell_seconds,
    session: row.session_id,
    traffic: row.traffic_source,
  }));
  expect(found).toEqual(expected);
}

describe('the writer', () => {
  let stores: TestStores;
  let proxy: HostileProxy;
  let through: Warehouse;

  beforeAll(async () => {
    stores = await openTestStores();
    proxy = await HostileProxy.before(stores.instance.clickhouse.url);
    through = Warehouse.connect({ ...stores.instance.clickhouse, url: proxy.embeddedUrl });
  });
  afterEach(() => (proxy.fault = () => undefined));
  afterAll(async () => {
    await through?.close();
    await proxy?.close();
    await stores?.close();
  });

  const onInserts = (faults: Fault[], often: number) => {
    let turn = 0;
    proxy.struck = 0;
    proxy.fault = ({ statement }) =>
      statement.startsWith('INSERT') && ++turn % often === 0 ? faults[(turn / often) % faults.length] : undefined;
  };

  it('whatever happens to its connections, every row is there once it has finished: nothing twice, nothing half', async () => {
    const rows = entriesOf(9_000, 1);
    onInserts(
      [
        { do: 'reset-before' },
        { do: 'reset-in-request', after: 0 },
        { do: 'reset-in-request', after: 40_000 },
        { do: 'reset-after' },
        { do: 'half-answer', after: 0 },
        { do: 'twice' },
      ],
      2,
    );
    await write(new FactWriter(through, entriesTable, { batchRows: 400 }), rows);
    expect(proxy.struck).toBeGreaterThan(12);
    await assertExactly(stores.warehouse, 1, rows);
  });

  it('a store that never answers ends the writing with an error, after which nothing is under way; the same rows again are exact', async () => {
    const rows = entriesOf(2_000, 2);
    onInserts([{ do: 'reset-in-request', after: 5_000 }], 1);
    const writer = new FactWriter(through, entriesTable, { batchRows: 300, retryMs: 200 });
    await expect(write(writer, rows)).rejects.toMatchObject({ code: 'store_unavailable' });
    const struck = proxy.struck;
    proxy.fault = () => undefined;
    await write(new FactWriter(through, entriesTable), rows);
    expect(proxy.struck).toBe(struck);
    await assertExactly(stores.warehouse, 2, rows);
  });

  it('two writers at once, one with corrections, end in the state of the later observation', async () => {
    const rows = entriesOf(4_000, 3);
    const corrected = rows.map((row, at) => (at % 3 === 0 ? { ...row, dwell_seconds: 7, observed_at: START + 1 } : row));
    await Promise.all([
      write(new FactWriter(through, entriesTable, { batchRows: 250 }), corrected),
      write(new FactWriter(through, entriesTable, { batchRows: 333 }), rows),
      write(new FactWriter(stores.warehouse, entriesTable, { batchRows: 100_000 }), rows),
    ]);
    await assertExactly(stores.warehouse, 3, corrected);
  });

  it('a row that cannot be encoded is named by its column and left out; the rows around it arrive', async () => {
    const writer = new FactWriter(stores.warehouse, entriesTable);
    const rows = entriesOf(100, 4);
    for (const row of rows) {
      expect(() => writer.add({ ...row, entry_id: 'half', adcode: 'only here', brand_id: 2 ** 33 })).toThrow(UnencodableRow);
      expect(() => writer.add({ ...row, dwell_seconds: -1 })).toThrow('column dwell_seconds cannot hold its value');
      await writer.add(row);
    }
    await writer.finish();
    await assertExactly(stores.warehouse, 4, rows);
    const odd = await stores.warehouse.query({
      name: 'test.odd',
      sql: `SELECT 1 FROM entries_landing WHERE entry_id = 'half' OR adcode = 'only here'`,
    });
    expect(odd).toEqual([]);
  });

  it('a row does not wait for others: it is written by its age', async () => {
    const writer = new FactWriter(stores.warehouse, entriesTable, { maxAgeMs: 40 });
    const rows = entriesOf(1, 5);
    await writer.add(rows[0]);
    const count = async () =>
      (await stores.warehouse.query<{ n: string }>({ name: 'test.count', sql: 'SELECT count() AS n FROM entries WHERE brand_id = 5' }))[0]
        .n;
    while ((await count()) === '0') await new Promise((resolve) => setTimeout(resolve, 20));
    await writer.finish();
    await assertExactly(stores.warehouse, 5, rows);
  });

  it('rows that jump between hundreds of partitions neither stay behind nor pile up', async () => {
    const writer = new FactWriter(stores.warehouse, minutesTable);
    const rows = Array.from({ length: 900 }, (_, at) => ({
      ...rowOf(minutesTable, at),
      minute: Date.UTC(2000, (at * 7) % 150, 1),
      session_id: `m${at}`,
      brand_id: 6,
    }));
    await write(writer, rows);
    expect(writer.partitions.size).toBe(150);
    const [{ n }] = await stores.warehouse.query<{ n: string }>({
      name: 'test.count',
      sql: 'SELECT count() AS n FROM minutes FINAL WHERE brand_id = 6',
    });
    expect(n).toBe('900');
  });

  it('an insert under a delivery that is over is not begun', async () => {
    const rows = entriesOf(10, 7);
    const over = new Error('the delivery is over');
    const writer = new FactWriter(stores.warehouse, entriesTable, { beforeInsert: () => Promise.reject(over) });
    await expect(write(writer, rows)).rejects.toBe(over);
    await assertExactly(stores.warehouse, 7, []);
  });

  it.each(FACT_TABLES.map((table) => [table.name, table] as const))(
    'every value of every column of %s comes back as it went',
    async (_, table) => {
      const rows = Array.from({ length: 300 }, (__, at): FactRow => ({ ...rowOf(table, at), brand_id: 8, delivery_id: BigInt(at) }));
      await stores.warehouse.insert(table, rows);
      const columns = Object.entries(table.columns);
      const read = columns.map(
        ([name, type]) => `${type.includes('DateTime64') ? `toUnixTimestamp64Milli(${name})` : name}::Nullable(String) AS ${name}`,
      );
      const found = await stores.warehouse.query<Record<string, string | null>>({
        name: 'test.landing',
        sql: `SELECT ${read.join(', ')} FROM ${table.name}_landing AS t WHERE t.brand_id = 8 ORDER BY t.delivery_id`,
      });
      expect(found).toEqual(rows.map((row) => Object.fromEntries(columns.map(([name]) => [name, textOf(row[name])]))));
    },
  );
});

const decimal = (at: number) => `${at * 13}.${String(1 + (at % 9))}`;
/** A value of the type that differs from row to row and reaches its ends. */
function valueOf(type: string, at: number): FactRow[string] {
  const inner = /^Nullable\((.*)\)$/.exec(type)?.[1];
  if (inner) return at % 3 === 0 ? null : valueOf(inner, at);
  switch (type) {
    case 'UInt8':
      return at % 2;
    case 'UInt32':
      return at === 1 ? 4_294_967_295 : at;
    case 'UInt64':
      return at % 4 === 0
        ? 2n ** 64n - 1n - BigInt(at)
        : at % 4 === 1
          ? at * 1_000_000_007
          : at % 4 === 2
            ? String(2 ** 53 + 2 * at)
            : BigInt(at);
    case 'Date':
      return new Date(START + at * DAY).toISOString().slice(0, 10);
    case 'DateTime64(3)':
      return START + at * 86_400_123;
    case 'Decimal(18, 4)':
      return at % 2 ? decimal(at) : `-${decimal(at)}`;
    default:
      return at % 4 === 0 ? '' : at % 4 === 1 ? `text ${at % 50}` : at % 4 === 2 ? `观众说${'，'.repeat(at)}` : '🚗 '.repeat(at);
  }
}
function rowOf(table: FactTable, at: number): FactRow {
  const row: FactRow = {};
  Object.entries(table.columns).forEach(([name, type], place) => (row[name] = valueOf(type, at + (name === 'retracted' ? 0 : place))));
  return { ...row, ...('month' in table.columns ? { month: 202601 + (at % 12) } : {}), retracted: 0 };
}
const textOf = (value: FactRow[string]): string | null => (value === null ? null : String(value));
