import type { ColumnType, ColumnValue, FactRow } from './fact-table';

/** Size of a chunk handed to the connection; a small batch starts with less. */
const CHUNK_BYTES = 1 << 18;
const FIRST_BYTES = 1 << 14;

/** Bytes as they are written, in chunks. Writers ensure room, then move `at` themselves: no object per value. */
class RowBytes {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  at = 0;
  /** Full chunks, and what they hold together. */
  full: Buffer[] = [];
  fullBytes = 0;

  ensure(size: number): void {
    if (this.at + size > this.bytes.length) this.next(size);
  }

  private next(size: number): void {
    this.close();
    this.bytes = Buffer.allocUnsafeSlow(Math.max(size, CHUNK_BYTES));
    this.view = new DataView(this.bytes.buffer);
  }

  close(): void {
    if (this.at > 0) this.full.push(this.bytes.subarray(0, this.at));
    this.fullBytes += this.at;
    this.at = 0;
  }
}

type Write = (to: RowBytes, value: ColumnValue) => void;
/** Widest fixed value and widest length prefix. */
const FIXED_BYTES = 10;
/** Longer text is written by a native call, shorter by a loop: the call costs more than the text. */
const SHORT_TEXT = 40;
const MAX_UINT64 = 2n ** 64n - 1n;

function whole(value: ColumnValue, max: number): number {
  const number = Number(value);
  if (!(number >= 0 && number <= max)) throw new RangeError('out of range');
  return number;
}

function writeVarUInt(to: RowBytes, value: number): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) to.bytes[to.at++] = (rest & 127) | 128;
  to.bytes[to.at++] = rest;
}

function writeLongText(to: RowBytes, text: string): void {
  const size = Buffer.byteLength(text);
  to.ensure(size + 2 * FIXED_BYTES);
  writeVarUInt(to, size);
  to.bytes.write(text, to.at, size, 'utf8');
  to.at += size;
}

const writeText: Write = (to, value) => {
  const text = String(value);
  const { length } = text;
  if (length > SHORT_TEXT) return writeLongText(to, text);
  to.ensure(SHORT_TEXT + FIXED_BYTES);
  const { bytes } = to;
  const from = to.at + 1;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return writeLongText(to, text);
    bytes[from + at] = code;
  }
  bytes[to.at] = length;
  to.at = from + length;
};

/** A decimal string, number or bigint as a whole number of `scale` places. Throws RangeError when it has more places. */
export function scaledDecimal(value: ColumnValue, scale: number): bigint {
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(typeof value === 'number' ? value.toFixed(scale) : String(value));
  if (!match) throw new RangeError(`not a decimal: ${String(value)}`);
  const places = (match[3] ?? '').replace(/0+$/, '');
  if (places.length > scale) throw new RangeError(`more than ${scale} decimal places`);
  const units = BigInt(match[2] + places.padEnd(scale, '0'));
  return match[1] ? -units : units;
}

const WRITERS: Record<string, Write> = {
  UInt8: (to, value) => {
    to.bytes[to.at++] = whole(value, 0xff);
  },
  UInt32: (to, value) => {
    to.view.setUint32(to.at, whole(value, 0xffffffff), true);
    to.at += 4;
  },
  UInt64: (to, value) => {
    if (typeof value === 'number') {
      const low = whole(value, Number.MAX_SAFE_INTEGER) >>> 0;
      to.view.setUint32(to.at, low, true);
      to.view.setUint32(to.at + 4, (value - low) / 0x100000000, true);
    } else {
      const wide = BigInt(value ?? 0);
      if (wide < 0n || wide > MAX_UINT64) throw new RangeError('out of range');
      to.view.setBigUint64(to.at, wide, true);
    }
    to.at += 8;
  },
  Float64: (to, value) => {
    to.view.setFloat64(to.at, Number(value), true);
    to.at += 8;
  },
  Date: (to, value) => {
    to.view.setUint16(to.at, whole(Date.parse(`${String(value)}T00:00:00Z`) / 86_400_000, 0xffff), true);
    to.at += 2;
  },
  'DateTime64(3)': (to, value) => {
    const ms = Number(value);
    if (!Number.isSafeInteger(ms)) throw new RangeError('not an instant');
    const high = Math.floor(ms / 0x100000000);
    to.view.setUint32(to.at, ms - high * 0x100000000, true);
    to.view.setInt32(to.at + 4, high, true);
    to.at += 8;
  },
  String: writeText,
  'LowCardinality(String)': writeText,
  'Decimal(18, 4)': (to, value) => {
    const units = scaledDecimal(value, 4);
    if (BigInt.asIntN(64, units) !== units) throw new RangeError('out of range');
    to.view.setBigInt64(to.at, units, true);
    to.at += 8;
  },
};

function writerOf(type: ColumnType): Write {
  const inner = /^Nullable\((.*)\)$/.exec(type)?.[1];
  if (!inner) return WRITERS[type];
  const write = WRITERS[inner];
  return (to, value) => {
    const unknown = value === null || value === undefined;
    to.bytes[to.at++] = unknown ? 1 : 0;
    if (!unknown) write(to, value);
  };
}

/**
 * Encodes rows as RowBinary, columns in the order of `columns`. Rows are not kept: what waits for an insert is bytes. A missing or null value of
 * a column that cannot be null, and a number out of range, throws RangeError naming the column and never the value.
 */
export class RowBinaryEncoder {
  rows = 0;
  private readonly names: string[];
  private readonly writers: Write[];
  private readonly needed: boolean[];
  private to = new RowBytes();

  constructor(columns: Readonly<Record<string, ColumnType>>) {
    this.names = Object.keys(columns);
    this.writers = this.names.map((name) => writerOf(columns[name]));
    this.needed = this.names.map((name) => !columns[name].startsWith('Nullable'));
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.to.fullBytes + this.to.at;
  }

  append(row: FactRow): void {
    const { names, writers, needed, to } = this;
    this.rows++;
    for (let at = 0; at < names.length; at++) {
      const value = row[names[at]];
      if (needed[at] && (value === undefined || value === null)) throw new RangeError(`column ${names[at]} needs a value`);
      to.ensure(FIXED_BYTES);
      try {
        writers[at](to, value);
      } catch {
        throw new RangeError(`column ${names[at]} cannot hold its value`);
      }
    }
  }

  /** The full chunks so far; with `all`, also the one that is being written. The encoder goes on with the next rows. */
  take(all: boolean): Buffer[] {
    const { to } = this;
    if (all) to.close();
    const { full } = to;
    if (all) this.to = new RowBytes();
    else [to.full, to.fullBytes] = [[], 0];
    return full;
  }
}

/** The rows as RowBinary, a quarter of a megabyte a chunk. `tally` counts the rows taken. */
export async function* encodeRowBinary(
  columns: Readonly<Record<string, ColumnType>>,
  rows: Iterable<FactRow> | AsyncIterable<FactRow>,
  tally: { rows: number } = { rows: 0 },
): AsyncGenerator<Buffer> {
  const encoder = new RowBinaryEncoder(columns);
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      encoder.append(row);
      if (encoder.bytes >= CHUNK_BYTES) yield* encoder.take(false);
    }
  } else {
    for await (const row of rows) {
      encoder.append(row);
      if (encoder.bytes >= CHUNK_BYTES) yield* encoder.take(false);
    }
  }
  tally.rows = encoder.rows;
  yield* encoder.take(true);
}
