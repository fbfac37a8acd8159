import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type * as ExcelJS from '@protobi/exceljs';
import { ImportField, ImportKind, VitrineError } from '@app/contracts';
import { kindSource } from './import-source';

const TEXTUAL = new Set(['text', 'id', 'viewer', 'path', 'list', 'secret', 'instant', 'day', 'month']);
const REQUIRED: ExcelJS.Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFE9C7' } };

const typeNote = (field: ImportField): string => {
  const limits = [
    field.values?.join(' | '),
    field.scale === undefined ? null : `≤ ${field.scale} 位小数 places`,
    field.max === undefined ? null : `≤ ${field.max}`,
  ];
  return [field.type, ...limits.filter((limit) => limit !== null && limit !== undefined)].join(' · ');
};

/**
 * Writes an XLSX to fill in: sheet 1 has the header only (Chinese name and field name in one cell, ids formatted as text), sheet 2 an example row,
 * sheet 3 what every field means in both languages. `import` reads sheet 1. Throws bad_input for an unknown kind.
 */
export async function writeTemplate(kindName: string, out: string | Writable): Promise<void> {
  const { kind, preset } = kindSource(kindName);
  if (preset)
    throw new VitrineError(
      'bad_input',
      { zh: '平台导出文件不需要模板。', en: 'A platform export needs no template.' },
      { remedy: { zh: '直接导入下载的文件。', en: 'Import the downloaded file as it is.' } },
    );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { Workbook } = require('@protobi/exceljs') as typeof ExcelJS;
  const workbook = new Workbook();
  dataSheet(workbook.addWorksheet('数据 data', { views: [{ state: 'frozen', ySplit: 1 }] }), kind);
  const examples = workbook.addWorksheet('示例 example');
  dataSheet(examples, kind);
  examples.addRow(kind.fields.map((field) => field.example));
  notesSheet(workbook.addWorksheet('说明 notes'), kind);
  const stream = typeof out === 'string' ? createWriteStream(out) : out;
  await workbook.xlsx.write(stream);
  if (typeof out === 'string') {
    stream.end();
    await finished(stream);
  }
}

function dataSheet(sheet: ExcelJS.Worksheet, kind: ImportKind): void {
  sheet.columns = kind.fields.map((field) => ({
    width: Math.max(16, field.name.length + 4),
    style: { numFmt: TEXTUAL.has(field.type) ? '@' : 'General' },
  }));
  const header = sheet.getRow(1);
  header.values = kind.fields.map((field) => `${field.label.zh}\n${field.name}`);
  header.font = { bold: true };
  header.alignment = { wrapText: true, vertical: 'middle' };
  header.height = 34;
  kind.fields.forEach((field, at) => {
    if (field.required) header.getCell(at + 1).fill = REQUIRED;
  });
}

function notesSheet(sheet: ExcelJS.Worksheet, kind: ImportKind): void {
  sheet.columns = [{ width: 24 }, { width: 24 }, { width: 28 }, { width: 12 }, { width: 40 }, { width: 30 }, { width: 44 }, { width: 52 }];
  sheet.addRow([`${kind.label.zh} ${kind.label.en}: vitrine import ${kind.name} FILE`]).font = { bold: true };
  sheet.addRow(['只读取第一张表；未知请留空，不要填 0。 Only the first sheet is read; leave unknown blank, do not write 0.']);
  sheet.addRow(['没有时区的时间按品牌时区读取。 Times without zone are read in the brand’s zone.']);
  sheet.addRow(['字段 field', '中文名', 'English', '必填 required', '类型 type', '示例 example', '说明', 'note']).font = { bold: true };
  for (const field of kind.fields)
    sheet.addRow([
      field.name,
      field.label.zh,
      field.label.en,
      field.required ? '是 yes' : '',
      typeNote(field),
      field.example,
      field.note?.zh ?? '',
      field.note?.en ?? '',
    ]);
}
