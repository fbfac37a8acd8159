import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import type * as ExcelJS from '@protobi/exceljs';
import { VitrineError } from '@app/contracts';
import { unreadable } from './file-errors';
import { unguarded } from './formula-guard';
import { BadCell, PROBLEMS } from './problems';
import type { HeaderReading, RawRow, RawRows, Reading } from './raw-row';
import { checkWorkbook, notXlsx } from './xlsx-safety';

const BATCH = 500;
/** A number format of zeros only (`00000`): the sheet shows leading zeros that the number lacks. */
const ZEROS = /^0{2,20}$/;

type CellValue = ExcelJS.CellValue;

/** A cell as text, number, boolean, Date (its UTC fields are the wall clock), null, or BadCell for formulas and errors. */
function cellValue(cell: ExcelJS.Cell): unknown {
  const value: CellValue = cell.value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return unguarded(value);
  if (typeof value === 'number')
    return ZEROS.test(cell.numFmt ?? '') && Number.isInteger(value) ? String(value).padStart(cell.numFmt.length, '0') : value;
  if (typeof value === 'boolean' || value instanceof Date) return value;
  if ('formula' in value || 'sharedFormula' in value) return new BadCell(PROBLEMS.formula);
  if ('error' in value) return new BadCell(PROBLEMS.cellError);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('text' in value) return typeof value.text === 'string' ? value.text : null;
  return null;
}

/**
 * The first sheet of a workbook, header line first. Formula cells are not taken, not even their cached result: it may be stale or foreign.
 * Throws bad_input for a bomb, a file that is no workbook, and a header that does not fit.
 */
export async function* readXlsx(file: string, columns: HeaderReading, reading: Reading): RawRows {
  await checkWorkbook(file);
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  source.on('data', (chunk) => reading.onBytes(chunk.length));
  source.pause();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { stream } = require('@protobi/exceljs') as typeof ExcelJS;
  const workbook = new stream.xlsx.WorkbookReader(source, {
    sharedStrings: 'cache',
    styles: 'cache',
    worksheets: 'emit',
    hyperlinks: 'ignore',
    entries: 'ignore',
  });
  let sheets = 0;
  try {
    for await (const sheet of workbook) {
      sheets++;
      if (sheets > 1) break;
      yield* sheetRows(sheet as unknown as AsyncIterable<ExcelJS.Row>, file, columns);
    }
  } catch (cause) {
    if (cause instanceof VitrineError || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw notXlsx(path.basename(file), cause);
  } finally {
    source.destroy();
  }
  if (sheets === 0)
    throw unreadable(path.basename(file), '工作簿没有工作表。', 'The workbook has no sheet.', {
      zh: '使用模板。',
      en: 'Use the template.',
    });
}

async function* sheetRows(sheet: AsyncIterable<ExcelJS.Row>, file: string, columns: HeaderReading): RawRows {
  let names: (string | null)[] | null = null;
  let rows: RawRow[] = [];
  let above = false;
  for await (const row of sheet) {
    if (names === null) {
      const cells: string[] = [];
      for (let at = 1; at <= row.cellCount; at++) cells.push(headerText(cellValue(row.getCell(at))));
      names = columns(cells);
      above ||= names === null;
      continue;
    }
    const values: Record<string, unknown> = {};
    let filled = false;
    for (let at = 0; at < names.length; at++) {
      const name = names[at];
      if (name === null) continue;
      const value = cellValue(row.getCell(at + 1));
      if (value === null || value === '') continue;
      values[name] = value;
      filled = true;
    }
    if (filled) rows.push({ line: row.number, values });
    if (rows.length === BATCH) {
      yield rows;
      rows = [];
    }
  }
  if (names === null && !above)
    throw unreadable(path.basename(file), '工作表是空的。', 'The sheet is empty.', {
      zh: '第一行写表头。',
      en: 'Write a header line first.',
    });
  if (rows.length > 0) yield rows;
}

const headerText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
