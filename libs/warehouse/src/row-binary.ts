import type { ColumnType, ColumnValue, FactRow } from './fact-table';

/** Grows by doubling; `take` hands out what was written and starts again. */
class Buffered {
  private bytes: Buffer;
  private at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.at;
  }

  reserve(size: number): { bytes: Buffer; at: number } {
    if (this.at + size > this.bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + size));
      this.bytes.copy(wider, 0, 0, this.at);
      this.bytes = wider;
    }
    const at = this.at;
    this.at += size;
    return { bytes: this.bytes, at };
  }

  take(): Buffer {
    const written = Buffer.from(this.bytes.subarray(0, this.at));
    this.at = 0;
    return written;
  }
}

type Write = (to: Buffered, value: ColumnValue) => void;

function writeVarUInt(to: Buffered, value: number): void {
  let rest = value;
  do {
    const { bytes, at } = to.reserve(1);
    bytes[at] = rest > 127 ? (rest & 127) | 128 : rest;
    rest = Math.floor(rest / 128);
  } while (rest > 0);
}

const writeText: Write = (to, value) => {
  const text = String(value);
  const size = Buffer.byteLength(text);
  writeVarUInt(to, size);
  const { bytes, at } = to.reserve(size);
  bytes.write(text, at, size, 'utf8');
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
    const { bytes, at } = to.reserve(1);
    bytes.writeUInt8(Number(value), at);
  },
  UInt32: (to, value) => {
    const { bytes, at } = to.reserve(4);
    bytes.writeUInt32LE(Number(value), at);
  },
  UInt64: (to, value) => {
    const { bytes, at } = to.reserve(8);
    if (typeof value === 'number' && value <= 0xffffffff) {
      bytes.writeUInt32LE(value, at);
      bytes.writeUInt32LE(0, at + 4);
    } else bytes.writeBigUInt64LE(BigInt(value ?? 0), at);
  },
  Float64: (to, value) => {
    const { bytes, at } = to.reserve(8);
    bytes.writeDoubleLE(Number(value), at);
  },
  Date: (to, value) => {
    const { bytes, at } = to.reserve(2);
    bytes.writeUInt16LE(Date.parse(`${String(value)}T00:00:00Z`) / 86_400_000, at);
  },
  'DateTime64(3)': (to, value) => {
    const { bytes, at } = to.reserve(8);
    const ms = Number(value);
    const high = Math.floor(ms / 0x100000000);
    bytes.writeInt32LE((ms - high * 0x100000000) | 0, at);
    bytes.writeInt32LE(high, at + 4);
  },
  String: writeText,
  'LowCardinality(String)': writeText,
  'Decimal(18, 4)': (to, value) => {
    const { bytes, at } = to.reserve(8);
    bytes.writeBigInt64LE(scaledDecimal(value, 4), at);
  },
};

function writerOf(type: ColumnType): Write {
  const inner = /^Nullable\((.*)\)$/.exec(type)?.[1];
  if (!inner) return WRITERS[type];
  const write = WRITERS[inner];
  return (to, value) => {
    const { bytes, at } = to.reserve(1);
    bytes[at] = value === null || value === undefined ? 1 : 0;
    if (value !== null && value !== undefined) write(to, value);
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
  const writers = Object.entries(columns).map(([name, type]) => ({ name, write: writerOf(type), nullable: type.startsWith('Nullable') }));
  const buffer = new Buffered(CHUNK_BYTES + 65_536);
  const encode = (row: FactRow) => {
    tally.rows++;
    for (const { name, write, nullable } of writers) {
      const value = row[name];
      if ((value === undefined || value === null) && !nullable) throw new RangeError(`column ${name} needs a value`);
      try {
        write(buffer, value);
      } catch {
        throw new RangeError(`column ${name} cannot hold its value`);
      }
    }
  };
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      encode(row);
      if (buffer.length >= CHUNK_BYTES) yield buffer.take();
    }
  } else {
    for await (const row of rows) {
      encode(row);
      if (buffer.length >= CHUNK_BYTES) yield buffer.take();
    }
  }
  if (buffer.length > 0) yield buffer.take();
}
