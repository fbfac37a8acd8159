import fc from 'fast-check';
import { Clock } from '@app/config';
import { type Level, type ReportName, addDays } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { ReportService } from '@app/reports';
import { ROLLUPS } from '@app/rollup';
import { Warehouse } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const CHANGES = process.env.VITRINE_TEST_LONG ? 60 : 10;

class FixedClock extends Clock {
  now(): number {
    return Date.parse('2026-11-12T12:00:00+08:00');
  }
}

const QUESTIONS: [name: ReportName, level: Level, month: string][] = [
  ['ranking', 'account', '2026-10'],
  ['ranking', 'brand', '2026-10'],
  ['showroom', 'dealer', '2026-10'],
  ['showroom', 'brand', '2026-11'],
  ['value', 'region', '2026-10'],
  ['tiers', 'account', '2026-11'],
];

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const some = <Row>(row: fc.Arbitrary<Row>) => fc.array(row, { minLength: 1, maxLength: 8 });
const day = fc.nat({ max: 27 }).map((days) => addDays('2026-10-15', days));
const common = { platform: few('douyin' as const), accountId: few('a1', 'a2', 'a3', 'a4'), source: few('file', 'feed') };

type Change = { kind: 'entries' | 'sessions' | 'videos' | 'followers'; rows: object[] };
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: some(
      fc.record({
        ...common,
        viewer: few('v1', 'v2', 'v3'),
        enteredAt: fc.record({ day, hour: few('08', '12', '20') }).map((when) => `${when.day}T${when.hour}:00:00+08:00`),
        dwellSeconds: fc.nat({ max: 90 }),
        retracted: few(false, false, false, true),
      }),
    ).map((rows) => ({ kind: 'entries' as const, rows })),
  },
  some(
    fc.record({
      ...common,
      sessionId: few('s1', 's2', 's3'),
      startedAt: day.map((on) => `${on}T07:00:00+08:00`),
      endedAt: day.map((on) => `${addDays(on, 5)}T21:00:00+08:00`),
      views: fc.nat({ max: 60 }),
      uniqueViewers: fc.nat({ max: 60 }),
    }),
  ).map((rows) => ({ kind: 'sessions' as const, rows })),
  some(
    fc.record({
      ...common,
      videoId: few('w1', 'w2'),
      publishedAt: fc.constant('2026-10-01T00:00:00+08:00'),
      readAt: day.map((on) => `${on}T22:00:00+08:00`),
      plays: fc.nat({ max: 60 }),
    }),
  ).map((rows) => ({ kind: 'videos' as const, rows })),
  some(fc.record({ ...common, day, total: fc.nat({ max: 900 }) })).map((rows) => ({ kind: 'followers' as const, rows })),
);

describe('a service that remembers what it has read', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  it('answers after each delivery and declaration what a service says that remembers nothing', async () => {
    const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    const writer = new StateWriter(stores.dataSource, stores.secret);
    await writer.upsertDealers(brandId, [
      { dealerId: 'd1', name: 'One', adcode: '310101' },
      { dealerId: 'd2', name: 'Two', adcode: '440106' },
    ]);
    await writer.upsertAccounts(brandId, [
      { platform: 'douyin', accountId: 'a1', name: 'A1', dealerId: 'd1' },
      { platform: 'douyin', accountId: 'a2', name: 'A2', dealerId: 'd1' },
      { platform: 'douyin', accountId: 'a3', name: 'A3', dealerId: 'd2' },
    ]);
    const card = { line: 'live_view' as const, unitPriceCny: '0.5', discount: '1', validFrom: '2025-01-01' };
    await writer.upsertRateCards(brandId, [{ platform: 'douyin', ...card }]);
    const service = () => new ReportService({ ...stores, clock: new FixedClock() });
    const remembering = service();
    const rows = async (reports: ReportService) => {
      const answers: unknown[] = [];
      for (const [name, level, month] of QUESTIONS)
        answers.push((await reports.report({ name, level, month, basis: 'adjusted' }, 'all')).rows);
      return answers;
    };

    const seen = new Set<string>();
    for (const [at, { kind, rows: delivered }] of fc.sample(change, { seed: SEED, numRuns: CHANGES }).entries()) {
      const observed = delivered.map((row) => ({
        ...row,
        observedAt: new Date(Date.parse('2026-11-12T00:00:00Z') + at * 1000).toISOString(),
      }));
      await importRows(stores, { kind, rows: observed, brandId });
      if (at % 4 === 3)
        await writer.upsertAccounts(brandId, [{ platform: 'douyin', accountId: 'a2', name: 'A2', dealerId: at % 8 === 3 ? 'd2' : 'd1' }]);
      const [first, second] = await Promise.all([rows(remembering), rows(remembering)]);
      expect(first).toEqual(second);
      expect(first).toEqual(await rows(service()));
      seen.add(JSON.stringify(first));
    }
    expect(seen.size).toBeGreaterThan(CHANGES / 2); // the changes show in the reports
  }, 600_000);

  it('refreshes once for all who ask meanwhile', async () => {
    const brand = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    let plans = 0;
    const warehouse = Warehouse.connect(stores.warehouse.address, (name) => (plans += Number(name === 'rollup.progress')));
    try {
      const service = new ReportService({ ...stores, warehouse, clock: new FixedClock() });
      const askAll = () =>
        Promise.all(QUESTIONS.map(([name, level, month]) => service.report({ name, level, month, basis: 'adjusted' }, 'all')));
      await askAll();
      const entry = { platform: 'douyin', accountId: 'a1', viewer: 'v9', enteredAt: '2026-10-20T08:00:00+08:00', dwellSeconds: 9 };
      await importRows(stores, { kind: 'entries', rows: [entry], brandId: brand.brandId });
      plans = 0;
      await Promise.all([askAll(), askAll(), askAll()]);
      expect(plans).toBeGreaterThan(0);
      expect(plans).toBeLessThanOrEqual(2 * ROLLUPS.length);
    } finally {
      await warehouse.close();
    }
  });
});
