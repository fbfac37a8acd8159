import { storedTable } from '../cluster/stored-table';
import type { FactTable } from '../fact-table';
import { FACT_TABLES } from '../tables/facts';
import type { Warehouse } from '../warehouse';
import { MARKS } from './delivery-marks';
import { momentOf } from './fact-place';
import { storedColumns } from './rebuild';
import { identityOf, versionOf } from './version-order';

const LONG_SECONDS = 3_600;

/** Deliveries of one brand that are taken back. */
export interface TakenBack {
  brandId: number;
  deliveryIds: readonly string[];
}

/** What deliveries told of one table. */
export interface ToldFacts {
  table: FactTable;
  rows: number;
  /** Different facts: identity and source. */
  facts: number;
  /** Account keys as decimal strings; none where facts have no account. */
  accounts: string[];
  /** Business months `2026-10` in which the facts lie, or did or would lie by what others tell of them. */
  months: string[];
}

/** What deliveries hold in the landing logs, table by table; tables of which they tell nothing are left out. */
export async function toldBy(warehouse: Warehouse, { brandId, deliveryIds }: TakenBack, zone: string): Promise<ToldFacts[]> {
  const told: ToldFacts[] = [];
  for (const table of FACT_TABLES) {
    const [row] = await warehouse.query<{ rows: string; facts: string; accounts: string[] }>({
      name: 'undo.told',
      maxSeconds: LONG_SECONDS,
      params: { brandId, deliveryIds: deliveryIds.map(BigInt) },
      sql: `SELECT
  count() AS rows,
  uniqExact(${identityOf(table).join(', ')}) AS facts,
  ${'account_key' in table.columns ? 'arraySort(groupUniqArray(toString(account_key)))' : `CAST([], 'Array(String)')`} AS accounts
FROM ${table.name}_landing
WHERE brand_id = {brandId: UInt32} AND delivery_id IN {deliveryIds: Array(UInt64)}`,
    });
    if (!row || row.rows === '0') continue;
    const one = { table, rows: Number(row.rows), facts: Number(row.facts), accounts: row.accounts };
    told.push({ ...one, months: await monthsOf(warehouse, { brandId, deliveryIds }, { ...one, zone }) });
  }
  return told;
}

async function monthsOf(
  warehouse: Warehouse,
  taken: TakenBack,
  { zone, ...told }: Pick<ToldFacts, 'table' | 'accounts'> & { zone: string },
): Promise<string[]> {
  const { table } = told;
  const moment = momentOf(table);
  const month = moment === 'day' ? `formatDateTime(day, '%Y-%m')` : `formatDateTime(${moment}, '%Y-%m', {zone: String})`;
  const [row] = await warehouse.query<{ months: string[] }>({
    name: 'undo.months',
    maxSeconds: LONG_SECONDS,
    params: { ...paramsOf(taken, told), zone },
    sql: `SELECT arraySort(groupUniqArray(${month})) AS months
FROM ${table.name}_landing
WHERE ${narrowed(table)} AND (${spoken(table)}) IN (${toldIdentities(table, `${table.name}_landing`)})`,
  });
  return row.months;
}

/** Instants (epoch ms) at which deliveries of a brand were taken back, by delivery. */
export async function undoneDeliveries(warehouse: Warehouse, brandId: number): Promise<Map<string, number>> {
  const rows = await warehouse.query<{ delivery: string; at: string }>({
    name: 'undo.deliveries',
    params: { brandId },
    sql: `SELECT
  toString(delivery_id) AS delivery,
  toUnixTimestamp64Milli(min(undone_at)) AS at
FROM undone_deliveries
WHERE brand_id = {brandId: UInt32}
GROUP BY delivery_id`,
  });
  return new Map(rows.map(({ delivery, at }) => [delivery, Number(at)]));
}

/** Of these accounts (keys as decimal strings) those of which some delivery was taken back: they may have no facts left. */
export async function accountsOfUndone(warehouse: Warehouse, brandId: number, accounts: readonly string[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set();
  const rows = await warehouse.query<{ account: string }>({
    name: 'undo.accounts',
    params: { brandId },
    sql: `SELECT DISTINCT toString(account_key) AS account FROM undone_deliveries WHERE brand_id = {brandId: UInt32}`,
  });
  const touched = new Set(rows.map(({ account }) => account));
  return new Set(accounts.filter((account) => touched.has(account)));
}

/** Says that deliveries count nowhere from an instant (epoch ms) on. Said again it changes nothing that an earlier instant had. */
export async function recordUndone(
  warehouse: Warehouse,
  { brandId, deliveryIds }: TakenBack,
  given: { told: readonly ToldFacts[]; at: number },
): Promise<void> {
  const accounts = [...new Set(given.told.flatMap((one) => one.accounts)), '0'];
  const undone_at = new Date(given.at).toISOString();
  await warehouse.insertRows(
    'undone_deliveries',
    deliveryIds.flatMap((delivery_id) => accounts.map((account_key) => ({ brand_id: brandId, account_key, delivery_id, undone_at }))),
  );
}

/** Marks what deliveries told, and what stood or will stand in its place, as touched by the delivery `undo`: roll-ups, caches and closes learn of it as of any other. */
export async function markTold(warehouse: Warehouse, taken: TakenBack, { told, undo }: { told: ToldFacts; undo: string }): Promise<void> {
  const { table } = told;
  const marks = MARKS[table.name];
  if (!marks) return;
  await warehouse.run({
    name: 'undo.mark',
    maxSeconds: LONG_SECONDS,
    params: { ...paramsOf(taken, told), undo: BigInt(undo) },
    sql: `INSERT INTO dirty_keys (brand_id, delivery_id, fact, account_key, bucket, first_at, last_at, names)
SELECT
  brand_id,
  {undo: UInt64},
  '${table.name}',
  account_key,
  ${marks.bucket} AS bucket,
  ${marks.first},
  ${marks.last},
  ${marks.names}
FROM ${table.name}_landing
WHERE ${narrowed(table)} AND (${spoken(table)}) IN (${toldIdentities(table, `${table.name}_landing`)})
GROUP BY
  brand_id,
  account_key,
  bucket`,
  });
}

/**
 * Brings a fact table to what its landing log says without the deliveries that were taken back (`recordUndone`): rows that only these brought go, and of what they told the
 * other deliveries are put in once more, so that the last of those stands. Harmless when run again, and when interrupted anywhere.
 */
export async function settleUndone(warehouse: Warehouse, taken: TakenBack, told: ToldFacts): Promise<void> {
  const { table } = told;
  const undone = [...(await undoneDeliveries(warehouse, taken.brandId)).keys()].map(BigInt);
  const params = { ...paramsOf(taken, told), undone };
  const stored = storedTable(warehouse.address, table.name);
  const log = storedTable(warehouse.address, `${table.name}_landing`).table;
  await warehouse.run({
    name: 'undo.remove',
    maxSeconds: LONG_SECONDS,
    params,
    sql: `ALTER TABLE ${stored.table}${stored.onCluster} DELETE WHERE ${narrowed(table)} AND (${spoken(table)}, version) IN (
  SELECT
    ${identityOf(table).join(',\n    ')},
    said
  FROM (
    SELECT
      ${identityOf(table).join(',\n      ')},
      ${versionOf(table)} AS said,
      delivery_id
    FROM ${log}
    WHERE ${narrowed(table)}
  )
  GROUP BY
    ${identityOf(table).join(',\n    ')},
    said
  HAVING countIf(delivery_id IN {deliveryIds: Array(UInt64)}) > 0 AND countIf(delivery_id NOT IN {undone: Array(UInt64)}) = 0
)
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
  });
  const columns = await storedColumns(warehouse, table);
  const values = columns.map((column) => (column === 'version' ? `${versionOf(table)} AS version` : column));
  await warehouse.run({
    name: 'undo.put_back',
    maxSeconds: LONG_SECONDS,
    params,
    sql: `INSERT INTO ${table.name} (${columns.join(', ')})
SELECT
  ${values.join(',\n  ')}
FROM ${table.name}_landing
WHERE ${narrowed(table)} AND delivery_id NOT IN {undone: Array(UInt64)} AND (${spoken(table)}) IN (${toldIdentities(table, `${table.name}_landing`)})`,
  });
}

/**
 * After the log was put into an empty store: the fact tables, which its arrival filled with everything, without what was taken back. The views have marked what came and not
 * what was taken back: that is marked as touched by the delivery `undo`, the last one there was, so that closes of before still learn of it.
 */
export async function settleAllUndone(warehouse: Warehouse, undo: string): Promise<void> {
  const brands = await warehouse.query<{ brand: number }>({
    name: 'undo.brands',
    sql: 'SELECT DISTINCT brand_id AS brand FROM undone_deliveries',
  });
  for (const { brand: brandId } of brands) {
    const taken = { brandId, deliveryIds: [...(await undoneDeliveries(warehouse, brandId)).keys()] };
    for (const told of await toldBy(warehouse, taken, 'UTC')) {
      await markTold(warehouse, taken, { told, undo });
      await settleUndone(warehouse, taken, told);
    }
  }
}

const spoken = (table: FactTable): string => identityOf(table).join(', ');

const toldIdentities = (table: FactTable, log: string): string =>
  `SELECT ${spoken(table)} FROM ${log} WHERE ${narrowed(table)} AND delivery_id IN {deliveryIds: Array(UInt64)}`;

/** What a log and its table can be narrowed to before rows are looked at: the sort key begins with it. */
const narrowed = (table: FactTable): string =>
  'account_key' in table.columns
    ? 'brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}'
    : 'brand_id = {brandId: UInt32}';

const paramsOf = ({ brandId, deliveryIds }: TakenBack, { accounts }: Pick<ToldFacts, 'accounts'>): Record<string, unknown> => ({
  brandId,
  deliveryIds: deliveryIds.map(BigInt),
  accounts: accounts.map(BigInt),
});
