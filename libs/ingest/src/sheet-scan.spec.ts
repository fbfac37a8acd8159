import fc from 'fast-check';
import { SheetScan } from './sheet-scan';

const BOUNDS = { cells: 12, rowCells: 4, runBytes: 40 };
const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);

/** Whether XML passes, given in pieces of a size. */
function passes(xml: string, size = 1 << 16, bounds = BOUNDS): boolean {
  const scan = new SheetScan(bounds);
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += size) if (!scan.take(bytes.subarray(at, at + size))) return false;
  return true;
}
const row = (cells: number) => `<row r="1">${'<c><v>1</v></c>'.repeat(cells)}</row>`;

describe('the XML of a sheet, before it is parsed', () => {
  it('is bounded in cells, cells of a row, and length between tags, wherever it is cut into pieces', () => {
    const shape = fc.record({
      rows: fc.array(fc.nat({ max: 6 }), { maxLength: 6 }),
      text: fc.nat({ max: 60 }),
      size: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(shape, ({ rows, text, size }) => {
        const xml = `<sheetData><cols><col/></cols>${rows.map(row).join('')}<t>${'x'.repeat(text)}</t></sheetData><rowBreaks/>`;
        const cells = rows.reduce((sum, one) => sum + one, 0);
        const within = cells <= BOUNDS.cells && rows.every((one) => one <= BOUNDS.rowCells) && text + 2 <= BOUNDS.runBytes;
        expect(passes(xml, size)).toBe(within);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('counts cells by their whole name', () => {
    expect(passes(`<row>${'<cell/><col/><cfRule/>'.repeat(9)}</row>`)).toBe(true);
    expect(passes(`<row>${'<c\n/>'.repeat(5)}</row>`)).toBe(false);
    expect(passes(`<row>${'<c/>'.repeat(5)}</row>`)).toBe(false);
  });
});
