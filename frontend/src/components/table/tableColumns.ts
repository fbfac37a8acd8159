import type { Bilingual } from '@app/contracts';
import { formatCount, formatFixed, formatMoney, formatMoneyFull, formatShare, type Locale } from '@/figures/format';
import { inOrder } from '@/figures/order';
import { sumKnown } from '@/figures/totals';
import type { SheetKind } from '@/figures/xlsx';

export type CellValue = string | number | null;

/** One column of a table: what it shows, sorts by and exports is one value. */
export interface TableColumn<Row> {
  id: string;
  label: string;
  /** Definition of the figure. */
  hint?: string;
  /** `text` is aligned left and exported as text; `fixed` has `places`. */
  kind: 'text' | 'count' | 'money' | 'share' | 'fixed';
  places?: number;
  value: (row: Row) => CellValue;
  /** Why it is unknown. */
  reason?: (row: Row) => Bilingual | null | undefined;
  /** Its known values may be added up: the totals row does. */
  total?: boolean;
  /** Whether a row's value is the sum of a part only: a total of it is one, too. */
  isPart?: (row: Row) => boolean;
  /** Shown first when sorted: figures fall, texts rise. */
  unsorted?: boolean;
}

/** How a value stands in a cell, and in full on hover. */
export function cellText<Row>(column: TableColumn<Row>, row: Row, locale: Locale): { text: string; full: string } {
  const value = column.value(row);
  if (column.kind === 'text') return { text: value === null ? '' : String(value), full: '' };
  if (column.kind === 'money') return { text: formatMoney(value, locale), full: value === null ? '' : formatMoneyFull(value) };
  if (column.kind === 'share') return { text: formatShare(value), full: '' };
  return { text: column.kind === 'fixed' ? formatFixed(value, column.places ?? 2) : formatCount(value), full: '' };
}

/** The exact sum of what is known of a column, as its cells stand, and whether that is of all rows; null when nothing is known. */
export function totalText<Row>(
  column: TableColumn<Row>,
  rows: readonly Row[],
  locale: Locale,
): { text: string; full: string; isWhole: boolean } | null {
  const values = rows.map((row) => column.value(row));
  const sum = sumKnown(values);
  const isWhole = !values.includes(null) && !rows.some((row) => column.isPart?.(row));
  return sum === null ? null : { ...cellText({ ...column, value: () => sum }, rows[0], locale), isWhole };
}

/** The sheet's kind of a column. */
export const sheetKind = (kind: TableColumn<unknown>['kind']): SheetKind => (kind === 'count' || kind === 'fixed' ? 'number' : kind);

/** Rows in the order `id` (rising) or `-id` (falling); unknown values last in both. Equal ones keep their order. */
export function sortTable<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], sort: string): Row[] {
  const falling = sort.startsWith('-');
  const column = columns.find(({ id }) => id === (falling ? sort.slice(1) : sort));
  return column ? inOrder(rows, column.value, falling) : [...rows];
}

/** What the next press on a header asks for: figures fall first, texts rise; the third press ends the sorting. */
export const nextSort = <Row>({ id, kind }: TableColumn<Row>, sort: string): string => sortTurn(id, sort, kind !== 'text');

/** The same of a column by its id; `falls`: it falls first. */
export function sortTurn(id: string, sort: string, falls: boolean): string {
  const [once, twice] = falls ? [`-${id}`, id] : [id, `-${id}`];
  return sort === once ? twice : sort === twice ? '' : once;
}

/** How a column is sorted, in the words of `aria-sort`. */
export const sortDirection = (id: string, sort: string) => (sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none');
