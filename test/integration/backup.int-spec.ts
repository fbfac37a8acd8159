import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { GrantVault, StateReader, StateWriter, rotateViewerKey } from '@app/database';
import { importFiles } from '@app/ingest';
import { until } from '../support/cli';
import { OpenStores, exportsOf, openData, reportsOf, restoreTo, saveTo } from '../support/backup-stores';
import { BRAND, ROOM, ndjson, prepareBrand } from '../support/cli-brand';

jest.setTimeout(900_000);

const TOKEN = 'token-of-a-grant';
/** Batch `n` of the writer: entries of viewers of its own, on four evenings, so that each adds showroom visitors. */
const batch = (n: number) =>
  ['05', '12', '19', '26'].flatMap((day) =>
    Array.from({ length: 40 }, (_, at) => ({
      platform: 'douyin',
      accountId: ROOM,
      viewer: `writer-${n}-${at}`,
      enteredAt: `2026-10-${day}T19:${String(10 + (at % 40)).padStart(2, '0')}:00+08:00`,
      dwellSeconds: 60 + at,
    })),
  );
const cost = (n: number) => ({ costId: `W${n}`, dealerId: 'D01', day: '2026-10-07', kind: 'host', amountCny: String(n) });

async function put(stores: OpenStores, kind: string, name: string, rows: object[]): Promise<void> {
  const file = path.join(stores.dataDir, `${name}.ndjson`);
  fs.writeFileSync(file, ndjson(rows));
  await importFiles(stores, { kind, files: [file], brandId: 1 });
}

/** Writes batch after batch, and after each a cost, until it is told to stop. */
function startWriter(stores: OpenStores): { stop(): Promise<number> } {
  let going = true;
  const written = (async () => {
    let n = 1;
    for (; going; n++) {
      await put(stores, 'entries', `batch-${n}`, batch(n));
      await put(stores, 'costs', `cost-${n}`, [cost(n)]);
    }
    return n - 1;
  })();
  return {
    stop: () => {
      going = false;
      return written;
    },
  };
}

const deliveriesOf = async (stores: OpenStores, file: string): Promise<{ id: string; name: string; state: string }[]> =>
  (await stores.dataSource.query(
    `SELECT delivery_id::text AS id, file_name AS name, state::text AS state FROM delivery WHERE file_name LIKE $1 ORDER BY delivery_id`,
    [file],
  )) as { id: string; name: string; state: string }[];

describe('backup and restore', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-backup-'));
  const folder = (name: string) => path.join(root, name);
  let stores: OpenStores;

  beforeAll(async () => {
    await prepareBrand(folder('data'));
    fs.mkdirSync(path.join(folder('data'), 'demo'));
    fs.writeFileSync(path.join(folder('data'), 'demo/progress.json'), '{}');
    stores = await openData(folder('data'));
    // from here on entries of October carry the key of November, too
    const { dataSource, secret } = stores;
    const brand = await new StateReader(dataSource, secret).brand();
    await rotateViewerKey(dataSource, { brand, secret, now: Date.parse('2026-09-01T00:00:00Z'), fromMonth: '2026-11' });
    await new StateWriter(stores.dataSource, stores.secret).upsertGrants(1, [
      { product: 'douyin-open', principalId: 'p1', accounts: [ROOM], accessToken: TOKEN, platform: 'douyin' },
    ]);
    await stores.warehouse.insertRows('collection_days', [
      { brand_id: 1, account_key: '7', kind: 'sessions', day: '2026-10-05', complete: 1, observed_at: '2026-10-06T00:00:00.000Z' },
    ]);
  });
  afterAll(async () => {
    await stores.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('a restored installation answers every report and export as the saved one did, opens its grants and goes on counting deliveries', async () => {
    const open = (await stores.dataSource.query(
      `INSERT INTO delivery (batch_id, source, file_name, started_at, heartbeat_at, state)
       SELECT batch_id, 'file', 'under-way', now(), now(), 'spilled' FROM batch LIMIT 1 RETURNING delivery_id::text AS id`,
    )) as { id: string }[];
    const before = { reports: await reportsOf(stores), exports: await exportsOf(stores) };
    // a row of the delivery that is under way: no report of the backup may know it
    await stores.warehouse.command(
      `INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key, dwell_seconds, source, observed_at, ingested_at, delivery_id)
       SELECT brand_id, month, account_key, 99, entered_at, entry_key, dwell_seconds, source, observed_at, ingested_at, {id: UInt64} FROM entries_landing`,
      { id: open[0].id },
    );
    const saved = await saveTo(stores, folder('whole'));
    expect(saved).toMatchObject({ openDeliveries: 1, secretIncluded: true });
    expect(fs.statSync(path.join(folder('whole'), 'secret')).mode & 0o777).toBe(0o600);
    await stores.warehouse.command('ALTER TABLE entries_landing DELETE WHERE viewer_key = 99 SETTINGS mutations_sync = 2');
    await stores.warehouse.command('ALTER TABLE entries DELETE WHERE viewer_key = 99 SETTINGS mutations_sync = 2');

    await restoreTo(folder('whole'), folder('copy'));
    const copy = await openData(folder('copy'));
    try {
      expect(copy.secret).toBe(stores.secret);
      for (const name of ['files/sessions.ndjson', 'demo/progress.json'])
        expect(fs.readFileSync(path.join(copy.dataDir, name))).toEqual(fs.readFileSync(path.join(stores.dataDir, name)));
      expect(await exportsOf(copy)).toEqual(before.exports);
      expect(await reportsOf(copy)).toEqual(before.reports);
      const [box] = (await copy.dataSource.query('SELECT access_token AS token FROM platform_grant')) as { token: Buffer }[];
      const place = { brandId: 1, product: 'douyin-open', principalId: 'p1', field: 'accessToken' } as const;
      expect(new GrantVault(copy.secret).open(box.token, place).reveal()).toBe(TOKEN);
      expect(await deliveriesOf(copy, 'under-way')).toEqual([{ ...open[0], name: 'under-way', state: 'failed' }]);
      await put(copy, 'costs', 'later', [cost(1000)]);
      expect(Number((await deliveriesOf(copy, 'later%'))[0].id)).toBeGreaterThan(Number(open[0].id));
      // not one more version of a row than the saved installation knew
      const versions = 'SELECT count(*)::int AS versions FROM state_version WHERE content::text NOT LIKE $1';
      expect(await copy.dataSource.query(versions, ['%W1000%'])).toEqual(await stores.dataSource.query(versions, ['%W1000%']));
    } finally {
      await copy.close();
    }
  });

  it('a backup that is taken while writes go on restores exactly the batches that were in, and no report knows a part of another', async () => {
    const writer = startWriter(stores);
    let written: number;
    try {
      await until('the first batches', async () => (await deliveriesOf(stores, 'cost-%')).length > 2);
      await saveTo(stores, folder('busy'));
    } finally {
      written = await writer.stop();
    }
    await restoreTo(folder('busy'), folder('busy-copy'));
    const copy = await openData(folder('busy-copy'));
    try {
      const batches = (await deliveriesOf(copy, 'batch-%')).filter(({ state }) => state === 'done').length;
      // a row of state is in as soon as it is written, an instant before its delivery is called done
      const [{ costs }] = (await copy.dataSource.query(`SELECT count(*)::int AS costs FROM cost WHERE cost_id LIKE 'W%'`)) as {
        costs: number;
      }[];
      expect(costs).toBeGreaterThan(0);
      expect([costs, costs + 1]).toContain(batches);
      expect(batches).toBeLessThanOrEqual(written);
      // an installation that was given just these files, and nothing else
      await prepareBrand(folder('oracle'));
      const oracle = await openData(folder('oracle'));
      try {
        for (let n = 1; n <= batches; n++) await put(oracle, 'entries', `batch-${n}`, batch(n));
        for (let n = 1; n <= costs; n++) await put(oracle, 'costs', `cost-${n}`, [cost(n)]);
        expect(await reportsOf(copy)).toEqual(await reportsOf(oracle));
        const entries = async (of: OpenStores) => (await exportsOf(of)).entries.length;
        expect(await entries(copy)).toBe(BRAND.entries.length + batches * batch(1).length);
      } finally {
        await oracle.close();
      }
    } finally {
      await copy.close();
    }
  });

  it('facts whose deliveries the landing log has lost are in the backup all the same', async () => {
    const reports = await reportsOf(stores);
    for (const table of ['sessions_landing', 'entries_landing'])
      await stores.warehouse.command(
        `ALTER TABLE ${table} DELETE WHERE delivery_id % 2 = 0 OR cityHash64(account_key) % 2 = 0 SETTINGS mutations_sync = 2`,
      );
    await saveTo(stores, folder('gaps'));
    await restoreTo(folder('gaps'), folder('gaps-copy'));
    const copy = await openData(folder('gaps-copy'));
    try {
      expect(await reportsOf(copy)).toEqual(reports);
    } finally {
      await copy.close();
    }
  });
});
