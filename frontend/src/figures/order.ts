import { compareDecimals, parseDecimal, type Decimal } from './decimal';

/** What rows are put in order by: read once per row, not once per comparison, of which 5,000 rows need 60,000. */
interface Key<Row> {
  row: Row;
  text: string;
  /** Grows with the figure; two figures may share one where a double ends. Null: a text. */
  near: number | null;
}

const DECIMAL = /^\s*[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i;
const words = new Intl.Collator('zh-CN');
const NOTHING: Decimal = { digits: 0n, scale: 0 };

/**
 * Rows in the order of a value, rising or falling: figures exactly, beyond what a double holds; texts as Chinese readers expect them; unknown (null) last
 * both ways. Equal ones keep their order.
 */
export function inOrder<Row>(rows: readonly Row[], valueOf: (row: Row) => string | number | null, falling: boolean): Row[] {
  const known: Key<Row>[] = [];
  const unknown: Row[] = [];
  for (const row of rows) {
    const value = valueOf(row);
    if (value === null) unknown.push(row);
    else known.push({ row, text: String(value), near: nearOf(value) });
  }
  known.sort(falling ? (a, b) => compare(b, a) : compare);
  return [...known.map(({ row }) => row), ...unknown];
}

const nearOf = (value: string | number): number | null =>
  typeof value === 'number' ? (Number.isFinite(value) ? value : null) : DECIMAL.test(value) ? Number(value) : null;

function compare<Row>(a: Key<Row>, b: Key<Row>): number {
  if (a.near === null || b.near === null) return words.compare(a.text, b.text);
  if (a.near !== b.near) return a.near < b.near ? -1 : 1;
  return a.text === b.text ? 0 : compareDecimals(parseDecimal(a.text) ?? NOTHING, parseDecimal(b.text) ?? NOTHING);
}
