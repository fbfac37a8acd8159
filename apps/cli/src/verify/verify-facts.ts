import type { Brand } from '@app/contracts';
import {
  FACT_TABLES,
  type FactTable,
  type KeyDifference,
  type RowDifference,
  type Warehouse,
  compareFacts,
  differingRows,
  rebuildFacts,
  sampleFactKeys,
} from '@app/warehouse';

/** Differing keys whose rows are told, per table, and rows of each. */
const KEYS_TOLD = 10;
const ROWS_TOLD = 5;

export interface VerifyScope {
  /** Null: everything. */
  sample: { keys: number; seed: number } | null;
  /** Rebuild what differs out of the landing log. */
  repair: boolean;
}

export interface FactDifference extends KeyDifference {
  /** Platform and id of the account, where it is known; else the key, or the dealer's id. */
  name: string;
  rows: RowDifference[];
  /** Rebuilt, and the same as the landing log now. */
  repaired: boolean;
}

export interface FactVerdict {
  brand: string;
  table: string;
  /** Keys that were looked at; null: all. */
  keys: number | null;
  differences: FactDifference[];
}

/** Compares the fact tables of a brand with their landing logs, one after the other; `told` hears of each as it is done. */
export async function verifyFacts(
  warehouse: Warehouse,
  brand: Brand,
  scope: VerifyScope,
  told: (verdict: FactVerdict) => void,
): Promise<FactVerdict[]> {
  const verdicts: FactVerdict[] = [];
  for (const table of FACT_TABLES) {
    const verdict = await verifyTable(warehouse, table, brand, scope);
    told(verdict);
    verdicts.push(verdict);
  }
  return verdicts;
}

async function verifyTable(
  warehouse: Warehouse,
  table: FactTable,
  { brandId, code }: Brand,
  { sample, repair }: VerifyScope,
): Promise<FactVerdict> {
  const keys = sample && (await sampleFactKeys(warehouse, { table, brandId }, sample));
  const found = keys?.length === 0 ? [] : await compareFacts(warehouse, { table, brandId, keys });
  const names = found.length === 0 ? new Map<string, string>() : await accountNames(warehouse, brandId);
  const differences: FactDifference[] = [];
  for (const [at, key] of found.entries()) {
    const rows = at < KEYS_TOLD ? await differingRows(warehouse, { table, brandId, keys: [key] }, ROWS_TOLD) : [];
    differences.push({ ...key, name: names.get(key.subject) ?? key.subject, rows, repaired: false });
  }
  if (repair && found.length > 0) {
    await rebuildFacts(warehouse, { table, brandId, keys: found });
    const left = new Set(
      (await compareFacts(warehouse, { table, brandId, keys: found })).map(({ subject, month }) => `${subject} ${month}`),
    );
    for (const difference of differences) difference.repaired = !left.has(`${difference.subject} ${difference.month}`);
  }
  return { brand: code, table: table.name, keys: keys?.length ?? null, differences };
}

async function accountNames(warehouse: Warehouse, brandId: number): Promise<Map<string, string>> {
  const rows = await warehouse.query<{ key: string; name: string }>({
    name: 'verify.accounts',
    sql: `SELECT toString(account_key) AS key, concat(any(platform), '/', any(account_id)) AS name FROM account_keys WHERE brand_id = {brandId: UInt32} GROUP BY account_key`,
    params: { brandId },
  });
  return new Map(rows.map(({ key, name }) => [key, name]));
}
