import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type * as ExcelJS from '@protobi/exceljs';
import { ImportField, VitrineError } from '@app/contracts';
import { brandOf } from './delivery';
import { exportedFacts } from './export-facts';
import type { ExportRequest, ExportedRow } from './export-request';
import { exportedState } from './export-state';
import { guarded } from './formula-guard';
import type { IngestStores } from './import-request';
import { kindSource } from './import-source';

/**
 * The current state of a kind, in the fields that `import` takes: importing it again changes nothing, importing it into an empty store gives
 * equal reports. Viewers read `vk1:…`, tokens are never written. Streams; returns the number of rows.
 */
export async function exportKind(stores: IngestStores, request: ExportRequest): Promise<{ rows: number }> {
  const { kind, preset } = kindSource(request.kind);
  if (preset)
    throw new VitrineError(
      'bad_input',
      { zh: '平台导出文件不能再导出。', en: 'A platform export cannot be exported.' },
      { remedy: { zh: '导出 videos。', en: 'Export videos.' } },
    );
  const brand = await brandOf(stores.dataSource, request.brandId);
  const rows = kind.store === 'facts' ? exportedFacts(stores, brand, kind, request) : exportedState(stores, brand, kind, request);
  const out = typeof request.out === 'string' ? createWriteStream(request.out) : request.out;
  const fields = kind.fields.filter((field) => field.type !== 'secret');
  const count = request.format === 'xlsx' ? await writeXlsx(out, fields, rows) : await writeText(out, request.format, fields, rows);
  if (typeof request.out === 'string') {
    out.end();
    await finished(out);
  }
  return { rows: count };
}

const TEXTUAL = new Set(['text', 'id', 'viewer', 'path', 'list']);

function cellText(field: ImportField, value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return TEXTUAL.has(field.type) ? guarded(text) : text;
}
const csvCell = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function writeText(
  out: Writable,
  format: 'ndjson' | 'csv',
  fields: ImportField[],
  rows: AsyncIterable<ExportedRow>,
): Promise<number> {
  let count = 0;
  let block = format === 'csv' ? `\uFEFF${fields.map(({ name }) => name).join(',')}\r\n` : '';
  for await (const row of rows) {
    count++;
    block +=
      format === 'csv'
        ? `${fields.map((field) => csvCell(cellText(field, row[field.name]))).join(',')}\r\n`
        : `${JSON.stringify(present(fields, row))}\n`;
    if (block.length > 65_536) {
      await written(out, block);
      block = '';
    }
  }
  if (block !== '') await written(out, block);
  return count;
}

function present(fields: ImportField[], row: ExportedRow): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { name } of fields) {
    const value = row[name];
    if (value !== null && value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

function written(out: Writable, block: string): Promise<void> {
  return new Promise((resolve, reject) => out.write(block, (error) => (error ? reject(error) : resolve())));
}

async function writeXlsx(out: Writable, fields: ImportField[], rows: AsyncIterable<ExportedRow>): Promise<number> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { stream } = require('@protobi/exceljs') as typeof ExcelJS;
  const workbook = new stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  const sheet = workbook.addWorksheet('data');
  sheet.columns = fields.map((field) => ({
    width: Math.max(12, field.name.length + 2),
    style: { numFmt: TEXTUAL.has(field.type) ? '@' : 'General' },
  }));
  sheet.addRow(fields.map(({ name }) => name)).commit();
  let count = 0;
  for await (const row of rows) {
    count++;
    // text throughout: numbers in cells would lose digits beyond fifteen
    sheet.addRow(fields.map((field) => cellText(field, row[field.name]) || null)).commit();
  }
  sheet.commit();
  await workbook.commit();
  return count;
}
