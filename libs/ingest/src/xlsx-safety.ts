import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import * as yauzl from 'yauzl';
import { unreadable } from './file-errors';
import { SheetScan } from './sheet-scan';

/**
 * Limits of a workbook, looked at before anything is parsed. A sheet of a million rows and twenty columns is about 900 MB of XML; what a parser holds as a
 * whole (texts, styles, one row, one cell) is bounded on its own.
 */
export const XLSX_LIMITS = {
  parts: 2_000,
  totalBytes: 1_500_000_000,
  textBytes: 200_000_000,
  partBytes: 20_000_000,
  ratio: 250,
  ratioFromBytes: 4_000_000,
  cells: 40_000_000,
  rowCells: 16_384,
  runBytes: 4_000_000,
};
const WHOLE_PARTS = /^xl\/(styles\.xml|workbook\.xml|_rels\/workbook\.xml\.rels)$/;
const SHEET = /^xl\/worksheets\/[^/]+\.xml$/;

const bomb = (name: string) =>
  unreadable(
    name,
    '压缩内容异常庞大，可能是压缩炸弹，未解压。',
    'Its packed content is abnormally large (a zip bomb?); it was not unpacked.',
    {
      zh: '用表格软件打开后另存为新的 XLSX，或拆成较小的文件、改用 CSV。',
      en: 'Open it in a spreadsheet and save it as a new XLSX, or split it, or use CSV.',
    },
  );
const BEYOND = 'beyond the bounds of a sheet';
/** What is packed as a workbook and cannot be parsed as one. */
export const notXlsx = (name: string, cause?: unknown) =>
  unreadable(
    name,
    '不是完整的 XLSX 文件。',
    'This is not a whole XLSX file.',
    {
      zh: '另存为 XLSX（不是 XLS，也不能加密码）后重新导入。',
      en: 'Save it as XLSX (not XLS, no password) and import it again.',
    },
    cause,
  );

/**
 * Refuses a workbook that would unpack to more than the limits: first by what its directory says, then by what the parts really hold (a
 * directory can lie), read through without being kept. Throws bad_input.
 */
export async function checkWorkbook(file: string): Promise<void> {
  const name = path.basename(file);
  const open = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);
  const zip = await open(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch((cause: unknown) => {
    throw notXlsx(name, cause);
  });
  try {
    if (zip.entryCount > XLSX_LIMITS.parts) throw bomb(name);
    const entries = await listEntries(zip, name);
    if (!entries.some(({ fileName }) => fileName === 'xl/workbook.xml')) throw notXlsx(name);
    let total = 0;
    for (const entry of entries) {
      total += entry.uncompressedSize;
      const steep =
        entry.uncompressedSize > XLSX_LIMITS.ratioFromBytes && entry.uncompressedSize > entry.compressedSize * XLSX_LIMITS.ratio;
      const texts = entry.fileName === 'xl/sharedStrings.xml' && entry.uncompressedSize > XLSX_LIMITS.textBytes;
      const whole = WHOLE_PARTS.test(entry.fileName) && entry.uncompressedSize > XLSX_LIMITS.partBytes;
      if (steep || texts || whole || total > XLSX_LIMITS.totalBytes) throw bomb(name);
    }
    for (const entry of entries) await readThrough(zip, entry, name);
  } finally {
    zip.close();
  }
}

function listEntries(zip: yauzl.ZipFile, name: string): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = [];
    zip.on('entry', (entry: yauzl.Entry) => {
      entries.push(entry);
      if (entries.length > XLSX_LIMITS.parts) reject(bomb(name));
      else zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (cause) => reject(notXlsx(name, cause)));
    zip.readEntry();
  });
}

/** yauzl stops with an error as soon as a part holds more than its directory entry says. */
async function readThrough(zip: yauzl.ZipFile, entry: yauzl.Entry, name: string): Promise<void> {
  if (entry.fileName.endsWith('/')) return;
  const openStream = promisify<yauzl.Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip));
  try {
    const scan = SHEET.test(entry.fileName) ? new SheetScan(XLSX_LIMITS) : null;
    const look = (chunk: Buffer) => (scan === null || scan.take(chunk) ? null : new Error(BEYOND));
    await pipeline(await openStream(entry), new Writable({ write: (chunk: Buffer, _encoding, done) => done(look(chunk)) }));
  } catch (cause) {
    throw cause instanceof Error && (cause.message === BEYOND || /too many bytes/.test(cause.message)) ? bomb(name) : notXlsx(name, cause);
  }
}
