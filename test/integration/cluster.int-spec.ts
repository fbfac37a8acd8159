import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LEVELS, Level, VitrineError } from '@app/contracts';
import { ensureBrand } from '@app/database';
import { exportKind, importFiles } from '@app/ingest';
import { ReportService } from '@app/reports';
import { Warehouse, migrateWarehouse } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { BRAND, ndjson, writeBrandFiles } from '../support/cli-brand';
import { TestShards, openTestShards } from '../support/shards';
import { TestStores, openTestStores } from '../support/stores';

const MONTH = '2026-10';

describe('a cluster of two shards', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-cluster-'));
  let cluster: TestShards;
  let single: TestStores;
  const brandIds = new Map<TestStores, number>();

  beforeAll(async () => {
    cluster = await openTestShards();
    single = await openTestStores();
    for (const stores of [cluster, single])
      brandIds.set(stores, (await ensureBrand(stores.dataSource, { code: 'brand', name: '启明汽车', zone: 'Asia/Shanghai' })).brandId);
  });
  afterAll(async () => {
    await cluster?.close();
    await single?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const rows = <Row>(sql: string, params: Record<string, unknown> = {}, warehouse: Warehouse = cluster.warehouse) =>
    warehouse.query<Row>({ name: 'test', sql, params });
  const onShard = async <Row>(index: number, sql: string): Promise<Row[]> => {
    const own = Warehouse.connect({ ...cluster.shards[index].address, cluster: null });
    return rows<Row>(sql, {}, own).finally(() => own.close());
  };
  const refusal = async (run: Promise<unknown>): Promise<VitrineError> => {
    const error = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(VitrineError);
    return error as VitrineError;
  };
  const importInto = (stores: TestStores, kind: string, file: string) =>
    importFiles({ ...stores, dataDir: folder }, { kind, files: [file], brandId: brandIds.get(stores)! });

  /** Every report at these levels, or why there is none. */
  const reportsOf = async (stores: TestStores, levels: readonly Level[]) => {
    const reports = new ReportService({ ...stores, clock: new FixedClock('2026-11-22T12:00:00+08:00') });
    const answers: Record<string, unknown> = {};
    for (const name of ['showroom', 'value', 'tiers', 'ranking'] as const)
      for (const level of levels)
        answers[`${name} ${level}`] = await reports.report({ name, level, basis: 'adjusted', month: MONTH, brand: 'brand' }, 'all').then(
          ({ rows: found, meta }) => ({ rows: found, meta: { ...meta, dataInstant: null } }),
          (error: VitrineError) => {
            if (error.code !== 'not_available' && error.code !== 'bad_input') throw error;
            return error.code;
          },
        );
    return answers;
  };

  it('counts, reports and exports of the same files are those of one server, and stay so after corrections', async () => {
    const files = writeBrandFiles(folder);
    const correction = path.join(folder, 'correction.ndjson');
    const [retracted, longer, ...same] = BRAND.entries as Record<string, unknown>[];
    fs.writeFileSync(correction, ndjson([{ ...retracted, retracted: true }, { ...longer, dwellSeconds: 5 }, ...same]));
    for (const kind of Object.keys(BRAND)) {
      const [onCluster, onOne] = [await importInto(cluster, kind, files[kind]), await importInto(single, kind, files[kind])];
      expect(onCluster).toEqual(onOne);
    }
    const before = await reportsOf(cluster, ['account']);
    expect(before).toEqual(await reportsOf(single, ['account']));
    expect(JSON.stringify(before)).toContain('"showroomVisitors":2');
    const counts = await importInto(cluster, 'entries', correction);
    expect(counts).toMatchObject({ accepted: 0, replaced: 2 });
    expect(await importInto(single, 'entries', correction)).toEqual(counts);
    const after = await reportsOf(cluster, LEVELS);
    expect(after).toEqual(await reportsOf(single, LEVELS));
    expect(after['showroom account']).not.toEqual(before['showroom account']);
    for (const kind of ['entries', 'sessions', 'videos']) {
      // each installation has a secret and a clock of its own
      const exported = [cluster, single].map(async (stores, index) => {
        const out = path.join(folder, `${kind}-${index}.ndjson`);
        await exportKind({ ...stores, dataDir: folder }, { kind, brandId: brandIds.get(stores)!, format: 'ndjson', out });
        return fs
          .readFileSync(out, 'utf8')
          .replaceAll(/"(viewer|observedAt)":"[^"]*",?/g, '')
          .split('\n')
          .sort();
      });
      expect(await exported[0]).toEqual(await exported[1]);
    }
  });

  it('the facts of an account lie on one shard with everything that is made of them, and each shard has some', async () => {
    await cluster.warehouse.command(`INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key)
      SELECT 900, 202610, number % 50, number, toDateTime64('2026-10-05 12:00:00', 3, 'UTC'), 0 FROM numbers(500)`);
    const keys = await Promise.all(
      cluster.shards.map((_, index) =>
        onShard<{ landed: string[]; kept: string[]; marked: string[] }>(
          index,
          `SELECT (SELECT groupUniqArray(account_key) FROM entries_landing_local WHERE brand_id = 900) AS landed,
            (SELECT groupUniqArray(account_key) FROM entries_local WHERE brand_id = 900) AS kept,
            (SELECT groupUniqArray(account_key) FROM dirty_keys_local WHERE brand_id = 900) AS marked`,
        ),
      ),
    );
    const [first, second] = keys.map(([{ landed, kept, marked }]) => {
      expect([...kept].sort()).toEqual([...landed].sort());
      expect([...marked].sort()).toEqual([...landed].sort());
      return landed;
    });
    expect([first.length > 0, second.length > 0, first.length + second.length]).toEqual([true, true, 50]);
    expect(first.filter((key) => second.includes(key))).toEqual([]);
  });

  it('what a statement computes over the shards is what arrives, and rows go to the shard of their own key', async () => {
    // with the server's default the expressions over cluster() are lost, and groups are those of each shard
    await cluster.warehouse.command(`INSERT INTO account_keys (brand_id, account_key, platform, account_id)
      SELECT 901, account_key + 1000, 'douyin', toString(entries) FROM cluster('main', view(
        SELECT account_key, count() AS entries FROM vitrine.entries_local FINAL WHERE brand_id = 900 GROUP BY account_key))`);
    await cluster.warehouse.command(`INSERT INTO account_keys (brand_id, account_key, platform, account_id)
      SELECT 901, 5000, 'all', toString(count()) FROM entries FINAL WHERE brand_id = 900 GROUP BY brand_id`);
    const arrived = await rows<{ account_key: string; account_id: string }>(
      'SELECT account_key, account_id FROM account_keys FINAL WHERE brand_id = 901 ORDER BY account_key',
    );
    expect(arrived).toEqual([
      ...Array.from({ length: 50 }, (_, index) => ({ account_key: String(1000 + index), account_id: '10' })),
      { account_key: '5000', account_id: '500' },
    ]);
    for (const index of [0, 1])
      expect(
        await onShard(
          index,
          `SELECT count() AS n FROM account_keys_local WHERE brand_id = 901 AND cityHash64(account_key) % 2 != ${index}`,
        ),
      ).toEqual([{ n: '0' }]);
  });

  it('joins and IN between tables of the cluster see every shard', async () => {
    const [found] = await rows<{ inside: string; joined: string }>(
      `SELECT
         (SELECT count() FROM entries FINAL WHERE brand_id = 900 AND viewer_key IN (SELECT account_key FROM entries WHERE brand_id = 900)) AS inside,
         (SELECT count() FROM entries AS e FINAL INNER JOIN (SELECT DISTINCT account_key AS k FROM entries WHERE brand_id = 900) AS o ON e.viewer_key = o.k
           WHERE e.brand_id = 900) AS joined`,
    );
    expect(found).toEqual({ inside: '50', joined: '50' });
  });

  it('a node that was set up anew gets the schema; what the others have stays', async () => {
    const addresses = cluster.shards.map(({ address }) => address);
    const migrate = () => migrateWarehouse(addresses[0], undefined, addresses);
    expect(await migrate()).toEqual([]);
    const before = await rows('SELECT count() AS n FROM entries FINAL');
    await onShard(1, 'DROP TABLE comments_arrival SYNC');
    await onShard(1, 'DROP TABLE comments SYNC');
    await onShard(1, 'DROP TABLE entries_arrival SYNC');
    expect(await migrate()).toEqual([]);
    expect(await rows('SELECT count() AS n FROM entries FINAL')).toEqual(before);
    expect(
      await onShard(
        1,
        "SELECT count() AS n FROM system.tables WHERE database = 'vitrine' AND (startsWith(name, 'comments') OR startsWith(name, 'entries'))",
      ),
    ).toEqual(
      await onShard(
        0,
        "SELECT count() AS n FROM system.tables WHERE database = 'vitrine' AND (startsWith(name, 'comments') OR startsWith(name, 'entries'))",
      ),
    );
  });

  it('a cluster that the server does not know, and Keeper where there is none, are refused with what to do', async () => {
    const [{ address }] = cluster.shards;
    for (const [named, problem] of [
      ['other', /remote_servers/],
      ['main', /Keeper/],
    ] as const) {
      const error = await refusal(migrateWarehouse({ ...address, cluster: named, database: 'never' }));
      expect([error.code, error.text.en]).toEqual(['migration', expect.stringMatching(problem)]);
      expect(error.options.remedy?.zh).toBeTruthy();
    }
    expect(await onShard(0, "SELECT count() AS n FROM system.databases WHERE name = 'never'")).toEqual([{ n: '0' }]);
  });

  describe('of which one is down', () => {
    const entryOf = (account: number) => `INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key)
      SELECT 902, 202610, number + ${account}, 1, toDateTime64('2026-10-05 12:00:00', 3, 'UTC'), 0 FROM numbers(20)`;
    beforeAll(() => cluster.shards[1].kill());
    afterAll(() => cluster.shards[1].restart());

    it.each([
      ['a count', 'SELECT count() FROM entries FINAL'],
      ['a question about one account', 'SELECT count() FROM entries FINAL WHERE account_key = 1'],
      ['a join', 'SELECT count() FROM sessions FINAL WHERE account_key IN (SELECT account_key FROM entries)'],
      ['what each shard computes itself', "SELECT sum(n) FROM cluster('main', view(SELECT count() AS n FROM vitrine.entries_local FINAL))"],
    ])('%s is an error that says so, never a smaller number', async (_case, sql) => {
      const error = await refusal(rows(sql));
      expect([error.code, error.text.en]).toEqual(['store_unavailable', expect.stringMatching(/^A shard of the cluster does not answer/)]);
      expect(error.options.remedy?.zh).toBeTruthy();
    });

    it('no report is answered', async () => {
      const reports = new ReportService({ ...cluster, clock: new FixedClock('2026-11-22T12:00:00+08:00') });
      for (const name of ['showroom', 'value', 'ranking'] as const) {
        const error = await refusal(reports.report({ name, level: 'account', basis: 'adjusted', month: MONTH, brand: 'brand' }, 'all'));
        expect(error.code).toBe('store_unavailable');
      }
    });

    it('a write is not acknowledged; written again when the shard is back, every row is there once', async () => {
      const error = await refusal(cluster.warehouse.command(entryOf(0)));
      expect(error.code).toBe('store_unavailable');
      await cluster.shards[1].restart();
      await cluster.warehouse.command(entryOf(0));
      expect(await rows('SELECT count() AS n, uniqExact(account_key) AS accounts FROM entries FINAL WHERE brand_id = 902')).toEqual([
        { n: '20', accounts: '20' },
      ]);
      await cluster.shards[1].kill();
    });

    it('a migration is refused', async () => {
      const addresses = cluster.shards.map(({ address }) => address);
      expect((await refusal(migrateWarehouse(addresses[0], undefined, addresses))).code).toBe('store_unavailable');
    });
  });
});
