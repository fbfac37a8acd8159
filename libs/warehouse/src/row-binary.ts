import type { ColumnType, ColumnValue, FactRow } from './fact-table';

/** Grows by doubling; `take` hands out what was written and starts again. Writers ensure room, then move `at` themselves: no object per value. */
class RowBuffer {
  bytes: Buffer;
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  ensure(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + size));
    this.bytes.copy(wider, 0, 0, this.at);
    this.bytes = wider;
  }

  take(): Buffer {
    const written = Buffer.from(this.bytes.subarray(0, this.at));
    this.at = 0;
    return written;
  }
}

type Write = (to: RowBuffer, value: ColumnValue) => void;
/** Widest fixed value and widest length prefix. */
const FIXED_BYTES = 10;

function writeVarUInt(to: RowBuffer, value: number): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) to.bytes[to.at++] = (rest & 127) | 128;
  to.bytes[to.at++] = rest;
}

const writeText: Write = (to, value) => {
  const text = String(value);
  if (text === '') {
    to.bytes[to.at++] = 0;
    return;
  }
  const size = Buffer.byteLength(text);
  to.ensure(size + 2 * FIXED_BYTES);
  writeVarUInt(to, size);
  to.bytes.write(text, to.at, size, 'utf8');
  to.at += size;
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
    to.at = to.bytes.writeUInt8(Number(value), to.at);
  },
  UInt32: (to, value) => {
    to.at = to.bytes.writeUInt32LE(Number(value), to.at);
  },
  UInt64: (to, value) => {
    if (typeof value === 'number' && value <= 0xffffffff) to.at = to.bytes.writeUInt32LE(0, to.bytes.writeUInt32LE(value, to.at));
    else to.at = to.bytes.writeBigUInt64LE(BigInt(value ?? 0), to.at);
  },
  Float64: (to, value) => {
    to.at = to.bytes.writeDoubleLE(Number(value), to.at);
  },
  Date: (to, value) => {
    to.at = to.bytes.writeUInt16LE(Date.parse(`${String(value)}T00:00:00Z`) / 86_400_000, to.at);
  },
  'DateTime64(3)': (to, value) => {
    const ms = Number(value);
    const high = Math.floor(ms / 0x100000000);
    to.at = to.bytes.writeInt32LE(high, to.bytes.writeUInt32LE(ms - high * 0x100000000, to.at));
  },
  String: writeText,
  'LowCardinality(String)': writeText,
  'Decimal(18, 4)': (to, value) => {
    to.at = to.bytes.writeBigInt64LE(scaledDecimal(value, 4), to.at);
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

/** Size of a chunk handed to the connection. */
const CHUNK_BYTES = 1 << 20;

/**
 * Encodes rows as RowBinary, columns in the order of `columns`, about a megabyte a chunk. A missing or null value of a column that cannot be
 * null, and a number out of range, throws RangeError naming the column and never the value. `tally` counts the rows taken.
 */
export async function* encodeRowBinary(
  columns: Readonly<Record<string, ColumnType>>,
  rows: Iterable<FactRow> | AsyncIterable<FactRow>,
  tally: { rows: number } = { rows: 0 },
): AsyncGenerator<Buffer> {
  const names = Object.keys(columns);
  const writers = names.map((name) => writerOf(columns[name]));
  const needed = names.map((name) => !columns[name].startsWith('Nullable'));
  const buffer = new RowBuffer(CHUNK_BYTES + 65_536);
  const encode = (row: FactRow) => {
    tally.rows++;
    for (let at = 0; at < names.length; at++) {
      const value = row[names[at]];
      if (needed[at] && (value === undefined || value === null)) throw new RangeError(`column ${names[at]} needs a value`);
      buffer.ensure(FIXED_BYTES);
      try {
        writers[at](buffer, value);
      } catch {
        throw new RangeError(`column ${names[at]} cannot hold its value`);
      }
    }
  };
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      encode(row);
      if (buffer.at >= CHUNK_BYTES) yield buffer.take();
    }
  } else {
    for await (const row of rows) {
      encode(row);
      if (buffer.at >= CHUNK_BYTES) yield buffer.take();
    }
  }
  if (buffer.at > 0) yield buffer.take();
}
