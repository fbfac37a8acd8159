import type { ClickHouseSettings } from '@clickhouse/client';

/**
 * What exactness needs of every statement on a cluster. Server profiles may say otherwise, so each is said here. Two replicas a shard at most:
 * the majority of two is both, so whichever replica answers has every row that was acknowledged.
 */
export const CLUSTER_SETTINGS = {
  // an answer of the shards that are there is a smaller number
  skip_unavailable_shards: 0,
  // acknowledged is what every shard holds, its views included; in the background a write to a lost shard is acknowledged
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  insert_quorum_parallel: 1,
  // a block that was sent twice would be dropped in the landing table before its views saw it; identities make a retry harmless
  insert_deduplicate: 0,
  // a replica that lags would answer less
  max_replica_delay_for_distributed_queries: '1',
  fallback_to_stale_replicas_for_distributed_queries: 0,
  // 'deny' refuses IN and JOIN between Distributed tables; 'local' would be exact only where both lie together
  distributed_product_mode: 'global',
  // other values send `INSERT INTO t SELECT expr FROM cluster(…)` to the shards without the expressions, and aggregate per shard
  parallel_distributed_insert_select: '0',
  distributed_group_by_no_merge: '0',
  optimize_skip_unused_shards: 0,
} satisfies ClickHouseSettings;
