import { AlterAction, SchemaStatement, Span, readStatement, tablesRead } from './schema-statement';
import { StatementNotUnderstood } from './sql-tokens';

/** Where a schema is put. `keeper`: tables are replicated and every statement goes through the cluster's DDL queue; else each node is asked itself. */
export interface ClusterPlace {
  cluster: string;
  database: string;
  keeper: boolean;
}

/** One statement of a cluster: for every node (when there is no Keeper that carries it there), or for the addressed one. */
export interface ClusterStep {
  sql: string;
  every: boolean;
}

type CreateTable = Extract<SchemaStatement, { kind: 'create-table' }>;
type AlterTable = Extract<SchemaStatement, { kind: 'alter-table' }>;

/** Rows with the same value lie on one shard. The first that is in the sort key, that is in the identity: no identity is on two shards. */
const SHARDING = ['account_key', 'dealer_id', 'brand_id'];
const quoted = (name: string) => `\`${name.replace(/[\\`]/g, '\\$&')}\``;
const literal = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
/** Carries a statement to every node where there is Keeper. */
export const onCluster = ({ cluster, keeper }: ClusterPlace): string => (keeper ? ` ON CLUSTER ${quoted(cluster)}` : '');
const local = (table: string) => `${table}_local`;

/**
 * The migrations of one server, put onto a cluster: every table `t` becomes `t_local` on each node and `t`, a Distributed table over them; views
 * connect the local ones. Give it every statement from the first on: what it knows of tables it has from them. Throws StatementNotUnderstood.
 */
export class ClusterSchema {
  private readonly shardedBy = new Map<string, string>();
  /** What the target of a view is sharded by. */
  private readonly views = new Map<string, string>();

  constructor(private readonly place: ClusterPlace) {}

  steps(sql: string): ClusterStep[] {
    const statement = readStatement(sql);
    switch (statement.kind) {
      case 'create-table':
        return this.createTable(sql, statement);
      case 'create-view':
        return this.createView(sql, statement);
      case 'alter-table':
        return this.alterTable(sql, statement);
      case 'insert':
        // between Distributed tables, once: exact whatever the tables are sharded by
        [statement.table, ...tablesRead(sql, statement.select).map(({ table }) => table)].forEach((table) => this.sharding(table));
        return [{ sql, every: false }];
      case 'drop':
        return this.drop(statement.table, statement.ifExists ? 'IF EXISTS ' : '');
      case 'rows':
        this.sharding(statement.table);
        return [everywhere(`${statement.verb} ${this.onCluster(local(statement.table))} ${statement.rest}`.trimEnd())];
    }
  }

  /** What every node has after the statements given so far, in an order in which it can be made. */
  tables(): string[] {
    return [...[...this.shardedBy.keys()].flatMap((table) => [local(table), table]), ...this.views.keys()];
  }

  private createTable(sql: string, { table, name, columns, engine, sortedBy }: CreateTable): ClusterStep[] {
    const sharding = SHARDING.find((column) => columns.includes(column) && sortedBy.includes(column));
    if (!sharding) throw new StatementNotUnderstood(`${table} has none of ${SHARDING.join(', ')} in ORDER BY: it cannot be sharded`);
    this.shardedBy.set(table, sharding);
    const rows = edited(sql, [
      { ...name, text: this.onCluster(local(table)) },
      { start: engine.start, end: engine.end, text: this.engine(table, engine.name, engine.args) },
    ]);
    const over = `Distributed(${literal(this.place.cluster)}, ${literal(this.place.database)}, ${literal(local(table))}, cityHash64(${sharding}))`;
    const opening = `${sql.slice(0, name.start)}${this.onCluster(table)} AS ${this.qualified(local(table))}`;
    return [everywhere(rows), everywhere(`${withoutComments(opening)} ENGINE = ${over}`)];
  }

  /** The path is the table's name, so that a node that is set up anew joins its shard. */
  private engine(table: string, name: string, args: string): string {
    if (!this.place.keeper) return args ? `${name}(${args})` : name;
    const keeperPath = literal(`/clickhouse/tables/{shard}/${this.place.database}/${local(table)}`);
    return `Replicated${name}(${keeperPath}, '{replica}'${args ? `, ${args}` : ''})`;
  }

  private createView(sql: string, statement: Extract<SchemaStatement, { kind: 'create-view' }>): ClusterStep[] {
    const sharding = this.sharding(statement.target);
    const reads = this.localReads(sql, statement.select, sharding, statement.view);
    this.views.set(statement.view, sharding);
    return [
      everywhere(
        edited(sql, [
          { ...statement.name, text: this.onCluster(statement.view) },
          { ...statement.targetName, text: this.qualified(local(statement.target)) },
          ...reads,
        ]),
      ),
    ];
  }

  /** A view sees the rows of its own shard only: what it reads must lie there together with what it writes. */
  private localReads(sql: string, select: number, sharding: string, view: string): Edit[] {
    return tablesRead(sql, select).map(({ table, start, end, hasAlias }) => {
      if (this.sharding(table) !== sharding)
        throw new StatementNotUnderstood(`${view} reads ${table}, sharded by ${this.sharding(table)}, into a table sharded by ${sharding}`);
      return { start, end, text: `${this.qualified(local(table))}${hasAlias ? '' : ` AS ${table}`}` };
    });
  }

  private alterTable(sql: string, { table, actions }: AlterTable): ClusterStep[] {
    if (actions[0].reach === 'query') {
      const target = this.views.get(table);
      if (!target) throw new StatementNotUnderstood(`${table} is no view of an earlier statement`);
      const select = edited(sql, this.localReads(sql, actions[0].start, target, table)).slice(actions[0].start);
      return [everywhere(`ALTER TABLE ${this.onCluster(table)} MODIFY QUERY ${select}`)];
    }
    const sharding = this.sharding(table);
    if (actions.some(({ column, reach }) => reach === 'columns' && column === sharding))
      throw new StatementNotUnderstood(`${table} is sharded by ${sharding}: the column stays as it is`);
    const text = (chosen: readonly AlterAction[]) => chosen.map(({ start, end }) => sql.slice(start, end)).join(', ');
    const alter = (name: string, chosen: readonly AlterAction[]) =>
      chosen.length ? [everywhere(`ALTER TABLE ${this.onCluster(name)} ${text(chosen)}`)] : [];
    // a Distributed table never has a column that the local ones lack: rows that name it would be refused
    return [
      ...alter(
        table,
        actions.filter(({ drops }) => drops),
      ),
      ...alter(local(table), actions),
      ...alter(
        table,
        actions.filter(({ reach, drops }) => reach === 'columns' && !drops),
      ),
    ];
  }

  private drop(table: string, ifExists: string): ClusterStep[] {
    const gone = (name: string) => everywhere(`DROP TABLE ${ifExists}${this.onCluster(name)} SYNC`);
    if (this.views.delete(table)) return [gone(table)];
    this.sharding(table);
    this.shardedBy.delete(table);
    return [gone(table), gone(local(table))];
  }

  private sharding(table: string): string {
    const column = this.shardedBy.get(table);
    if (!column) throw new StatementNotUnderstood(`${table} is no table of an earlier statement`);
    return column;
  }

  private qualified = (name: string) => `${quoted(this.place.database)}.${quoted(name)}`;

  private onCluster = (name: string) => `${this.qualified(name)}${onCluster(this.place)}`;
}

interface Edit extends Span {
  text: string;
}
const everywhere = (sql: string): ClusterStep => ({ sql, every: true });
const withoutComments = (sql: string) => sql.replace(/^\s*--[^\n]*\n/gm, '').trim();

function edited(sql: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const edit of [...edits].sort((left, right) => left.start - right.start)) {
    text += sql.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + sql.slice(at);
}
