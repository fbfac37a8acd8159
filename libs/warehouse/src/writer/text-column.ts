import type { ColumnValue } from '../fact-table';
import { ColumnBuffer, Places } from './column-buffer';

const FIRST_BYTES = 1 << 8;
/** Longer text is written by a native call, shorter by a loop: the call costs more than the text. */
const SHORT_TEXT = 40;
const PREFIX_BYTES = 10;

/** Texts with their length in bytes in front. */
export class Texts {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  at = 0;

  add(text: string): void {
    const { length } = text;
    if (length > SHORT_TEXT) return this.addLong(text);
    this.hold(SHORT_TEXT + PREFIX_BYTES);
    const { bytes } = this;
    const from = this.at + 1;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return this.addLong(text);
      bytes[from + index] = code;
    }
    bytes[this.at] = length;
    this.at = from + length;
  }

  addNumber(value: number): void {
    this.hold(PREFIX_BYTES);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest & 127) | 128;
    this.bytes[this.at++] = rest;
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  private addLong(text: string): void {
    const size = Buffer.byteLength(text);
    this.hold(size + PREFIX_BYTES);
    this.addNumber(size);
    this.bytes.write(text, this.at, size, 'utf8');
    this.at += size;
  }

  private hold(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const before = this.bytes;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(2 * before.length, this.at + size));
    before.copy(this.bytes, 0, 0, this.at);
  }
}

/** The text of a value that can be one: an object would become a text that nobody wrote. */
function textOf(value: ColumnValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new RangeError('not a text');
}

export class TextColumn implements ColumnBuffer {
  readonly width = 0;
  private readonly texts = new Texts();
  private row = -1;
  private before = 0;

  get extra(): number {
    return this.texts.at;
  }

  write(row: number, value: ColumnValue): void {
    this.row = row;
    this.before = this.texts.at;
    this.texts.add(textOf(value));
  }

  undo(row: number): void {
    if (this.row === row) this.texts.at = this.before;
  }

  take(): Buffer[] {
    return [this.texts.written()];
  }

  reset(): void {
    this.texts.at = 0;
    this.row = -1;
  }
}

const KEYS_VERSION = 1n;
/** The block brings its own keys (bit 9) and replaces those of the block before (bit 10). */
const OWN_KEYS = 0x600n;

/** LowCardinality(String): each text once, then per row its place among them. The place of the empty text, 0, is always taken. */
export class DictionaryColumn implements ColumnBuffer {
  readonly width = 4;
  private keys = new Map<string, number>([['', 0]]);
  private readonly texts = new Texts();
  private readonly places = new Places(4);
  private last = '';
  private lastPlace = 0;
  private added: { row: number; text: string; at: number } | null = null;

  constructor() {
    this.texts.add('');
  }

  get extra(): number {
    return this.texts.at;
  }

  write(row: number, value: ColumnValue): void {
    this.places.hold(row);
    if (value !== this.last) {
      const text = textOf(value);
      let place = this.keys.get(text);
      if (place === undefined) {
        place = this.keys.size;
        this.added = { row, text, at: this.texts.at };
        this.texts.add(text);
        this.keys.set(text, place);
      }
      this.last = text;
      this.lastPlace = place;
    }
    this.places.u32[row] = this.lastPlace;
  }

  undo(row: number): void {
    if (this.added?.row !== row) return;
    this.keys.delete(this.added.text);
    this.texts.at = this.added.at;
    [this.last, this.lastPlace, this.added] = ['', 0, null];
  }

  take(rows: number): Buffer[] {
    const { size } = this.keys;
    const [type, places] = this.narrow(rows, size);
    const head = Buffer.alloc(24);
    head.writeBigUInt64LE(KEYS_VERSION, 0);
    head.writeBigUInt64LE(OWN_KEYS | type, 8);
    head.writeBigUInt64LE(BigInt(size), 16);
    const count = Buffer.alloc(8);
    count.writeBigUInt64LE(BigInt(rows));
    return [head, this.texts.written(), count, places];
  }

  reset(): void {
    this.keys = new Map([['', 0]]);
    this.texts.at = 0;
    this.texts.add('');
    [this.last, this.lastPlace, this.added] = ['', 0, null];
  }

  /** The places in the narrowest numbers that hold them. */
  private narrow(rows: number, size: number): [type: bigint, places: Buffer] {
    const wide = this.places.u32.subarray(0, rows);
    if (size <= 0x100) return [0n, Buffer.from(Uint8Array.from(wide).buffer)];
    if (size <= 0x10000) return [1n, Buffer.from(Uint16Array.from(wide).buffer)];
    return [2n, this.places.first(rows)];
  }
}
