import { StatementNotUnderstood, Token, TokenReader, isText, splitAtCommas, tokensOf } from './sql-tokens';

/** From one offset of a statement's text to another. */
export interface Span {
  start: number;
  end: number;
}

/** What a migration may say. Names are plain; everything that is not rewritten stays the text that it was. */
export type SchemaStatement =
  | {
      kind: 'create-table';
      table: string;
      name: Span;
      columns: string[];
      engine: Span & { name: string; args: string };
      sortedBy: string[];
    }
  | { kind: 'create-view'; view: string; name: Span; target: string; targetName: Span; select: number }
  | { kind: 'alter-table'; table: string; name: Span; actions: AlterAction[] }
  | { kind: 'insert'; table: string; select: number }
  | { kind: 'drop'; table: string; ifExists: boolean }
  | { kind: 'rows'; verb: 'TRUNCATE TABLE' | 'TRUNCATE TABLE IF EXISTS' | 'OPTIMIZE TABLE'; table: string; rest: string };

/** One action of an ALTER. `columns`: what the Distributed table has, too; `rows`: what only stored tables have; `query`: the SELECT of a view. */
export interface AlterAction extends Span {
  reach: 'columns' | 'rows' | 'query';
  /** DROP COLUMN: the Distributed table must forget it first. */
  drops: boolean;
  /** The column that it is about. */
  column?: string;
}

const ENGINES = ['MergeTree', 'ReplacingMergeTree', 'AggregatingMergeTree', 'SummingMergeTree'];
const NO_COLUMNS = ['INDEX', 'PROJECTION', 'CONSTRAINT', 'PRIMARY'];
const span = ({ start, end }: Token): Span => ({ start, end });

/** Reads one statement of a migration. Throws StatementNotUnderstood at everything that it does not know. */
export function readStatement(sql: string): SchemaStatement {
  const reader = new TokenReader(sql);
  if (reader.accept('CREATE', 'TABLE')) return createTable(reader);
  if (reader.accept('CREATE', 'MATERIALIZED', 'VIEW')) return createView(reader);
  if (reader.accept('ALTER', 'TABLE')) return alterTable(reader);
  if (reader.accept('INSERT', 'INTO')) return insert(reader);
  if (reader.accept('DROP', 'TABLE') || reader.accept('DROP', 'VIEW')) return drop(reader);
  if (reader.accept('TRUNCATE', 'TABLE'))
    return rows(reader, reader.accept('IF', 'EXISTS') ? 'TRUNCATE TABLE IF EXISTS' : 'TRUNCATE TABLE');
  if (reader.accept('OPTIMIZE', 'TABLE')) return rows(reader, 'OPTIMIZE TABLE');
  throw reader.unexpected('CREATE TABLE, CREATE MATERIALIZED VIEW, ALTER TABLE, INSERT, DROP, TRUNCATE or OPTIMIZE');
}

function createTable(reader: TokenReader): SchemaStatement {
  reader.accept('IF', 'NOT', 'EXISTS');
  const name = reader.name();
  const columns = splitAtCommas(reader.group())
    .map(([first]) => first.text)
    .filter((text) => !NO_COLUMNS.includes(text.toUpperCase()));
  reader.expect('ENGINE');
  reader.accept('=');
  const engine = reader.name();
  if (!ENGINES.includes(engine.text)) throw new StatementNotUnderstood(`engine ${engine.text} has no place on a cluster`);
  const args = isText(reader.next, '(') ? reader.group() : [];
  return {
    kind: 'create-table',
    table: name.text,
    name: span(name),
    columns,
    engine: {
      name: engine.text,
      args: args.length ? reader.sql.slice(args[0].start, args.at(-1)!.end) : '',
      start: engine.start,
      end: reader.tokens[reader.at - 1].end,
    },
    sortedBy: sortKey(reader),
  };
}

/** The plain columns of ORDER BY; expressions of the key have no name of their own. */
function sortKey(reader: TokenReader): string[] {
  while (reader.next && !reader.accept('ORDER', 'BY')) reader.at++;
  if (!reader.next) return [];
  const items = isText(reader.next, '(') ? splitAtCommas(reader.group()) : [[reader.name()]];
  return items.filter((item) => item.length === 1 && item[0].kind === 'word').map(([token]) => token.text);
}

function createView(reader: TokenReader): SchemaStatement {
  reader.accept('IF', 'NOT', 'EXISTS');
  const name = reader.name();
  reader.expect('TO');
  const target = reader.name();
  reader.expect('AS');
  if (!isText(reader.next, 'SELECT') && !isText(reader.next, 'WITH')) throw reader.unexpected('SELECT');
  return { kind: 'create-view', view: name.text, name: span(name), target: target.text, targetName: span(target), select: reader.offset };
}

function insert(reader: TokenReader): SchemaStatement {
  const name = reader.name();
  if (isText(reader.next, '(')) reader.group();
  if (!isText(reader.next, 'SELECT') && !isText(reader.next, 'WITH') && !isText(reader.next, 'VALUES')) throw reader.unexpected('SELECT');
  return { kind: 'insert', table: name.text, select: reader.offset };
}

function drop(reader: TokenReader): SchemaStatement {
  const ifExists = reader.accept('IF', 'EXISTS');
  const table = reader.name().text;
  reader.accept('SYNC');
  reader.expectEnd();
  return { kind: 'drop', table, ifExists };
}

function rows(reader: TokenReader, verb: Extract<SchemaStatement, { kind: 'rows' }>['verb']): SchemaStatement {
  const table = reader.name().text;
  return { kind: 'rows', verb, table, rest: reader.sql.slice(reader.offset) };
}

function alterTable(reader: TokenReader): SchemaStatement {
  const name = reader.name();
  if (isText(reader.next, 'MODIFY') && isText(reader.tokens[reader.at + 1], 'QUERY')) {
    reader.at += 2;
    const start = reader.offset;
    return {
      kind: 'alter-table',
      table: name.text,
      name: span(name),
      actions: [{ start, end: reader.sql.length, reach: 'query', drops: false }],
    };
  }
  const actions = splitAtCommas(reader.tokens.slice(reader.at)).map((tokens) => action(reader.sql, tokens));
  if (actions.length === 0) throw reader.unexpected('an action');
  return { kind: 'alter-table', table: name.text, name: span(name), actions };
}

const COLUMN_ACTION = /^(ADD|DROP|MODIFY|RENAME|COMMENT) COLUMN( IF( NOT)? EXISTS)? (\w+)/;
const ROW_ACTION =
  /^((ADD|DROP|CLEAR|MATERIALIZE) (INDEX|PROJECTION|STATISTICS)|(CLEAR|MATERIALIZE) COLUMN|MODIFY (ORDER BY|TTL|SETTING)|REMOVE TTL|RESET SETTING|MATERIALIZE TTL|DELETE WHERE|DROP PARTITION|UPDATE \w)/;
/** Of a column, but nothing that a Distributed table could have. */
const STORED_ONLY = /^MODIFY COLUMN( IF EXISTS)? \w+ (CODEC|TTL|REMOVE TTL|REMOVE CODEC|MODIFY SETTING|RESET SETTING)\b/;

function action(sql: string, tokens: readonly Token[]): AlterAction {
  const { start } = tokens[0];
  const { end } = tokens.at(-1)!;
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text : '?')).join(' ');
  const upper = words.toUpperCase();
  const drops = upper.startsWith('DROP COLUMN');
  if (STORED_ONLY.test(upper) || ROW_ACTION.test(upper)) return { start, end, reach: 'rows', drops: false };
  if (upper.startsWith('MODIFY COMMENT')) return { start, end, reach: 'columns', drops: false };
  const match = COLUMN_ACTION.exec(upper);
  if (!match) throw new StatementNotUnderstood(`the action ${sql.slice(start, end).slice(0, 80)} of ALTER TABLE is not known`);
  if (tokens.some((token) => isText(token, 'TTL')))
    throw new StatementNotUnderstood('a column with TTL: add the column, then MODIFY COLUMN … TTL in a statement of its own');
  const column = words.split(' ')[2 + (match[2]?.trim().split(' ').length ?? 0)];
  return { start, end, reach: 'columns', drops, column };
}

/** A table that a SELECT reads: where its name stands, and whether an alias follows. */
export interface TableRead extends Span {
  table: string;
  hasAlias: boolean;
}

const AFTER_TABLE = [
  'WHERE', 'PREWHERE', 'GROUP', 'ORDER', 'LIMIT', 'HAVING', 'UNION', 'EXCEPT', 'INTERSECT', 'SETTINGS', 'WINDOW', 'QUALIFY', 'FINAL', 'SAMPLE', 'ON', 'USING',
  'JOIN', 'ARRAY', 'LEFT', 'RIGHT', 'INNER', 'FULL', 'CROSS', 'ANY', 'ALL', 'SEMI', 'ANTI', 'ASOF', 'GLOBAL', 'PASTE', 'OFFSET', 'FORMAT',
]; // prettier-ignore
const ROW_SOURCES = ['numbers', 'values'];

/** The tables that a SELECT reads, in the order of the text: after FROM and JOIN, CTEs and sub-queries left out. */
export function tablesRead(sql: string, from: number): TableRead[] {
  const tokens = tokensOf(sql).filter(({ start }) => start >= from);
  const named = new Set(
    tokens
      .filter((token, at) => token.kind === 'word' && isText(tokens[at + 1], 'AS') && opensQuery(tokens, at + 2))
      .map(({ text }) => text),
  );
  const reads: TableRead[] = [];
  for (const [at, token] of tokens.entries()) {
    if (isText(token, 'IN') && tokens[at + 1]?.kind === 'word' && !named.has(tokens[at + 1].text))
      throw new StatementNotUnderstood(`IN ${tokens[at + 1].text}: write IN (SELECT …)`);
    if (!isText(token, 'FROM') && !(isText(token, 'JOIN') && !isText(tokens[at - 1], 'ARRAY'))) continue;
    const read = tableAfter(tokens, at + 1, named);
    if (read) reads.push(read);
  }
  return reads;
}

const opensQuery = (tokens: readonly Token[], at: number) =>
  isText(tokens[at], '(') && (isText(tokens[at + 1], 'SELECT') || isText(tokens[at + 1], 'WITH'));

function tableAfter(tokens: readonly Token[], at: number, named: ReadonlySet<string>): TableRead | undefined {
  const table = tokens[at];
  const after = tokens[at + 1];
  if (isText(table, '(')) return undefined;
  if (table?.kind !== 'word' || isText(after, '.')) throw new StatementNotUnderstood(`FROM ${table?.text ?? ''}: expected a plain name`);
  if (isText(after, '(')) {
    if (ROW_SOURCES.includes(table.text)) return undefined;
    throw new StatementNotUnderstood(`FROM ${table.text}(…) is not known`);
  }
  if (isText(after, ',')) throw new StatementNotUnderstood(`FROM ${table.text}, …: write a JOIN`);
  if (named.has(table.text)) return undefined;
  const hasAlias = isText(after, 'AS') || (after?.kind === 'word' && !AFTER_TABLE.includes(after.text.toUpperCase()));
  return { table: table.text, start: table.start, end: table.end, hasAlias };
}
