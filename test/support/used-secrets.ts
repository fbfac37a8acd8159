import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Platform } from '@app/contracts';
import { ViewerKeys, type Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';

/** Of the ids that a test file gives as viewers so many are looked for: the first, which are written by hand, and a few of those that are generated. */
const FIRST_IDS = 60;
const EVERY = 97;
const MOST_IDS = 120;
/** Shorter ones, mere digits and mere words (`guest`) stand in texts that have nothing to do with a viewer. */
const SHORTEST_ID = 5;
const RECOGNISABLE = /^(?=.*\p{L})(?=.*[\d_-])/u;
const SHORTEST_SECRET = 8;
/** Larger files are those of the servers, which are asked as stores. */
const LARGEST_FILE = 8_000_000;
/** Where a process leaves files beside its stores; what a test imports lies elsewhere in the folder. */
const WRITTEN = /^(rejects|spill|spilled|anchors|incoming)\/|(^|\/)[\w.-]+\.(log|err\.log)$/;

/** Access tokens, keys of programs with their secret, tokens of platforms as tests write them. */
const SHAPES = [
  'eyJ[A-Za-z0-9_-]{16,}\\.eyJ[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]*',
  'vk_[0-9a-f]{18}_[A-Za-z0-9_-]{43}',
  '(act|rft)\\.[A-Za-z0-9-]{8,}',
];

const ids = new Set<string>();
const secrets = new Set<string>();
let given = 0;

/** Notes what opens a door, as soon as a test has it. */
export const noteSecret = (...texts: readonly string[]): void =>
  texts.filter((text) => text.length >= SHORTEST_SECRET).forEach((text) => secrets.add(text));

function noteViewer(viewer: string): void {
  if (ids.size >= MOST_IDS) return;
  const id = viewer.trim();
  if (id.length < SHORTEST_ID || !RECOGNISABLE.test(id) || /^vk\d+:/.test(id) || ids.has(id)) return;
  given += 1;
  if (given <= FIRST_IDS || given % EVERY === 0) ids.add(id);
}

// every id that this process turns into a key passes these
for (const name of ['keyOf', 'everyKeyOf'] as const) {
  const original = Object.getOwnPropertyDescriptor(ViewerKeys.prototype, name)!.value as (...given: unknown[]) => unknown;
  const value = function (this: ViewerKeys, platform: Platform, viewer: string, at?: number): unknown {
    noteViewer(viewer);
    return original.call(this, platform, viewer, at);
  };
  Object.defineProperty(ViewerKeys.prototype, name, { value, configurable: true, writable: true });
}

interface Searched {
  dataDir: string;
  warehouse: Warehouse;
  dataSource: DataSource;
}

/**
 * Where raw ids of viewers, tokens or secrets that this test file used stand in what was written: tables of both stores, files beside them. Says which table or
 * file and never the value. A store that does not answer any more is passed over.
 */
export async function secretsWrittenIn({ dataDir, warehouse, dataSource }: Searched): Promise<string[]> {
  const answers = async (ping: Promise<unknown>): Promise<boolean> => ping.then(Boolean, () => false);
  const stateAnswers = dataSource.isInitialized && (await answers(dataSource.query('SELECT 1')));
  const sentinels = stateAnswers ? await sentinelsOf(dataSource) : new Set<string>();
  const wanted = [...ids, ...secrets].filter((text) => !sentinels.has(text));
  return [
    ...(stateAnswers ? await inState(dataSource, wanted) : []),
    ...((await answers(warehouse.ping())) ? await inFacts(warehouse, wanted) : []),
    ...inFiles(dataDir, wanted),
  ];
}

/** The policy's list of ids that are nobody. */
async function sentinelsOf(dataSource: DataSource): Promise<Set<string>> {
  const rows = await dataSource.query<{ viewer: string }[]>('SELECT viewer FROM sentinel');
  return new Set(rows.map(({ viewer }) => viewer));
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
/** Whole words: `viewer-1` is not in `viewer-10`. Understood by PostgreSQL, ClickHouse and this process alike. */
const patternOf = (wanted: readonly string[]): string =>
  `(^|[^A-Za-z0-9])(${[...wanted.map(escaped), ...SHAPES].join('|')})([^A-Za-z0-9]|$)`;

async function inState(dataSource: DataSource, wanted: readonly string[]): Promise<string[]> {
  const tables = await dataSource.query<{ name: string }[]>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_relation_size(c.oid) > 0`,
  );
  if (tables.length === 0) return [];
  const parts = tables.map(({ name }) => `SELECT '${name}' AS place WHERE EXISTS (SELECT FROM ${name} AS t WHERE t::text ~ $1)`);
  const found = await dataSource.query<{ place: string }[]>(parts.join(' UNION ALL '), [patternOf(wanted)]);
  return found.map(({ place }) => `state ${place}`);
}

async function inFacts(warehouse: Warehouse, wanted: readonly string[]): Promise<string[]> {
  const tables = await warehouse.query<{ table: string; columns: string[] }>({
    name: 'test.texts',
    sql: `SELECT table, groupArray(name) AS columns FROM system.columns
      WHERE database = currentDatabase() AND type LIKE '%String%'
        AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND total_rows > 0)
      GROUP BY table`,
  });
  if (tables.length === 0) return [];
  const parts = tables.map(({ table, columns }) => {
    const text = columns.map((column) => `ifNull(toString(\`${column}\`), '')`).join(`, '\\n', `);
    return `(SELECT '${table}' AS place FROM \`${table}\` WHERE match(concat('', ${text}), {pattern: String}) LIMIT 1)`;
  });
  const found = await warehouse.query<{ place: string }>({
    name: 'test.secrets',
    sql: parts.join('\nUNION ALL\n'),
    params: { pattern: patternOf(wanted) },
  });
  return found.map(({ place }) => `facts ${place}`);
}

function inFiles(dataDir: string, wanted: readonly string[]): string[] {
  const pattern = new RegExp(patternOf(wanted));
  return writtenBeside(dataDir)
    .filter((file) => pattern.test(fs.readFileSync(path.join(dataDir, file), 'latin1')))
    .map((file) => `file ${file}`);
}

/** Files of the process and logs of the servers; not the servers' own folders. */
function writtenBeside(dataDir: string): string[] {
  const walk = (folder: string): string[] =>
    fs.readdirSync(path.join(dataDir, folder), { withFileTypes: true }).flatMap((entry) => {
      const place = path.posix.join(folder, entry.name);
      if (entry.isDirectory())
        return /^(base|store|global|pg_\w+|tmp|metadata\w*|user_files|preprocessed_configs)$/.test(entry.name) ? [] : walk(place);
      return entry.isFile() && WRITTEN.test(place) && fs.statSync(path.join(dataDir, place)).size < LARGEST_FILE ? [place] : [];
    });
  return fs.existsSync(dataDir) ? walk('') : [];
}
