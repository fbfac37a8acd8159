import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { unreadable } from './file-errors';

/** What a first streaming pass over a file tells. */
export interface FileScan {
  bytes: number;
  sha256: string;
  utf8: boolean;
  /** UTF-16 byte order mark or NUL bytes: no text of ours. */
  binary: boolean;
}

const CHUNK = 1 << 18;

/** Read size for a file: a stream takes all of it for each read, and that of many small files would keep the garbage collector busy. */
export function chunkFor(bytes: number, most: number): number {
  return Math.max(1024, Math.min(most, bytes + 1));
}

/** Length of the incomplete UTF-8 character at the end, 0–3. */
function openTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? back : 0;
  }
  return 0;
}

/** Hashes a file (its identity as a batch, domain.md 2.2) and looks at its bytes. Throws bad_input when it cannot be opened. */
export async function scanFile(file: string): Promise<FileScan> {
  const name = path.basename(file);
  const entry = await stat(file).catch((cause: unknown) => {
    throw unreadable(
      name,
      '文件不存在或无法打开。',
      'The file does not exist or cannot be opened.',
      { zh: '检查路径和权限。', en: 'Check path and permissions.' },
      cause,
    );
  });
  if (!entry.isFile())
    throw unreadable(name, '这不是文件。', 'This is not a file.', { zh: '给出文件的路径。', en: 'Give the path of a file.' });
  const hash = createHash('sha256');
  const scan: FileScan = { bytes: entry.size, sha256: '', utf8: true, binary: false };
  let tail = Buffer.alloc(0);
  let first = true;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkFor(entry.size, CHUNK) }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (first && chunk.length > 1 && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)))
      scan.binary = true;
    first = false;
    if (!scan.binary && chunk.includes(0)) scan.binary = true;
    if (!scan.utf8) continue;
    const bytes = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk;
    const open = openTail(bytes);
    scan.utf8 = isUtf8(bytes.subarray(0, bytes.length - open));
    tail = Buffer.from(bytes.subarray(bytes.length - open));
  }
  if (tail.length > 0) scan.utf8 = false;
  scan.sha256 = hash.digest('hex');
  if (scan.bytes === 0)
    throw unreadable(name, '文件是空的。', 'The file is empty.', {
      zh: '检查导出是否完成。',
      en: 'Check that it was exported completely.',
    });
  return scan;
}
