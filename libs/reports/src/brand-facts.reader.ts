import { Account, BrandState, Platform, addMonths } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';

/** The state with the accounts that only facts know: undeclared, without an owner, so in the brand and in `unassigned`. */
export async function withUndeclared(warehouse: Warehouse, state: BrandState): Promise<BrandState> {
  const known = new Set(state.accounts.map((account) => account.accountKey));
  const rows = await warehouse.query<{ accountKey: string; platform: Platform; accountId: string }>({
    name: 'account_keys',
    sql: `
SELECT
  toString(account_key) AS accountKey,
  any(platform) AS platform,
  any(account_id) AS accountId
FROM account_keys
WHERE brand_id = {brandId: UInt32}
GROUP BY account_key
ORDER BY account_key`,
    params: { brandId: state.brand.brandId },
  });
  const found = rows
    .filter((row) => !known.has(row.accountKey))
    .map((row): Account => ({ ...row, name: row.accountId, handle: null, undeclared: true }));
  return found.length === 0 ? state : { ...state, accounts: [...state.accounts, ...found] };
}

/** Business months that hold facts, newest first. */
export async function monthsWithFacts(warehouse: Warehouse, brandId: number, zone: string): Promise<string[]> {
  const rows = await warehouse.query<{ month: string }>({
    name: 'months_with_facts',
    sql: `
SELECT DISTINCT month
FROM (
  SELECT concat(toString(intDiv(month, 100)), '-', leftPad(toString(month % 100), 2, '0')) AS month
  FROM entries
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(started_at, '%Y-%m', {zone: String}) AS month
  FROM sessions
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(read_at, '%Y-%m', {zone: String}) AS month
  FROM video_readings
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(day, '%Y-%m') AS month
  FROM video_days
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
)
ORDER BY month DESC`,
    params: { brandId, zone },
  });
  return rows.map((row) => row.month);
}

export const monthsUntil = (last: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => addMonths(last, i - count + 1));
