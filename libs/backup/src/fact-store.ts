import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { ClickHouseClient, ClickHouseError, ClickHouseLogLevel, ClickHouseSettings, createClient } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import { CLUSTER_SETTINGS, WarehouseAddress } from '@app/warehouse';
import { storeFailed, storeSilent, targetDiskFull, unknownTable } from './failures';
import { FactRule, factRule } from './fact-rules';
import type { FactMigration } from './manifest';

const LONGEST_SECONDS = 3600;
const DISK_FULL = '243';
/** What exactness needs, on one server and on a cluster, where a fact table and its landing log lie together. */
const EXACT: ClickHouseSettings = { ...CLUSTER_SETTINGS, distributed_product_mode: 'local' };
/** Settings of replicated tables say nothing to the others, but servers without Keeper refuse a quorum. */
const SINGLE: ClickHouseSettings = { insert_deduplicate: 0 };

export interface StoredTable {
  table: string;
  rule: FactRule;
  /** Columns that hold rows' own values, in order. */
  columns: string[];
  /** Expression of the partition; empty where there is none. */
  partitionKey: string;
}

/** The fact store as backup and restore use it: blocks in ClickHouse's own format, compressed by the server, through this process as bytes. */
export class FactStore {
  private readonly client: ClickHouseClient;

  constructor(
    readonly address: WarehouseAddress,
    private readonly signal?: AbortSignal,
  ) {
    const { url, username, password, database, cluster } = address;
    this.client = createClient({
      url,
      username,
      password,
      database,
      application: 'vitrine-backup',
      log: { level: ClickHouseLogLevel.OFF },
      request_timeout: (LONGEST_SECONDS + 60) * 1000,
      max_open_connections: 4,
      keep_alive: { idle_socket_ttl: 2500, eagerly_destroy_stale_sockets: true },
      clickhouse_settings: {
        max_execution_time: LONGEST_SECONDS,
        output_format_json_quote_64bit_integers: 1,
        log_comment: 'backup',
        ...(cluster ? EXACT : SINGLE),
      },
    });
  }

  async rows<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]> {
    return this.guarded(query, async () => {
      const result = await this.client.query({ query, query_params: params, format: 'JSONEachRow', abort_signal: this.signal });
      return result.json<Row>();
    });
  }

  async command(query: string, params?: Record<string, unknown>): Promise<void> {
    await this.guarded(query, () => this.client.command({ query, query_params: params, abort_signal: this.signal }));
  }

  /**
   * The rows of a SELECT as Native blocks under zstd, with their number. The server answers when the query has ended, so what comes is whole: a
   * query that fails half-way is an error here, never a short file.
   */
  async exported(select: string, params: Record<string, unknown>): Promise<{ content: Readable; rows: number }> {
    return this.guarded(select, async () => {
      const { stream, summary } = await this.client.exec({
        query: `${select} FORMAT Native`,
        query_params: params,
        abort_signal: this.signal,
        decompress_response_stream: false,
        http_headers: { 'Accept-Encoding': 'zstd' },
        clickhouse_settings: { enable_http_compression: 1, http_zlib_compression_level: '3', wait_end_of_query: 1 },
      });
      return { content: stream, rows: Number(summary?.result_rows ?? NaN) };
    });
  }

  /** Writes a file of `exported` into a table. */
  async load(table: string, columns: readonly string[], file: string): Promise<void> {
    const names = columns.map(quoted).join(', ');
    await this.guarded(`INSERT INTO ${table}`, async () => {
      const { stream } = await this.client.exec({
        query: `INSERT INTO ${quoted(table)} (${names}) FORMAT Native`,
        values: createReadStream(file, { highWaterMark: 1 << 19 }),
        abort_signal: this.signal,
        http_headers: { 'Content-Encoding': 'zstd' },
      });
      stream.resume();
      await new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject));
    });
  }

  /** Tables of the database with their rules; on a cluster the distributed ones. Throws `internal` for a table without a rule. */
  async tables(): Promise<StoredTable[]> {
    const found = await this.rows<{ name: string; engine: string; partitionKey: string }>(
      `SELECT name, engine, partition_key AS partitionKey FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary ORDER BY name`,
    );
    const columns = await this.rows<{ table: string; names: string[] }>(
      `SELECT table, arrayMap(column -> column.2, arraySort(groupArray((position, name)))) AS names FROM system.columns
       WHERE database = currentDatabase() AND default_kind NOT IN ('ALIAS', 'MATERIALIZED', 'EPHEMERAL') GROUP BY table`,
    );
    const byName = new Map(found.map((table) => [table.name, table]));
    const distributed = (name: string) => byName.get(name)?.engine === 'Distributed';
    return found
      .filter(({ name }) => !name.startsWith('.inner') && !(name.endsWith('_local') && distributed(name.slice(0, -'_local'.length))))
      .map(({ name, engine, partitionKey }) => {
        const rule = factRule(name, engine);
        if (!rule) throw unknownTable('fact store', name);
        const own = distributed(name) ? byName.get(`${name}_local`)?.partitionKey : partitionKey;
        return { table: name, rule, columns: columns.find(({ table }) => table === name)?.names ?? [], partitionKey: own ?? '' };
      });
  }

  /** Whether the database is there at all. */
  async exists(): Promise<boolean> {
    const { url, username, password, database } = this.address;
    const client = createClient({ url, username, password, log: { level: ClickHouseLogLevel.OFF } });
    try {
      return await this.guarded('databases', async () => {
        const query = 'SELECT name FROM system.databases WHERE name = {database: String}';
        const result = await client.query({ query, query_params: { database }, format: 'JSONEachRow' });
        return (await result.json()).length > 0;
      });
    } finally {
      await client.close();
    }
  }

  async version(): Promise<string> {
    return (await this.rows<{ version: string }>('SELECT version() AS version'))[0].version;
  }

  /** Applied migrations; none where there is no schema yet. */
  async migrations(): Promise<FactMigration[]> {
    const found = await this.rows(`SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'`);
    if (found.length === 0) return [];
    return this.rows<FactMigration>('SELECT DISTINCT number, name, checksum FROM schema_migrations ORDER BY number');
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof VitrineError || this.signal?.aborted) throw error;
      if (error instanceof ClickHouseError && error.code === DISK_FULL) throw targetDiskFull(error);
      if (error instanceof ClickHouseError) throw storeFailed(what.trim().slice(0, 80), error);
      throw ['ENOENT', 'EIO', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '') ? error : storeSilent('fact store', error);
    }
  }
}

/** An identifier that comes from the store's own catalogue. */
export const quoted = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``;
