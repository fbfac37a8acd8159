import type { Brand, BrandState } from '@app/contracts';
import { StateReader } from '@app/database';
import { withUndeclared } from '@app/reports';
import {
  ComparedKey,
  ROLLUPS,
  RollupComparison,
  RollupDifference,
  compareRollups,
  recomputeKeys,
  refreshRollups,
  sampleRollupKeys,
} from '@app/rollup';
import type { Stores } from '../../../process/stores';
import type { VerifyScope } from './verify-facts';

export interface RollupVerdict {
  brand: string;
  rollup: string;
  /** Keys that were compared, and keys that a delivery was writing to. */
  keys: number;
  busy: number;
  differences: RollupDifference[];
  /** Computed anew, and the same as the facts now. */
  repaired: boolean;
}

type VerifyStores = Pick<Stores, 'warehouse' | 'dataSource'> & { instance: Pick<Stores['instance'], 'secret'> };

/**
 * Compares the roll-ups of a brand with what the facts say on demand. `rebuilt`: accounts of which facts were rebuilt a moment ago, which no mark
 * tells; all their keys are computed anew first.
 */
export async function verifyRollups(
  stores: VerifyStores,
  brand: Brand,
  scope: VerifyScope,
  rebuilt: ReadonlySet<string>,
): Promise<RollupVerdict[]> {
  const { warehouse } = stores;
  const reader = new StateReader(stores.dataSource, stores.instance.secret);
  const readState = async () => withUndeclared(warehouse, await reader.state(brand.brandId));
  const asked = { brandId: brand.brandId, readState };
  const state = await readState();
  if (rebuilt.size > 0) await recomputeKeys(stores, ROLLUPS, asked, await keysOfAccounts(stores, state, rebuilt));
  const verdicts: RollupVerdict[] = [];
  for (const rollup of ROLLUPS) {
    const keys = await sampleRollupKeys(warehouse, rollup, state, scope.sample);
    await refreshRollups(stores, [rollup], asked, monthsOf(keys));
    const [found] = await compareRollups(warehouse, [rollup], state, { keys });
    verdicts.push({ brand: brand.code, ...found, repaired: false });
    if (!scope.repair || found.differences.length === 0) continue;
    const wrong = wrongKeys(found, keys);
    await recomputeKeys(stores, [rollup], asked, wrong);
    const [left] = await compareRollups(warehouse, [rollup], state, { keys: wrong });
    verdicts[verdicts.length - 1].repaired = left.differences.length === 0;
  }
  return verdicts;
}

const monthsOf = (keys: readonly ComparedKey[]): string[] => [...new Set(keys.map(({ month }) => month))].sort();

/** A figure of all accounts of a month is wrong through any of them. */
function wrongKeys({ differences }: RollupComparison, keys: readonly ComparedKey[]): ComparedKey[] {
  const months = new Set(differences.filter(({ accountKey }) => accountKey === null).map(({ month }) => month));
  const single = new Set(differences.map(({ accountKey, month }) => `${accountKey} ${month}`));
  return keys.filter(({ accountKey, month }) => months.has(month) || single.has(`${accountKey} ${month}`));
}

async function keysOfAccounts({ warehouse }: VerifyStores, state: BrandState, accounts: ReadonlySet<string>): Promise<ComparedKey[]> {
  const keys = await Promise.all(ROLLUPS.map((rollup) => sampleRollupKeys(warehouse, rollup, state, null)));
  const own = keys.flat().filter(({ accountKey }) => accounts.has(accountKey));
  return [...new Map(own.map((key) => [`${key.accountKey} ${key.month}`, key])).values()];
}
