import { createGzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { escapeIdentifier, type PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { deliverySnapshot } from '@app/database';
import type { BackupFolder } from './backup-folder';
import { CopyOut } from './copy-streams';
import type { BackupTable, Manifest } from './manifest';
import { SEQUENCES, STATE_TABLES, TEXT_FORMS } from './state-tables';

const LOCK_TIMEOUT = '30s';

/** Which deliveries were over at one instant, and the state store as it was then. */
export class StateSnapshot {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    /** Epoch ms, by the state store's clock. */
    readonly at: number,
    /** Highest delivery id that was given out. */
    readonly horizon: string,
    readonly open: readonly string[],
  ) {}

  /**
   * Holds the deliveries still (none can begin, beat or end) while the snapshot is taken and `meanwhile` reads what knows no deliveries; then
   * lets them go on. Deliveries that gave no sign of life for 30 s end before, as failed.
   */
  static async take<T>(dataSource: DataSource, meanwhile: () => Promise<T>): Promise<{ snapshot: StateSnapshot; read: T }> {
    await deliverySnapshot(dataSource);
    const holder = dataSource.createQueryRunner();
    const runner = dataSource.createQueryRunner();
    try {
      await holder.startTransaction();
      await holder.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      await holder.query('LOCK TABLE delivery IN SHARE ROW EXCLUSIVE MODE');
      const client = (await runner.connect()) as PoolClient;
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const form of TEXT_FORMS) await client.query(form);
      const { rows } = await client.query<{ at: string; horizon: string; open: string[] }>(
        `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS at,
           (SELECT coalesce(max(delivery_id), 0)::text FROM delivery) AS horizon,
           (SELECT coalesce(array_agg(delivery_id::text ORDER BY delivery_id), '{}') FROM delivery WHERE finished_at IS NULL) AS open`,
      );
      const read = await meanwhile();
      return { snapshot: new StateSnapshot(runner, client, Number(rows[0].at), rows[0].horizon, rows[0].open), read };
    } catch (error) {
      await runner.release();
      throw error;
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
  }

  /** Parameters by which the fact store tells deliveries that were over. */
  get closed(): Record<string, unknown> {
    return { horizon: this.horizon, open: this.open.map(BigInt) };
  }

  /** Every table as COPY text under gzip, all of the one instant. */
  async save(folder: BackupFolder, onRows: (rows: number) => void): Promise<BackupTable[]> {
    const { rows: tables } = await this.client.query<{ table: string; columns: string[] }>(STATE_TABLES);
    const saved: BackupTable[] = [];
    for (const { table, columns } of tables) {
      const names = columns.map(escapeIdentifier).join(', ');
      const copy = new CopyOut(`COPY (SELECT ${names} FROM ${escapeIdentifier(table)}) TO STDOUT`);
      this.client.query(copy);
      const packed = new PassThrough({ highWaterMark: 1 << 18 });
      const packing = pipeline(copy, createGzip(), packed);
      // a writer that fails ends the packing, too, and its error is the one that says why; whatever ends the packing reaches the writer
      packing.catch(() => undefined);
      const file = await folder.write(`state/${table}.copy.gz`, packed, () => copy.rows);
      await packing;
      saved.push({ table, columns, rows: file.rows, files: [file] });
      onRows(file.rows);
    }
    return saved;
  }

  /** Sequences never go back, so their present value is at least the snapshot's. */
  async sequences(): Promise<Manifest['sequences']> {
    return (await this.client.query<{ name: string; lastValue: string }>(SEQUENCES)).rows;
  }

  async server(): Promise<Manifest['postgresql']> {
    const { rows } = await this.client.query<{ version: string; migrations: string[] }>(
      `SELECT current_setting('server_version') AS version,
         (SELECT coalesce(array_agg(name ORDER BY id), '{}') FROM state_migration) AS migrations`,
    );
    return rows[0];
  }

  /** Ends the transaction. */
  async close(): Promise<void> {
    await this.client.query('ROLLBACK').catch(() => undefined);
    await this.runner.release();
  }
}
