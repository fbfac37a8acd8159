/** ClickHouse types that the encoder knows. One declaration per table serves encoder, column check and queries. */
export type ColumnType =
  | 'UInt8'
  | 'UInt32'
  | 'UInt64'
  | 'Float64'
  | 'Date'
  | 'DateTime64(3)'
  | 'String'
  | 'LowCardinality(String)'
  | 'Decimal(18, 4)'
  | 'Nullable(UInt8)'
  | 'Nullable(UInt32)'
  | 'Nullable(UInt64)'
  | 'Nullable(Float64)'
  | 'Nullable(DateTime64(3))'
  | 'Nullable(Decimal(18, 4))';

/** In Node: UInt64 and decimals may be bigint, number or decimal string; instants are epoch ms; Date is `YYYY-MM-DD`; String is text. */
export type ColumnValue = number | bigint | string | null;
export type FactRow = Record<string, ColumnValue>;

/**
 * A fact table: one row is one state of (identity, source). `<name>_landing` holds every delivery as it came; a materialised view carries it
 * to `<name>`, a ReplacingMergeTree(version, retracted) that keeps the last by domain.md 2.2. Read `<name>` with FINAL only.
 */
export interface FactTable {
  name: string;
  /** Columns of the identity, in sort order, without brand_id (always first) and source (always last). */
  identity: readonly string[];
  /** What the row says, beside its identity. A replaced row is one whose payload differs. */
  payload: readonly string[];
  columns: Readonly<Record<string, ColumnType>>;
}

/** Columns that every fact row carries. `delivery_id` is in the landing table only. */
export const COMMON_COLUMNS = {
  brand_id: 'UInt32',
  source: 'LowCardinality(String)',
  retracted: 'UInt8',
  observed_at: 'DateTime64(3)',
  ingested_at: 'DateTime64(3)',
  delivery_id: 'UInt64',
} as const satisfies Record<string, ColumnType>;

/** Columns that a row may lack: it then says 0. */
export const ZERO_IF_ABSENT: ReadonlySet<string> = new Set(['next_viewer_key']);

/** Builds the declaration of a fact table from its own columns. */
export function factTable<C extends Record<string, ColumnType>>(
  name: string,
  identity: readonly (keyof C & string)[],
  columns: C,
): FactTable {
  const payload = Object.keys(columns).filter((column) => !identity.includes(column));
  return { name, identity, payload, columns: { ...columns, ...COMMON_COLUMNS } };
}
