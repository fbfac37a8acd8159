import { FactRow, Warehouse, entriesTable, migrateWarehouse } from '@app/warehouse';
import type { Bench } from '../bench';
import type { Goal, GoalGroup } from '../goal';
import { entryRow } from '../ingest-rows';
import { pairedRatio } from '../timing';
import { writeRows } from '../write-rows';

/** A database of its own beside the data, so that what is written here changes no other goal. */
export const INGEST_DATABASE = 'bench_ingest';
/** Six batches of the larger size: with fewer, beginning and end, where one core has nothing to do, are most of the time. */
const ROWS = 600_000;
const ACCOUNTS = 50;
const RUNS = 5;

export async function ingestAddress(bench: Bench): Promise<Bench['instance']['clickhouse']> {
  const address = { ...bench.instance.clickhouse, database: INGEST_DATABASE };
  await bench.once('ingest database', () => migrateWarehouse(address));
  return address;
}

/** Objects that exist before the clock starts; the store's side reads the same rows from memory, into the same table with the same views. */
async function ratio(bench: Bench, batch: number) {
  const warehouse = Warehouse.connect(await ingestAddress(bench));
  try {
    const rows: FactRow[] = Array.from({ length: ROWS }, (_, at) => entryRow(at, 1, ACCOUNTS));
    const names = Object.keys(entriesTable.columns).join(', ');
    await warehouse.command('TRUNCATE TABLE entries_landing');
    await warehouse.command('DROP TABLE IF EXISTS bench_rows SYNC');
    await writeRows(warehouse, rows, 100_000);
    await warehouse.command(`CREATE TABLE bench_rows ENGINE = Memory AS SELECT ${names} FROM entries_landing`);
    const inEngine = () => warehouse.command(`INSERT INTO entries_landing (${names}) SELECT ${names} FROM bench_rows`);
    return await pairedRatio(RUNS, inEngine, () => writeRows(warehouse, rows, batch));
  } finally {
    await warehouse.close();
  }
}

const perSecond = (ms: number) => `${Math.round((ROWS / ms) * 1000).toLocaleString('en')} rows/s`;

const goal = (batch: number, percent: number): Goal => ({
  name: `writer ÷ in-engine insert, batches of ${batch.toLocaleString('en')}`,
  unit: '%',
  bound: { atLeast: percent },
  measure: async (bench) => {
    const pair = await ratio(bench, batch);
    return {
      value: pair.ratio * 100,
      note: `writer ${perSecond(pair.denominator)}, in-engine ${perSecond(pair.numerator)}, ${pair.runs} pairs`,
    };
  },
});

export const ingest: GoalGroup = {
  name: 'ingest',
  goals: [goal(100_000, 60), goal(10_000, 35)],
};
