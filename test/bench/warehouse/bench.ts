import * as fs from 'node:fs';
import * as path from 'node:path';
import { ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { DataSource } from 'typeorm';
import { Clock, loadSettings } from '@app/config';
import { createDataSource, ensureBrand, migrateDatabase } from '@app/database';
import { Instance, openInstance } from '@app/embedded';
import { Warehouse, migrateWarehouse } from '@app/warehouse';
import { BRAND, NOW, ZONE } from './generator/year';
import type { BenchOptions } from './options';

type Params = Record<string, unknown>;

/** Noon after the year: its last month is complete. */
export class BenchClock extends Clock {
  now(): number {
    return NOW;
  }
}

/** An instance of its own with the product's schema, and what measuring needs beside the product's own client. */
export class Bench {
  private readonly memo = new Map<string, Promise<unknown>>();

  private constructor(
    readonly options: BenchOptions,
    readonly dataDir: string,
    readonly instance: Instance,
    readonly warehouse: Warehouse,
    readonly dataSource: DataSource,
    readonly brandId: number,
    private readonly client: ClickHouseClient,
  ) {}

  static async open(options: BenchOptions, dataDir: string): Promise<Bench> {
    const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
    try {
      await migrateWarehouse(instance.clickhouse);
      const warehouse = Warehouse.connect(instance.clickhouse);
      const dataSource = await createDataSource(instance.postgres).initialize();
      await migrateDatabase(dataSource);
      const { brandId } = await ensureBrand(dataSource, { code: BRAND, name: 'Bench', zone: ZONE });
      const { url, username, password, database } = instance.clickhouse;
      const client = createClient({
        url,
        username,
        password,
        database,
        application: 'vitrine-bench',
        log: { level: ClickHouseLogLevel.OFF },
        request_timeout: 3_600_000,
        clickhouse_settings: { max_execution_time: 0, output_format_json_quote_64bit_integers: 1 },
      });
      return new Bench(options, dataDir, instance, warehouse, dataSource, brandId, client);
    } catch (error) {
      await instance.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.warehouse.close();
    await this.dataSource.destroy();
    await this.instance.stop();
  }

  /** A statement that answers nothing. */
  async run(sql: string, params?: Params): Promise<void> {
    await this.client.command({ query: sql, query_params: params });
  }

  /** Rows of a question, 64-bit numbers as text. */
  async rows<Row>(sql: string, params?: Params): Promise<Row[]> {
    const result = await this.client.query({ query: sql, query_params: params, format: 'JSONEachRow' });
    return result.json<Row>();
  }

  /** Runs a question to its end and throws the answer away at the server: its time is the store's, not that of reading JSON. */
  async ask(sql: string, params?: Params): Promise<void> {
    const { stream } = await this.client.exec({ query: `${sql} FORMAT Null`, query_params: params });
    stream.resume();
    await new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject));
  }

  /** Streams an answer into a file, in a format of the store. */
  async exportTo(file: string, sql: string, params?: Params): Promise<void> {
    const { stream } = await this.client.exec({ query: sql, query_params: params });
    const out = fs.createWriteStream(file);
    await new Promise<void>((resolve, reject) => stream.once('error', reject).pipe(out).once('finish', resolve).once('error', reject));
  }

  /** Work that several goals share is done once. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    let done = this.memo.get(name) as Promise<T> | undefined;
    if (!done) this.memo.set(name, (done = work()));
    return done;
  }

  file(name: string): string {
    return path.join(this.dataDir, name);
  }
}

/** Progress goes to stderr: stdout holds results only. */
export function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}
