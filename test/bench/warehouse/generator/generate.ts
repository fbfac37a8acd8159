import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bench, progress } from '../bench';
import { withDeliveries } from './deliveries';
import { FOLLOWERS, SESSIONS, VIDEOS, entriesOf } from './facts.sql';
import { generateState } from './state';
import { YEAR, YearMonth, ZONE } from './year';

/** Of the generator: data made by another version is not used again. */
const VERSION = 2;
const MARKER = 'bench-data.json';
const MERGED = ['entries', 'entries_landing'];

/** Fills the instance with these months unless it already holds the same data (`--keep`). */
export async function ensureData(bench: Bench, months: readonly YearMonth[] = YEAR): Promise<void> {
  const { rows, accounts } = bench.options;
  const made = JSON.stringify({ version: VERSION, rows, accounts, ...(months === YEAR ? {} : { months: months.length }) });
  const marker = bench.file(MARKER);
  if (fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === made) return progress(`using the data of ${bench.dataDir}`);
  await emptyFacts(bench);
  progress(`generating ${rows.toLocaleString('en')} entries of ${accounts.toLocaleString('en')} accounts`);
  await generateState(bench);
  for (const month of months) {
    await generateMonth(bench, month);
    progress(`  ${month.month}`);
  }
  fs.writeFileSync(marker, made);
}

/** An interrupted run leaves months behind. */
async function emptyFacts(bench: Bench): Promise<void> {
  const tables = await bench.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree') AND NOT startsWith(name, 'schema_migrations')`,
  );
  for (const { name } of tables) await bench.run('TRUNCATE TABLE {name: Identifier}', { name });
}

async function generateMonth(bench: Bench, month: YearMonth): Promise<void> {
  const { rows, accounts } = bench.options;
  const first = Math.floor((rows / 12) * month.index);
  const params = {
    brandId: bench.brandId,
    zone: ZONE,
    index: month.index,
    month: month.yyyymm,
    from: month.from,
    days: month.days,
    accountCount: accounts,
    first,
    count: Math.floor((rows / 12) * (month.index + 1)) - first,
  };
  await withDeliveries(bench, `${month.month}-first`, month.days, async (deliveries) => {
    for (const sql of [SESSIONS, FOLLOWERS, VIDEOS, entriesOf('first')]) await bench.run(sql, { ...params, deliveries });
  });
  await withDeliveries(bench, `${month.month}-late`, 1, async ([lateDelivery]) => {
    for (const kind of ['corrections', 'second'] as const) await bench.run(entriesOf(kind), { ...params, lateDelivery });
  });
}

/** Merges facts month by month, as closed months are; both tables at once, for a merge uses one core. */
export async function mergeFacts(bench: Bench): Promise<void> {
  for (const { yyyymm } of YEAR)
    await Promise.all(
      MERGED.map((table) =>
        bench.run(
          'OPTIMIZE TABLE {table: Identifier} PARTITION ID {partition: String} FINAL SETTINGS optimize_skip_merged_partitions = 1',
          {
            table,
            partition: String(yyyymm),
          },
        ),
      ),
    );
}

const SETTLE_MS = 120_000;

/** Waits until nothing merges in the background: that would be in the figures. */
export async function settle(bench: Bench): Promise<void> {
  for (const until = Date.now() + SETTLE_MS; Date.now() < until; await sleep(1000)) {
    const [{ merges }] = await bench.rows<{ merges: string }>('SELECT count() AS merges FROM system.merges');
    if (merges === '0') return;
  }
  progress('  merges go on in the background');
}
