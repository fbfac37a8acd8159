import type { FactTable } from '@app/warehouse';
import { FactStore, StoredTable, quoted } from './fact-store';
import { rangeColumn } from './fact-rules';

/** Rows of a table that are read at once: one partition, one brand, a range of the sort key. */
export interface Piece {
  partition: string;
  brandId: number;
  from: string;
  to: string;
  rows: number;
}

/** How many rows of one key there are, with a sum of hashes to compare two tables. */
export interface KeyCount {
  partition: string;
  brandId: number;
  key: string;
  rows: string;
  hash: string;
}

const PIECE_BYTES = 128e6;
const PIECE_ROWS = { least: 20_000, most: 1_000_000 };

/** So many rows of a table are a piece: about 128 MB of values. */
export async function pieceRows(store: FactStore, table: string): Promise<number> {
  const [{ width }] = await store.rows<{ width: number | null }>(
    `SELECT sum(data_uncompressed_bytes) / sum(rows) AS width FROM system.parts
     WHERE database = currentDatabase() AND active AND table IN ({table: String}, concat({table: String}, '_local')) HAVING true`,
    { table },
  );
  return Math.round(Math.min(PIECE_ROWS.most, Math.max(PIECE_ROWS.least, PIECE_BYTES / (Number(width) || 128))));
}

/** What is read of a table: a condition over its columns, and an expression whose sum tells two tables apart. */
export interface KeyReading {
  fact: FactTable;
  where: string;
  params: Record<string, unknown>;
  hash?: string;
}

/** Partitions of a table that hold such rows, in order; one without a name where the table has none. */
export async function partitionsOf(
  store: FactStore,
  { table, partitionKey }: StoredTable,
  { where, params }: KeyReading,
): Promise<string[]> {
  if (partitionKey === '') return [''];
  const found = await store.rows<{ partition: string }>(
    `SELECT DISTINCT toString(${partitionKey}) AS partition FROM ${quoted(table)} WHERE ${where} ORDER BY partition`,
    params,
  );
  return found.map(({ partition }) => partition);
}

/** Rows per brand and key of one partition, in the order of the table. */
export function keyCounts(
  store: FactStore,
  { table, partitionKey }: StoredTable,
  partition: string,
  read: KeyReading,
): Promise<KeyCount[]> {
  const column = rangeColumn(read.fact);
  return store.rows<KeyCount>(
    `SELECT {partition: String} AS partition, brand_id AS brandId, toString(${column}) AS key, toString(count()) AS rows,
       toString(${read.hash ? `sum(${read.hash})` : '0'}) AS hash
     FROM ${quoted(table)} WHERE ${inPartition(partitionKey)}${read.where}
     GROUP BY brandId, ${column} ORDER BY brandId, ${column}`,
    { ...read.params, partition },
  );
}

/** Partition keys are whole numbers here (months, years), so that the store passes over the other partitions. */
const inPartition = (partitionKey: string) => (partitionKey === '' ? '' : `${partitionKey} = toUInt32({partition: String}) AND `);

/** Neighbouring keys together, up to `most` rows; a key is never split. */
export function piecesOf(counts: readonly KeyCount[], most: number): Piece[] {
  const pieces: Piece[] = [];
  for (const { partition, brandId, key, rows } of counts) {
    const last = pieces.at(-1);
    if (last && last.partition === partition && last.brandId === brandId && last.rows + Number(rows) <= most) {
      last.to = key;
      last.rows += Number(rows);
    } else pieces.push({ partition, brandId, from: key, to: key, rows: Number(rows) });
  }
  return pieces;
}

/** The condition of a piece. Plain comparisons, so that the store reads only what belongs to it. */
export function pieceCondition(
  fact: FactTable,
  { partitionKey }: StoredTable,
  piece: Piece,
): { where: string; params: Record<string, unknown> } {
  const column = rangeColumn(fact);
  const type = fact.columns[column];
  const range = `${column} >= {keyFrom: ${type}} AND ${column} <= {keyTo: ${type}}`;
  return {
    where: `${inPartition(partitionKey)}brand_id = {brandId: UInt32} AND ${range}`,
    params: { partition: piece.partition, brandId: piece.brandId, keyFrom: piece.from, keyTo: piece.to },
  };
}
