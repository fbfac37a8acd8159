import { migrationFolder, readMigrations } from '../migration-files';
import { ClusterPlace, ClusterSchema } from './cluster-schema';
import { planMigrations } from './migration-plan';
import { StatementNotUnderstood, tokensOf } from './sql-tokens';

const KEEPER: ClusterPlace = { cluster: 'main', database: 'vitrine', keeper: true };
const PLAIN: ClusterPlace = { ...KEEPER, keeper: false };
const READINGS = `-- one row is one "reading"
CREATE TABLE IF NOT EXISTS readings (brand_id UInt32, account_key UInt64, n UInt32 DEFAULT cityHash64('a;(b'), INDEX at_n n TYPE minmax)
ENGINE = ReplacingMergeTree(n)
ORDER BY (brand_id, account_key, toDate(n));`;
const COPIES = 'CREATE TABLE copies (brand_id UInt32, account_key UInt64, n UInt32) ENGINE = MergeTree ORDER BY (brand_id, account_key)';
const SHOPS = 'CREATE TABLE shops (brand_id UInt32, dealer_id String) ENGINE = MergeTree ORDER BY (brand_id, dealer_id)';
const VIEW = 'CREATE MATERIALIZED VIEW IF NOT EXISTS copying TO copies AS SELECT brand_id, account_key, n FROM readings';

/** The schema after these statements, and what it makes of one more. */
const stepsAfter = (earlier: readonly string[], sql: string, place = KEEPER) => {
  const schema = new ClusterSchema(place);
  earlier.forEach((statement) => schema.steps(statement));
  return schema.steps(sql).map((step) => `${step.every ? '' : 'once: '}${step.sql}`);
};

describe('the migrations on a cluster', () => {
  it('a table becomes a replicated one on each node and a Distributed one over them, sharded by the account', () => {
    const [local, distributed] = stepsAfter([], READINGS);
    expect(local).toContain('CREATE TABLE IF NOT EXISTS `vitrine`.`readings_local` ON CLUSTER `main` (brand_id');
    expect(local).toContain(
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/vitrine/readings_local', '{replica}', n)\nORDER BY",
    );
    expect(distributed).toBe(
      "CREATE TABLE IF NOT EXISTS `vitrine`.`readings` ON CLUSTER `main` AS `vitrine`.`readings_local` ENGINE = Distributed('main', 'vitrine', 'readings_local', cityHash64(account_key))",
    );
  });

  it('without Keeper the engine stays as it is and every node is asked', () => {
    const [local, distributed] = stepsAfter([], READINGS, PLAIN);
    expect(local).toContain('`vitrine`.`readings_local` (brand_id');
    expect(local).toContain('ENGINE = ReplacingMergeTree(n)\n');
    expect(distributed).toMatch(/^CREATE TABLE IF NOT EXISTS `vitrine`\.`readings` AS/);
  });

  it('sharding is by the account, else by the dealer, else by the brand, whichever is part of the identity', () => {
    const sharding = (columns: string, key: string) =>
      /cityHash64\((\w+)\)/.exec(stepsAfter([], `CREATE TABLE t (${columns}) ENGINE = MergeTree ORDER BY ${key}`)[1])?.[1];
    const all = 'brand_id UInt32, dealer_id String, account_key UInt64, day Date';
    expect(sharding(all, '(brand_id, dealer_id, account_key)')).toBe('account_key');
    expect(sharding(all, '(brand_id, dealer_id)')).toBe('dealer_id');
    expect(sharding(all, 'brand_id')).toBe('brand_id');
    expect(() => sharding(all, '(day, cityHash64(account_key))')).toThrow(/cannot be sharded/);
  });

  it('views connect the local tables, with the names by which their columns may be called', () => {
    expect(stepsAfter([READINGS, COPIES], VIEW)).toEqual([
      'CREATE MATERIALIZED VIEW IF NOT EXISTS `vitrine`.`copying` ON CLUSTER `main` TO `vitrine`.`copies_local` AS SELECT brand_id, account_key, n FROM `vitrine`.`readings_local` AS readings',
    ]);
    const [joined] = stepsAfter(
      [READINGS, COPIES],
      `CREATE MATERIALIZED VIEW v TO copies AS WITH known AS (SELECT account_key FROM readings r FINAL)
       SELECT brand_id, account_key, readings.n FROM readings LEFT JOIN known USING (account_key) ARRAY JOIN [1] AS one
       WHERE account_key IN (SELECT account_key FROM known) AND n IN (SELECT number FROM numbers(3))`,
      PLAIN,
    );
    expect(joined).toContain('FROM `vitrine`.`readings_local` r FINAL)');
    expect(joined).toContain('FROM `vitrine`.`readings_local` AS readings LEFT JOIN known USING');
    expect(joined).toContain('FROM known) AND n IN (SELECT number FROM numbers(3))');
  });

  it('rows of earlier tables are filled in once, between the Distributed tables', () => {
    const fill = 'INSERT INTO copies (brand_id, account_key, n) SELECT brand_id, account_key, n FROM readings FINAL';
    expect(stepsAfter([READINGS, COPIES], fill)).toEqual([`once: ${fill}`]);
  });

  it('columns change in both tables, added to the local one first, dropped from it last; what only stored tables have changes there', () => {
    const alter =
      'ALTER TABLE readings ADD COLUMN IF NOT EXISTS m UInt8 AFTER n, DROP COLUMN IF EXISTS o, MODIFY COLUMN n CODEC(T64, ZSTD(1)), ADD INDEX i m TYPE minmax, MODIFY TTL toDate(n) + INTERVAL 1 DAY';
    expect(stepsAfter([READINGS], alter)).toEqual([
      'ALTER TABLE `vitrine`.`readings` ON CLUSTER `main` DROP COLUMN IF EXISTS o',
      alter.replace('readings', '`vitrine`.`readings_local` ON CLUSTER `main`'),
      'ALTER TABLE `vitrine`.`readings` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS m UInt8 AFTER n',
    ]);
    expect(stepsAfter([READINGS], 'ALTER TABLE readings MODIFY COLUMN n UInt64 CODEC(ZSTD(1))', PLAIN)).toHaveLength(2);
    expect(stepsAfter([READINGS], 'ALTER TABLE readings UPDATE n = 0 WHERE n = 1', PLAIN)).toEqual([
      'ALTER TABLE `vitrine`.`readings_local` UPDATE n = 0 WHERE n = 1',
    ]);
  });

  it('a view is given another query, dropped; a table is emptied, merged, dropped', () => {
    const earlier = [READINGS, COPIES, VIEW];
    expect(stepsAfter(earlier, 'ALTER TABLE copying MODIFY QUERY SELECT brand_id, account_key, 1 AS n FROM readings', PLAIN)).toEqual([
      'ALTER TABLE `vitrine`.`copying` MODIFY QUERY SELECT brand_id, account_key, 1 AS n FROM `vitrine`.`readings_local` AS readings',
    ]);
    expect(stepsAfter(earlier, 'DROP VIEW IF EXISTS copying')).toEqual(['DROP TABLE IF EXISTS `vitrine`.`copying` ON CLUSTER `main` SYNC']);
    expect(stepsAfter(earlier, 'DROP TABLE readings SYNC', PLAIN)).toEqual([
      'DROP TABLE `vitrine`.`readings` SYNC',
      'DROP TABLE `vitrine`.`readings_local` SYNC',
    ]);
    expect(stepsAfter(earlier, 'TRUNCATE TABLE IF EXISTS readings', PLAIN)).toEqual([
      'TRUNCATE TABLE IF EXISTS `vitrine`.`readings_local`',
    ]);
    expect(stepsAfter(earlier, 'OPTIMIZE TABLE readings FINAL')).toEqual([
      'OPTIMIZE TABLE `vitrine`.`readings_local` ON CLUSTER `main` FINAL',
    ]);
  });

  it.each([
    ['a statement of another kind', 'RENAME TABLE readings TO others'],
    ['an exchange', 'EXCHANGE TABLES readings AND copies'],
    ['a quoted name', 'CREATE TABLE `t` (brand_id UInt32) ENGINE = MergeTree ORDER BY brand_id'],
    ['a name of another database', 'CREATE TABLE other.t (brand_id UInt32) ENGINE = MergeTree ORDER BY brand_id'],
    ['an engine without replicas', 'CREATE TABLE t (brand_id UInt32) ENGINE = Memory ORDER BY brand_id'],
    ['a table made from another', 'CREATE TABLE t AS readings'],
    ['a refreshable view', 'CREATE MATERIALIZED VIEW v REFRESH EVERY 1 DAY TO copies AS SELECT brand_id FROM readings'],
    ['a view with a table of its own', 'CREATE MATERIALIZED VIEW v ENGINE = MergeTree ORDER BY n AS SELECT n FROM readings'],
    ['a view that reads an unknown table', 'CREATE MATERIALIZED VIEW v TO copies AS SELECT n FROM others'],
    ['a view that reads another database', 'CREATE MATERIALIZED VIEW v TO copies AS SELECT n FROM other.readings'],
    ['a view that reads a table function', "CREATE MATERIALIZED VIEW v TO copies AS SELECT n FROM remote('x', y)"],
    ['a join by comma', 'CREATE MATERIALIZED VIEW v TO copies AS SELECT n FROM readings, copies'],
    ['IN with a bare table', 'CREATE MATERIALIZED VIEW v TO copies AS SELECT n FROM readings WHERE account_key IN copies'],
    [
      'a view into a table that is sharded otherwise',
      "CREATE MATERIALIZED VIEW v TO shops AS SELECT brand_id, '' AS dealer_id FROM readings",
    ],
    ['an unknown table', 'ALTER TABLE others ADD COLUMN n UInt8'],
    ['an unknown action', 'ALTER TABLE readings FREEZE'],
    ['a column with a TTL', 'ALTER TABLE readings ADD COLUMN m Date TTL m + INTERVAL 1 DAY'],
    ['the column by which rows are sharded', 'ALTER TABLE readings MODIFY COLUMN IF EXISTS account_key UInt32'],
    ['the query of no view', 'ALTER TABLE readings MODIFY QUERY SELECT 1'],
    ['rows into an unknown table', 'INSERT INTO others SELECT 1'],
    ['rows out of an unknown table', 'INSERT INTO copies SELECT n FROM others'],
    ['an open parenthesis', 'CREATE TABLE t (brand_id UInt32'],
  ])('%s is refused', (_case, sql) => {
    expect(() => stepsAfter([READINGS, COPIES, SHOPS], sql)).toThrow(StatementNotUnderstood);
  });

  it('a refusal names the file and the statement', () => {
    const file = { number: 1, name: '0001_rename_readings.sql', checksum: '', statements: [READINGS, 'RENAME TABLE readings TO others'] };
    expect(() => planMigrations([file], KEEPER)).toThrow(/0001_rename_readings\.sql: statement 2 cannot be put onto a cluster/);
  });

  it.each([KEEPER, PLAIN])('every file of the product has its place: %j', (place) => {
    const files = readMigrations(migrationFolder());
    const { steps, tables } = planMigrations(files, place);
    const local = tables.filter((table) => table.endsWith('_local'));
    const made = files.flatMap(({ statements }) => statements).filter((sql) => /^CREATE TABLE/m.test(sql)).length;
    expect(local.length).toBeGreaterThan(0);
    const text = [...steps.values()].flat().map(({ sql }) => sql);
    expect(text.filter((sql) => sql.includes('ENGINE = Distributed')).length).toBe(made);
    // without the rewritten names no table of the schema is left in what nodes are told
    for (const sql of text.filter((each) => /^CREATE MATERIALIZED VIEW/m.test(each))) expect(sql).toMatch(/FROM `vitrine`\.`\w+_local` AS/);
  });

  it('a single server is told what the files say', () => {
    const files = readMigrations(migrationFolder());
    const { steps, tables } = planMigrations(files, null);
    expect(tables).toEqual([]);
    for (const { number, statements } of files) expect(steps.get(number)!.map(({ sql }) => sql)).toEqual(statements);
  });

  it('tokens: comments are none, strings and quoted names are whole, with what they escape', () => {
    expect(tokensOf("a1 -- b\n/* c */ 'd''e\\'f' `g``h` 12.5 != \"i\"").map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'word a1',
      "string 'd''e\\'f'",
      'quoted `g`',
      'quoted `h`',
      'number 12.5',
      'mark !',
      'mark =',
      'quoted "i"',
    ]);
  });
});
