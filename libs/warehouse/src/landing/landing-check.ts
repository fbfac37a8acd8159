import { setTimeout as sleep } from 'node:timers/promises';
import type { ColumnType, FactTable } from '../fact-table';
import type { Warehouse } from '../warehouse';
import { factsAsOf } from './as-of';
import { FactKey, amongKeys, monthOf, subjectOf } from './fact-place';
import { identityOf } from './version-order';

/** After every instant that a delivery can carry: all of the landing log. */
const EVER = Date.parse('2200-01-01T00:00:00Z');
const CHECK_SECONDS = 3_600;
/** Keys whose rows are compared one by one, in one query. */
const KEYS_AT_ONCE = 500;
/** A delivery that is just being written is in the landing log a moment before it is in the fact table. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 700;
/** Never shown: a viewer, what somebody wrote. */
const HIDDEN = new Set(['viewer_key', 'next_viewer_key', 'text']);

/** The facts of one key where their last deliveries in the landing log and the fact table differ. */
export interface KeyDifference extends FactKey {
  table: string;
  brandId: number;
  landingRows: number;
  factRows: number;
}

/** A row that both sides do not agree on: null on the side that lacks it. Viewers and texts are not shown. */
export interface RowDifference {
  identity: Record<string, string>;
  missingIn: 'landing' | 'fact' | null;
  columns: { column: string; landing: string | null; fact: string | null }[];
}

export interface FactCheck {
  table: FactTable;
  brandId: number;
  /** Null: every key there is. */
  keys: readonly FactKey[] | null;
}

/** So many keys that hold facts in the landing log or in the table, in an order that the seed decides: the same seed, the same keys. */
export async function sampleFactKeys(
  warehouse: Warehouse,
  { table, brandId }: Omit<FactCheck, 'keys'>,
  { keys, seed }: { keys: number; seed: number },
): Promise<FactKey[]> {
  const places = (from: string) =>
    `SELECT toString(${subjectOf(table)}) AS subject, toUInt32(${monthOf(table)}) AS place FROM ${from} WHERE brand_id = {brandId: UInt32} GROUP BY subject, place`;
  const rows = await warehouse.query<{ subject: string; place: number }>({
    name: 'verify.sample',
    maxSeconds: CHECK_SECONDS,
    sql: `
SELECT DISTINCT
    subject,
    place
FROM (
    ${places(`${table.name}_landing`)}
    UNION ALL
    ${places(`${table.name} FINAL`)}
)
ORDER BY cityHash64({seed: UInt32}, subject, place), subject, place
LIMIT {keys: UInt32}`,
    params: { brandId, seed, keys },
  });
  return rows.map(({ subject, place }) => ({ subject, month: place }));
}

/**
 * Compares a fact table with the last deliveries of its landing log, by number and content of the rows of each key. Empty: they are the same. What
 * is being written while it looks is looked at again, three times at most.
 */
export async function compareFacts(warehouse: Warehouse, check: FactCheck): Promise<KeyDifference[]> {
  let found = await differingKeys(warehouse, check);
  for (let look = 1; look < LOOKS && found.length > 0; look++) {
    await sleep(LOOK_AGAIN_MS);
    found = await differingKeys(warehouse, { ...check, keys: found });
  }
  return found;
}

/** The rows of a key that differ, the first ones in the order of their identity. */
export async function differingRows(warehouse: Warehouse, check: FactCheck, atMost: number): Promise<RowDifference[]> {
  const { table } = check;
  const identity = identityOf(table).slice(1);
  const said = contentOf(table);
  const rows = await warehouse.query<{ identity: string[]; landing: (string | null)[][]; fact: (string | null)[][] }>({
    name: 'verify.rows',
    maxSeconds: CHECK_SECONDS,
    sql: `
SELECT
    identity,
    groupArrayIf(content, side = 'landing') AS landing,
    groupArrayIf(content, side = 'fact') AS fact
FROM (
${bothSides(check, { select: `${arrayOf(identity)} AS identity, ${arrayOf(said)} AS content` })}
)
GROUP BY identity
HAVING toString(landing) != toString(fact)
ORDER BY identity
LIMIT {atMost: UInt32}`,
    params: { ...paramsOf(check), atMost },
  });
  return rows.map((row) => {
    const [landing, fact] = [row.landing[0], row.fact[0]];
    const shown = (column: string, value: string | null) => (value !== null && HIDDEN.has(column) ? '(not shown)' : value);
    return {
      identity: Object.fromEntries(identity.map((column, at) => [column, shown(column, row.identity[at]) ?? ''])),
      missingIn: !landing ? 'landing' : !fact ? 'fact' : null,
      columns: said
        .map((column, at) => ({ column, landing: landing?.[at] ?? null, fact: fact?.[at] ?? null }))
        .filter((one) => one.landing !== one.fact)
        .map(({ column, landing: a, fact: b }) => ({ column, landing: shown(column, a), fact: shown(column, b) })),
    };
  });
}

async function differingKeys(warehouse: Warehouse, check: FactCheck): Promise<KeyDifference[]> {
  if (check.keys && check.keys.length > KEYS_AT_ONCE) {
    const found: KeyDifference[] = [];
    for (let at = 0; at < check.keys.length; at += KEYS_AT_ONCE)
      found.push(...(await differingKeys(warehouse, { ...check, keys: check.keys.slice(at, at + KEYS_AT_ONCE) })));
    return found;
  }
  const { table, brandId } = check;
  const found: KeyDifference[] = [];
  for (const month of await monthsOf(warehouse, check)) {
    const rows = await warehouse.query<{ subject: string; place: number; landingRows: string; factRows: string }>({
      name: 'verify.facts',
      maxSeconds: CHECK_SECONDS,
      sql: `
SELECT
    subject,
    place,
    sumIf(rows, side = 'landing') AS landingRows,
    sumIf(rows, side = 'fact') AS factRows
FROM (
${bothSides(check, {
  select: `toString(${subjectOf(table)}) AS subject, toUInt32(${monthOf(table)}) AS place, count() AS rows, sum(${hashOf(table)}) AS contents`,
  groupBy: 'subject, place',
  month,
})}
)
GROUP BY
    subject,
    place
HAVING landingRows != factRows OR sumIf(contents, side = 'landing') != sumIf(contents, side = 'fact')
ORDER BY
    subject,
    place`,
      params: { ...paramsOf(check), month: month ?? 0 },
    });
    found.push(
      ...rows.map((row) => ({
        table: table.name,
        brandId,
        subject: row.subject,
        month: row.place,
        landingRows: Number(row.landingRows),
        factRows: Number(row.factRows),
      })),
    );
  }
  return found;
}

/** Entries are looked at month by month, so that 100 million of them need the memory of one month; null: all at once. */
async function monthsOf(warehouse: Warehouse, { table, brandId, keys }: FactCheck): Promise<(number | null)[]> {
  if (!('month' in table.columns) || keys) return [null];
  const rows = await warehouse.query<{ month: number }>({
    name: 'verify.months',
    sql: `SELECT DISTINCT month FROM (SELECT month FROM ${table.name}_landing WHERE brand_id = {brandId: UInt32} GROUP BY month
      UNION ALL SELECT month FROM ${table.name} WHERE brand_id = {brandId: UInt32} GROUP BY month) ORDER BY month`,
    params: { brandId },
  });
  return rows.map(({ month }) => month);
}

const contentOf = (table: FactTable): string[] => [...table.payload, 'observed_at'];
const arrayOf = (columns: readonly string[]): string =>
  `[${columns.map((column) => `CAST(toString(${column}), 'Nullable(String)')`).join(', ')}]`;

/** The same selection from the landing log and from the fact table, marked by `side`. */
function bothSides(
  { table, keys }: FactCheck,
  { select, groupBy, month = null }: { select: string; groupBy?: string; month?: number | null },
): string {
  const where = ['brand_id = {brandId: UInt32}'];
  if (month !== null) where.push('month = {month: UInt32}');
  if (keys) where.push(amongKeys(table, keys).sql);
  const rest = `WHERE ${where.join(' AND ')}${groupBy ? ` GROUP BY ${groupBy}` : ''}`;
  return `    SELECT 'landing' AS side, ${select} FROM ${factsAsOf(table, '{ever: Int64}')} ${rest}
    UNION ALL
    SELECT 'fact' AS side, ${select} FROM ${table.name} FINAL ${rest}`;
}

function paramsOf({ table, brandId, keys }: FactCheck): Record<string, unknown> {
  return { brandId, ever: EVER, ...(keys ? amongKeys(table, keys).params : {}) };
}

/** A hash of everything that a row says; a null and a zero are not the same. */
function hashOf(table: FactTable): string {
  const columns = [...identityOf(table), ...contentOf(table)].flatMap((column) =>
    table.columns[column].startsWith('Nullable') ? [`isNull(${column})`, `coalesce(${column}, ${nothing(table.columns[column])})`] : column,
  );
  return `cityHash64(${columns.join(', ')})`;
}

const nothing = (type: ColumnType): string => (type.includes('DateTime64') ? "toDateTime64(0, 3, 'UTC')" : '0');
