import * as path from 'node:path';
import { EXPORT_PRESETS, ImportKind, PLATFORMS, VitrineError, findImportKind } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { channelsAssistantColumns, channelsAssistantValues } from './channels-assistant';
import { readCsv } from './csv-reader';
import { unreadable, wrongEncoding } from './file-errors';
import type { FileScan } from './file-scan';
import { columnsOf } from './headers';
import type { FileFormat } from './import-request';
import { readNdjson } from './ndjson-reader';
import { readParquet } from './parquet-reader';
import type { RawRows, Reading } from './raw-row';
import { readXlsx } from './xlsx-reader';

/** A kind as asked for: an import kind, or a platform's export whose rows become rows of one. */
export interface KindSource {
  kind: ImportKind;
  preset: 'channels-assistant' | null;
}

/** Throws bad_input for an unknown name and not_available for an export that cannot be read yet. */
export function kindSource(name: string): KindSource {
  const kind = findImportKind(name);
  if (kind) return { kind, preset: null };
  const preset = EXPORT_PRESETS.find((one) => one.name === name);
  if (preset?.name === 'channels-assistant') return { kind: findImportKind(preset.kind) as ImportKind, preset: preset.name };
  if (preset)
    throw new VitrineError(
      'not_available',
      { zh: `“${preset.label.zh}”导出文件暂不支持导入。`, en: `Importing the export "${preset.label.en}" is not available yet.` },
      { remedy: { zh: '请改用 `vitrine template videos` 的模板。', en: 'Use the template of `vitrine template videos`.' } },
    );
  throw new VitrineError(
    'bad_input',
    { zh: `没有名为 ${name} 的导入类型。`, en: `There is no import kind ${name}.` },
    { remedy: { zh: '用 `vitrine import --help` 查看全部类型。', en: 'See `vitrine import --help` for all kinds.' } },
  );
}

const EXTENSIONS: Record<string, FileFormat> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'ndjson',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.xlsx': 'xlsx',
  '.parquet': 'parquet',
};

export function formatOf(file: string, format?: FileFormat): FileFormat {
  const found = format ?? EXTENSIONS[path.extname(file).toLowerCase()];
  if (!found)
    throw unreadable(path.basename(file), '无法从扩展名判断文件格式。', 'The format cannot be told from the extension.', {
      zh: '加上 --format ndjson|csv|xlsx|parquet。',
      en: 'Add --format ndjson|csv|xlsx|parquet.',
    });
  return found;
}

/** Fields that `--account` supplies: `channels/abc`, or an id alone. Throws bad_input when a preset needs an account and has none. */
export function accountDefaults({ kind, preset }: KindSource, account?: string): Record<string, unknown> {
  const platform = preset ? 'channels' : PLATFORMS.find((one) => account?.startsWith(`${one}/`) || account?.startsWith(`${one}:`));
  if (account === undefined || account === '') {
    if (preset === null) return {};
    throw new VitrineError(
      'bad_input',
      { zh: '该导出文件只含一个账号，且文件内没有账号ID。', en: 'The export is of one account and does not say which.' },
      { remedy: { zh: '加上 --account channels/账号ID。', en: 'Add --account channels/<id>.' } },
    );
  }
  const id = platform && /^[a-z]+[/:]/.test(account) && account.startsWith(platform) ? account.slice(platform.length + 1) : account;
  const has = (name: string) => kind.fields.some((field) => field.name === name);
  if (!has('accountId')) return {};
  return platform ? { platform, accountId: id } : { accountId: id };
}

export interface SourceFile {
  file: string;
  format: FileFormat;
  scan: FileScan;
  defaults: Record<string, unknown>;
}

/** Rows of a file, whatever its format. */
export function openRows(warehouse: Warehouse, { kind, preset }: KindSource, source: SourceFile, reading: Reading): RawRows {
  const { file, format, scan } = source;
  const name = path.basename(file);
  const given = Object.keys(source.defaults);
  if (preset) {
    const columns = channelsAssistantColumns(name);
    if (format === 'csv') return mapped(readCsv(file, scan, columns, reading));
    if (format === 'xlsx') return mapped(readXlsx(file, columns, reading));
    throw unreadable(name, '该导出只有 CSV 和 XLSX。', 'This export comes as CSV or XLSX only.', {
      zh: '选择下载的原文件。',
      en: 'Give the downloaded file itself.',
    });
  }
  const columns = (cells: string[]) => columnsOf(name, kind, cells, given);
  switch (format) {
    case 'ndjson':
      if (scan.binary || !scan.utf8) throw wrongEncoding(name);
      return readNdjson(file, scan.bytes, reading);
    case 'csv':
      return readCsv(file, scan, columns, reading);
    case 'xlsx':
      return readXlsx(file, columns, reading);
    case 'parquet':
      return readParquet(warehouse, kind, file, given, reading);
  }
}

async function* mapped(rows: RawRows): RawRows {
  for await (const batch of rows) yield batch.map((row) => ({ ...row, values: channelsAssistantValues(row.values) }));
}
