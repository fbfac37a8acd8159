import * as fs from 'node:fs';
import * as path from 'node:path';
import { createClient } from '@clickhouse/client';
import { type StateKind, beginDelivery, ensureBrand, finishDelivery } from '@app/database';
import { exportKind, importRows } from '@app/ingest';
import { FACT_TABLES } from '@app/warehouse';
import { seeded, shuffled } from './seeded';
import { TestStores, openTestStores } from './stores';

const STATE: readonly StateKind[] = ['regions', 'dealers', 'accounts', 'policies', 'sentinels', 'rate-cards', 'costs', 'declarations'];
const NOTHING = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };

/**
 * Another installation with the same secret, into which the state of a brand was exported and imported, and its landing log replayed: every row that was
 * ever delivered, as other deliveries, in another order, arriving now. Nothing that is computed is copied. The brand has the same number there.
 */
export async function replayed(
  from: TestStores,
  brand: { brandId: number; code: string; name: string; zone: string },
): Promise<TestStores> {
  const own = await openTestStores();
  const to: TestStores = { ...own, secret: from.secret };
  const { brandId } = await ensureBrand(to.dataSource, brand);
  if (brandId !== brand.brandId) throw new Error('the brand has another number there');
  for (const kind of STATE) {
    const out = path.join(to.dataDir, `state-${kind}.ndjson`);
    await exportKind(from, { kind, brandId, format: 'ndjson', out });
    const rows = fs.readFileSync(out, 'utf8').split('\n').filter(Boolean);
    const result = await importRows(to, { kind, brandId, rows: rows.map((row) => JSON.parse(row) as object) });
    if (result.rejected > 0) throw new Error(`${kind}: ${result.rejected} rows refused`);
  }
  await replayLandings(from, to, brandId);
  return to;
}

async function replayLandings(from: TestStores, to: TestStores, brandId: number): Promise<void> {
  const { url, username, password, database } = from.instance.clickhouse;
  const client = createClient({ url, username, password, database });
  try {
    for (const table of ['account_keys', 'collection_days']) {
      const { stream } = await client.exec({ query: `SELECT * FROM ${table} WHERE brand_id = ${brandId} FORMAT Native` });
      await to.warehouse.insertStream(`INSERT INTO ${table} FORMAT Native`, stream);
    }
    // gaps in the numbers of deliveries, and an order of their own
    const pieces = (await filledTables(from, brandId)).flatMap((name) => [0, 1].map((half) => ({ name, half })));
    for (const { name, half } of shuffled(pieces, seeded(7))) {
      const content = { brandId, kind: 'sessions', source: 'file', contentHash: `${name} ${half}` };
      await finishDelivery(
        to.dataSource,
        (await beginDelivery(to.dataSource, { ...content, contentHash: `gap ${name} ${half}` })).deliveryId,
        NOTHING,
      );
      const { deliveryId } = await beginDelivery(to.dataSource, content);
      const { stream } = await client.exec({
        query: `SELECT * REPLACE (toUInt64(${deliveryId}) AS delivery_id, now64(3) AS ingested_at) FROM ${name}_landing
          WHERE brand_id = ${brandId} AND observed_at ${half ? '>' : '<='} (SELECT median(observed_at) FROM ${name}_landing) FORMAT Native`,
      });
      await to.warehouse.insertStream(`INSERT INTO ${name}_landing FORMAT Native`, stream);
      await finishDelivery(to.dataSource, deliveryId, NOTHING);
    }
  } finally {
    await client.close();
  }
}

async function filledTables({ warehouse }: TestStores, brandId: number): Promise<string[]> {
  const sql = FACT_TABLES.map(
    ({ name }) => `SELECT '${name}' AS name FROM ${name}_landing WHERE brand_id = {brandId: UInt32} HAVING count() > 0`,
  );
  const rows = await warehouse.query<{ name: string }>({ name: 'test.filled', sql: sql.join(' UNION ALL '), params: { brandId } });
  return rows.map(({ name }) => name);
}
