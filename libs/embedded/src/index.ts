export { openInstance } from './instance';
export type { Instance, OpenOptions } from './instance';
export { assertPortFree } from './ports';
export { startClickHouse } from './clickhouse-server';
export type { ShardPlace } from './clickhouse-config';
