import { Warehouse, WarehouseAddress, clusterStatements, migrateWarehouse, storedTable } from '@app/warehouse';
import { KeeperStandIn, standInForKeeper } from '../support/keeper-stand-in';
import { TestShards, openTestShards } from '../support/shards';

/** Keeper, replication and ON CLUSTER are not in the embedded server: their statements are parsed by it, and carried by a stand-in. */
describe('a cluster with Keeper', () => {
  let shards: TestShards;
  let keeper: KeeperStandIn;
  let address: WarehouseAddress;
  beforeAll(async () => {
    shards = await openTestShards();
    keeper = await standInForKeeper(shards.shards.map((shard) => ({ ...shard.address, database: 'replicated' })));
    address = keeper.address;
  });
  afterAll(async () => {
    await keeper?.close();
    await shards?.close();
  });

  const over = async <T>(to: WarehouseAddress, work: (warehouse: Warehouse) => Promise<T>): Promise<T> => {
    const warehouse = Warehouse.connect(to);
    return work(warehouse).finally(() => warehouse.close());
  };
  const tablesOf = (index: number, database: string) =>
    over({ ...shards.shards[index].address, cluster: null }, (warehouse) =>
      warehouse.query<{ name: string; engine: string }>({
        name: 'tables',
        sql: `SELECT name, engine FROM system.tables WHERE database = {database: String} AND NOT startsWith(name, 'schema_migrations') ORDER BY name`,
        params: { database },
      }),
    );

  /** The tree of a statement, or why there is none; asked as it is, for a client would add a format. */
  const parsed = async (sql: string): Promise<string> => {
    const [{ address: { url, username, password } }] = shards.shards; // prettier-ignore
    const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password };
    return (await fetch(url, { method: 'POST', headers, body: `EXPLAIN AST ${sql}` })).text();
  };

  it.each(['main', 'two-racks'])('every statement for the cluster %s is one that the server can read', async (cluster) => {
    const statements = clusterStatements(cluster, "odd`'\\name");
    expect(statements.filter((sql) => / ON CLUSTER /.test(sql)).length).toBeGreaterThan(50);
    const { table, onCluster } = storedTable({ ...address, cluster }, 'entries_landing');
    for (const sql of [...statements, `DELETE FROM ${table}${onCluster} WHERE month IN (SELECT month FROM ${table})`]) {
      expect(await parsed(sql)).toMatch(/^(CreateQuery|AlterQuery|InsertQuery|DropQuery|DeleteQuery|TruncateQuery)/);
    }
    expect(await parsed('CREATE TABLE x ON CLUSTER (a UInt8)')).toContain('SYNTAX_ERROR');
  });

  it('every stored table is replicated under its own path, by shard and replica', () => {
    const engines = clusterStatements('main', 'vitrine').flatMap((sql) => /ENGINE = (\w*MergeTree.*)$/m.exec(sql)?.[1] ?? []);
    const paths = engines.map(
      (engine) => /^Replicated\w+\('(\/clickhouse\/tables\/[^']+)', '(\{replica\}|\{shard\}_\{replica\})'/.exec(engine)?.[1],
    );
    expect(paths).not.toContain(undefined);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((each) => !each!.startsWith('/clickhouse/tables/{shard}/vitrine/'))).toEqual([
      '/clickhouse/tables/every/vitrine/schema_migrations',
    ]);
  });

  it('every node gets what nodes get that are asked one by one, and nothing twice', async () => {
    const applied = await migrateWarehouse(address);
    expect(applied.length).toBeGreaterThan(0);
    for (const index of [0, 1]) expect(await tablesOf(index, 'replicated')).toEqual(await tablesOf(index, 'vitrine'));
    keeper.carried.length = 0;
    expect(await migrateWarehouse(address)).toEqual([]);
    expect(keeper.carried.map((sql) => sql.slice(0, 40))).toEqual([
      expect.stringMatching(/^CREATE DATABASE IF NOT EXISTS/),
      expect.stringMatching(/^CREATE TABLE IF NOT EXISTS schema_migra/),
    ]);
  });

  it('a replica that was set up anew gets the tables of the others', async () => {
    const before = await tablesOf(1, 'replicated');
    await over({ ...shards.shards[1].address, cluster: null, database: 'default' }, (warehouse) =>
      warehouse.command('DROP DATABASE replicated SYNC'),
    );
    expect(await migrateWarehouse(address)).toEqual([]);
    expect(await tablesOf(1, 'replicated')).toEqual(before);
  });
});
