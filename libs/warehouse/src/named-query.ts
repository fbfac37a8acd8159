import { asOfByName, deliveredBy } from './landing/as-of';

/**
 * A query with a name (log comment, metric, error), placeholders `{name: Type}`, a time limit and a row limit. `facts(entries)` in its text is the
 * current state of the fact table `entries`. Parameters that the text does not name are not sent.
 */
export interface NamedQuery {
  name: string;
  sql: string;
  params?: Record<string, unknown>;
  maxSeconds?: number;
  maxRows?: number;
  /** The text holds values of files: no log of the server may quote it, not even when it fails. */
  unquoted?: true;
  signal?: AbortSignal;
}

/** Longer arrays travel in the body of the request: parameters travel in its URL, which has limits of its own on the way. */
const LONG_ARRAY = 200;
/** What a report as of an instant may take before it spills to disk: it groups all deliveries of what it reads. */
const AS_OF_GROUP_BYTES = 1_000_000_000;
const CURRENT = /\b(?:facts|rollup)\((\w+)\)/g;
const CANDIDATES = /\bcandidates\((\w+)\)/g;
const WHOLE_NUMBERS = /^Array\(U?Int\d+\)$/;
const ON_SHARDS = /^INSERT INTO (\w+)\n([\s\S]*?)\n(SETTINGS [^\n]*)$/;

export interface Statement {
  query: string;
  query_params: Record<string, unknown>;
}

/**
 * The text and the parameters that are sent: `facts(table)` and `rollup(table)` spelled out, long arrays of whole numbers written into the text.
 * `candidates(table)` holds all rows of `facts(table)` and some that were replaced or retracted: cheaper, where a superset is enough.
 */
export function statementOf({ sql, params = {} }: Pick<NamedQuery, 'sql' | 'params'>): Statement {
  return spelledOut(statementText(sql), params);
}

/** The text of a statement with `facts(table)` and `candidates(table)` spelled out: what somebody may run by hand, with its parameters. */
export const statementText = (sql: string): string => sql.replace(CURRENT, '$1 FINAL').replace(CANDIDATES, '$1');

/** The same as of an instant (epoch ms): facts out of the landing log. There is no roll-up of the past. */
export function statementAsOf(
  { sql, params = {} }: Pick<NamedQuery, 'sql' | 'params'>,
  instant: number,
): Statement & { settings: Record<string, string> } {
  const past = sql
    .replace(CURRENT, (token, name: string) => {
      if (token.startsWith('rollup')) throw new RangeError(`no roll-up ${name} as of an instant`);
      return `${asOfByName(name)} AS ${name}`; // a query may name its columns by table
    })
    .replace(CANDIDATES, (_, name: string) => `${deliveredBy(name)} AS ${name}`);
  const settings = { max_bytes_before_external_group_by: String(AS_OF_GROUP_BYTES) };
  return { ...spelledOut(past, { ...params, asOf: instant }), settings };
}

/**
 * An `INSERT INTO table`, `SELECT …`, `SETTINGS …` (each on lines of its own) whose rows are of one account each: without a cluster the statement
 * itself; with one, every shard computes and keeps the rows of its own accounts. Only tables in `facts()` and `rollup()` can be read.
 */
export function shardStatement(
  { sql, params = {} }: Pick<NamedQuery, 'sql' | 'params'>,
  address: { cluster?: string | null; database: string },
): Statement {
  const { cluster, database } = address;
  if (!cluster) return statementOf({ sql, params });
  const [, table, select, settings] = ON_SHARDS.exec(sql.trim()) ?? [];
  if (!table) throw new RangeError('not a statement that shards can run');
  const stored = `${identifier(database)}.$1_local AS $1`; // a query may name its columns by table
  const local = select.replace(CURRENT, `${stored} FINAL`).replace(CANDIDATES, stored);
  const query = `INSERT INTO ${table} SELECT * FROM cluster('${identifier(cluster, /^[\w-]+$/)}', view(${local})) ${settings}, parallel_distributed_insert_select = 2`;
  return spelledOut(query, params);
}

function spelledOut(sql: string, params: Record<string, unknown>): Statement {
  const named = new Set(Array.from(sql.matchAll(/\{(\w+):/g), ([, name]) => name));
  const sent = Object.fromEntries(Object.entries(params).filter(([name]) => named.has(name)));
  const query = sql.replace(/\{(\w+): ([\w()]+)\}/g, (placeholder, name: string, type: string) => {
    const value = params[name];
    if (!Array.isArray(value) || value.length <= LONG_ARRAY || !WHOLE_NUMBERS.test(type)) return placeholder;
    delete sent[name];
    return `CAST([${value.map(wholeNumber).join(',')}], '${type}')`;
  });
  return { query, query_params: sent };
}

/** Digits only: nothing else is ever written into a statement. */
function wholeNumber(value: unknown): string {
  const text = String(value);
  if (!/^-?\d+$/.test(text)) throw new RangeError('not a whole number');
  return text;
}

function identifier(name: string, plain = /^\w+$/): string {
  if (!plain.test(name)) throw new RangeError('not a plain name');
  return name;
}
