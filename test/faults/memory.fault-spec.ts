import * as fs from 'node:fs';
import * as path from 'node:path';
import { createDataSource, ensureBrand, migrateDatabase } from '@app/database';
import { ImportResult, importFiles } from '@app/ingest';
import { Warehouse, migrateWarehouse } from '@app/warehouse';
import { HostileProxy } from '../support/hostile-proxy';
import { ChildInstance, openInChild, untilNothingRunsOn } from '../support/instance-processes';
import { VanishingFolder, vanishingFolder } from '../support/vanishing-folder';

const ROWS = 60_000;
const MACHINE_BYTES = 900e6;
/** Keeps three gigabytes. */
const HOG = 'SELECT length(groupArray(repeat(toString(number), 20))) AS n FROM numbers(20000000)';

describe('a fact store that has too little memory', () => {
  let folder: VanishingFolder;
  let dataDir: string;
  let owner: ChildInstance;
  let warehouse: Warehouse;
  let capped: Warehouse;
  let proxy: HostileProxy;
  let importOf: (through: Warehouse) => Promise<ImportResult>;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    folder = vanishingFolder('memory');
    dataDir = path.join(folder.path, 'data');
    const preload = path.resolve(__dirname, '../../tools/shifted-process.cjs');
    owner = openInChild(dataDir, ['env', `VITRINE_FAULT_MEMORY=${MACHINE_BYTES}`, `NODE_OPTIONS=-r ${preload}`]);
    const { clickhouse, postgres } = await owner.open;
    await migrateWarehouse(clickhouse);
    warehouse = Warehouse.connect(clickhouse);
    proxy = await HostileProxy.before(clickhouse.url);
    capped = Warehouse.connect({ ...clickhouse, url: proxy.url });
    const dataSource = await createDataSource(postgres).initialize();
    await migrateDatabase(dataSource);
    const { brandId } = await ensureBrand(dataSource, { code: 'm', name: 'Brand', zone: 'Asia/Shanghai' });
    const file = path.join(folder.path, 'entries.ndjson');
    fs.writeFileSync(file, Array.from({ length: ROWS }, (_, at) => `${entry(at)}\n`).join(''));
    const secret = fs.readFileSync(path.join(dataDir, 'secret'), 'utf8');
    importOf = (through) =>
      importFiles({ warehouse: through, dataSource, secret, dataDir, retryMs: 500 }, { kind: 'entries', files: [file], brandId });
    close = () => Promise.all([warehouse.close(), capped.close(), proxy.close(), dataSource.destroy()]);
  });
  afterAll(async () => {
    await close?.();
    owner.process.kill('SIGTERM');
    await owner.ended;
    await untilNothingRunsOn(dataDir);
    folder.remove();
  });

  const entry = (at: number) =>
    JSON.stringify({
      platform: 'douyin',
      accountId: `a${at % 10}`,
      viewer: `v${at % 5000}`,
      enteredAt: Date.UTC(2026, 0, 1) + at * 300_000,
      dwellSeconds: at % 500,
      observedAt: Date.UTC(2026, 9, 2),
    });
  const kept = async () =>
    (
      await warehouse.query<{ rows: string; dwell: string }>({
        name: 'test',
        sql: 'SELECT count() AS rows, sum(dwell_seconds) AS dwell FROM facts(entries)',
      })
    )[0];
  const LACK = { code: 'store_unavailable', message: expect.stringContaining('memory') as string };

  it('a query that needs more than the server has is told so, and the server goes on', async () => {
    await expect(warehouse.query({ name: 'hog', sql: HOG })).rejects.toMatchObject(LACK);
    expect(await warehouse.query({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
  });

  it('an import whose statements get too little memory is told so and loses nothing; its rerun completes, also among queries that take all memory', async () => {
    proxy.fault = () => ({ do: 'settings', settings: { max_memory_usage: '200000' } });
    await expect(importOf(capped)).rejects.toMatchObject(LACK);
    let over = false;
    const hogs = [0, 1].map(async () => {
      let lacked = 0;
      while (!over)
        await warehouse.query({ name: 'hog', sql: HOG }).catch((error: unknown) => {
          expect(error).toMatchObject(LACK);
          lacked++;
        });
      return lacked;
    });
    let result: ImportResult | undefined;
    for (let tries = 0; !result; tries++)
      result = await importOf(warehouse).catch((error: unknown) => {
        expect(error).toMatchObject(LACK);
        if (tries > 20) over = true;
        if (tries > 25) throw error;
        return undefined;
      });
    over = true;
    const lacked = await Promise.all(hogs);
    expect(Math.max(...lacked)).toBeGreaterThan(0);
    expect(result).toMatchObject({ read: ROWS, rejected: 0 });
    const dwell = Array.from({ length: ROWS }, (_, at) => at % 500).reduce((sum, each) => sum + each, 0);
    expect(await kept()).toEqual({ rows: String(ROWS), dwell: String(dwell) });
    expect(await importOf(warehouse)).toMatchObject({ accepted: 0, replaced: 0, unchanged: ROWS });
  });
});
