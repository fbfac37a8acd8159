import * as fs from 'node:fs';
import * as path from 'node:path';
import { ensureBrand } from '@app/database';
import { IngestStores, importFiles } from '@app/ingest';
import { Warehouse } from '@app/warehouse';
import { FAULT_SEED, LONG, pick, seeded, withSeed } from '../support/fault-seed';
import { FaultStores, openFaultStores } from '../support/fault-stores';
import { Fault, HostileProxy } from '../support/hostile-proxy';

const ROWS = 400;
const LATE = '\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 395. DB::Exception: late. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\r\n';
const PLAIN = 'Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1)\n';

describe('a hostile proxy in front of ClickHouse', () => {
  let stores: FaultStores;
  let proxy: HostileProxy;
  let elsewhere: Warehouse;
  let files = 0;
  const random = seeded(FAULT_SEED);

  beforeAll(async () => {
    stores = await openFaultStores();
    proxy = await HostileProxy.before(stores.instance.clickhouse.url);
    elsewhere = Warehouse.connect({ ...stores.instance.clickhouse, url: proxy.url });
  });
  afterAll(async () => {
    await elsewhere?.close();
    await proxy?.close();
    await stores?.close();
  });

  const numbers = { name: 'numbers', sql: 'SELECT number AS n, repeat(toString(number), 20) AS text FROM numbers(20000)' };
  const clean = () => stores.observer.query(numbers);

  it(
    'a read whose answer breaks off at any byte is an error, also when what breaks it off ends it like a whole one',
    () =>
      withSeed(async () => {
        const whole = await clean();
        proxy.fault = () => undefined;
        expect(await elsewhere.query(numbers)).toEqual(whole);
        let length = 0;
        for (const row of whole) length += JSON.stringify(row).length + 1;
        for (let time = 0; time < (LONG ? 200 : 25); time++) {
          const after = pick(random, [0, 1, 10, Math.floor(random() * 20_000), Math.floor(random() * length * 0.04)]);
          const how = pick(random, ['half-answer', 'short-answer'] as const);
          const before = proxy.struck;
          proxy.fault = () => ({ do: how, after });
          await expect(elsewhere.query(numbers)).rejects.toMatchObject({ code: 'store_unavailable' });
          expect(proxy.struck).toBeGreaterThan(before);
        }
      }),
    600_000,
  );

  it('a short answer of few rows is an error, too', async () => {
    for (const after of [0, 5, 15, 25]) {
      proxy.fault = () => ({ do: 'short-answer', after });
      await expect(elsewhere.query({ name: 'few', sql: 'SELECT number AS n FROM numbers(3)' })).rejects.toMatchObject({
        name: 'VitrineError',
      });
    }
  });

  it('over a connection that nothing stands behind, a broken answer and an exception after status 200 are errors', () =>
    withSeed(async () => {
      const direct = Warehouse.connect({ ...stores.instance.clickhouse, url: proxy.embeddedUrl });
      try {
        for (const fault of [
          { do: 'half-answer', after: Math.floor(random() * 400_000) },
          { do: 'append', text: LATE },
          { do: 'append', text: PLAIN },
          { do: 'reset-before' },
          { do: 'reset-after' },
        ] as Fault[]) {
          proxy.fault = () => fault;
          await expect(direct.query(numbers)).rejects.toMatchObject({ name: 'VitrineError' });
          proxy.fault = () => undefined;
          expect(await direct.query(numbers)).toHaveLength(20_000); // and the client is as good as before
        }
      } finally {
        await direct.close();
      }
    }));

  it('a statement whose answer breaks off or holds an exception after status 200 has failed for its caller', async () => {
    for (const fault of [{ do: 'reset-after' }, { do: 'append', text: LATE }, { do: 'append', text: PLAIN }] as Fault[]) {
      const direct = Warehouse.connect({ ...stores.instance.clickhouse, url: proxy.embeddedUrl });
      proxy.fault = () => fault;
      await expect(direct.command('SYSTEM FLUSH LOGS')).rejects.toMatchObject({ name: 'VitrineError' });
      await direct.close();
    }
  });

  it('a slow answer and a request that arrives twice give the same rows', async () => {
    const whole = await clean();
    for (const fault of [{ do: 'slow', bytesAtOnce: 20_000, pauseMs: 5 }, { do: 'twice' }] as Fault[]) {
      proxy.fault = () => fault;
      expect(await elsewhere.query(numbers)).toEqual(whole);
    }
  });

  const entries = (account: string) =>
    Array.from({ length: ROWS }, (_, at) => ({
      platform: 'douyin',
      accountId: account,
      viewer: `v${at % 37}`,
      enteredAt: Date.UTC(2026, 8, 1) + at * 7_000_000,
      dwellSeconds: at % 600,
      observedAt: Date.UTC(2026, 9, 2),
    }));
  const written = async (brandId: number) => {
    const sql = `SELECT count() AS rows, uniqExact(viewer_key, entered_at) AS identities, sum(dwell_seconds) AS dwell
                 FROM facts(entries) WHERE brand_id = {brandId: UInt32}`;
    return (
      await stores.observer.query<{ rows: string; identities: string; dwell: string }>({ name: 'test', sql, params: { brandId } })
    )[0];
  };

  it(
    'an import that meets any fault fails clearly or succeeds, and a rerun ends like one clean import',
    () =>
      withSeed(async () => {
        const faults = (): Fault[] => [
          { do: 'reset-before' },
          { do: 'reset-in-request', after: 0 },
          { do: 'reset-in-request', after: Math.floor(random() * 15_000) },
          { do: 'reset-after' },
          { do: 'half-answer', after: Math.floor(random() * 30) },
          { do: 'short-answer', after: Math.floor(random() * 30) },
          { do: 'append', text: PLAIN },
          { do: 'append', text: LATE },
          { do: 'slow', bytesAtOnce: 10, pauseMs: 2 },
          { do: 'twice' },
        ];
        const told = { failed: 0, done: 0 };
        const dwell = entries('x').reduce((sum, { dwellSeconds }) => sum + dwellSeconds, 0);
        for (let time = 0; time < (LONG ? 20 : 1); time++)
          for (const fault of faults()) {
            const brand = await ensureBrand(stores.dataSource, { code: `b${++files}`, name: 'Brand', zone: 'Asia/Shanghai' });
            const file = path.join(stores.dataDir, `${files}.ndjson`);
            const rows = entries(`a${files}`);
            fs.writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
            const ingest: IngestStores = {
              warehouse: elsewhere,
              dataSource: stores.dataSource,
              secret: stores.instance.secret,
              dataDir: stores.dataDir,
            };
            const run = () => importFiles(ingest, { kind: 'entries', files: [file], brandId: brand.brandId });
            // one request of the import meets the fault: an insert, or the query that counts
            const strikes = pick(random, [
              /^INSERT INTO entries_landing/,
              /^INSERT INTO entries_landing/,
              /delivery_counts|_landing WHERE/,
            ]);
            let left = 1;
            proxy.fault = ({ statement }) => (strikes.test(statement.trim()) && left-- > 0 ? fault : undefined);
            const first = await run().then(
              (result) => result,
              (error: unknown) => error,
            );
            proxy.fault = () => undefined;
            if (first instanceof Error) {
              expect(first).toMatchObject({ name: 'VitrineError' });
              told.failed++;
            } else {
              expect(first).toMatchObject({ read: ROWS, accepted: ROWS, replaced: 0, unchanged: 0 });
              told.done++;
            }
            const again = await run();
            expect((again.accepted ?? 0) + (again.unchanged ?? 0)).toBe(ROWS);
            expect(again.replaced).toBe(0);
            expect(await written(brand.brandId)).toEqual({ rows: String(ROWS), identities: String(ROWS), dwell: String(dwell) });
          }
        expect(told.failed).toBeGreaterThan(0);
        expect(told.done).toBeGreaterThan(0);
      }),
    600_000,
  );
});
