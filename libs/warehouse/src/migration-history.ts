import type { ClickHouseClient } from '@clickhouse/client';
import { ClusterPlace, onCluster } from './cluster/cluster-schema';
import { AppliedMigration, MigrationFile, pendingMigrations } from './migration-files';

/** Not `default`: in the embedded server that is an overlay without atomic tables. */
export async function createDatabase(client: ClickHouseClient, database: string, place: ClusterPlace | null): Promise<void> {
  const query_params = { database };
  const found = await client.query({
    query: 'SELECT engine FROM system.databases WHERE name = {database: String}',
    query_params,
    format: 'JSONEachRow',
  });
  const exists = (await found.json()).length > 0;
  if (!exists || place?.keeper)
    await client.command({
      query: `CREATE DATABASE IF NOT EXISTS {database: Identifier}${place ? onCluster(place) : ''} ENGINE = Atomic`,
      query_params,
    });
}

/** With Keeper one history, of which every node has a copy. */
export async function createHistory(client: ClickHouseClient, place: ClusterPlace | null): Promise<void> {
  await client.command({ query: historyTable(place) });
}

export function historyTable(place: ClusterPlace | null): string {
  const engine = place?.keeper
    ? `ReplicatedReplacingMergeTree('/clickhouse/tables/every/${place.database.replace(/[\\']/g, '\\$&')}/schema_migrations', '{shard}_{replica}')`
    : 'ReplacingMergeTree';
  return `CREATE TABLE IF NOT EXISTS schema_migrations${place ? onCluster(place) : ''}
    (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
    ENGINE = ${engine} ORDER BY (number, name, checksum)
    COMMENT 'One row is one applied migration file; two migrators that applied it both leave one row. Never deleted.'`;
}

/** The files that are not applied. Throws `migration` where history and files disagree. */
export async function pendingOf(
  client: ClickHouseClient,
  files: readonly MigrationFile[],
  place: ClusterPlace | null,
): Promise<MigrationFile[]> {
  if (place?.keeper) await client.command({ query: 'SYSTEM SYNC REPLICA schema_migrations' });
  const result = await client.query({
    query: 'SELECT DISTINCT number, name, checksum FROM schema_migrations ORDER BY number',
    format: 'JSONEachRow',
  });
  return pendingMigrations(files, await result.json<AppliedMigration>());
}

export async function rememberApplied(client: ClickHouseClient, { number, name, checksum }: MigrationFile): Promise<void> {
  await client.insert({
    table: 'schema_migrations',
    values: [{ number, name, checksum }],
    columns: ['number', 'name', 'checksum'],
    format: 'JSONEachRow',
  });
}
