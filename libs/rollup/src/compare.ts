import { monthNumber, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import { policyOf } from '@app/database';
import type { Warehouse } from '@app/warehouse';
import { readProgress } from './progress';
import type { Rollup } from './rollup';
import { readTouchedKeys } from './touched-keys.reader';

/** An account and a business month (`2026-10`). */
export interface ComparedKey {
  accountKey: string;
  month: string;
}

/** A kept figure that the facts do not give. */
export interface RollupDifference {
  rollup: string;
  /** Null: a figure of all compared accounts of the month together. */
  accountKey: string | null;
  month: string;
  column: string;
  /** Null: no row is kept. */
  stored: string | null;
  recomputed: string | null;
}

export interface RollupComparison {
  rollup: string;
  /** Keys that were compared. */
  keys: number;
  /** Keys that were left out, for a delivery was writing to them. */
  busy: number;
  differences: RollupDifference[];
}

/** Instants of the facts that belong to keys: their months are looked for in the facts themselves, not in marks of them. */
const MONTH_OF: Record<string, string> = {
  entries: 'month',
  sessions: 'toYYYYMM(started_at, {zone: String})',
  leads: 'toYYYYMM(day)',
  video_days: 'toYYYYMM(day)',
  video_readings: 'toYYYYMM(read_at, {zone: String})',
};
const EVERY_DELIVERY = '18446744073709551615';
/** Accounts compared at once. */
const CHUNK = 500;

/**
 * Compares the kept rows of a brand with what the facts say on demand, which shares no statement with the recomputation. Call it after refreshRollups with
 * the months of the keys, under the same state. `keys`: which; or a sample of those that hold facts or rows, chosen by a seed; null: every one.
 */
export async function compareRollups(
  warehouse: Warehouse,
  rollups: readonly Rollup[],
  state: BrandState,
  scope: { keys: readonly ComparedKey[] } | { sample: { keys: number; seed: number } | null },
): Promise<RollupComparison[]> {
  const comparisons: RollupComparison[] = [];
  for (const rollup of rollups) {
    const keys = 'keys' in scope ? scope.keys : await sampleRollupKeys(warehouse, rollup, state, scope.sample);
    comparisons.push(await compareRollup(warehouse, rollup, state, keys));
  }
  return comparisons;
}

/** Keys that hold facts or rows of a roll-up, in an order that the seed decides; null: all of them. */
export async function sampleRollupKeys(
  warehouse: Warehouse,
  rollup: Rollup,
  state: BrandState,
  sample: { keys: number; seed: number } | null,
): Promise<ComparedKey[]> {
  const facts = Object.keys(rollup.facts).map(
    (fact) =>
      `SELECT account_key, toUInt32(${MONTH_OF[fact]}) AS month FROM ${fact} WHERE brand_id = {brandId: UInt32} GROUP BY account_key, month`,
  );
  const kept = 'SELECT account_key, month FROM rollup(rollup_key) WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String}';
  const sql = `SELECT DISTINCT
  toString(account_key) AS accountKey,
  month
FROM (
${[...facts, kept].join('\nUNION ALL\n')}
)
ORDER BY cityHash64({seed: UInt32}, account_key, month), account_key, month
LIMIT {keys: UInt32}`;
  const params = {
    brandId: state.brand.brandId,
    zone: state.brand.zone,
    rollup: rollup.name,
    seed: sample?.seed ?? 0,
    keys: sample?.keys ?? 2_000_000,
  };
  const rows = await warehouse.query<{ accountKey: string; month: number }>({ name: 'verify.rollup_keys', sql, params, maxSeconds: 600 });
  return rows.map((row) => ({ accountKey: row.accountKey, month: monthText(row.month) }));
}

async function compareRollup(
  warehouse: Warehouse,
  rollup: Rollup,
  state: BrandState,
  keys: readonly ComparedKey[],
): Promise<RollupComparison> {
  const pending = await pendingKeys(warehouse, rollup, state);
  const still = keys.filter((key) => !pending(key));
  const differences: RollupDifference[] = [];
  for (const month of [...new Set(still.map((key) => key.month))].sort()) {
    const accounts = still.filter((key) => key.month === month).map((key) => key.accountKey);
    for (let from = 0; from < accounts.length; from += CHUNK) {
      const asked = { state, policy: policyOf(state.policies, month), month, accounts: accounts.slice(from, from + CHUNK) };
      const found = await rollup.differences(warehouse, asked);
      differences.push(...found.map((difference) => ({ rollup: rollup.name, month, ...difference })));
    }
  }
  if (differences.length === 0) return { rollup: rollup.name, keys: still.length, busy: keys.length - still.length, differences };
  // a delivery may have begun to write while we looked: then nothing is said of its keys, nor of what they are a part of
  const now = await pendingKeys(warehouse, rollup, state);
  const busy = keys.filter((key) => now(key) || pending(key));
  const busyMonths = new Set(busy.map((key) => key.month));
  const certain = differences.filter(({ accountKey, month }) =>
    accountKey === null ? !busyMonths.has(month) : !now({ accountKey, month }),
  );
  return { rollup: rollup.name, keys: keys.length - busy.length, busy: busy.length, differences: certain };
}

/** Keys that deliveries touch which the watermark does not cover, open ones included. */
async function pendingKeys(warehouse: Warehouse, rollup: Rollup, state: BrandState): Promise<(key: ComparedKey) => boolean> {
  const { brandId, zone } = state.brand;
  const from = await readProgress(warehouse, brandId, rollup.name);
  const touched = await readTouchedKeys(warehouse, rollup, { brandId, zone, from, to: { horizon: EVERY_DELIVERY, open: [] } });
  return ({ accountKey, month }) => touched.get(monthNumber(month))?.has(accountKey) ?? false;
}
