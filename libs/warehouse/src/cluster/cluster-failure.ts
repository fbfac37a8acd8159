import { VitrineError } from '@app/contracts';

/** Errors of ClickHouse that mean: a node of the cluster, or Keeper, is not there. */
const ABSENT = new Set([
  '225', // NO_ZOOKEEPER
  '242', // TABLE_IS_READ_ONLY: its replica has lost Keeper
  '244', // NO_ACTIVE_REPLICAS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '285', // TOO_FEW_LIVE_REPLICAS: the other replica of a shard is missing, no row is acknowledged
  '286', // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  '319', // UNKNOWN_STATUS_OF_INSERT
  '369', // ALL_REPLICAS_ARE_STALE: of a shard no replica is there, or none that is whole
  '999', // KEEPER_EXCEPTION
]);

/** The same, when the message names the node: a single server says these of its client, too. */
const BROKEN_OFF = new Set([
  '32', // ATTEMPT_TO_READ_AFTER_EOF: a node died in the middle of its answer
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
]);
const NODE = /([\w.-]+:\d+)[,)]/;

/** The error of a statement that a missing shard made impossible; undefined for every other cause. */
export function shardMissing(name: string, error: { code: string; message: string }): VitrineError | undefined {
  const node = NODE.exec(error.message)?.[1];
  if (!ABSENT.has(error.code) && !(BROKEN_OFF.has(error.code) && node)) return undefined;
  return new VitrineError(
    'store_unavailable',
    {
      en: `A shard of the cluster does not answer${node ? ` (${node})` : ''}: ${name} is refused, for an answer without it would be too small.`,
      zh: `集群中有分片没有响应${node ? `（${node}）` : ''}：${name} 已拒绝执行，缺少该分片的结果会偏小。`,
    },
    {
      remedy: {
        en: 'Start the missing node or repair its network, then do the same again: a rerun is safe.',
        zh: '请启动缺失的节点或修复网络，然后重试：重新运行是安全的。',
      },
      cause: error,
    },
  );
}
