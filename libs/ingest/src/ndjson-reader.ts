import { createReadStream } from 'node:fs';
import * as path from 'node:path';
import { unreadable } from './file-errors';
import { chunkFor } from './file-scan';
import { PROBLEMS } from './problems';
import type { RawRow, RawRows, Reading } from './raw-row';

/** What is parsed at a stretch: a few milliseconds of the event loop. */
const CHUNK = 1 << 16;
const LONGEST_LINE = 4 << 20;
const NEWLINE = 10;

/** Numbers beyond 2^53 come as their text, exactly as written. */
export function parseExact(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && context?.source && /^-?\d+$/.test(context.source) ? context.source : value,
  );
}

/** JSON.parse has lost digits of a whole number beyond 2^53, such as an id without quotes; a list may hold one. */
function inexact(values: Record<string, unknown>): boolean {
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'number' ? value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER : typeof value === 'object')
      return value !== null;
  }
  return false;
}

function parseLine(text: string, line: number): RawRow {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
      const row = values as Record<string, unknown>;
      return { line, values: inexact(row) ? (parseExact(text) as Record<string, unknown>) : row };
    }
  } catch {
    // falls through: the parser's message would quote the line
  }
  return { line, values: {}, problem: PROBLEMS.brokenJson };
}

/** One JSON object per line, UTF-8 (checked before). Blank lines are skipped. */
export async function* readNdjson(file: string, bytes: number, reading: Reading): RawRows {
  let carry: Buffer[] = [];
  let carried = 0;
  let line = 0;
  const rowsOf = (lines: Buffer): RawRow[] => {
    const text = lines.toString('utf8');
    const rows: RawRow[] = [];
    for (let from = line === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0; from < text.length;) {
      const found = text.indexOf('\n', from);
      const to = found < 0 ? text.length : found;
      const one = text.slice(from, to).trim();
      line++;
      if (one !== '') rows.push(parseLine(one, line));
      from = to + 1;
    }
    return rows;
  };
  for await (const chunk of createReadStream(file, { highWaterMark: chunkFor(bytes, CHUNK) }) as AsyncIterable<Buffer>) {
    reading.onBytes(chunk.length);
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      carry.push(chunk);
      carried += chunk.length;
      if (carried > LONGEST_LINE) throw oneLine(path.basename(file));
      continue;
    }
    const whole = Buffer.concat([...carry, chunk.subarray(0, end + 1)]);
    carry = end + 1 < chunk.length ? [Buffer.from(chunk.subarray(end + 1))] : [];
    carried = chunk.length - end - 1;
    yield rowsOf(whole);
  }
  if (carried > 0) yield rowsOf(Buffer.concat(carry));
}

const oneLine = (name: string) =>
  unreadable(name, '某一行超过 4 MB，不是 NDJSON。', 'A line is longer than 4 MB: this is not NDJSON.', {
    zh: '每行写一个 JSON 对象，不要写成一个大数组。',
    en: 'Write one JSON object per line, not one large array.',
  });
