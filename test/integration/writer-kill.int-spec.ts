import * as path from 'node:path';
import { deliverySnapshot, ensureBrand } from '@app/database';
import { IngestStores, SpillDrainer, importRows } from '@app/ingest';
import { FactWriter, SpillFolder, applyRetention, entriesTable } from '@app/warehouse';
import { FaultStores, openFaultStores } from '../support/fault-stores';

const START = Date.UTC(2026, 8, 15);
const DAY = 86_400_000;
const NOW = START + 300 * DAY;

const entry = (at: number, account: string, observedAt = START + 40 * DAY, dwellSeconds = at % 600) => ({
  platform: 'douyin',
  accountId: account,
  viewer: `v${at}`,
  enteredAt: START + at * 1000,
  dwellSeconds,
  observedAt,
});
const entriesOf = (count: number, account: string) => Array.from({ length: count }, (_, at) => entry(at, account));

describe('the writer and a server that is killed', () => {
  let stores: FaultStores;
  let brandId: number;
  let spill: SpillFolder;

  beforeAll(async () => {
    stores = await openFaultStores('writer');
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'b', name: 'B', zone: 'Asia/Shanghai' }));
    spill = new SpillFolder(path.join(stores.dataDir, 'spill'), 100);
  });
  afterAll(() => stores?.close());

  const ingest = (): IngestStores => {
    const { warehouse, dataSource, instance, dataDir } = stores;
    return { warehouse, dataSource, secret: instance.secret, dataDir, now: () => NOW, retryMs: 300, spill };
  };
  const counted = async (account: string) =>
    (
      await stores.warehouse.query<{ n: string; dwell: string }>({
        name: 'test.entries',
        sql: `SELECT count() AS n, sum(dwell_seconds) AS dwell FROM entries FINAL
          WHERE account_key IN (SELECT account_key FROM account_keys WHERE account_id = {account: String})`,
        params: { account },
      })
    )[0];
  const sumOf = (rows: { dwellSeconds: number }[]) => String(rows.reduce((sum, { dwellSeconds }) => sum + dwellSeconds, 0));

  it.each([500, 12_000, 29_999])(
    'killed after row %i of an import: what is acknowledged comes in whole when it runs again',
    async (killAt) => {
      const account = `killed-${killAt}`;
      const rows = entriesOf(30_000, account);
      async function* source() {
        for (const [at, row] of rows.entries()) {
          if (at === killAt) stores.kill('clickhouse');
          if (at % 5_000 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
          yield row;
        }
      }
      const result = await importRows(ingest(), { kind: 'entries', rows: source(), brandId });
      expect(result).toMatchObject({ read: 30_000, waiting: true, accepted: null });
      await stores.instance.failed;
      await stores.shut();
      await stores.open();
      const { open } = await deliverySnapshot(stores.dataSource);
      expect(open).toHaveLength(1);
      await new SpillDrainer(stores, spill, () => undefined).drain();
      expect(await counted(account)).toEqual({ n: '30000', dwell: sumOf(rows) });
      expect(await stores.dataSource.query('SELECT state, accepted FROM delivery WHERE delivery_id = $1', [open[0]])).toEqual([
        { state: 'done', accepted: '30000' },
      ]);
    },
  );

  it('a batch that was acknowledged before the kill is there after it', async () => {
    const writer = new FactWriter(stores.warehouse, entriesTable);
    for (let at = 0; at < 5_000; at++) await writer.add(factOf(at));
    await writer.finish();
    await stores.killAndReopen('clickhouse');
    const [{ n }] = await stores.warehouse.query<{ n: string }>({
      name: 'test.count',
      sql: 'SELECT count() AS n FROM entries FINAL WHERE brand_id = 77',
    });
    expect(n).toBe('5000');
  });

  it('counts stay right when the landing log has been trimmed', async () => {
    const send = (rows: object[]) => importRows(ingest(), { kind: 'entries', rows, brandId });
    const old = START + 40 * DAY;
    const first = entriesOf(100, 'trimmed');
    const corrected = first.slice(0, 30).map((_row, at) => entry(at, 'trimmed', old + 1, 9_999));
    const retracted = first.slice(90).map((row) => ({ ...row, observedAt: old + 1, retracted: true }));
    expect(await send(first)).toMatchObject({ accepted: 100, replaced: 0 });
    expect(await send([...corrected, ...retracted])).toMatchObject({ accepted: 0, replaced: 40 });
    const { removed } = await applyRetention(stores.warehouse, 62, Date.now() + 63 * DAY);
    expect(removed.entries).toBe(40);
    expect(await send(first)).toMatchObject({ accepted: 0, replaced: 0, unchanged: 100 });
    expect(await send(corrected)).toMatchObject({ accepted: 0, replaced: 0, unchanged: 30 });
    expect(await send([entry(0, 'trimmed', old + 2, 1), entry(95, 'trimmed', old + 2), entry(100, 'trimmed')])).toMatchObject({
      accepted: 1,
      replaced: 2,
    });
  });
});

const factOf = (at: number) => ({
  month: 202609,
  account_key: 1n,
  viewer_key: BigInt(at),
  entered_at: START,
  entry_key: 0n,
  dwell_seconds: 1,
  session_id: '',
  entry_id: '',
  traffic_source: '',
  adcode: '',
  device: '',
  is_new_account: null,
  brand_id: 77,
  source: 'file',
  retracted: 0,
  observed_at: START,
  ingested_at: START,
  delivery_id: 1n,
});
