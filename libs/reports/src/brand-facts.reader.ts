import { Account, BrandState, Platform, addMonths } from '@app/contracts';
import { FACT_TABLES, accountsOfUndone, type Warehouse } from '@app/warehouse';

/** The state with the accounts that only facts know: undeclared, without an owner, so in the brand and in `unassigned`. */
export async function withUndeclared(warehouse: Warehouse, state: BrandState): Promise<BrandState> {
  const { brandId } = state.brand;
  const known = new Set(state.accounts.map((account) => account.accountKey));
  const registered = await warehouse.query<{ accountKey: string; platform: Platform; accountId: string }>({
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
    params: { brandId },
  });
  const missing = registered.filter(({ accountKey }) => !known.has(accountKey));
  const keys = missing.map(({ accountKey }) => accountKey);
  // the register knows neither since when an account has facts, nor whether those that it had were taken back
  const doubtful = warehouse.instant === null ? await accountsOfUndone(warehouse, brandId, keys) : new Set(keys);
  const delivered = await deliveredKeys(warehouse, brandId, [...doubtful]);
  const found = missing
    .filter(({ accountKey }) => !doubtful.has(accountKey) || delivered.has(accountKey))
    .map((row): Account => ({ ...row, name: row.accountId, handle: null, undeclared: true }));
  return found.length === 0 ? state : { ...state, accounts: [...state.accounts, ...found] };
}

/** Which of these accounts have facts, as of the warehouse's instant where it has one. Usually it is asked for none. */
async function deliveredKeys(warehouse: Warehouse, brandId: number, accounts: readonly string[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set();
  const rows = await warehouse.query<{ accountKey: string }>({
    name: 'account_keys.delivered',
    sql: FACT_TABLES.filter(({ columns }) => 'account_key' in columns)
      .map(
        ({ name }) =>
          `SELECT DISTINCT toString(account_key) AS accountKey FROM candidates(${name}) WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}`,
      )
      .join('\nUNION DISTINCT\n'),
    params: { brandId, accounts: accounts.map(BigInt) },
  });
  return new Set(rows.map(({ accountKey }) => accountKey));
}

/** Business months that hold facts, newest first. */
export async function monthsWithFacts(warehouse: Warehouse, brandId: number, zone: string): Promise<string[]> {
  const rows = await warehouse.query<{ month: string }>({
    name: 'months_with_facts',
    sql: `
SELECT DISTINCT month
FROM (
  SELECT concat(toString(intDiv(month, 100)), '-', leftPad(toString(month % 100), 2, '0')) AS month
  FROM candidates(entries)
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(started_at, '%Y-%m', {zone: String}) AS month
  FROM candidates(sessions)
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(read_at, '%Y-%m', {zone: String}) AS month
  FROM candidates(video_readings)
  WHERE brand_id = {brandId: UInt32}
  GROUP BY month
  UNION ALL
  SELECT formatDateTime(day, '%Y-%m') AS month
  FROM candidates(video_days)
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
