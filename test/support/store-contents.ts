import type { TestStores } from './stores';

/** Everything that both stores hold, table by table, as hashes; and how often anybody inserted or changed anything. */
export async function contentsOf({ warehouse, dataSource }: TestStores): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {};
  const tables = await warehouse.query<{ name: string; engine: string }>({
    name: 'test.tables',
    sql: "SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name",
  });
  for (const { name, engine } of tables)
    [contents[`facts ${name}`]] = await warehouse.query({
      name: 'test.contents',
      // merges, which take away what was replaced, change nothing of it
      sql: `SELECT count() AS rows, groupBitXor(cityHash64(*)) AS hash FROM \`${name}\`${engine === 'MergeTree' ? '' : ' FINAL'}`,
    });
  contents.writes = await warehouse.query({
    name: 'test.writes',
    sql: "SELECT event, value FROM system.events WHERE event IN ('InsertQuery', 'AsyncInsertQuery', 'FailedInsertQuery') ORDER BY event",
  });
  const stored = await dataSource.query<{ name: string }[]>(
    "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
  );
  for (const { name } of stored)
    [contents[`state ${name}`]] = await dataSource.query<unknown[]>(
      `SELECT count(*) AS rows, max(xmin::text::bigint) AS writer, md5(coalesce(string_agg(t::text, ';' ORDER BY t::text), '')) AS hash FROM ${name} AS t`,
    );
  return contents;
}
