import { ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import { shardMissing } from './cluster/cluster-failure';
import { assertCluster, definitionsOf, missingTables } from './cluster/cluster-nodes';
import type { ClusterPlace, ClusterStep } from './cluster/cluster-schema';
import { CLUSTER_SETTINGS } from './cluster/cluster-settings';
import { MigrationPlan, planMigrations } from './cluster/migration-plan';
import { createDatabase, createHistory, pendingOf, rememberApplied } from './migration-history';
import { MigrationFile, migrationError, migrationFolder, readMigrations } from './migration-files';
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
    clickhouse_settings: {
      max_execution_time: 3600,
      log_comment: 'migration',
      ...(address.cluster ? { ...CLUSTER_SETTINGS, distributed_ddl_task_timeout: '3600', distributed_ddl_output_mode: 'throw' } : {}),
    },
  });

/** What is migrated: the files, where they go, and the servers that are asked. The first keeps the history and the lock. */
interface Migration {
  files: readonly MigrationFile[];
  plan: MigrationPlan['steps'];
  place: ClusterPlace | null;
  clients: readonly ClickHouseClient[];
}

/**
 * Brings the fact store to the current schema: makes the database when it is missing, applies the numbered files of `dir` that are not applied
 * yet, in order, and returns their names. Any number of migrators may run at once, and one that was killed half-way is simply run again: every
 * statement can run twice. An address with a cluster: the same files on all its nodes (docs/adr/0010), through Keeper, or, where there is none,
 * at the addresses of `nodes`, which are then all of them, the given one first; a node that lacks tables gets them. Throws VitrineError: `migration` (a changed
 * or missing applied file, a gap, a repeated number, a statement that fails or has no place on a cluster), `conflict`, `store_unavailable`.
 */
export async function migrateWarehouse(
  address: WarehouseAddress,
  dir: string = migrationFolder(),
  nodes?: readonly WarehouseAddress[],
): Promise<string[]> {
  const files = readMigrations(dir);
  const { cluster, database } = address;
  const place = cluster ? { cluster, database, keeper: !nodes } : null;
  const { steps: plan } = planMigrations(files, place);
  const servers = nodes ?? [address];
  await overClients(
    servers.map((server) => connect(server)),
    async (clients) => {
      for (const client of clients) {
        if (place) await assertCluster(client, place);
        await createDatabase(client, database, place);
      }
    },
  );
  return overClients(
    servers.map((server) => connect(server, database)),
    async (clients) => {
      const migration = { files, plan, place, clients };
      await createHistory(clients[0], place);
      const { pending, missing } = await outstanding(migration);
      return pending.length + missing.length === 0 ? [] : applyUnderLock(migration);
    },
  );
}

/** What is to be done: the files that the history lacks, and the tables of the others that some node of a cluster lacks. */
async function outstanding({ files, place, clients }: Migration): Promise<{ pending: MigrationFile[]; missing: string[] }> {
  const pending = await pendingOf(clients[0], files, place);
  if (!place || pending.length === files.length) return { pending, missing: [] };
  const settled = planMigrations(
    files.filter((file) => !pending.includes(file)),
    place,
  );
  return { pending, missing: await missingTables(clients[0], place, settled.tables) };
}

async function applyUnderLock(migration: Migration): Promise<string[]> {
  const { place, plan, clients } = migration;
  const lock = await MigrationLock.take(clients[0]);
  const onEvery = async (origin: string, at: number, { sql, every }: ClusterStep) => {
    await lock.assertHeld();
    for (const client of every ? clients : [clients[0]]) await run(client, origin, at, sql);
  };
  try {
    const { pending, missing } = await outstanding(migration); // again: another migrator may have been first
    if (place && missing.length > 0)
      for (const [at, sql] of (await definitionsOf(clients[0], place, missing)).entries())
        await onEvery(missing[at], 0, { sql, every: true });
    for (const file of pending) {
      for (const [at, step] of plan.get(file.number)!.entries()) await onEvery(file.name, at, step);
      await rememberApplied(clients[0], file);
    }
    return pending.map(({ name }) => name);
  } finally {
    await lock.release().catch(() => undefined); // unreachable now: the lease ends by itself
  }
}

async function run(client: ClickHouseClient, origin: string, index: number, statement: string): Promise<void> {
  try {
    await client.command({ query: statement });
  } catch (error) {
    if (!(error instanceof ClickHouseError) || shardMissing(origin, error)) throw error;
    throw migrationError(
      origin,
      {
        zh: `第 ${index + 1} 条语句失败（错误码 ${error.code}）：${error.message}`,
        en: `statement ${index + 1} failed (${error.code}): ${error.message}`,
      },
      { zh: '请排除原因后重新运行：已完成的语句可以重复执行', en: 'Remove the cause and run it again: what is done already can run twice' },
      error,
    );
  }
}

async function overClients<T>(
  clients: readonly ClickHouseClient[],
  work: (clients: readonly ClickHouseClient[]) => Promise<T>,
): Promise<T> {
  try {
    return await work(clients);
  } catch (error) {
    throw reachable(error);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

function reachable(error: unknown): unknown {
  if (error instanceof VitrineError) return error;
  if (error instanceof ClickHouseError)
    return (
      shardMissing('migration', error) ??
      migrationError(
        'schema_migrations',
        { zh: `无法准备（错误码 ${error.code}）：${error.message}`, en: `cannot be prepared (${error.code}): ${error.message}` },
        { zh: '请检查该用户的权限（CREATE、INSERT、SELECT、DROP）', en: 'Check the rights of the user (CREATE, INSERT, SELECT, DROP)' },
        error,
      )
    );
  return new VitrineError(
    'store_unavailable',
    { zh: '事实库没有响应（迁移）', en: 'The fact store does not answer (migration)' },
    { remedy: { zh: '请检查 CLICKHOUSE_URL 和服务器，然后重试', en: 'Check CLICKHOUSE_URL and the server, then try again' }, cause: error },
  );
}
