import * as fs from 'node:fs';
import * as path from 'node:path';
import { beginDelivery, dataInstant, ensureBrand, spillDelivery } from '@app/database';
import { DrainEvent, IngestStores, SpillDrainer, importFiles, importRows } from '@app/ingest';
import { SpillFolder, Warehouse } from '@app/warehouse';
import { CollectionBuffer } from '../../apps/collector/src/collect/collection-buffer';
import { CollectionWriter } from '../../apps/collector/src/collect/collection.writer';
import { Fault, HostileProxy } from '../support/hostile-proxy';
import { TestStores, openTestStores } from '../support/stores';

const START = Date.UTC(2026, 8, 15);
const SECRET_VIEWER = 'viewer-who-must-not-be-seen';

const entriesOf = (count: number, account: string) =>
  Array.from({ length: count }, (_, at) => ({
    platform: 'douyin',
    accountId: account,
    viewer: `${SECRET_VIEWER}-${at}`,
    enteredAt: START + at * 1000 + (at % 2) * 31 * 86_400_000,
    dwellSeconds: at % 600,
    observedAt: START + 100 * 86_400_000,
  }));
const NOW = START + 200 * 86_400_000;

describe('while the fact store does not answer', () => {
  let stores: TestStores;
  let proxy: HostileProxy;
  let through: Warehouse;
  let brandId: number;
  let folder: string;
  let ingest: IngestStores & { spill: SpillFolder };
  const told: DrainEvent[] = [];

  beforeAll(async () => {
    stores = await openTestStores();
    proxy = await HostileProxy.before(stores.instance.clickhouse.url);
    through = Warehouse.connect({ ...stores.instance.clickhouse, url: proxy.embeddedUrl });
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'b', name: 'B', zone: 'Asia/Shanghai' }));
    folder = path.join(stores.dataDir, 'spill');
    ingest = { ...stores, warehouse: through, now: () => NOW, retryMs: 200, spill: new SpillFolder(folder, 100) };
  });
  beforeEach(() => {
    told.length = 0;
    proxy.fault = () => ({ do: 'reset-before' });
  });
  afterAll(async () => {
    await through?.close();
    await proxy?.close();
    await stores?.close();
  });

  const storeIsBack = () => (proxy.fault = () => undefined);
  /** As after a restart: nothing but the folder is known. */
  const drain = () =>
    new SpillDrainer({ warehouse: through, dataSource: stores.dataSource }, new SpillFolder(folder, 100), (event) =>
      told.push(event),
    ).drain();
  const send = (rows: object[], kind = 'entries') => importRows(ingest, { kind, rows, brandId });
  const spilledFiles = () =>
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.spill'))
      .sort();
  const ofAccount = async (account: string) =>
    (
      await stores.warehouse.query<{ n: string; identities: string; dwell: string }>({
        name: 'test.entries',
        sql: `SELECT count() AS n, uniqExact(viewer_key, entered_at) AS identities, sum(dwell_seconds) AS dwell FROM entries FINAL
          WHERE account_key IN (SELECT account_key FROM account_keys WHERE account_id = {account: String})`,
        params: { account },
      })
    )[0];
  const delivery = async (id: string) =>
    (
      (await stores.dataSource.query('SELECT state, read, accepted, replaced, unchanged FROM delivery WHERE delivery_id = $1', [
        id,
      ])) as Record<string, unknown>[]
    )[0];
  const assertWhole = async (account: string, rows: { dwellSeconds: number }[]) =>
    expect(await ofAccount(account)).toEqual({
      n: String(rows.length),
      identities: String(rows.length),
      dwell: String(rows.reduce((sum, { dwellSeconds }) => sum + dwellSeconds, 0)),
    });

  it('rows are acknowledged from disk, hold the data instant, and come in with their counts when it is back, also after a restart', async () => {
    const before = Date.now();
    const rows = entriesOf(1_000, 'a1');
    expect(await send(rows)).toMatchObject({ read: 1_000, rejected: 0, accepted: null, replaced: null, unchanged: null, waiting: true });
    const open = await unfinished();
    expect(open).toHaveLength(1);
    await stores.dataSource.query(`UPDATE delivery SET heartbeat_at = started_at WHERE delivery_id = $1`, [open[0]]);
    expect(await dataInstant(stores.dataSource, Date.now() + 60_000)).toBeLessThan(Date.now());
    expect(await dataInstant(stores.dataSource, Date.now() + 60_000)).toBeGreaterThanOrEqual(before - 1000);
    await drain(); // still away: nothing happens
    expect(spilledFiles().length).toBeGreaterThanOrEqual(3);
    storeIsBack();
    await drain();
    expect(spilledFiles()).toEqual([]);
    await assertWhole('a1', rows);
    expect(await delivery(open[0])).toEqual({ state: 'done', read: '1000', accepted: '1000', replaced: '0', unchanged: '0' });
    expect(told).toEqual([{ what: 'drained', files: 3, rows: 1_001, deliveries: 1 }]);
    expect(await send(rows)).toMatchObject({ accepted: 0, replaced: 0, unchanged: 1_000 });
  });

  it('no viewer is in the folder in the clear, and nobody else may read it', async () => {
    await send(entriesOf(50, 'a2'));
    for (const name of fs.readdirSync(folder).filter((one) => one !== 'damaged')) {
      const file = path.join(folder, name);
      expect(fs.readFileSync(file, 'latin1')).not.toContain(SECRET_VIEWER);
      expect(fs.statSync(file).mode & 0o077).toBe(0);
    }
    expect(fs.statSync(folder).mode & 0o077).toBe(0);
    storeIsBack();
    await drain();
  });

  it('a store that goes away again in the middle is sent the rest later: nothing twice, nothing missing', async () => {
    const [first, second] = [entriesOf(400, 'a3'), entriesOf(300, 'a4')];
    await send(first);
    await send(second);
    const faults: (Fault | undefined)[] = [
      undefined,
      { do: 'reset-in-request', after: 2_000 },
      undefined,
      { do: 'reset-after' },
      { do: 'twice' },
    ];
    let inserts = 0;
    proxy.fault = ({ statement }) => (statement.startsWith('INSERT') ? faults[inserts++ % faults.length] : undefined);
    for (let pass = 0; pass < 12 && fs.readdirSync(folder).some((name) => name !== 'damaged'); pass++) await drain();
    expect(spilledFiles()).toEqual([]);
    storeIsBack();
    await assertWhole('a3', first);
    await assertWhole('a4', second);
    expect(await unfinished()).toEqual([]);
  });

  it('two drainers at once, and one that died before it could remove its file, leave each row once', async () => {
    const rows = entriesOf(500, 'a5');
    await send(rows);
    const copies = spilledFiles().map((name) => [name, fs.readFileSync(path.join(folder, name))] as const);
    storeIsBack();
    await Promise.all([drain(), drain()]);
    for (const [name, bytes] of copies.filter(([one]) => one.endsWith('-dnone.spill'))) fs.writeFileSync(path.join(folder, name), bytes);
    await drain();
    await assertWhole('a5', rows);
  });

  it('a torn file is set aside whole and loudly; its delivery fails, the others come in', async () => {
    const [torn, whole] = [entriesOf(200, 'a6'), entriesOf(210, 'a7')];
    await send(torn);
    const [victim] = await unfinished();
    await send(whole);
    const files = spilledFiles().filter((name) => name.endsWith(`-d${victim}.spill`));
    expect(files).toHaveLength(2);
    fs.truncateSync(path.join(folder, files[0]), fs.statSync(path.join(folder, files[0])).size - 1);
    const bytes = fs.readFileSync(path.join(folder, files[1]));
    bytes[bytes.length >> 1] ^= 1;
    fs.writeFileSync(path.join(folder, files[1]), bytes);
    storeIsBack();
    await drain();
    expect(told.filter(({ what }) => what === 'set aside')).toMatchObject([{ deliveryId: victim }, { deliveryId: victim }]);
    expect(fs.readdirSync(path.join(folder, 'damaged')).sort()).toEqual(files);
    expect((await ofAccount('a6')).n).toBe('0');
    expect(await delivery(victim)).toMatchObject({ state: 'failed' });
    await assertWhole('a7', whole);
    fs.rmSync(path.join(folder, 'damaged'), { recursive: true });
  });

  it('a full folder refuses loudly what does not fit, and loses nothing that was acknowledged', async () => {
    const kept = entriesOf(300, 'a8');
    await send(kept);
    const used = await ingest.spill.bytes();
    const small = { ...ingest, spill: new SpillFolder(folder, (used + 1_000) / 1e6) };
    const refused = importRows(small, { kind: 'entries', rows: entriesOf(2_000, 'a9'), brandId });
    await expect(refused).rejects.toMatchObject({
      code: 'store_unavailable',
      options: { remedy: { en: expect.stringContaining('VITRINE_SPILL_MB') as string } },
    });
    expect(await ingest.spill.bytes()).toBeLessThanOrEqual(used + 1_000);
    storeIsBack();
    await drain();
    await assertWhole('a8', kept);
    expect((await ofAccount('a9')).n).toBe('0');
    expect(await unfinished()).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(await send(entriesOf(2_000, 'a9'))).toMatchObject({ accepted: 2_000 });
  });

  const unfinished = async () => {
    const sql = 'SELECT delivery_id::text AS id FROM delivery WHERE finished_at IS NULL ORDER BY delivery_id';
    return ((await stores.dataSource.query(sql)) as { id: string }[]).map(({ id }) => id);
  };

  it('what a killed process had not acknowledged ends as failed: a delivery without files, and one without seal', async () => {
    const start = { brandId, kind: 'entries', source: 'feed', contentHash: 'killed' };
    const dead: string[] = [];
    for (const files of [0, 1]) {
      const { deliveryId } = await beginDelivery(stores.dataSource, start);
      await ingest.spill.note({ deliveryId, sealed: null });
      await spillDelivery(stores.dataSource, deliveryId);
      if (files > 0)
        await ingest.spill.keep({ kind: 'rows', table: 'account_keys', deliveryId: null, rows: 1 }, [Buffer.from('{"account_id":"x"}\n')]);
      dead.push(deliveryId);
    }
    storeIsBack();
    await drain();
    expect(await unfinished()).toEqual(dead); // their process may live
    await stores.dataSource.query(
      `UPDATE delivery SET started_at = started_at - interval '40 s', heartbeat_at = heartbeat_at - interval '40 s' WHERE state = 'spilled'`,
    );
    await drain();
    expect(await unfinished()).toEqual([]);
    for (const id of dead) expect(await delivery(id)).toMatchObject({ state: 'failed' });
  });

  it('rows of an import that broke off while it spilled do not come in', async () => {
    async function* broken() {
      for (const row of entriesOf(3_000, 'b1')) {
        yield row;
        if (row.enteredAt > START + 2_500_000) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      throw new Error('the source broke');
    }
    await expect(importRows(ingest, { kind: 'entries', rows: broken(), brandId })).rejects.toThrow('the source broke');
    storeIsBack();
    await drain();
    expect((await ofAccount('b1')).n).toBe('0');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('a process that slept until its delivery was ended acknowledges nothing', async () => {
    async function* sleepy() {
      yield* entriesOf(30, 'b4');
      await stores.dataSource.query(`UPDATE delivery SET state = 'failed', finished_at = heartbeat_at WHERE finished_at IS NULL`);
    }
    await expect(importRows(ingest, { kind: 'entries', rows: sleepy(), brandId })).rejects.toMatchObject({ code: 'conflict' });
    storeIsBack();
    await drain();
    expect((await ofAccount('b4')).n).toBe('0');
    expect(await unfinished()).toEqual([]);
    expect(spilledFiles()).toEqual([]);
    fs.rmSync(path.join(folder, 'damaged'), { recursive: true, force: true });
  });

  it('a collector ends its round: coverage waits behind its facts, and both come in', async () => {
    const writer = new CollectionWriter(
      through,
      async (kind, rows) => {
        const { accepted, replaced, unchanged, rejected, waiting } = await importRows(ingest, { kind, rows, brandId, source: 'api-final' });
        expect([accepted, replaced, unchanged, waiting]).toEqual([null, null, null, true]);
        return { accepted: 0, replaced: 0, unchanged: 0, rejected, waiting: 1 };
      },
      ingest.spill,
    );
    const buffer = new CollectionBuffer();
    const account = { platform: 'douyin', accountId: 'c1' } as const;
    buffer.add('followers', { ...account, day: '2026-10-01', total: 12, observedAt: NOW });
    buffer.mark({ ...account, kind: 'followers', day: '2026-10-01', complete: true, observedAt: NOW });
    expect(await writer.write({ brandId, code: 'b', name: 'B', zone: 'Asia/Shanghai' }, buffer)).toMatchObject({
      followers: { waiting: 1 },
    });
    storeIsBack();
    await drain();
    const rows = await stores.warehouse.query({
      name: 'test.followers',
      sql: `SELECT total, (SELECT complete FROM collection_days FINAL WHERE kind = 'followers') AS complete FROM follower_readings FINAL`,
    });
    expect(rows).toEqual([{ total: '12', complete: 1 }]);
  });

  it('a file is not spilled: it fails, and its rerun is whole', async () => {
    const file = path.join(stores.dataDir, 'entries.ndjson');
    const rows = entriesOf(100, 'b2');
    fs.writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    await expect(importFiles(ingest, { kind: 'entries', files: [file], brandId })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(fs.readdirSync(folder)).toEqual([]);
    storeIsBack();
    expect(await importFiles(ingest, { kind: 'entries', files: [file], brandId })).toMatchObject({ accepted: 100 });
    await assertWhole('b2', rows);
  });

  it('files of an acknowledged delivery that the state store no longer knows as open are kept aside, not lost and not dropped', async () => {
    await send(entriesOf(20, 'b3'));
    const [id] = await unfinished();
    await stores.dataSource.query(`UPDATE delivery SET state = 'failed', finished_at = heartbeat_at WHERE delivery_id = $1`, [id]);
    storeIsBack();
    await drain();
    expect(told.filter(({ what }) => what === 'set aside')).toHaveLength(2);
    expect(fs.readdirSync(path.join(folder, 'damaged'))).toHaveLength(2);
    expect(spilledFiles()).toEqual([]);
  });
});
