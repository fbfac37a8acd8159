import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import type { FactRow, FactTable } from './fact-table';
import { encodeBlocks } from './writer/block-encoder';

export interface WarehouseAddress {
  url: string;
  username: string;
  password: string;
  database: string;
}

/** A query with a name (log comment, metric, error), placeholders `{name: Type}`, a time limit and a row limit. */
export interface NamedQuery {
  name: string;
  sql: string;
  params?: Record<string, unknown>;
  maxSeconds?: number;
  maxRows?: number;
  signal?: AbortSignal;
}

/** Hears how long every named query took, and how it ended: done, failed, or left by its reader. */
export type QueryListener = (name: string, seconds: number, outcome: 'done' | 'failed' | 'left') => void;

const DEFAULT_SECONDS = 60;
const DEFAULT_ROWS = 2_000_000;

/** The client of the fact store. 64-bit numbers and decimals arrive as strings. Errors are VitrineError('store_unavailable' | 'disk_full' | 'internal'). */
export class Warehouse {
  private constructor(
    private readonly client: ClickHouseClient,
    readonly address: WarehouseAddress,
    private readonly onQuery: QueryListener,
  ) {}

  static connect(address: WarehouseAddress, onQuery: QueryListener = () => undefined): Warehouse {
    const client = createClient({
      url: address.url,
      username: address.username,
      password: address.password,
      database: address.database,
      application: 'vitrine',
      log: { level: ClickHouseLogLevel.OFF }, // errors are thrown with the name of the query and logged once, by whoever handles them
      request_timeout: 660_000,
      max_open_connections: 16,
      keep_alive: { idle_socket_ttl: 2500 },
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 },
    });
    return new Warehouse(client, address, onQuery);
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
    try {
      const result = await this.client.query({
        query: query.sql,
        query_params: query.params,
        format: 'JSONEachRow',
        query_id: queryId,
        abort_signal: query.signal,
        clickhouse_settings: {
          log_comment: query.name,
          max_execution_time: query.maxSeconds ?? DEFAULT_SECONDS,
          max_result_rows: String(query.maxRows ?? DEFAULT_ROWS),
        },
      });
      for await (const rows of result.stream<Row>()) for (const row of rows) yield row.json();
      outcome = 'done';
    } catch (error) {
      outcome = 'failed';
      throw storeError(query.name, error);
    } finally {
      this.onQuery(query.name, (performance.now() - began) / 1000, outcome);
      if (outcome !== 'done') await this.kill(queryId);
    }
  }

  /** Runs a statement that answers nothing. */
  async command(sql: string, params?: Record<string, unknown>): Promise<void> {
    try {
      await this.client.command({ query: sql, query_params: params });
    } catch (error) {
      throw storeError('command', error);
    }
  }

  /** Streams a body into an INSERT (`INSERT INTO … FORMAT …`). */
  async insertStream(sql: string, body: Readable): Promise<void> {
    try {
      const { stream } = await this.client.exec({ query: sql, values: body, clickhouse_settings: { max_execution_time: 0 } });
      stream.resume();
      await new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject));
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

  /** Small tables that are no facts (account_keys, collection_days). */
  async insertRows(table: 'account_keys' | 'collection_days', rows: object[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.client.insert({
        table,
        values: rows,
        format: 'JSONEachRow',
        clickhouse_settings: { date_time_input_format: 'best_effort' },
      });
    } catch (error) {
      throw storeError(`insert ${table}`, error);
    }
  }

  async ping(): Promise<boolean> {
    return (await this.client.ping()).success;
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async kill(queryId: string): Promise<void> {
    await this.client
      .command({ query: 'KILL QUERY WHERE query_id = {queryId: String} ASYNC', query_params: { queryId } })
      .catch(() => undefined); // the server is gone: so is the query
  }
}

/** Disk full is 243 (NOT_ENOUGH_SPACE); time 159; rows 396; memory 241. */
function storeError(name: string, error: unknown): VitrineError {
  if (error instanceof VitrineError) return error;
  if (error instanceof RangeError)
    return new VitrineError('internal', { en: `${name}: ${error.message}`, zh: `${name}：${error.message}` }, { cause: error });
  if (error instanceof ClickHouseError) {
    if (error.code === '243')
      return new VitrineError(
        'disk_full',
        { en: 'The disk of the fact store is full. What was acknowledged is kept.', zh: '事实库所在磁盘已满，已确认的数据仍然保留。' },
        {
          remedy: { en: 'Free space or enlarge the disk, then run the same command again.', zh: '请清理或扩容磁盘后，重新运行同一命令。' },
          cause: error,
        },
      );
    return new VitrineError(
      'internal',
      { en: `Query ${name} failed: ${error.message.slice(0, 600)}`, zh: `查询 ${name} 失败（错误码 ${error.code}）。` },
      { cause: error },
    );
  }
  return new VitrineError(
    'store_unavailable',
    { en: `The fact store does not answer (${name}).`, zh: `事实库没有响应（${name}）。` },
    { remedy: { en: 'Check with `vitrine doctor`; a rerun is safe.', zh: '请用 `vitrine doctor` 检查；重新运行是安全的。' }, cause: error },
  );
}
