import type { KeyRules } from '@app/analytics';
import type { Warehouse } from '@app/warehouse';
import type { Rollup } from './rollup';

/** A key and the rules under which it was computed. */
export interface ComputedKey {
  /** YYYYMM */
  month: number;
  accountKey: string;
  rules: string;
}

const OTHER_RULES = `SELECT
  month,
  toString(account_key) AS accountKey,
  toString(rules) AS rules
FROM rollup(rollup_key)
WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String} AND month IN {months: Array(UInt32)}
  AND (rollup_key.rules != transform(month, {months: Array(UInt32)}, {plain: Array(UInt64)}, toUInt64(0)) OR account_key IN {own: Array(UInt64)})`;

/**
 * The keys of some months (YYYYMM) that were computed under other rules than those of all accounts, and those of accounts that may have rules of their own:
 * usually few. A year of 5,000 accounts has 180,000 keys.
 */
export async function readOtherRules(
  warehouse: Warehouse,
  rollup: Rollup,
  brandId: number,
  rules: ReadonlyMap<number, KeyRules>,
): Promise<ComputedKey[]> {
  if (rules.size === 0) return [];
  const params = {
    brandId,
    rollup: rollup.name,
    months: [...rules.keys()],
    plain: [...rules.values()].map((rulesOf) => rulesOf('')),
    own: [...new Set([...rules.values()].flatMap(({ own }) => own))].map(BigInt),
  };
  return warehouse.query<ComputedKey>({ name: 'rollup.other_rules', sql: OTHER_RULES, params, maxRows: 50_000_000 });
}
