import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ensureBrand } from '@app/database';
import { ImportOptions, ImportResult, IngestStores, exportKind, importFiles, importRows } from '@app/ingest';
import { TestStores, openTestStores } from '../support/stores';

const NOW = Date.now();
const entry = (viewer: string, enteredAt: string, more: object = {}) => ({
  platform: 'douyin',
  accountId: '007',
  viewer,
  enteredAt,
  ...more,
});

describe('import of facts', () => {
  let test: TestStores;
  let stores: IngestStores;
  let dir: string;
  let brandId: number;
  let brands = 0;

  beforeAll(async () => {
    test = await openTestStores();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-ingest-'));
    stores = { warehouse: test.warehouse, dataSource: test.dataSource, secret: test.secret, dataDir: dir };
  });
  beforeEach(async () => {
    const brand = await ensureBrand(test.dataSource, { code: `b${++brands}`, name: 'Brand', zone: 'Asia/Shanghai' });
    brandId = brand.brandId;
  });
  afterAll(async () => {
    await test?.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const write = (name: string, rows: (object | string)[]): string => {
    const file = path.join(dir, name);
    fs.writeFileSync(file, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
    return file;
  };
  const importNdjson = (rows: (object | string)[], more: Partial<ImportOptions> & { kind?: string } = {}): Promise<ImportResult> =>
    importFiles(stores, { kind: 'entries', files: [write('rows.ndjson', rows)], brandId, ...more });
  const stored = (table: string) =>
    test.warehouse.query<Record<string, unknown>>({
      name: 'test',
      sql: `SELECT * FROM ${table} FINAL WHERE brand_id = {brandId: UInt32} ORDER BY ALL`,
      params: { brandId },
    });

  it('keeps the numbers straight: accepted, replaced, unchanged, rejected add up to what was read', async () => {
    const rows = [entry('a', '2026-10-01T10:00:00+08:00', { dwellSeconds: 5 }), entry('b', '2026-10-01T10:00:00+08:00'), '{"broken'];
    expect(await importNdjson(rows)).toMatchObject({ read: 3, accepted: 2, replaced: 0, unchanged: 0, rejected: 1 });
    expect(await importNdjson(rows)).toMatchObject({ read: 3, accepted: 0, replaced: 0, unchanged: 2, rejected: 1 });
    const corrected = [entry('a', '2026-10-01T10:00:00+08:00', { dwellSeconds: 50 }), entry('c', '2026-10-01T10:00:00+08:00')];
    expect(await importNdjson(corrected, { observedAt: Date.now() })).toMatchObject({ read: 2, accepted: 1, replaced: 1, unchanged: 0 });
    expect((await stored('entries')).map((row) => row.dwell_seconds)).toContain(50);
  });

  it('a stale delivery replaces nothing and is counted as unchanged', async () => {
    await importNdjson([entry('a', '2026-10-01T10:00:00Z', { dwellSeconds: 50, observedAt: '2026-10-02T00:00:00Z' })]);
    const stale = await importNdjson([entry('a', '2026-10-01T10:00:00Z', { dwellSeconds: 60, observedAt: '2026-10-01T12:00:00Z' })]);
    expect(stale).toMatchObject({ accepted: 0, replaced: 0, unchanged: 1 });
    expect(await stored('entries')).toMatchObject([{ dwell_seconds: 50 }]);
  });

  it('viewers are stored as keys only, the month is that of the brand zone, ids keep leading zeros and twenty digits', async () => {
    const line = '{"platform":"douyin","accountId":12345678901234567890,"viewer":"secret-viewer","enteredAt":"2026-09-30T16:30:00Z"}';
    expect(await importNdjson([line])).toMatchObject({ accepted: 1, rejected: 0 });
    const [row] = await stored('entries');
    expect(row).toMatchObject({ month: 202610, entered_at: '2026-09-30 16:30:00.000' });
    expect(JSON.stringify(row)).not.toContain('secret-viewer');
    expect(await stored('account_keys')).toMatchObject([{ account_id: '12345678901234567890' }]);
  });

  it('an account nobody declared is kept, and the import says so', async () => {
    const result = await importNdjson([entry('a', '2026-10-01T10:00:00Z')]);
    expect(result.accepted).toBe(1);
    expect(result.notes).toEqual([{ zh: expect.stringContaining('尚未申报'), en: expect.stringContaining('not declared') }]);
  });

  it('a dry run checks everything and writes nothing', async () => {
    const result = await importNdjson([entry('a', '2026-10-01T10:00:00Z'), entry('b', 'yesterday')], { dryRun: true });
    expect(result).toMatchObject({ read: 2, rejected: 1, accepted: null });
    expect(await stored('entries')).toEqual([]);
  });

  it('export comes back unchanged in every format', async () => {
    await importNdjson([
      entry('a', '2026-10-01T10:00:00.123Z', { dwellSeconds: 5, isNewAccount: true, device: '=cmd()' }),
      entry('', '2026-10-01T11:00:00Z', { entryId: '0001' }),
    ]);
    const before = await stored('entries');
    for (const format of ['ndjson', 'csv', 'xlsx'] as const) {
      const out = path.join(dir, `export.${format}`);
      expect(await exportKind(stores, { kind: 'entries', brandId, format, out })).toEqual({ rows: 2 });
      expect(await importFiles(stores, { kind: 'entries', brandId, files: [out] })).toMatchObject({
        read: 2,
        accepted: 0,
        replaced: 0,
        unchanged: 2,
      });
      const strip = (rows: Record<string, unknown>[]) => rows.map((row) => ({ ...row, ingested_at: null }));
      expect(strip(await stored('entries'))).toEqual(strip(before));
    }
  });

  it('rows of a collector take the same way, and a local time is refused there', async () => {
    const rows = [
      {
        platform: 'douyin',
        accountId: '1',
        sessionId: 's1',
        startedAt: 1_790_000_000_000,
        views: 10,
        averageConcurrent: 3.25,
        final: true,
      },
      { platform: 'douyin', accountId: '1', sessionId: 's2', startedAt: '2026-10-01 10:00:00' },
    ];
    const result = await importRows(stores, { kind: 'sessions', rows, brandId, source: 'api-final', observedAt: NOW });
    expect(result).toMatchObject({ read: 2, accepted: 1, rejected: 1 });
    expect(result.rejects).toMatchObject([{ line: 2, field: 'startedAt', code: 'zone_missing' }]);
    expect(await stored('sessions')).toMatchObject([{ views: '10', average_concurrent: '3.25', source: 'api-final', final: 1 }]);
  });

  it('state of every kind comes back unchanged, tokens never come out', async () => {
    const kinds: [string, object[]][] = [
      ['regions', [{ path: '华东大区/浙江小区', validFrom: '2026-01-01' }]],
      ['dealers', [{ dealerId: 'D001', name: '=杭州', adcode: '330100', salesRegion: '华东大区/浙江小区' }]],
      [
        'accounts',
        [{ platform: 'douyin', accountId: '007', name: 'Room', dealerId: 'D001', declaredTier: 'base', validFrom: '2026-01-01' }],
      ],
      [
        'policies',
        [{ fromMonth: '2026-01', minVisits: 3, weightShowroom: '40', weightGrowth: '0', cpaDouyinCny: '200', minCoverage: '0.75' }],
      ],
      ['sentinels', [{ viewer: '222222' }]],
      ['calendar', [{ day: '2026-10-01', working: false }]],
      [
        'rate-cards',
        [{ platform: 'douyin', line: 'live_view', unitPriceCny: '0.350000', discount: '0.5', validFrom: '2026-01-01', sample: true }],
      ],
      ['costs', [{ costId: 'C1', dealerId: 'D001', day: '2026-10-02', kind: 'host', amountCny: '1200.50' }]],
      ['declarations', [{ declarationId: 'R1', dealerId: 'D001', kind: 'staff', from: NOW - 1000, to: NOW, viewer: 'raw-staff' }]],
      ['grants', [{ product: 'douyin-open', principalId: 'p1', accounts: ['007'], accessToken: 'raw-token', scopes: ['a', 'b'] }]],
    ];
    for (const [kind, rows] of kinds) {
      expect({ kind, ...(await importNdjson(rows, { kind })) }).toMatchObject({ kind, read: 1, accepted: 1, rejected: 0 });
      for (const format of ['ndjson', 'csv', 'xlsx'] as const) {
        const out = path.join(dir, `state.${format}`);
        await exportKind(stores, { kind, brandId, format, out });
        expect(fs.readFileSync(out, 'latin1')).not.toMatch(/raw-staff|raw-token/);
        if (kind === 'grants') continue;
        const again = await importFiles(stores, { kind, brandId, files: [out] });
        expect({ kind, format, ...again }).toMatchObject({ kind, format, accepted: 0, replaced: 0, rejected: 0 });
      }
    }
  });

  it('rows of many months arrive whole, whatever their order', async () => {
    const count = 9_000;
    const rows = Array.from({ length: count }, (_, at) =>
      entry(`v${at}`, new Date(Date.UTC(2025, at % 12, 1 + (at % 28), 3)).toISOString()),
    );
    expect(await importRows(stores, { kind: 'entries', rows, brandId })).toMatchObject({ read: count, accepted: count, rejected: 0 });
    const [{ n, months }] = await test.warehouse.query<{ n: string; months: string }>({
      name: 'test',
      sql: 'SELECT count() AS n, uniqExact(month) AS months FROM entries FINAL WHERE brand_id = {brandId: UInt32}',
      params: { brandId },
    });
    expect([Number(n), Number(months)]).toEqual([count, 12]);
  });
});
