import { shardStatement, statementAsOf, statementOf } from './named-query';

describe('statements', () => {
  const sql = 'SELECT 1 FROM facts(entries) WHERE x IN (SELECT x FROM candidates(sessions))';

  it('facts are what holds now; candidates the rows as they lie there', () => {
    expect(statementOf({ sql }).query).toBe('SELECT 1 FROM entries FINAL WHERE x IN (SELECT x FROM sessions)');
  });

  it('only parameters that the text names are sent', () => {
    const { query, query_params } = statementOf({ sql: 'SELECT {a: UInt8}, {b: Array(String)}', params: { a: 1, b: [], ab: 2, c: 3 } });
    expect([query, query_params]).toEqual(['SELECT {a: UInt8}, {b: Array(String)}', { a: 1, b: [] }]);
  });

  it('as of an instant both come out of the landing log, and no roll-up answers', () => {
    const { query, query_params, settings } = statementAsOf({ sql: `${sql} AND y = {y: UInt8}`, params: { x: 1, y: 2 } }, 5);
    expect(query).not.toMatch(/facts\(|candidates\(|FINAL/);
    expect(query.match(/FROM (entries|sessions)_landing/g)).toHaveLength(2);
    expect(query.match(/ingested_at <= fromUnixTimestamp64Milli\(\{asOf: Int64\}, 'UTC'\)/g)).toHaveLength(2);
    expect(query_params).toEqual({ y: 2, asOf: 5 });
    expect(settings).toHaveProperty('max_bytes_before_external_group_by');
    expect(() => statementAsOf({ sql: 'SELECT 1 FROM rollup(account_month)' }, 5)).toThrow('account_month');
    expect(() => statementAsOf({ sql: 'SELECT 1 FROM facts(account_month)' }, 5)).toThrow('account_month');
  });

  it('on the shards of a cluster both are the tables of the shard', () => {
    const insert = `INSERT INTO viewer_month\n${sql}\nSETTINGS max_threads = 1`;
    expect(shardStatement({ sql: insert }, { cluster: 'c', database: 'd' }).query).toContain(
      'FROM d.entries_local AS entries FINAL WHERE x IN (SELECT x FROM d.sessions_local AS sessions)',
    );
    expect(shardStatement({ sql: insert }, { database: 'd' }).query).toContain('FROM entries FINAL');
  });
});
