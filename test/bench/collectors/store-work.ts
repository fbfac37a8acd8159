import type { Stores } from '../../../apps/process/stores';

interface Statement {
  calls: number;
  ms: number;
  text: string;
}

/** Begins to count. Where PostgreSQL does not load pg_stat_statements only transactions are counted. */
export async function watchStatements({ dataSource, warehouse }: Stores): Promise<void> {
  await dataSource.query('SELECT pg_stat_reset()');
  await warehouse.command('SYSTEM FLUSH LOGS').catch(() => undefined);
}

/** What was asked of the two stores: transactions of PostgreSQL, and statements of ClickHouse by their names, with CPU milliseconds. */
export async function storeWork({ dataSource, warehouse }: Stores): Promise<{ transactions: number; facts: Statement[] }> {
  const [{ transactions }] = (await dataSource.query(
    'SELECT xact_commit::int AS transactions FROM pg_stat_database WHERE datname = current_database()',
  )) as { transactions: number }[];
  await warehouse.command('SYSTEM FLUSH LOGS').catch(() => undefined);
  const facts = await warehouse.query<{ text: string; calls: string; ms: string }>({
    name: 'bench.statements',
    sql: `SELECT
        if(log_comment != '', log_comment, substring(query, 1, 60)) AS text,
        count() AS calls,
        sum(ProfileEvents['OSCPUVirtualTimeMicroseconds']) / 1000 AS ms
      FROM system.query_log
      WHERE type != 'QueryStart'
      GROUP BY text
      ORDER BY ms DESC
      LIMIT 20`,
    params: {},
  });
  return { transactions, facts: facts.map(({ text, calls, ms }) => ({ text, calls: Number(calls), ms: Math.round(Number(ms)) })) };
}
