/** What a parser of sheets keeps in memory at once, and how long it takes: bounds of a sheet's XML. */
export interface SheetBounds {
  /** Cells of a sheet, and of one row. */
  cells: number;
  rowCells: number;
  /** Bytes from one tag to the next: a text, or the attributes of a tag. */
  runBytes: number;
}

const LESS = 0x3c;
const LETTER_C = 0x63;
const ROW = Buffer.from('row');

/** `<c>` and `<row>` end their names so; `<cols>` and `<rowBreaks>` do not. */
const endsName = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x3e || byte === 0x2f || (byte !== undefined && byte < 0x20);

/** Looks through the XML of a sheet as it comes, without keeping it. */
export class SheetScan {
  private cells = 0;
  private rowCells = 0;
  private sinceTag = 0;
  private carry: Buffer = Buffer.alloc(0);

  constructor(private readonly bounds: SheetBounds) {}

  /** Takes the next piece; false when it goes beyond a bound. A name that is cut in two is put together again. */
  take(piece: Buffer): boolean {
    const bytes = this.carry.length > 0 ? Buffer.concat([this.carry, piece]) : piece;
    this.carry = Buffer.alloc(0);
    for (let from = 0; ;) {
      const at = bytes.indexOf(LESS, from);
      if (at < 0) return this.ran(bytes.length - from);
      if (!this.ran(at - from)) return false;
      this.sinceTag = 0;
      if (bytes.length - at < ROW.length + 2) {
        this.carry = Buffer.from(bytes.subarray(at));
        return true;
      }
      if (!this.tag(bytes, at + 1)) return false;
      from = at + 1;
    }
  }

  private ran(bytes: number): boolean {
    this.sinceTag += bytes;
    return this.sinceTag <= this.bounds.runBytes;
  }

  private tag(bytes: Buffer, at: number): boolean {
    if (bytes[at] === LETTER_C && endsName(bytes[at + 1]))
      return ++this.cells <= this.bounds.cells && ++this.rowCells <= this.bounds.rowCells;
    if (bytes.compare(ROW, 0, ROW.length, at, at + ROW.length) === 0 && endsName(bytes[at + ROW.length])) this.rowCells = 0;
    return true;
  }
}
