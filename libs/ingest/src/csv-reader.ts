import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse';
import { unreadable, wrongEncoding } from './file-errors';
import { FileScan, chunkFor } from './file-scan';
import { unguarded } from './formula-guard';
import { PROBLEMS } from './problems';
import type { HeaderReading, RawRow, RawRows, Reading } from './raw-row';

const CHUNK = 1 << 18;
const LARGEST_RECORD = 1 << 20;
const BATCH = 500;

async function* decoded({ file, bytes }: { file: string; bytes: number }, encoding: string, reading: Reading): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Buffer) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw wrongEncoding(path.basename(file));
    }
  };
  for await (const chunk of createReadStream(file, { highWaterMark: chunkFor(bytes, CHUNK) }) as AsyncIterable<Buffer>) {
    reading.onBytes(chunk.length);
    const text = decode(chunk);
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

/** UTF-8 when all bytes are; else GB18030, which a pass over the whole file must confirm before anything is written. */
async function encodingOf(file: string, scan: FileScan, reading: Reading): Promise<string> {
  if (scan.binary) throw wrongEncoding(path.basename(file));
  if (scan.utf8) return 'utf-8';
  for await (const text of decoded({ file, bytes: scan.bytes }, 'gb18030', { onBytes: () => undefined, note: () => undefined })) void text;
  reading.note({ zh: '文件按 GB18030 编码读取。', en: 'The file was read as GB18030.' });
  return 'gb18030';
}

function delimiterOf(text: string): string {
  const head = text.slice(0, text.search(/[\r\n]/) < 0 ? text.length : text.search(/[\r\n]/));
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: head.split(mark).length }));
  return counts.sort((a, b) => b.count - a.count)[0].mark;
}

interface CsvRecord {
  record: string[];
  info: { lines: number };
}

/** Columns of a CSV are decided by its header line: `columns` gets the cells and answers a field name per column (null: ignored), or null above the header. */
export async function* readCsv(file: string, scan: FileScan, columns: HeaderReading, reading: Reading): RawRows {
  const texts = decoded({ file, bytes: scan.bytes }, await encodingOf(file, scan, reading), reading);
  const first = await texts.next();
  const head = first.done ? '' : first.value;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_RECORD,
  });
  const source = Readable.from(
    (async function* () {
      yield head;
      yield* texts;
    })(),
  );
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let names: (string | null)[] | null = null;
  let rows: RawRow[] = [];
  let line = 0;
  let above = false;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      line = info.lines;
      if (names === null) {
        names = columns(record);
        above ||= names === null;
        continue;
      }
      rows.push({ line, values: cellsOf(names, record) });
      if (rows.length === BATCH) {
        yield rows;
        rows = [];
      }
    }
  } catch (error) {
    if (!isCsvError(error) || names === null) throw isCsvError(error) ? noCsv(file, error) : error;
    // an open quote swallows what follows: what came before is good
    rows.push({ line: line + 1, values: {}, problem: PROBLEMS.brokenCsv });
    reading.note({
      zh: `第 ${line + 1} 行起无法解析（引号未闭合），其后的内容未读取。`,
      en: `From line ${line + 1} on a quote is open; what follows was not read.`,
    });
  } finally {
    source.destroy();
  }
  if (names === null && !above) throw noCsv(file);
  if (rows.length > 0) yield rows;
}

function cellsOf(names: (string | null)[], record: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const { length } = names;
  for (let at = 0; at < length; at++) {
    const name = names[at];
    const cell = record[at];
    if (name !== null && cell !== undefined && cell !== '') values[name] = unguarded(cell.trim());
  }
  return values;
}

const isCsvError = (error: unknown): boolean => error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
const noCsv = (file: string, cause?: unknown) =>
  unreadable(
    path.basename(file),
    '不是可读的 CSV。',
    'This is not a readable CSV file.',
    { zh: '检查分隔符和引号，或改用 XLSX 模板。', en: 'Check separators and quotes, or use the XLSX template.' },
    cause,
  );
