import type { UploadColumn } from '@app/contracts';
import { readCsv } from '../csv-reader';
import type { FileScan } from '../file-scan';
import { headerReader } from '../headers';
import type { FileFormat } from '../import-request';
import { kindSource } from '../import-source';
import { recognise, TITLE_ROWS } from '../presets/recognise';
import type { RawRows } from '../raw-row';
import { readXlsx } from '../xlsx-reader';

const LONGEST_HEADER = 60;
const NO_READING = { onBytes: () => undefined, note: () => undefined };

/** How the header of a spreadsheet is read as the kind: column by column. Empty for files that name their fields themselves, and where no header is found. */
export async function columnsOfFile(given: { file: string; format: FileFormat; scan: FileScan; kind: string }): Promise<UploadColumn[]> {
  const { file, format, scan } = given;
  if (format !== 'csv' && format !== 'xlsx') return [];
  const { kind, preset } = kindSource(given.kind);
  const ofTemplate = headerReader(kind.fields);
  let seen = 0;
  let found: UploadColumn[] = [];
  const header = (cells: string[]): (string | null)[] | null => {
    const exported = preset ? recognise(cells, [preset]) : null;
    const fields = exported ? exported.columns.map((column) => column?.field ?? null) : cells.map(ofTemplate);
    seen++;
    if ((preset && !exported) || fields.every((field) => field === null)) return seen >= TITLE_ROWS ? cells.map(() => null) : null;
    found = cells.flatMap((cell, at) => (cell.trim() === '' ? [] : [columnOf(cell, fields[at])]));
    return cells.map((_, at) => String(at));
  };
  const columnOf = (cell: string, field: string | null): UploadColumn => ({
    header: cell.trim().slice(0, LONGEST_HEADER),
    field,
    label: kind.fields.find(({ name }) => name === field)?.label ?? null,
  });
  const rows: RawRows = format === 'csv' ? readCsv(file, scan, header, NO_READING) : readXlsx(file, header, NO_READING);
  for await (const batch of rows) {
    void batch;
    break;
  }
  return found;
}
