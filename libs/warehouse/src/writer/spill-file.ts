import { createHash } from 'node:crypto';
import type { ColumnType } from '../fact-table';

/** What waits in one spill file: encoded facts of one delivery, or rows of a small table as JSON lines. */
export type SpillHeader =
  | { kind: 'facts'; table: string; columns: Readonly<Record<string, ColumnType>>; deliveryId: string; rows: number }
  | { kind: 'rows'; table: 'account_keys' | 'collection_days'; deliveryId: null; rows: number };

const MAGIC = 'VITRINE-SPILL-1 ';
const HASH_LENGTH = 64;
const NEWLINE = 10;

/** The file is torn, or not ours: none of it is used. */
export class SpillDamaged extends Error {
  constructor(readonly why: 'magic' | 'checksum' | 'header') {
    super(`damaged spill file: ${why}`);
    this.name = 'SpillDamaged';
  }
}

/** `VITRINE-SPILL-1 <sha256 of all that follows>\n<header as JSON>\n<body>` */
export function spillBytes(header: SpillHeader, body: readonly Buffer[]): Buffer[] {
  const said = Buffer.from(`${JSON.stringify(header)}\n`);
  const hash = createHash('sha256').update(said);
  for (const chunk of body) hash.update(chunk);
  return [Buffer.from(`${MAGIC}${hash.digest('hex')}\n`), said, ...body];
}

/** Throws SpillDamaged unless every byte is as it was written. */
export function readSpill(bytes: Buffer): { header: SpillHeader; body: Buffer } {
  const start = MAGIC.length + HASH_LENGTH + 1;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || bytes[start - 1] !== NEWLINE) throw new SpillDamaged('magic');
  const rest = bytes.subarray(start);
  if (createHash('sha256').update(rest).digest('hex') !== bytes.toString('latin1', MAGIC.length, start - 1))
    throw new SpillDamaged('checksum');
  const end = rest.indexOf(NEWLINE);
  try {
    return { header: JSON.parse(rest.toString('utf8', 0, end)) as SpillHeader, body: rest.subarray(end + 1) };
  } catch {
    throw new SpillDamaged('header');
  }
}
