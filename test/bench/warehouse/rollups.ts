import type { Bench } from './bench';

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

/** Brings the roll-ups up to date, once; false where the product has none. */
export const ensureRollups = (bench: Bench): Promise<boolean> => bench.once('rollups', () => Promise.resolve(false));

/** Note of a goal that needs the kept rows. */
export const NO_ROLLUPS = 'no roll-ups in this version';
