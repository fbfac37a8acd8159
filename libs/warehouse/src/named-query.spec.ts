import { shardStatement, statementOf } from './named-query';

const INSERT = `INSERT INTO viewer_month
SELECT account_key FROM facts(entries) WHERE account_key IN (SELECT account_key FROM rollup(rollup_key))
SETTINGS max_threads = 1`;

describe('the text of a named query', () => {
  it('reads the current state of a table by its token', () => {
    expect(statementOf({ sql: 'SELECT 1 FROM facts(entries)' }).query).toBe('SELECT 1 FROM entries FINAL');
  });

  it('carries a long array of whole numbers in the text, a short one as a parameter', () => {
    const keys = Array.from({ length: 300 }, (_, at) => BigInt(at));
    const sql = 'SELECT 1 WHERE x IN {keys: Array(UInt64)} OR y IN {keys: Array(UInt64)}';
    const sent = statementOf({ sql, params: { keys } });
    expect(sent.query_params).toEqual({});
    expect(sent.query.match(/CAST\(\[0,1,2,/g)).toHaveLength(2);
    expect(statementOf({ sql, params: { keys: keys.slice(0, 3) } })).toEqual({ query: sql, query_params: { keys: [0n, 1n, 2n] } });
  });

  it('never writes anything but digits into the text', () => {
    const keys = Array.from({ length: 300 }, () => "1], '') OR 1 --");
    expect(() => statementOf({ sql: '{keys: Array(UInt64)}', params: { keys } })).toThrow('not a whole number');
    const texts = Array.from({ length: 300 }, () => "'");
    expect(statementOf({ sql: '{texts: Array(String)}', params: { texts } }).query).toBe('{texts: Array(String)}');
  });

  it('runs on every shard of a cluster over the tables of that shard', () => {
    const { query } = shardStatement({ sql: INSERT }, { cluster: 'main', database: 'vitrine' });
    expect(query).toBe(
      "INSERT INTO viewer_month SELECT * FROM cluster('main', view(SELECT account_key FROM vitrine.entries_local FINAL WHERE account_key IN " +
        '(SELECT account_key FROM vitrine.rollup_key_local FINAL))) SETTINGS max_threads = 1, parallel_distributed_insert_select = 2',
    );
    expect(shardStatement({ sql: INSERT }, { cluster: null, database: 'vitrine' })).toEqual(statementOf({ sql: INSERT }));
    expect(() => shardStatement({ sql: 'SELECT 1' }, { cluster: 'main', database: 'vitrine' })).toThrow();
  });
});
