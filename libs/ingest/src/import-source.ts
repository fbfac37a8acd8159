import * as path from 'node:path';
import { Brand, ImportKind, PLATFORMS, Platform, VitrineError, findImportKind } from '@app/contracts';
import { readCsv } from './csv-reader';
import { unreadable, wrongEncoding } from './file-errors';
import type { FileScan } from './file-scan';
import { columnsOf } from './headers';
import type { FileFormat, IngestStores } from './import-request';
import { readNdjson } from './ndjson-reader';
import { readParquet } from './parquet-reader';
import type { ExportPreset } from './presets/export-preset';
import { exportRows } from './presets/export-rows';
import { EXPORT_PRESETS } from './presets/presets';
import type { RawRows, Reading } from './raw-row';
import { readXlsx } from './xlsx-reader';

/** A kind as asked for: an import kind, or a platform's export whose rows become rows of one. */
export interface KindSource {
  kind: ImportKind;
  preset: ExportPreset | null;
}

/** Throws bad_input for an unknown name. */
export function kindSource(name: string): KindSource {
  const kind = findImportKind(name);
  if (kind) return { kind, preset: null };
  const preset = EXPORT_PRESETS.find((one) => one.name === name);
  if (preset) return { kind: findImportKind(preset.kind) as ImportKind, preset };
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
  const named = PLATFORMS.find((one) => account?.startsWith(`${one}/`) || account?.startsWith(`${one}:`));
  const platform = preset?.platform ?? named;
  if (preset?.refused) return {};
  if (account !== undefined && named !== undefined && named !== platform) throw otherPlatform(preset as ExportPreset);
  if (account === undefined || account === '') {
    if (preset === null || preset.account === 'column') return {};
    throw new VitrineError(
      'bad_input',
      { zh: '该导出文件只含一个账号，且文件内没有账号ID。', en: 'The export is of one account and does not say which.' },
      { remedy: { zh: '加上 --account 平台/账号ID。', en: 'Add --account platform/<id>.' } },
    );
  }
  const id = named ? account.slice(named.length + 1) : account;
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

const otherPlatform = ({ label }: ExportPreset): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: `“${label.zh}”不是这个平台的文件。`, en: `"${label.en}" is not a file of that platform.` },
    { remedy: { zh: '检查 --account 的平台。', en: 'Check the platform of --account.' } },
  );

/** Rows of a file, whatever its format. */
export function openRows(
  at: { stores: IngestStores; brand: Brand },
  { kind, preset }: KindSource,
  source: SourceFile,
  reading: Reading,
): RawRows {
  const { file, format, scan } = source;
  const name = path.basename(file);
  const given = Object.keys(source.defaults);
  if (preset) {
    const account = source.defaults as { platform?: Platform; accountId?: string };
    return exportRows({ ...at, account }, preset, { file, format, scan }, reading);
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
      return readParquet(at.stores.warehouse, kind, file, given, reading);
  }
}
