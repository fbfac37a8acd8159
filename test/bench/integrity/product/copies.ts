import * as fs from 'node:fs';
import { StateReader, StateWriter } from '@app/database';
import { accountKey, commentsTable, entriesTable, followerReadingsTable, minutesTable, sessionsTable } from '@app/warehouse';
import { progress, type Bench } from '../../warehouse/bench';

const TABLES = [sessionsTable, minutesTable, followerReadingsTable, entriesTable, commentsTable];

/**
 * Makes each dealer of a fed world so many times as large a network, in the store itself: copies have accounts and viewers of their own and the same
 * broadcasts. For measuring time and memory only: what a scan finds in copies is judged by nobody. Once per instance.
 */
export async function copyDealers(bench: Bench, brand: string, copies: number): Promise<void> {
  const { warehouse, dataSource, instance } = bench;
  const marker = bench.file(`${brand}-copies.json`);
  const made = fs.existsSync(marker) ? (JSON.parse(fs.readFileSync(marker, 'utf8')) as number) : 1;
  const reader = new StateReader(dataSource, instance.secret);
  const { brandId } = await reader.brand(brand);
  const state = await reader.state(brandId);
  const own = state.accounts.filter(({ accountId }) => !accountId.includes('-copy-'));
  const places = new Map(state.placements.map(({ dealerId, adcode }) => [dealerId, adcode]));
  const dealers = new Map(state.ownerships.map(({ accountKey: key, dealerId }) => [key, dealerId]));
  const writer = new StateWriter(dataSource, instance.secret);
  for (let copy = made; copy < copies; copy++) {
    const rows = own.map(({ platform, accountId, accountKey: original }) => {
      const dealerId = dealers.get(original) ?? accountId;
      const id = `${accountId}-copy-${copy}`;
      return {
        platform,
        accountId: id,
        original,
        key: accountKey(brandId, platform, id),
        dealer: `${dealerId}-copy-${copy}`,
        adcode: places.get(dealerId) ?? '',
      };
    });
    await writer.upsertDealers(
      brandId,
      rows.map(({ dealer, adcode }) => ({ dealerId: dealer, name: dealer, adcode })),
    );
    await writer.upsertAccounts(
      brandId,
      rows.map(({ platform, accountId, dealer }) => ({ platform, accountId, name: accountId, dealerId: dealer })),
    );
    await warehouse.insertRows(
      'account_keys',
      rows.map(({ platform, accountId, key }) => ({ brand_id: brandId, account_key: String(key), platform, account_id: accountId })),
    );
    for (const { name, columns } of TABLES)
      await warehouse.run({
        name: `bench.copy_${name}`,
        sql: copied(name, Object.keys(columns)),
        params: { brandId, copy, originals: rows.map(({ original }) => BigInt(original)), keys: rows.map(({ key }) => key) },
        maxSeconds: 1800,
      });
    fs.writeFileSync(marker, String(copy + 1));
    progress(`${brand}: copy ${copy + 1} of ${copies}`);
  }
}

/** Into the landing: the view carries rows on. */
function copied(table: string, columns: readonly string[]): string {
  const of = (column: string): string => {
    if (column === 'account_key')
      return `transform(account_key, {originals: Array(UInt64)}, {keys: Array(UInt64)}, account_key) AS account_key`;
    if (column === 'viewer_key') return `if(viewer_key = 0, 0, cityHash64(viewer_key, {copy: UInt32})) AS viewer_key`;
    return column;
  };
  return `INSERT INTO ${table}_landing (${columns.join(', ')})
SELECT ${columns.map(of).join(', ')}
FROM (SELECT * FROM ${table}_landing WHERE brand_id = {brandId: UInt32} AND account_key IN {originals: Array(UInt64)})
SETTINGS max_insert_threads = 2`;
}
