import { saveFile } from '@/figures/csv';
import { toXlsx } from '@/figures/xlsx';
import { sheetKind, type TableColumn } from './tableColumns';

export interface TableFile<Row> {
  /** Without its ending. */
  name: string;
  sheets: { notes: string; rows: string };
  notes: [string, string][];
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
}

/** Hands exactly the rows and columns that are shown to the browser as a workbook. */
export function saveTable<Row>({ name, sheets, notes, columns, rows }: TableFile<Row>): void {
  const bytes = toXlsx({
    sheets,
    notes,
    columns: columns.map(({ label, kind }) => ({ label, kind: sheetKind(kind) })),
    rows: rows.map((row) => columns.map((column) => column.value(row))),
  });
  saveFile(`${name}.xlsx`, new Blob([bytes], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }));
}
