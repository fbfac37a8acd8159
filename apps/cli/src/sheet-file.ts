import type * as ExcelJS from '@protobi/exceljs';
import { guarded } from '@app/ingest';

type Cell = string | number | boolean | null;

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Text that a spreadsheet would take for a formula, made harmless as in exports; exact decimals stay as they are. */
export const harmless = (cell: Cell): Cell => (typeof cell === 'string' && !DECIMAL.test(cell) ? guarded(cell) : cell);

/** A sheet of rows; `titleOf` gives the head of a column. */
export interface SheetTable {
  name: string;
  fields: string[];
  rows: Record<string, Cell>[];
  titleOf: (field: string) => string;
}

/** Writes rows as an XLSX, streaming, with a sheet of notes behind them. Text stays text, so ids keep every digit. */
export async function writeSheet(
  file: string,
  table: SheetTable,
  notes: { name: string; rows: readonly (readonly Cell[])[] },
): Promise<void> {
  const { name, fields, rows, titleOf } = table;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { stream } = require('@protobi/exceljs') as typeof ExcelJS;
  const workbook = new stream.xlsx.WorkbookWriter({ filename: file });
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1, xSplit: 1 }] });
  sheet.addRow(fields.map((field) => (titleOf(field) === field ? field : `${titleOf(field)} ${field}`))).commit();
  for (const row of rows) sheet.addRow(fields.map((field) => harmless(row[field] ?? null))).commit();
  const beside = workbook.addWorksheet(notes.name);
  for (const row of notes.rows) beside.addRow(row.map(harmless)).commit();
  await workbook.commit();
}
