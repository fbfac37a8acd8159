import type { Bench } from '../bench';
import { ASKED } from '../generator/year';
import type { GoalGroup, Measured } from '../goal';
import { ensureRollups } from '../rollups';
import { PairedTimes, pairedRatio } from '../timing';

const RUNS = 21;
const SETTINGS = 'SETTINGS do_not_merge_across_partitions_select_final = 1';
const MONTH = 'WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32}';

/** The bare ranking of the accounts: kept rows, in order. */
export const ACCOUNT_RANKING = `SELECT
  account_key,
  showroom_visitors,
  viewers,
  visits
FROM account_month FINAL
${MONTH}
ORDER BY showroom_visitors DESC, account_key
${SETTINGS}`;
const ACCOUNT_SCAN = `SELECT
  sum(account_key),
  sum(showroom_visitors),
  sum(viewers),
  sum(visits)
FROM account_month
${MONTH}`;
const VIEWER_RANKING = `SELECT
  account_key,
  countIf(visits >= 4) AS vst,
  sum(is_viewer) AS viewers,
  sum(visits) AS all_visits
FROM viewer_month FINAL
${MONTH}
GROUP BY account_key
ORDER BY vst DESC, account_key
${SETTINGS}`;
/** The same columns with the sort key, which every reader of a replaced table needs. */
const VIEWER_SCAN = `SELECT
  sum(account_key),
  sum(viewer_key),
  sum(visits),
  sum(is_viewer),
  max(version),
  max(deleted)
FROM viewer_month
${MONTH}`;

async function scanned(bench: Bench, ranking: string, scan: string): Promise<Measured> {
  const params = { brandId: bench.brandId, month: ASKED.yyyymm };
  const pair: PairedTimes = await pairedRatio(
    RUNS,
    () => bench.ask(ranking, params),
    () => bench.ask(scan, params),
  );
  return { value: pair.ratio, note: `${pair.numerator.toFixed(1)} ms ÷ ${pair.denominator.toFixed(1)} ms, ${pair.runs} pairs` };
}

/** Every part of the month merged, as in a closed month. */
const merge = (bench: Bench, table: string) =>
  bench.run('OPTIMIZE TABLE {table: Identifier} PARTITION ID {partition: String} FINAL', { table, partition: String(ASKED.yyyymm) });

async function merged(bench: Bench, table: string, ranking: string, scan: string): Promise<Measured> {
  await ensureRollups(bench);
  await merge(bench, table);
  return scanned(bench, ranking, scan);
}

/** One viewer in fifty recomputed once more and not merged yet: what corrections leave behind. */
async function unmerged(bench: Bench): Promise<Measured> {
  await ensureRollups(bench);
  await merge(bench, 'viewer_month');
  await bench.run('SYSTEM STOP MERGES viewer_month');
  try {
    for (const part of [0, 1, 2])
      await bench.run(
        `INSERT INTO viewer_month SELECT * REPLACE (version + 0 AS version) FROM viewer_month FINAL ${MONTH} AND cityHash64(viewer_key) % 150 = {part: UInt32} ${SETTINGS}`,
        { brandId: bench.brandId, month: ASKED.yyyymm, part },
      );
    return await scanned(bench, VIEWER_RANKING, VIEWER_SCAN);
  } finally {
    await bench.run('SYSTEM START MERGES viewer_month');
  }
}

export const rollups: GoalGroup = {
  name: 'rollups',
  goals: [
    {
      name: 'account-month ranking ÷ bare scan',
      unit: '×',
      bound: { atMost: 2 },
      measure: (bench) => merged(bench, 'account_month', ACCOUNT_RANKING, ACCOUNT_SCAN),
    },
    {
      name: 'viewer-month FINAL ÷ bare scan of its columns, merged',
      unit: '×',
      bound: { atMost: 1.6 },
      measure: (bench) => merged(bench, 'viewer_month', VIEWER_RANKING, VIEWER_SCAN),
    },
    { name: 'viewer-month FINAL ÷ bare scan of its columns, unmerged corrections', unit: '×', bound: { atMost: 3 }, measure: unmerged },
  ],
};
