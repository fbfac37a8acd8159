import { setTimeout as sleep } from 'node:timers/promises';
import type { ShowroomRow } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery } from '@app/database';
import { ReportService } from '@app/reports';
import { FactRow, accountKey, entriesTable } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { TestStores, openTestStores } from '../support/stores';

const DAY = 86_400_000;
const FROM = Date.parse('2026-02-28T16:00:00Z');
const NOTHING = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };

describe('a closed month', () => {
  let stores: TestStores;
  let reports: ReportService;
  let brandId: number;
  let deliveries = 0;

  const entry = (viewer: number, day: number, more: Partial<FactRow> = {}): FactRow => ({
    ...Object.fromEntries(entriesTable.payload.map((column) => [column, entriesTable.columns[column].startsWith('Nullable') ? null : ''])),
    brand_id: brandId,
    month: 202603,
    account_key: accountKey(brandId, 'douyin', 'a1'),
    viewer_key: BigInt(viewer),
    entered_at: FROM + day * DAY,
    entry_key: 0n,
    dwell_seconds: 60,
    source: 'feed',
    retracted: 0,
    observed_at: FROM + 40 * DAY,
    ingested_at: FROM + 40 * DAY,
    ...more,
  });
  const deliver = async (rows: FactRow[]) => {
    const delivery = await beginDelivery(stores.dataSource, { brandId, kind: 'entries', source: 'feed', contentHash: `${++deliveries}` });
    await stores.warehouse.insert(
      entriesTable,
      rows.map((row) => ({ ...row, delivery_id: BigInt(delivery.deliveryId) })),
    );
    await finishDelivery(stores.dataSource, delivery.deliveryId, NOTHING);
  };
  const visitors = async () => {
    const report = await reports.report({ name: 'showroom', month: '2026-03', level: 'brand', basis: 'adjusted' }, 'all');
    return (report.rows[0] as ShowroomRow).showroomVisitors;
  };
  const parts = async (table: string) => {
    const sql = `SELECT count() AS parts FROM system.parts WHERE database = currentDatabase() AND table = {table: String} AND active AND partition = '202603'`;
    const [row] = await stores.warehouse.query<{ parts: string }>({ name: 'test.parts', sql, params: { table } });
    return Number(row.parts);
  };
  const merged = async (table: string) => {
    for (let waited = 0; (await parts(table)) > 1 && waited < 240_000; waited += 500) await sleep(500);
    return parts(table);
  };

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' }));
    reports = new ReportService({ ...stores, clock: new FixedClock('2026-11-22T04:00:00Z') });
    await stores.warehouse.insertRows('account_keys', [
      { brand_id: brandId, account_key: String(accountKey(brandId, 'douyin', 'a1')), platform: 'douyin', account_id: 'a1' },
    ]);
  });
  afterAll(() => stores?.close());

  it('is set to be merged once nothing has been written for a while', async () => {
    const sql = `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '%min_age_to_force_merge_seconds = 900%'
      AND engine_full LIKE '%min_age_to_force_merge_on_partition_only = 1%'`;
    const tables = await stores.warehouse.query<{ name: string }>({ name: 'test.settings', sql });
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['entries', 'viewer_month', 'account_month', 'account_day']));
  });

  it('becomes one part, takes a late correction at once, and becomes one part again', async () => {
    for (const table of ['entries', 'viewer_month'])
      await stores.warehouse.command(`ALTER TABLE ${table} MODIFY SETTING min_age_to_force_merge_seconds = 1`);
    for (let day = 0; day < 6; day++) await deliver([1, 2, 3].map((viewer) => entry(viewer, day)));
    expect(await visitors()).toBe(3);
    expect([await merged('entries'), await merged('viewer_month')]).toEqual([1, 1]);
    expect(await visitors()).toBe(3);

    await deliver([0, 1, 2].map((day) => entry(3, day, { retracted: 1, observed_at: FROM + 50 * DAY })));
    expect(await visitors()).toBe(2);
    expect(await merged('entries')).toBe(1);
    await deliver([entry(3, 9)]);
    expect(await visitors()).toBe(3);
  });
});
