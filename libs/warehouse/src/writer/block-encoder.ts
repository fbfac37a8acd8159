import { ZERO_IF_ABSENT, type ColumnType, type FactRow } from '../fact-table';
import { ColumnBuffer, FixedColumn, NullableColumn } from './column-buffer';
import { DictionaryColumn, TextColumn, Texts } from './text-column';

/** A row that cannot be kept: which column, and never the value. */
export class UnencodableRow extends RangeError {
  constructor(
    readonly column: string,
    why: 'needs a value' | 'cannot hold its value',
  ) {
    super(`column ${column} ${why}`);
    this.name = 'UnencodableRow';
  }
}

function bufferOf(type: ColumnType): ColumnBuffer {
  if (type === 'String') return new TextColumn();
  if (type === 'LowCardinality(String)') return new DictionaryColumn();
  const inner = /^Nullable\((.*)\)$/.exec(type)?.[1];
  return inner ? new NullableColumn(inner) : new FixedColumn(type);
}

/** Writes the columns of a row in order; `at` is the one that is being written. */
type RowWriter = (row: FactRow, place: number, buffers: readonly ColumnBuffer[], progress: { at: number }) => void;

const ROW_WRITERS = new WeakMap<object, RowWriter>();

/**
 * Straight code for the columns of one declaration, compiled once: `row[name]` with changing names finds its way anew each time, which was a third of
 * the time of encoding a row. The names are those of declared columns and nothing else.
 */
function rowWriterOf(columns: Readonly<Record<string, ColumnType>>): RowWriter {
  let writer = ROW_WRITERS.get(columns);
  if (writer) return writer;
  const lines = Object.keys(columns).map((name, at) => {
    if (!/^\w+$/.test(name)) throw new RangeError('not a plain name');
    return `progress.at = ${at}; buffers[${at}].write(place, row.${name}${ZERO_IF_ABSENT.has(name) ? ' ?? 0' : ''});`;
  });
  writer = new Function('row', 'place', 'buffers', 'progress', lines.join('\n')) as RowWriter;
  ROW_WRITERS.set(columns, writer);
  return writer;
}

/**
 * Encodes rows as one block of ClickHouse's Native format: column by column, texts of few values once. The server takes such a block with about
 * two thirds of the work that the same rows as RowBinary cost it (docs/adr/0009). Rows are not kept: what waits for an insert is bytes.
 */
export class BlockEncoder {
  rows = 0;
  private readonly names: string[];
  private readonly buffers: ColumnBuffer[];
  private readonly width: number;
  private readonly growing: ColumnBuffer[];
  private readonly writeRow: RowWriter;
  private readonly progress = { at: 0 };

  constructor(private readonly columns: Readonly<Record<string, ColumnType>>) {
    this.names = Object.keys(columns);
    this.buffers = this.names.map((name) => bufferOf(columns[name]));
    this.width = this.buffers.reduce((sum, { width }) => sum + width, 0);
    this.writeRow = rowWriterOf(columns);
    this.growing = this.buffers.filter((buffer) => !(buffer instanceof FixedColumn || buffer instanceof NullableColumn));
  }

  /** Bytes that wait. */
  get bytes(): number {
    let bytes = this.rows * this.width;
    for (const { extra } of this.growing) bytes += extra;
    return bytes;
  }

  /** Throws UnencodableRow; of such a row nothing stays, and the encoder goes on with the next. */
  append(row: FactRow): void {
    const { names, buffers, rows } = this;
    try {
      this.writeRow(row, rows, buffers, this.progress);
    } catch {
      const { at } = this.progress;
      for (let done = 0; done <= at; done++) buffers[done].undo(rows);
      const value = row[names[at]];
      throw new UnencodableRow(names[at], value === null || value === undefined ? 'needs a value' : 'cannot hold its value');
    }
    this.rows++;
  }

  /** Begins a new block in the memory of the one before, whose bytes nobody reads any more. */
  reset(): void {
    for (const buffer of this.buffers) buffer.reset();
    this.rows = 0;
  }

  /** The block, valid until `reset`. */
  take(): Buffer[] {
    if (this.rows === 0) return [];
    const chunks: Buffer[] = [];
    const count = new Texts();
    count.addNumber(this.names.length);
    count.addNumber(this.rows);
    chunks.push(count.written());
    this.names.forEach((name, at) => {
      const head = new Texts();
      head.add(name);
      head.add(this.columns[name]);
      chunks.push(head.written(), ...this.buffers[at].take(this.rows));
    });
    return chunks;
  }
}

/** Rows of one block of a stream: enough for the server, little enough for the event loop. */
const BLOCK_ROWS = 16_384;

/** The rows as blocks. `tally` counts the rows taken. Throws UnencodableRow at the first row that cannot be kept. */
export async function* encodeBlocks(
  columns: Readonly<Record<string, ColumnType>>,
  rows: Iterable<FactRow> | AsyncIterable<FactRow>,
  tally: { rows: number } = { rows: 0 },
): AsyncGenerator<Buffer> {
  let encoder = new BlockEncoder(columns); // another one for each block: the one before may still be on its way
  const full = function* (least: number) {
    if (encoder.rows < least) return;
    tally.rows += encoder.rows;
    yield* encoder.take();
    encoder = new BlockEncoder(columns);
  };
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      encoder.append(row);
      if (encoder.rows === BLOCK_ROWS) yield* full(BLOCK_ROWS);
    }
  } else {
    for await (const row of rows) {
      encoder.append(row);
      if (encoder.rows === BLOCK_ROWS) yield* full(BLOCK_ROWS);
    }
  }
  yield* full(1);
}
