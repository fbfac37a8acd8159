// npm run bench:import: the writer alone ÷ INSERT SELECT inside the store, and rows a second of a whole import. Median of three, one run.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ensureBrand } from '@app/database';
import { importFiles } from '@app/ingest';
import { FactRow, FactWriter, entriesTable } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';

const ROWS = Number(process.argv[2] ?? 300_000);
const RUNS = 3;
const START = Date.UTC(2026, 9, 1);

const rowOf = (at: number, run: number): FactRow => ({
  month: 202610,
  account_key: BigInt(at % 10),
  viewer_key: BigInt(at * 7_919 + run) * 1_000_003n,
  entered_at: START + at * 1000,
  entry_key: 0n,
  dwell_seconds: at % 600,
  session_id: `s${at % 50}`,
  entry_id: '',
  traffic_source: '推荐',
  adcode: '',
  device: 'android',
  is_new_account: null,
  brand_id: 1000 + run,
  source: 'file',
  retracted: 0,
  observed_at: START,
  ingested_at: START,
  delivery_id: 1n,
});
const perSecond = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (ROWS / (performance.now() - began)) * 1000;
};
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function written({ warehouse }: TestStores, rows: FactRow[], batchRows: number): Promise<void> {
  const writer = new FactWriter(warehouse, entriesTable, { batchRows });
  for (const row of rows) {
    const wait = writer.add(row);
    if (wait) await wait;
  }
  await writer.finish();
}

/** What the store alone does with the same rows in the same order: from a table without view into the landing table. */
async function inEngine({ warehouse }: TestStores): Promise<void> {
  const names = Object.keys(entriesTable.columns).join(', ');
  await warehouse.command(`INSERT INTO entries_landing (${names}) SELECT ${names} FROM bench_rows`);
}

async function main(): Promise<void> {
  const stores = await openTestStores();
  try {
    const { warehouse, dataSource, secret, dataDir } = stores;
    const brand = await ensureBrand(dataSource, { code: 'bench', name: 'Bench', zone: 'Asia/Shanghai' });
    const figures: Record<string, number[]> = { inEngine: [], writer100000: [], writer10000: [], import: [] };
    await written(stores, [rowOf(0, 0)], 1);
    for (let run = 0; run < RUNS; run++) {
      const rows = Array.from({ length: ROWS }, (_, at) => rowOf(at, run));
      figures.writer100000.push(await perSecond(() => written(stores, rows, 100_000)));
      await warehouse.command('DROP TABLE IF EXISTS bench_rows SYNC');
      await warehouse.command(
        'CREATE TABLE bench_rows ENGINE = Memory AS SELECT * FROM entries_landing WHERE brand_id = {run: UInt32} ORDER BY entered_at',
        {
          run: 1000 + run,
        },
      );
      figures.inEngine.push(await perSecond(() => inEngine(stores)));
      figures.writer10000.push(await perSecond(() => written(stores, rows, 10_000)));
      const file = path.join(dataDir, `bench-${run}.ndjson`);
      const line = (at: number) =>
        JSON.stringify({
          platform: 'douyin',
          accountId: `a${at % 10}`,
          viewer: `v${run}-${at % 90_000}`,
          enteredAt: START + at * 1000,
          dwellSeconds: 5,
        });
      fs.writeFileSync(file, rows.map((_row, at) => line(at)).join('\n'));
      figures.import.push(
        await perSecond(() =>
          importFiles({ warehouse, dataSource, secret, dataDir }, { kind: 'entries', files: [file], brandId: brand.brandId }),
        ),
      );
    }
    const speeds = Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, Math.round(median(values))]));
    const ratio = (name: string) => Number(median(figures[name].map((value, run) => value / figures.inEngine[run])).toFixed(2));
    const ratios = { writer100000: ratio('writer100000'), writer10000: ratio('writer10000'), import: ratio('import') };
    console.log(JSON.stringify({ rows: ROWS, runs: RUNS, rowsPerSecond: speeds, toInEngine: ratios }, null, 2));
  } finally {
    await stores.close();
  }
}
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
