import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { ensureBrand } from '@app/database';
import { IngestStores, exportKind, importFiles } from '@app/ingest';
import { TestStores, openTestStores } from '../support/stores';

type Row = Record<string, unknown>;
const OBSERVED = Date.UTC(2026, 9, 2);
const ENTERED = Date.UTC(2026, 9, 1);

describe('deliveries of the same facts', () => {
  let test: TestStores;
  let stores: IngestStores;
  let dir: string;
  let brandId: number;
  let brands = 0;
  let files = 0;

  beforeAll(async () => {
    test = await openTestStores();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-deliveries-'));
    stores = { warehouse: test.warehouse, dataSource: test.dataSource, secret: test.secret, dataDir: dir };
  });
  const newBrand = async () => {
    brandId = (await ensureBrand(test.dataSource, { code: `d${++brands}`, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
  };
  beforeEach(newBrand);
  afterAll(async () => {
    await test?.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const write = (rows: Row[]): string => {
    const file = path.join(dir, `${++files}.ndjson`);
    fs.writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n') + '\n');
    return file;
  };
  const importEntries = (paths: string[]) => importFiles(stores, { kind: 'entries', files: paths, brandId });
  const exported = async (kind: string): Promise<Row[]> => {
    const out = path.join(dir, `export-${++files}.ndjson`);
    await exportKind(stores, { kind, brandId, format: 'ndjson', out });
    const lines = fs.readFileSync(out, 'utf8').split('\n').filter(Boolean).sort();
    return lines.map((line) => JSON.parse(line) as Row);
  };
  const deliveries = () =>
    test.dataSource.query(
      `SELECT delivery.read, accepted, replaced, unchanged, state FROM delivery JOIN batch USING (batch_id) WHERE brand_id = $1 ORDER BY delivery_id`,
      [brandId],
    ) as Promise<{ state: string }[]>;

  it('a retracted entry is gone; a newer delivery brings it back, an older retraction does nothing', async () => {
    const entry = (more: Row) => ({ platform: 'douyin', accountId: '1', viewer: 'v', enteredAt: ENTERED, dwellSeconds: 5, ...more });
    const importOne = (more: Row) => importEntries([write([entry(more)])]);
    await importOne({ observedAt: OBSERVED });
    expect(await importOne({ observedAt: OBSERVED + 1000, retracted: true })).toMatchObject({ accepted: 0, replaced: 1 });
    expect(await exported('entries')).toEqual([]);
    expect(await importOne({ observedAt: OBSERVED + 2000, dwellSeconds: 7 })).toMatchObject({ accepted: 0, replaced: 1 });
    expect(await importOne({ observedAt: OBSERVED + 1500, retracted: true })).toMatchObject({ replaced: 0, unchanged: 1 });
    expect(await exported('entries')).toMatchObject([{ dwellSeconds: 7, observedAt: new Date(OBSERVED + 2000).toISOString() }]);
  });

  it('any order and split over files gives the same export; files written together count like files one by one', async () => {
    const delivered = fc.record(
      {
        accountId: fc.integer({ min: 0, max: 14 }).map((id) => `a${id}`),
        viewer: fc.constantFrom('v', 'w', ''),
        enteredAt: fc.constantFrom(ENTERED, ENTERED + 60_000, ENTERED - 86_400_000),
        observedAt: fc.integer({ min: 0, max: 2 }).map((minutes) => OBSERVED + 60_000 * minutes),
        dwellSeconds: fc.option(fc.constantFrom(0, 30, 31)),
        source: fc.constantFrom('file', 'feed'),
        retracted: fc.constantFrom(false, false, false, true),
        device: fc.constantFrom('ios', 'android'),
      },
      { requiredKeys: ['accountId', 'viewer', 'enteredAt', 'observedAt'] },
    );
    const worlds = fc
      .tuple(fc.array(delivered, { minLength: 60, maxLength: 200, size: 'max' }), fc.integer({ min: 2, max: 4 }))
      .chain(([rows, parts]) =>
        fc.record({ rows: fc.constant(rows), parts: fc.constant(parts), shuffled: fc.shuffledSubarray(rows, { minLength: rows.length }) }),
      );
    await fc.assert(
      fc.asyncProperty(worlds, async ({ rows, parts, shuffled }) => {
        await newBrand();
        const room = (prefix: string, some: Row[]) =>
          write(some.map((row) => ({ platform: 'douyin', ...row, accountId: `${prefix}${String(row.accountId)}` })));
        const size = Math.ceil(rows.length / parts);
        const split = (prefix: string, all: Row[]) =>
          Array.from({ length: parts }, (_, at) => room(prefix, all.slice(at * size, (at + 1) * size)));
        for (const file of split('alone-', rows)) await importEntries([file]);
        await importEntries(split('together-', rows));
        await importEntries([room('shuffled-', shuffled)]);
        await importEntries(split('both-', shuffled));
        const counted = await deliveries();
        expect(counted.slice(parts, 2 * parts)).toEqual(counted.slice(0, parts));
        const all = await exported('entries');
        const state = (prefix: string) =>
          all
            .filter((row) => String(row.accountId).startsWith(prefix))
            .map((row) => JSON.stringify({ ...row, accountId: String(row.accountId).slice(prefix.length) }))
            .sort();
        for (const prefix of ['together-', 'shuffled-', 'both-']) expect(state(prefix)).toEqual(state('alone-'));
      }),
      { numRuns: 6 },
    );
  });

  it('a file that cannot be read does not lose the files before it', async () => {
    const good = write([{ platform: 'douyin', accountId: '1', viewer: 'v', enteredAt: ENTERED }]);
    const bad = path.join(dir, 'bad.csv');
    fs.writeFileSync(bad, 'no,header\n1,2\n');
    await expect(importEntries([good, bad, good])).rejects.toMatchObject({ code: 'bad_input' });
    expect(await exported('entries')).toHaveLength(1);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['done', 'failed']);
  });

  it('an import killed in the middle and run again ends like one clean import', async () => {
    const text = '好车'.repeat(700);
    const rows = Array.from({ length: 7_500 }, (_, at) => ({
      platform: 'douyin',
      accountId: '007',
      sessionId: 's1',
      viewer: `v${at % 500}`,
      at: ENTERED + at,
      commentId: String(at),
      text: text + at,
    }));
    const file = write(rows);
    const importer = spawn(
      process.execPath,
      ['-r', './tools/run-ts.cjs', 'test/support/import-child.ts', test.dataDir, String(brandId), 'comments', file],
      { cwd: path.resolve(__dirname, '../..'), stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const ended = new Promise<void>((resolve) => importer.once('exit', () => resolve()));
    const arrived = async () => {
      const [{ n }] = await test.warehouse.query<{ n: string }>({
        name: 'test',
        sql: 'SELECT count() AS n FROM comments_landing WHERE brand_id = {brandId: UInt32}',
        params: { brandId: brandId },
      });
      return Number(n);
    };
    while (importer.exitCode === null && (await arrived()) === 0) await sleep(10);
    importer.kill('SIGKILL');
    await ended;
    // the server may still be busy with what the killed importer had sent
    const busy = `SELECT count() AS n FROM system.processes WHERE query_kind IN ('Insert', 'AsyncInsertFlush')`;
    while ((await test.warehouse.query<{ n: string }>({ name: 'test', sql: busy }))[0].n !== '0') await sleep(20);
    const before = await arrived();
    expect([before > 0, (await deliveries()).map(({ state }) => state)]).toEqual([true, ['running']]);
    const again = await importFiles(stores, { kind: 'comments', files: [file], brandId });
    expect(again).toMatchObject({ read: rows.length, accepted: rows.length - before, replaced: 0, unchanged: before });
    // viewers have keys of their own in each brand, and each content its own first instant
    const state = async () => (await exported('comments')).map((row) => ({ ...row, viewer: null, observedAt: null }));
    const first = await state();
    await newBrand();
    await importFiles(stores, { kind: 'comments', files: [file], brandId });
    const byId = (list: Row[]) => new Map(list.map((row) => [row.commentId, row]));
    expect(byId(await state())).toEqual(byId(first));
    expect(first).toHaveLength(rows.length);
  });
});
