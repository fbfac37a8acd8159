import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadSettings } from '@app/config';
import { openInstance } from '@app/embedded';
import { migrateWarehouse } from '@app/warehouse';
import { openTestShards } from './shards';
import { smallClickHouse, smallPostgres } from './small-servers';
import { fillFromTemplate } from './store-template';
import { TestStores, connectStores } from './test-stores';

export type { TestStores };

const shards = () => Number(process.env.VITRINE_TEST_SHARDS ?? 1);

/** How many generated worlds a property is tried on: a twelfth of them, all with VITRINE_TEST_LONG=1, a thirtieth on shards. */
export const worldCount = (all: number): number => Math.ceil(all / (shards() > 1 ? 30 : process.env.VITRINE_TEST_LONG ? 1 : 12));

/**
 * Real stores in a folder of their own, brought to the current schema by the production migrators: in a folder of which this one is a copy. One per
 * test file. With VITRINE_TEST_SHARDS=2 the facts are on two servers as shards of a cluster.
 */
export async function openTestStores(): Promise<TestStores> {
  if (shards() > 1) return openTestShards(shards());
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-test-'));
  await fillWithStores(dataDir);
  return openStoresIn(dataDir);
}

/** Fills a folder with both stores, empty and at the current schema, no process on them: for tests that are not about the first start. */
export const fillWithStores = (dataDir: string): Promise<void> =>
  fillFromTemplate(dataDir, { name: 'stores' }, async (draft) => {
    smallClickHouse(path.join(draft, 'clickhouse'));
    await (await openStoresIn(draft)).stop();
    smallPostgres(path.join(draft, 'postgres'));
  });

/** Fills a folder that is not there yet with servers on which nothing was made, no process on it: what a restore goes into. */
export async function fillWithServers(dataDir: string): Promise<void> {
  if (fs.existsSync(dataDir)) return;
  await fillFromTemplate(dataDir, { name: 'servers' }, async (draft) => {
    smallClickHouse(path.join(draft, 'clickhouse'));
    await (await openInstance(loadSettings({ VITRINE_DATA: draft }))).stop();
    smallPostgres(path.join(draft, 'postgres'));
  });
}

async function openStoresIn(dataDir: string): Promise<TestStores> {
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  await migrateWarehouse(instance.clickhouse);
  return connectStores(dataDir, instance);
}
