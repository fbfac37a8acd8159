import { StateReader } from '@app/database';
import { ROLLUPS, Refreshed, refreshRollups } from '@app/rollup';
import { Bench, progress } from './bench';

/** Showroom visitors of the accounts that have any, from the kept rows. */
export const ROLLED_UP_VST = `SELECT
  account_key AS accountKey,
  showroom_visitors AS vst
FROM account_month FINAL
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND showroom_visitors > 0
ORDER BY account_key
SETTINGS do_not_merge_across_partitions_select_final = 1`;

export const rolledUpVst = (bench: Bench, month: number) =>
  bench.rows<{ accountKey: string; vst: string }>(ROLLED_UP_VST, { brandId: bench.brandId, month });

/** The product's own refresh of every roll-up. */
export async function refresh(bench: Bench): Promise<Refreshed[]> {
  const { brandId, dataSource, instance } = bench;
  const reader = new StateReader(dataSource, instance.secret);
  return refreshRollups(bench, ROLLUPS, { brandId, readState: () => reader.state(brandId) });
}

/** Brings the roll-ups up to date with the generated facts, once. */
export const ensureRollups = (bench: Bench): Promise<void> =>
  bench.once('rollups', async () => {
    for (const { rollup, keys, seconds } of await refresh(bench))
      progress(`  roll-up ${rollup}: ${keys.toLocaleString('en')} keys in ${seconds.toFixed(1)} s`);
  });
