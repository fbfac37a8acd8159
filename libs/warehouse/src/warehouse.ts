import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClickHouseClient, ClickHouseClientConfigOptions, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { CLUSTER_SETTINGS } from './cluster/cluster-settings';
import type { FactRow, FactTable } from './fact-table';
import { NamedQuery, Statement, shardStatement, statementAsOf, statementOf } from './named-query';
import { assertDone, storeError } from './store-error';
import { encodeBlocks } from './writer/block-encoder';

export interface WarehouseAddress {
  url: string;
  username: string;
  password: string;
  database: string;
  /** The cluster over which the tables are spread (docs/adr/0010); none: they are on this server. */
  cluster?: string | null;
}

/** Hears how long every named query took, and how it ended: done, failed, or left by its reader. */
export type QueryListener = (name: string, seconds: number, outcome: 'done' | 'failed' | 'left') => void;

/** How long reading an answer may hold the event loop, ms. */
const HELD_MS = 8;
const DEFAULT_SECONDS = 60;
const DEFAULT_ROWS = 2_000_000;

/** The client of the fact store. 64-bit numbers and decimals arrive as strings. Errors are VitrineError('store_unavailable' | 'disk_full' | 'internal'). */
export class Warehouse {
  private constructor(
    private readonly client: ClickHouseClient,
    readonly address: WarehouseAddress,
    private readonly onQuery: QueryListener,
    /** Ends queries over connections of its own: the others may all be taken by what it has to end. */
    private readonly killer: ClickHouseClient,
    /** Epoch ms as of which facts are read; null: as they are now. */
    readonly instant: number | null = null,
  ) {}

  static connect(address: WarehouseAddress, onQuery: QueryListener = () => undefined): Warehouse {
    const killer = createClient({ ...clientOptions(address), max_open_connections: 4, request_timeout: 10_000 });
    return new Warehouse(createClient(clientOptions(address)), address, onQuery, killer);
  }

  /**
   * The same store, where `facts(…)` in a query is what had been ingested by an instant (epoch ms; docs/adr/0012), and `rollup(…)` an error. It
   * uses the connections of this one, which alone is closed.
   */
  asOf(instant: number): Warehouse {
    return new Warehouse(this.client, this.address, this.onQuery, this.killer, instant);
  }

  /** All rows of a query. */
  async query<Row>(query: NamedQuery): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.stream<Row>(query)) rows.push(row);
    return rows;
  }

  /** The rows of a query as they come. Ending the loop early or an abort kills the query at the server. */
  async *stream<Row>(query: NamedQuery): AsyncGenerator<Row> {
    const queryId = randomUUID();
    const began = performance.now();
    let outcome: 'done' | 'failed' | 'left' = 'left';
    const { signal } = query;
    let leave = (): void => undefined;
    try {
      signal?.throwIfAborted(); // the client looks at the signal between sending and the first row only
      const { settings, ...statement }: Statement & { settings?: Record<string, string> } =
        this.instant === null ? statementOf(query) : statementAsOf(query, this.instant);
      const result = await this.client.query({
        ...statement,
        format: 'JSONEachRow',
        query_id: queryId,
        abort_signal: signal,
        clickhouse_settings: {
          log_comment: query.name,
          max_execution_time: query.maxSeconds ?? DEFAULT_SECONDS,
          max_result_rows: String(query.maxRows ?? DEFAULT_ROWS),
          ...(query.unquoted ? { log_queries: 0, log_queries_cut_to_length: '40' } : {}),
          ...settings,
        },
      });
      leave = () => result.close();
      signal?.addEventListener('abort', leave);
      signal?.throwIfAborted();
      let since = performance.now();
      for await (const rows of result.stream<Row>()) {
        for (const row of rows) yield row.json();
        // what has arrived already would be read to its end before anybody else has a turn
        if (performance.now() - since < HELD_MS) continue;
        await nextTurn();
        since = performance.now();
      }
      outcome = 'done';
    } catch (error) {
      outcome = signal?.aborted ? 'left' : 'failed';
      throw storeError(query.name, error);
    } finally {
      signal?.removeEventListener('abort', leave);
      this.onQuery(query.name, (performance.now() - began) / 1000, outcome);
      if (outcome !== 'done') await this.kill(queryId);
    }
  }

  /** Runs a named INSERT … SELECT and waits for its end. Limits as of a query. */
  run(query: NamedQuery): Promise<void> {
    return this.runStatement(query, statementOf(query));
  }

  /** The same where every row is computed from rows of its own account: on a cluster, each shard computes its own rows (see shardStatement). */
  runOnShards(query: NamedQuery): Promise<void> {
    return this.runStatement(query, shardStatement(query, this.address));
  }

  private async runStatement(query: NamedQuery, statement: Statement): Promise<void> {
    const queryId = randomUUID();
    const began = performance.now();
    let outcome: 'done' | 'failed' = 'failed';
    try {
      const { stream } = await this.client.exec({
        ...statement,
        query_id: queryId,
        abort_signal: query.signal,
        clickhouse_settings: { log_comment: query.name, max_execution_time: query.maxSeconds ?? DEFAULT_SECONDS },
      });
      await assertDone(stream, 'statement');
      outcome = 'done';
    } catch (error) {
      throw storeError(query.name, error);
    } finally {
      this.onQuery(query.name, (performance.now() - began) / 1000, outcome);
      if (outcome !== 'done') await this.kill(queryId);
    }
  }

  /** Runs a statement that answers nothing. */
  async command(sql: string, params?: Record<string, unknown>): Promise<void> {
    try {
      const { stream } = await this.client.exec({ query: sql, query_params: params });
      await assertDone(stream, 'statement');
    } catch (error) {
      throw storeError('command', error);
    }
  }

  /** Streams a body into an INSERT (`INSERT INTO … FORMAT …`). */
  async insertStream(sql: string, body: Readable): Promise<void> {
    try {
      const { stream } = await this.client.exec({ query: sql, values: body, clickhouse_settings: { max_execution_time: 0 } });
      await assertDone(stream, 'insert');
    } catch (error) {
      throw storeError('insert', error);
    }
  }

  /**
   * Writes rows to `<table>_landing` as Native blocks; the view carries them on. Give at most about 100,000 rows of few months at a time. Writing the
   * same rows again changes no report. Returns the number of rows. When it throws, rows may have arrived or not: write them again.
   */
  async insert(table: FactTable, rows: Iterable<FactRow> | AsyncIterable<FactRow>): Promise<number> {
    const tally = { rows: 0 };
    await this.insertEncoded(table, encodeBlocks(table.columns, rows, tally));
    return tally.rows;
  }

  /** The same with blocks that a `BlockEncoder` of the table's columns has encoded. */
  async insertEncoded(table: Pick<FactTable, 'name' | 'columns'>, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    const names = Object.keys(table.columns).join(', ');
    await this.insertStream(
      `INSERT INTO ${table.name}_landing (${names}) FORMAT Native`,
      Readable.from(chunks, { objectMode: false, highWaterMark: 1 << 19 }),
    );
  }

  /** Tables that are no facts. */
  async insertRows(
    table: 'account_keys' | 'collection_days' | 'dirty_keys' | 'excluded_entries' | 'excluded_units' | 'undone_deliveries',
    rows: object[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const lines = Readable.from(
      rows.map((row) => `${JSON.stringify(row)}\n`),
      { objectMode: false },
    );
    await this.insertStream(`INSERT INTO ${table} SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow`, lines);
  }

  async ping(): Promise<boolean> {
    return (await this.client.ping()).success;
  }

  async close(): Promise<void> {
    await Promise.all([this.client.close(), this.killer.close()]);
  }

  private async kill(queryId: string): Promise<void> {
    await this.killer
      .command({ query: 'KILL QUERY WHERE query_id = {queryId: String} ASYNC', query_params: { queryId } })
      .catch(() => undefined); // the server is gone: so is the query
  }
}

/**
 * A server that is not the embedded one may stand behind something that ends a lost answer like a whole one. A compressed answer carries its own
 * length and checksum, so that a cut one is an error and never a shorter result.
 */
function clientOptions({ url, username, password, database, cluster }: WarehouseAddress): ClickHouseClientConfigOptions {
  const embedded = new URL(url).hostname === '127.0.0.1';
  return {
    url,
    username,
    password,
    database,
    application: 'vitrine',
    log: { level: ClickHouseLogLevel.OFF }, // errors are thrown with the name of the query and logged once, by whoever handles them
    request_timeout: 660_000,
    max_open_connections: 16,
    // a busy process is late with its timers: a connection that the server has closed meanwhile must not carry the next query
    keep_alive: { idle_socket_ttl: 2500, eagerly_destroy_stale_sockets: true },
    compression: { response: !embedded },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 1,
      max_query_size: '67108864', // long arrays are part of the text
      output_format_json_quote_decimals: 1,
      ...(embedded ? {} : { http_zlib_compression_level: '1' }),
      ...(cluster ? CLUSTER_SETTINGS : {}),
    },
  };
}
