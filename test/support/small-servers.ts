import * as fs from 'node:fs';
import * as path from 'node:path';

// Thousands of statements over a few rows each: what a statement costs before it reads its first row is what a suite costs.

/** Of the server: no log of queries, and no more threads than two cores can use. */
const CONFIG = `<clickhouse>
  <query_log remove="1"/>
  <background_pool_size>2</background_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <mark_cache_size>33554432</mark_cache_size>
</clickhouse>
`;
/**
 * Of a statement: nothing is compiled by LLVM for what runs once, no conclusions are drawn from chains of comparisons (half of what a statement of ours
 * costs before its first row), no timer samples its stack, no second thread waits for it.
 */
const USERS = `<clickhouse>
  <profiles>
    <vitrine>
      <compile_expressions>0</compile_expressions>
      <compile_aggregate_expressions>0</compile_aggregate_expressions>
      <compile_sort_description>0</compile_sort_description>
      <optimize_and_compare_chain>0</optimize_and_compare_chain>
      <query_profiler_real_time_period_ns>0</query_profiler_real_time_period_ns>
      <query_profiler_cpu_time_period_ns>0</query_profiler_cpu_time_period_ns>
      <memory_profiler_step>0</memory_profiler_step>
      <log_queries>0</log_queries>
      <log_processors_profiles>0</log_processors_profiles>
      <max_threads>1</max_threads>
      <local_filesystem_read_method>pread</local_filesystem_read_method>
    </vitrine>
  </profiles>
</clickhouse>
`;
/** Settings of the ClickHouse of a folder for suites: what it answers is the same. Before its start. */
export function smallClickHouse(dir: string): void {
  if (process.env.VITRINE_TEST_LONG) return; // the long form: as delivered
  for (const [folder, xml] of [
    ['config.d', CONFIG],
    ['users.d', USERS],
  ]) {
    fs.mkdirSync(path.join(dir, folder), { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(dir, folder, 'tests.xml'), xml, { mode: 0o600 });
  }
}

/** The servers of a folder as they are delivered. */
export function asDelivered(dataDir: string): void {
  for (const folder of ['config.d', 'users.d']) fs.rmSync(path.join(dataDir, 'clickhouse', folder), { recursive: true, force: true });
}

/** The same for the PostgreSQL of a folder, after its first start. A kill of any process loses nothing; only a machine that loses its power would. */
export const smallPostgres = (dir: string): void => fs.appendFileSync(path.join(dir, 'postgresql.conf'), 'fsync = off\nio_method = sync\n');
