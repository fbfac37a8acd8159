import fc from 'fast-check';
import { FACT_TABLES, type FactRow, type FactTable, collectionDaysAsOf, factsAsOf } from '@app/warehouse';
import { FACTS_FROM, factRow } from '../support/random-facts';
import { TestStores, openTestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const INGESTED_FROM = Date.parse('2027-01-01T00:00:00Z');
const TABLES = FACT_TABLES.map((table) => [table.name, table] as const);

describe('facts as of an instant', () => {
  let stores: TestStores;
  let brands = 0;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  const rowsOf = (from: string, columns: readonly string[], params: object) =>
    stores.warehouse.query<Record<string, unknown>>({
      name: 'test',
      sql: `SELECT ${columns.join(', ')} FROM ${from} WHERE brand_id = {brandId: UInt32} ORDER BY ${columns.join(', ')}`,
      params: { ...params },
    });
  const said = (table: FactTable) => [...table.identity, 'source', ...table.payload, 'observed_at'];
  const deliver = (table: FactTable, rows: FactRow[], more: { brand_id: number; ingested_at: number; delivery_id: number }) =>
    stores.warehouse.insert(
      table,
      rows.map((row) => ({ ...row, ...more })),
    );

  it.each(TABLES)('%s: of any deliveries, what holds as of each instant is what held then; as of now, what holds now', async (_, table) => {
    const met = { corrected: 0, retracted: 0 };
    const deliveries = fc.array(fc.array(factRow(table), { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(deliveries, fc.nat({ max: 2 }), async (batches, repeated) => {
        const brandId = ++brands;
        const held: { asOf: number; rows: unknown[] }[] = [];
        // one batch comes again at the end: it changes nothing
        for (const [at, rows] of [...batches, batches[repeated % batches.length]].entries()) {
          const asOf = INGESTED_FROM + at;
          await deliver(table, rows, { brand_id: brandId, ingested_at: asOf, delivery_id: at + 1 });
          held.push({ asOf, rows: await rowsOf(`${table.name} FINAL`, said(table), { brandId }) });
        }
        const identities = new Set(batches.flat().map((row) => JSON.stringify([...table.identity, 'source'].map((column) => row[column]))));
        met.retracted += identities.size - held[held.length - 1].rows.length;
        met.corrected += batches.flat().length - identities.size;
        for (const { asOf, rows } of held) expect(await rowsOf(factsAsOf(table), said(table), { brandId, asOf })).toEqual(rows);
        expect(await rowsOf(factsAsOf(table), said(table), { brandId, asOf: INGESTED_FROM - 1 })).toEqual([]);
      }),
      { seed: SEED, numRuns: 4 },
    );
    expect(met.corrected).toBeGreaterThan(0);
    expect(met.retracted).toBeGreaterThan(0);
  });

  it.each(TABLES)('%s: has the column types of the table itself', async (_, table) => {
    const types = async (from: string) =>
      new Map(
        (
          await stores.warehouse.query<{ name: string; type: string }>({
            name: 'test',
            sql: `DESCRIBE (SELECT ${said(table).join(', ')} FROM ${from})`,
            params: { asOf: 0 },
          })
        ).map(({ name, type }) => [name, type.replace(/LowCardinality\((.*)\)/, '$1')]),
      );
    expect(await types(factsAsOf(table))).toEqual(await types(`${table.name} FINAL`));
  });

  it.each(TABLES)('%s: a condition on the identity reaches the log', async (_, table) => {
    const first = table.identity.find((column) => column !== 'month')!;
    const value = first === 'dealer_id' ? "'a'" : '7';
    const plan = await stores.warehouse.query<{ explain: string }>({
      name: 'test',
      sql: `EXPLAIN actions = 1 SELECT count() FROM ${factsAsOf(table)} WHERE brand_id = 1 AND ${first} = ${value}`,
      params: { asOf: 0 },
    });
    const read = plan
      .map(({ explain }) => explain)
      .join('\n')
      .split('ReadFromMergeTree')[1];
    expect(read).toMatch(new RegExp(`Prewhere filter column:.*${first}`));
  });

  it('collected days: as of each instant the mark with the latest observation among those that had come', async () => {
    const { warehouse } = stores;
    const mark = (complete: number, observed: number) =>
      warehouse.insertRows('collection_days', [
        {
          brand_id: 900,
          account_key: '1',
          kind: 'videos',
          day: '2026-10-01',
          complete,
          observed_at: new Date(FACTS_FROM + observed).toISOString(),
        },
      ]);
    const known = async (asOf: number) =>
      (await rowsOf(collectionDaysAsOf(), ['complete'], { brandId: 900, asOf })).map(({ complete }) => complete);
    const pause = () => new Promise((done) => setTimeout(done, 20));
    const instants = [Date.now()];
    for (const [complete, observed] of [
      [0, 1],
      [1, 5],
      [0, 3],
    ]) {
      await pause();
      await mark(complete, observed);
      await pause();
      instants.push(Date.now());
    }
    expect(await Promise.all(instants.map(known))).toEqual([[], [0], [1], [1]]);
    expect(await rowsOf('collection_days FINAL', ['complete'], { brandId: 900 })).toEqual([{ complete: 1 }]);
  });
});
