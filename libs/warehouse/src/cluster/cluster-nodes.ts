import { ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import { ClusterPlace, onCluster } from './cluster-schema';

const ask = async <Row>(client: ClickHouseClient, query: string, query_params: Record<string, unknown> = {}): Promise<Row[]> =>
  (await client.query({ query, query_params, format: 'JSONEachRow' })).json<Row>();

/**
 * Throws `migration` where the addressed server cannot carry the schema: it does not know the cluster, has more than two replicas a shard (then
 * the majority that acknowledges is not all of them), lets Distributed tables write each replica, or lacks macros or Keeper.
 */
export async function assertCluster(client: ClickHouseClient, { cluster, keeper }: ClusterPlace): Promise<void> {
  const [found] = await ask<{ replicas: number; internal: number }>(
    client,
    `SELECT
       toUInt32(max(replica_num)) AS replicas,
       min(internal_replication) AS internal
     FROM system.clusters
     WHERE cluster = {cluster: String}
     GROUP BY cluster`,
    { cluster },
  );
  if (!found) throw unfit(cluster, { zh: '该服务器不认识此集群（remote_servers）', en: 'the server does not know it (remote_servers)' });
  if (found.replicas > 2) throw unfit(cluster, { zh: '每个分片最多两个副本', en: 'it has more than two replicas a shard' });
  if (found.replicas > 1 && !found.internal)
    throw unfit(cluster, { zh: '缺少 internal_replication', en: 'its shards lack internal_replication' });
  if (!keeper) return;
  const macros = (await ask<{ macro: string }>(client, 'SELECT macro FROM system.macros')).map(({ macro }) => macro);
  for (const macro of ['shard', 'replica'])
    if (!macros.includes(macro)) throw unfit(cluster, { zh: `缺少宏 ${macro}`, en: `the server lacks the macro ${macro}` });
  try {
    await ask(client, "SELECT name FROM system.zookeeper WHERE path = '/' LIMIT 1");
  } catch (error) {
    if (!(error instanceof ClickHouseError)) throw error;
    throw unfit(cluster, { zh: 'Keeper 没有响应', en: 'Keeper does not answer' }, error);
  }
}

const unfit = (cluster: string, problem: { zh: string; en: string }, cause?: unknown) =>
  new VitrineError(
    'migration',
    { zh: `集群 ${cluster}：${problem.zh}`, en: `Cluster ${cluster}: ${problem.en}` },
    {
      remedy: {
        zh: '请对照 docs/operations/cluster.md 检查每个节点的配置',
        en: 'Compare the configuration of every node with docs/operations/cluster.md',
      },
      cause,
    },
  );

/** Those of these tables that some node lacks: one that was set up anew. The history, which is one for the cluster, does not tell. */
export async function missingTables(
  client: ClickHouseClient,
  { cluster, database }: ClusterPlace,
  tables: readonly string[],
): Promise<string[]> {
  const nodes = await ask<{ found: string[] }>(
    client,
    `SELECT found
     FROM clusterAllReplicas({cluster: String}, view(
       SELECT groupArray(name) AS found
       FROM system.tables
       WHERE database = {database: String} AND name IN {tables: Array(String)}
     ))`,
    { cluster, database, tables },
  );
  return tables.filter((table) => nodes.some(({ found }) => !found.includes(table)));
}

/**
 * Statements that make these tables, as the addressed node has them, where they are missing. Not the migrations once more: a view of an early file
 * would not fit what later ones made of its table.
 */
export async function definitionsOf(client: ClickHouseClient, place: ClusterPlace, tables: readonly string[]): Promise<string[]> {
  const { cluster, database } = place;
  const known = await ask<{ name: string; definition: string }>(
    client,
    `SELECT
       name,
       create_table_query AS definition
     FROM system.tables
     WHERE database = {database: String} AND name IN {tables: Array(String)}`,
    { database, tables },
  );
  return tables.map((table) => {
    const definition = known.find(({ name }) => name === table)?.definition;
    if (!definition)
      throw unfit(cluster, {
        zh: `被访问的节点缺少表 ${table}，而其他节点已有：请把 CLICKHOUSE_URL 指向完整的节点`,
        en: `the addressed node lacks the table ${table} that others have: let CLICKHOUSE_URL name a node that is whole`,
      });
    return definition.replace(
      /^CREATE (TABLE|MATERIALIZED VIEW) (\S+)/,
      (_all, kind: string, name: string) => `CREATE ${kind} IF NOT EXISTS ${name}${onCluster(place)}`,
    );
  });
}
