import type { ColumnValue } from '../fact-table';

/** The values of one column as ClickHouse's Native format lays them out. Rows are written in order; what throws leaves its row unwritten. */
export interface ColumnBuffer {
  write(row: number, value: ColumnValue): void;
  /** Takes back what the row has added beyond its fixed place: it is written again, or never. */
  undo(row: number): void;
  /** Bytes that every row takes, and what texts have added. */
  readonly width: number;
  readonly extra: number;
  /** The bytes of the first `rows` values, valid until `reset`. */
  take(rows: number): Buffer[];
  /** Forgets all rows and keeps its memory for the next ones. */
  reset(): void;
}

/** Little, because rows may jump between the months of a century, each with a buffer. */
const FIRST_ROWS = 32;

/** Fixed places, seen as what a column of them needs. Little endian, as every machine that Node runs on here. */
export class Places {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  u64: BigUint64Array;
  i64: BigInt64Array;
  f64: Float64Array;
  private rows = 0;

  constructor(private readonly width: number) {
    this.look(new ArrayBuffer(FIRST_ROWS * width));
  }

  /** Makes room for the row. */
  hold(row: number): void {
    if (row < this.rows) return;
    const before = this.u8;
    this.look(new ArrayBuffer(2 * before.length));
    this.u8.set(before);
  }

  clear(row: number): void {
    this.u8.fill(0, row * this.width, (row + 1) * this.width);
  }

  /** Leaves zeros everywhere. */
  wipe(): void {
    this.u8.fill(0);
  }

  first(rows: number): Buffer {
    return Buffer.from(this.u8.buffer, 0, rows * this.width);
  }

  private look(bytes: ArrayBuffer): void {
    this.u8 = new Uint8Array(bytes);
    this.u16 = new Uint16Array(bytes);
    this.u32 = new Uint32Array(bytes);
    this.u64 = new BigUint64Array(bytes, 0, Math.floor(bytes.byteLength / 8));
    this.i64 = new BigInt64Array(bytes, 0, Math.floor(bytes.byteLength / 8));
    this.f64 = new Float64Array(bytes, 0, Math.floor(bytes.byteLength / 8));
    this.rows = bytes.byteLength / this.width;
  }
}

type Put = (to: Places, row: number, value: ColumnValue) => void;

const DAY_MS = 86_400_000;
const MAX_UINT64 = 2n ** 64n - 1n;

function whole(value: ColumnValue, max: number): number {
  if (typeof value === 'number' && value >>> 0 === value && value <= max) return value;
  const number = Number(value);
  if (!(number >= 0 && number <= max && Number.isInteger(number))) throw new RangeError('out of range');
  return number;
}

/** A decimal string, number or bigint as a whole number of `scale` places. Throws RangeError when it has more places. */
export function scaledDecimal(value: ColumnValue, scale: number): bigint {
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(typeof value === 'number' ? value.toFixed(scale) : String(value));
  if (!match) throw new RangeError('not a decimal');
  const places = (match[3] ?? '').replace(/0+$/, '');
  if (places.length > scale) throw new RangeError(`more than ${scale} decimal places`);
  const units = BigInt(match[2] + places.padEnd(scale, '0'));
  return match[1] ? -units : units;
}

export const PUTS: Readonly<Record<string, { width: number; put: Put }>> = {
  UInt8: { width: 1, put: (to, row, value) => (to.u8[row] = whole(value, 0xff)) },
  UInt32: { width: 4, put: (to, row, value) => (to.u32[row] = whole(value, 0xffffffff)) },
  UInt64: {
    width: 8,
    put: (to, row, value) => {
      if (typeof value === 'number') {
        const low = whole(value, Number.MAX_SAFE_INTEGER) >>> 0;
        to.u32[2 * row] = low;
        to.u32[2 * row + 1] = (value - low) / 0x100000000;
      } else {
        const wide = typeof value === 'bigint' ? value : BigInt(value ?? '');
        if (wide < 0n || wide > MAX_UINT64) throw new RangeError('out of range');
        to.u64[row] = wide;
      }
    },
  },
  Float64: {
    width: 8,
    put: (to, row, value) => {
      const number = Number(value);
      if (!Number.isFinite(number)) throw new RangeError('not a number');
      to.f64[row] = number;
    },
  },
  Date: { width: 2, put: (to, row, value) => (to.u16[row] = whole(Date.parse(`${String(value)}T00:00:00Z`) / DAY_MS, 0xffff)) },
  'DateTime64(3)': {
    width: 8,
    put: (to, row, value) => {
      const ms = Number(value);
      if (!Number.isSafeInteger(ms)) throw new RangeError('not an instant');
      const high = Math.floor(ms / 0x100000000);
      to.u32[2 * row] = ms - high * 0x100000000;
      to.u32[2 * row + 1] = high;
    },
  },
  'Decimal(18, 4)': {
    width: 8,
    put: (to, row, value) => {
      const units = scaledDecimal(value, 4);
      if (BigInt.asIntN(64, units) !== units) throw new RangeError('out of range');
      to.i64[row] = units;
    },
  },
};

export class FixedColumn implements ColumnBuffer {
  readonly width: number;
  readonly extra = 0;
  private readonly places: Places;
  private readonly put: Put;

  constructor(type: string) {
    ({ width: this.width, put: this.put } = PUTS[type]);
    this.places = new Places(this.width);
  }

  write(row: number, value: ColumnValue): void {
    if (value === null || value === undefined) throw new RangeError('needs a value');
    this.places.hold(row);
    this.put(this.places, row, value);
  }

  undo(): void {
    // the next row takes the same place
  }

  take(rows: number): Buffer[] {
    return [this.places.first(rows)];
  }

  reset(): void {
    // every place is written before it is taken
  }
}

/** A byte per row that tells whether the value is unknown, then the values; the place of an unknown one holds zeros. */
export class NullableColumn implements ColumnBuffer {
  readonly width: number;
  readonly extra = 0;
  private readonly unknown = new Places(1);
  private readonly places: Places;
  private readonly put: Put;

  constructor(type: string) {
    const { width, put } = PUTS[type];
    this.width = width + 1;
    this.put = put;
    this.places = new Places(width);
  }

  write(row: number, value: ColumnValue): void {
    this.unknown.hold(row);
    this.places.hold(row);
    const unknown = value === null || value === undefined;
    this.unknown.u8[row] = unknown ? 1 : 0;
    if (!unknown) this.put(this.places, row, value);
  }

  /** An unknown value that comes here next must not carry these bytes. */
  undo(row: number): void {
    this.places.clear(row);
  }

  take(rows: number): Buffer[] {
    return [this.unknown.first(rows), this.places.first(rows)];
  }

  reset(): void {
    this.places.wipe();
  }
}
