import { findImportKind, type VitrineError } from '@app/contracts';
import { unreadable } from '../file-errors';
import { headerReader } from '../headers';
import type { CellForm } from './cells';
import type { ExportPreset, PresetColumn } from './export-preset';
import { EXPORT_PRESETS } from './presets';

/** Titles and notes may stand above the header. */
export const TITLE_ROWS = 15;
const SHOWN = 8;

/** A header as it is compared: no BOM, no spaces or line breaks, half-width signs, without the unit in brackets behind it. */
export function headerText(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/[\uFEFF\s]/g, '')
    .replace(/(?<=.)\((?:s|秒|次|人|人次|%|元|个)\)$/i, '')
    .toLowerCase();
}

export interface ColumnFound {
  field: string;
  form: CellForm;
}

export interface Recognised {
  preset: ExportPreset;
  /** Per cell of the header; null: not taken. */
  columns: (ColumnFound | null)[];
  unknown: string[];
}

const known = new Map<ExportPreset, Map<string, PresetColumn>>();
function headersOf(preset: ExportPreset): Map<string, PresetColumn> {
  let headers = known.get(preset);
  if (!headers) {
    headers = new Map(preset.columns.flatMap((column) => column.headers.map((header) => [headerText(header), column] as const)));
    known.set(preset, headers);
  }
  return headers;
}

/** The export whose needed headers are all among the cells, or null. A column under a name of our own catalogue is taken, too. */
export function recognise(cells: readonly string[], presets: readonly ExportPreset[] = EXPORT_PRESETS): Recognised | null {
  const heads = cells.map(headerText);
  const preset = presets.find((one) => missingOf(one, heads).length === 0);
  if (!preset) return null;
  const headers = headersOf(preset);
  const kind = findImportKind(preset.kind);
  const ours = headerReader(kind?.fields ?? []);
  const unknown: string[] = [];
  const columns = heads.map((head, at): ColumnFound | null => {
    const column = headers.get(head);
    if (column) return column.field === null ? null : { field: column.field, form: column.form };
    const field = head === '' ? null : ours(cells[at]);
    if (head !== '' && field === null) unknown.push(cells[at].trim().slice(0, 40));
    return field === null || preset.columns.some((one) => one.field === field) ? null : { field, form: 'text' };
  });
  return { preset, columns: columns.map((column, at) => (firstOf(columns, column, at) ? column : null)), unknown };
}

/** Two columns of one field: the first is taken (an export that repeats a column repeats its values). */
const firstOf = (columns: readonly (ColumnFound | null)[], column: ColumnFound | null, at: number): boolean =>
  column === null || columns.findIndex((one) => one?.field === column.field) === at;

const missingOf = (preset: ExportPreset, heads: readonly string[]): string[] =>
  preset.columns
    .filter((column) => column.needed && !column.headers.some((header) => heads.includes(headerText(header))))
    .map((column) => column.headers.join('/'));

/** Says which export the rows come closest to and which headers it lacks. */
export function unrecognised(file: string, rows: readonly string[][], presets: readonly ExportPreset[] = EXPORT_PRESETS): VitrineError {
  const scored = rows.flatMap((cells) => {
    const heads = cells.map(headerText).filter((head) => head !== '');
    return presets.map((preset) => {
      const headers = headersOf(preset);
      const hits = heads.filter((head) => headers.has(head)).length;
      const unknown = cells.filter((cell) => cell.trim() !== '' && !headers.has(headerText(cell))).map((cell) => cell.trim().slice(0, 40));
      return { preset, hits, missing: missingOf(preset, heads), unknown };
    });
  });
  const [best] = scored.sort((a, b) => b.hits - a.hits || a.missing.length - b.missing.length);
  if (!best || best.hits === 0)
    return unreadable(file, '无法从表头识别这是哪个平台的导出文件。', 'The headers are those of no known export.', {
      zh: '请上传平台下载的原文件，不要改动表头；支持的文件见 docs/exports.md。',
      en: 'Give the file as it was downloaded, with its headers unchanged; docs/exports.md lists the known ones.',
    });
  const missing = best.missing.join('、');
  const unknown = best.unknown.slice(0, SHOWN).join('、');
  return unreadable(
    file,
    `最接近“${best.preset.label.zh}”（${best.preset.name}），但缺少列：${missing}${unknown ? `；不认识的列：${unknown}` : ''}。`,
    `Nearest to "${best.preset.label.en}" (${best.preset.name}), but columns are missing: ${missing}${unknown ? `; unknown: ${unknown}` : ''}.`,
    {
      zh: `${best.preset.from.zh}，不要改动表头。`,
      en: `${best.preset.from.en}, and leave its headers as they are.`,
    },
  );
}
