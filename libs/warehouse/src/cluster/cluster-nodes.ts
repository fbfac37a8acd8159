import { ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';
import type { ClusterPlace } from './cluster-schema';

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

/** The nodes that lack one of these tables: one that was set up anew. The history, which is one for the cluster, does not tell. */
export async function nodesBehind(
  client: ClickHouseClient,
  { cluster, database }: ClusterPlace,
  tables: readonly string[],
): Promise<string[]> {
  const nodes = await ask<{ node: string }>(
    client,
    `SELECT node
     FROM clusterAllReplicas({cluster: String}, view(
       SELECT
         concat(hostName(), ':', toString(tcpPort())) AS node,
         count() AS found
       FROM system.tables
       WHERE database = {database: String} AND name IN {tables: Array(String)}
     ))
     WHERE found < {wanted: UInt32}
     ORDER BY node`,
    { cluster, database, tables, wanted: tables.length },
  );
  return nodes.map(({ node }) => node);
}
