import { ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import { AppliedMigration, MigrationFile, migrationError, migrationFolder, pendingMigrations, readMigrations } from './migration-files';
import { MigrationLock } from './migration-lock';
import type { WarehouseAddress } from './warehouse';

const connect = (address: WarehouseAddress, database?: string): ClickHouseClient =>
  createClient({
    url: address.url,
    username: address.username,
    password: address.password,
    database,
    application: 'vitrine-migrator',
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: 3_600_000,
    clickhouse_settings: { max_execution_time: 3600, log_comment: 'migration' },
  });

/**
 * Brings the fact store to the current schema: makes the database when it is missing, applies the numbered files of `dir` that are not applied
 * yet, in order, and returns their names. Any number of migrators may run at once, and one that was killed half-way is simply run again: every
 * statement can run twice. Throws VitrineError: `migration` (a changed or missing applied file, a gap, a repeated number, a statement that
 * fails), `conflict`, `store_unavailable`.
 */
export async function migrateWarehouse(address: WarehouseAddress, dir: string = migrationFolder()): Promise<string[]> {
  const files = readMigrations(dir);
  await createDatabase(address);
  const client = connect(address, address.database);
  try {
    await createHistory(client);
    if (pendingMigrations(files, await appliedMigrations(client)).length === 0) return [];
    return await applyUnderLock(client, files);
  } catch (error) {
    throw reachable(error);
  } finally {
    await client.close();
  }
}

async function applyUnderLock(client: ClickHouseClient, files: readonly MigrationFile[]): Promise<string[]> {
  const lock = await MigrationLock.take(client);
  try {
    const pending = pendingMigrations(files, await appliedMigrations(client)); // again: another migrator may have been first
    for (const file of pending) {
      for (const [index, statement] of file.statements.entries()) {
        await lock.assertHeld();
        await run(client, file, index, statement);
      }
      await client.insert({
        table: 'schema_migrations',
        values: [{ number: file.number, name: file.name, checksum: file.checksum }],
        columns: ['number', 'name', 'checksum'],
        format: 'JSONEachRow',
      });
    }
    return pending.map(({ name }) => name);
  } finally {
    await lock.release().catch(() => undefined); // unreachable now: the lease ends by itself
  }
}

async function run(client: ClickHouseClient, file: MigrationFile, index: number, statement: string): Promise<void> {
  try {
    await client.command({ query: statement });
  } catch (error) {
    if (!(error instanceof ClickHouseError)) throw error;
    throw migrationError(
      file.name,
      {
        zh: `第 ${index + 1} 条语句失败（错误码 ${error.code}）：${error.message}`,
        en: `statement ${index + 1} failed (${error.code}): ${error.message}`,
      },
      { zh: '请排除原因后重新运行：已完成的语句可以重复执行', en: 'Remove the cause and run it again: what is done already can run twice' },
      error,
    );
  }
}

/** Not `default`: in the embedded server that is an overlay without atomic tables. */
async function createDatabase(address: WarehouseAddress): Promise<void> {
  const client = connect(address);
  try {
    const query_params = { database: address.database };
    const found = await client.query({
      query: 'SELECT engine FROM system.databases WHERE name = {database: String}',
      query_params,
      format: 'JSONEachRow',
    });
    if ((await found.json()).length === 0)
      await client.command({ query: 'CREATE DATABASE IF NOT EXISTS {database: Identifier} ENGINE = Atomic', query_params });
  } catch (error) {
    throw reachable(error);
  } finally {
    await client.close();
  }
}

const createHistory = (client: ClickHouseClient) =>
  client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migrations (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = ReplacingMergeTree ORDER BY (number, name, checksum)
      COMMENT 'One row is one applied migration file; two migrators that applied it both leave one row. Never deleted.'`,
  });

async function appliedMigrations(client: ClickHouseClient): Promise<AppliedMigration[]> {
  const result = await client.query({
    query: 'SELECT DISTINCT number, name, checksum FROM schema_migrations ORDER BY number',
    format: 'JSONEachRow',
  });
  return result.json<AppliedMigration>();
}

function reachable(error: unknown): unknown {
  if (error instanceof VitrineError) return error;
  if (error instanceof ClickHouseError)
    return migrationError(
      'schema_migrations',
      { zh: `无法准备（错误码 ${error.code}）：${error.message}`, en: `cannot be prepared (${error.code}): ${error.message}` },
      { zh: '请检查该用户的权限（CREATE、INSERT、SELECT、DROP）', en: 'Check the rights of the user (CREATE, INSERT, SELECT, DROP)' },
      error,
    );
  return new VitrineError(
    'store_unavailable',
    { zh: '事实库没有响应（迁移）', en: 'The fact store does not answer (migration)' },
    { remedy: { zh: '请检查 CLICKHOUSE_URL 和服务器，然后重试', en: 'Check CLICKHOUSE_URL and the server, then try again' }, cause: error },
  );
}
