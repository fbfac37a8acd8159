import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { Transform } from 'node:stream';
import type { ImportField, ImportKind } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { unreadable } from './file-errors';
import { columnsOf } from './headers';
import type { RawRow, RawRows, Reading } from './raw-row';

const MAGIC = 'PAR1';
const STAGING = 'import_staging_';
const LARGEST_FOOTER = 16 << 20;
const BATCH = 500;

const notParquet = (name: string, cause?: unknown) =>
  unreadable(
    name,
    '不是可读的 Parquet 文件。',
    'This is not a readable Parquet file.',
    {
      zh: '检查文件是否下载完整；也可改用 NDJSON 或 CSV。',
      en: 'Check that the file is complete, or use NDJSON or CSV.',
    },
    cause,
  );

/** A file of the same schema without rows: header, footer. The store infers the types from it. */
async function footerOf(file: string): Promise<Buffer> {
  const name = path.basename(file);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const end = Buffer.alloc(8);
    if (size < 12) throw notParquet(name);
    await handle.read(end, 0, 8, size - 8);
    const length = end.readUInt32LE(0);
    if (end.toString('latin1', 4) !== MAGIC || length > size - 12 || length > LARGEST_FOOTER) throw notParquet(name);
    const footer = Buffer.alloc(length + 8);
    await handle.read(footer, 0, length + 8, size - 8 - length);
    return Buffer.concat([Buffer.from(MAGIC), footer]);
  } finally {
    await handle.close();
  }
}

interface ParquetColumn {
  /** Name in the file; identifiers are quoted. */
  name: string;
  type: string;
  field: string;
}

const quoted = (identifier: string) => `\`${identifier.replace(/[\\`]/g, '\\$&')}\``;
const inner = (type: string) => /^Nullable\((.*)\)$/.exec(type)?.[1] ?? type;

/** How a column comes back: ids and decimals as text without loss, instants as epoch ms when the file says that they are UTC. */
function selected({ name, type, field }: ParquetColumn, fields: readonly ImportField[]): string {
  const plain = inner(type);
  const kind = fields.find((one) => one.name === field)?.type;
  if (/^DateTime64\(\d, '/.test(plain)) return `toUnixTimestamp64Milli(toDateTime64(${quoted(name)}, 3, 'UTC'))`;
  if (/^DateTime/.test(plain) && kind === 'instant') return `formatDateTime(${quoted(name)}, '%Y-%m-%dT%H:%i:%S')`;
  if (/^(U?Int|Decimal|Date)/.test(plain)) return `toString(${quoted(name)})`;
  return quoted(name);
}

/**
 * Parquet is read by the fact store: the file is streamed into a table of its own with the types that the file declares, and read back as rows
 * for the same validation as every other format. The table is dropped in any case.
 */
export async function* readParquet(
  warehouse: Warehouse,
  kind: ImportKind,
  file: string,
  given: readonly string[],
  reading: Reading,
): RawRows {
  const name = path.basename(file);
  const footer = await footerOf(file);
  const described = await warehouse
    .query<{ name: string; type: string }>({
      name: 'ingest.parquet_schema',
      // base64 text only: the alphabet has nothing to escape
      // the footer holds the least and greatest value of each column, ids of viewers too: no log of the server may quote it
      sql: `DESCRIBE TABLE format(Parquet, base64Decode('${footer.toString('base64')}'))`,
      unquoted: true,
    })
    .catch((cause: unknown) => {
      throw notParquet(name, cause);
    });
  const names = columnsOf(
    name,
    kind,
    described.map((column) => column.name),
    given,
  );
  const columns: ParquetColumn[] = [];
  described.forEach((column, at) => {
    const field = names[at];
    if (field === null || !kind.fields.some((one) => one.name === field)) return void reading.note(unusedColumn(column.name));
    columns.push({ name: column.name, type: column.type, field });
  });
  const staging = `${STAGING}${randomBytes(8).toString('hex')}`;
  const definitions = columns.map((column) => `${quoted(column.name)} ${column.type}`).join(', ');
  await warehouse.command(`CREATE TABLE ${staging} (${definitions}) ENGINE = MergeTree ORDER BY tuple()`);
  try {
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        reading.onBytes(chunk.length);
        done(null, chunk);
      },
    });
    const body = createReadStream(file, { highWaterMark: 1 << 20 }).pipe(counted);
    const list = columns.map((column) => quoted(column.name)).join(', ');
    await warehouse.insertStream(`INSERT INTO ${staging} (${list}) FORMAT Parquet`, body).catch((cause: unknown) => {
      throw notParquet(name, cause);
    });
    yield* stagedRows(warehouse, staging, columns, kind);
  } finally {
    await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
  }
}

async function* stagedRows(warehouse: Warehouse, staging: string, columns: ParquetColumn[], kind: ImportKind): RawRows {
  const list = columns.map((column) => `${selected(column, kind.fields)} AS f_${column.field}`).join(', ');
  let rows: RawRow[] = [];
  let line = 0;
  // no ORDER BY: inserted in order, read by one thread, so row numbers are the file's
  const sql = `SELECT ${list} FROM ${staging} SETTINGS max_threads = 1`;
  for await (const staged of warehouse.stream<Record<string, unknown>>({
    name: 'ingest.parquet_rows',
    sql,
    maxSeconds: 3600,
    maxRows: 0,
  })) {
    const values: Record<string, unknown> = {};
    for (const { field } of columns) values[field] = staged[`f_${field}`];
    rows.push({ line: ++line, values });
    if (rows.length === BATCH) {
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}

const unusedColumn = (name: string) => ({
  zh: `列“${name}”不在字段目录中，已忽略。`,
  en: `Column "${name}" is not in the catalogue and was ignored.`,
});

/** Drops what imports of Parquet that were killed have left a day ago and longer: rows as they came, ids of viewers among them. */
export async function sweepStaged(warehouse: Warehouse): Promise<void> {
  const tables = await warehouse.query<{ name: string }>({
    name: 'ingest.staged',
    sql: `SELECT name FROM system.tables
WHERE database = currentDatabase() AND startsWith(name, '${STAGING}') AND metadata_modification_time < now() - INTERVAL 1 DAY`,
  });
  for (const { name } of tables) await warehouse.command(`DROP TABLE IF EXISTS ${quoted(name)} SYNC`);
}
