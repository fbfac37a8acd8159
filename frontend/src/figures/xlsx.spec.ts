/** @jest-environment node */
import { Readable } from 'node:stream';
import ExcelJS from '@protobi/exceljs';
import { toXlsx, type Workbook } from './xlsx';

const book: Workbook = {
  sheets: { notes: '说明', rows: '排名' },
  notes: [['月份', '2026年10月']],
  columns: [
    { label: '账号ID', kind: 'text' },
    { label: '价值', kind: 'money' },
    { label: '忠实率', kind: 'share' },
  ],
  rows: [
    ['00700000000000000001', '1234567.89', 0.125],
    ['=1+1', null, null],
    ['<甲>&"', '1234567890123456.78', 1],
  ],
};

async function read(bytes: Uint8Array) {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.read(Readable.from([Buffer.from(bytes)]));
  return workbook;
}

describe('workbook', () => {
  it('another program reads two sheets, the header frozen and filtered, every row', async () => {
    const workbook = await read(toXlsx(book));
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['说明', '排名']);
    const rows = workbook.getWorksheet('排名');
    expect(rows?.getRow(1).values).toEqual([undefined, '账号ID', '价值', '忠实率']);
    expect(rows?.rowCount).toBe(4);
    expect(rows?.autoFilter).toBe('A1:C4');
    expect(workbook.getWorksheet('说明')?.getRow(1).getCell(2).value).toBe('2026年10月');
  });
  it('ids are text with all their digits, figures are numbers, unknown is an empty cell, text is never a formula', async () => {
    const rows = (await read(toXlsx(book))).getWorksheet('排名');
    expect(rows?.getCell('A2').value).toBe('00700000000000000001');
    expect(rows?.getCell('B2').value).toBe(1234567.89);
    expect(rows?.getCell('C2').value).toBe(0.125);
    expect(rows?.getCell('C2').numFmt).toBe('0.0%');
    expect(rows?.getCell('A3').value).toBe('=1+1');
    expect(rows?.getCell('B3').value).toBeNull();
    expect(rows?.getCell('A4').value).toBe('<甲>&"');
  });
  it('a number of more digits than a double keeps stays whole, as text', async () =>
    expect((await read(toXlsx(book))).getWorksheet('排名')?.getCell('B4').value).toBe('1234567890123456.78'));
  it('rows that one sheet does not hold go on in the next one, under the same header; none is left out', async () => {
    const rows = Array.from({ length: 5 }, (_, at): [string, string, number] => [`a${at}`, String(at), 0]);
    const workbook = await read(toXlsx({ ...book, rows }, 2));
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['说明', '排名', '排名 (2)', '排名 (3)']);
    const [, ...parts] = workbook.worksheets;
    expect(parts.map((sheet) => sheet.getRow(1).getCell(1).value)).toEqual(['账号ID', '账号ID', '账号ID']);
    const read_ = parts.flatMap((sheet) => Array.from({ length: sheet.rowCount - 1 }, (_, at) => sheet.getRow(at + 2).getCell(1).value));
    expect(read_).toEqual(rows.map(([id]) => id));
  });
  it('signs that the name of a sheet must not hold do not spoil the file', async () => {
    const rows = '得分 · 上海/浦东:[一]店?';
    expect((await read(toXlsx({ ...book, sheets: { ...book.sheets, rows } }))).worksheets[1].name).toBe('得分 · 上海 浦东  一 店 ');
  });
  it('a name with control signs does not spoil the file', async () => {
    const bytes = toXlsx({ ...book, rows: [['a\u0000\u0008b', '1', 0]] });
    expect((await read(bytes)).getWorksheet('排名')?.getCell('A2').value).toBe('ab');
  });
});
