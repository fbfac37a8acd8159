import * as path from 'node:path';
import { FACT_TABLES, WarehouseAddress } from '@app/warehouse';
import { rowsDiffer, targetNotEmpty } from './failures';
import { FactStore, StoredTable, quoted } from './fact-store';
import type { Manifest } from './manifest';

/** Tables of the schema's own: a store that has rows in these only is empty. */
const ownRows = ({ table }: StoredTable) => !table.startsWith('schema_migrations');

/** Throws `conflict` when a table of the fact store holds rows. */
export async function assertNoFacts(store: FactStore): Promise<void> {
  for (const table of await rowTables(store)) {
    const [{ rows }] = await store.rows<{ rows: string }>(`SELECT count() AS rows FROM ${quoted(table)}`);
    if (rows !== '0') throw targetNotEmpty(`ClickHouse ${table}`);
  }
}

/**
 * Empties every table but the migrator's: what an interrupted restore had written. On a cluster on every node: through Keeper, or, where there is
 * none, at the addresses of all `nodes`.
 */
export async function clearFacts(store: FactStore, nodes?: readonly WarehouseAddress[]): Promise<void> {
  const { cluster } = store.address;
  const tables = await rowTables(store);
  const everywhere = cluster && !nodes ? ` ON CLUSTER ${quoted(cluster)}` : '';
  for (const node of nodes ?? [store.address]) {
    const own = new FactStore(node);
    try {
      for (const table of tables)
        await own.command(
          `TRUNCATE TABLE ${quoted(cluster ? `${table}_local` : table)}${everywhere} SYNC SETTINGS max_table_size_to_drop = 0`,
        );
    } finally {
      await own.close();
    }
  }
}

async function rowTables(store: FactStore): Promise<string[]> {
  const found = await store.rows<{ name: string; engine: string }>(
    `SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND engine NOT IN ('MaterializedView', 'View')`,
  );
  if (found.length === 0) return [];
  return (await store.tables())
    .filter(ownRows)
    .filter(({ table }) => found.some(({ name }) => name === table))
    .map(({ table }) => table);
}

/** Writes the facts of a backup; the views of the store fill what is derived. Counts every table afterwards. */
export async function loadFacts(
  store: FactStore,
  { dir, manifest }: { dir: string; manifest: Manifest },
  onRows: (rows: number) => void,
): Promise<void> {
  for (const { table, columns, files } of manifest.facts)
    for (const file of files) {
      await store.load(table, columns, path.join(dir, file.path));
      onRows(file.rows);
    }
  await assertFacts(store, manifest);
}

/** Throws `internal` when a landing log does not hold as many rows as the backup. */
export async function assertFacts(store: FactStore, manifest: Manifest): Promise<void> {
  for (const { table, rows } of manifest.facts) {
    // other tables replace rows, or are filled by a view as well
    if (!FACT_TABLES.some(({ name }) => table === `${name}_landing`)) continue;
    const [found] = await store.rows<{ rows: string }>(`SELECT count() AS rows FROM ${quoted(table)}`);
    if (Number(found.rows) !== rows) throw rowsDiffer(table, rows, Number(found.rows));
  }
}
