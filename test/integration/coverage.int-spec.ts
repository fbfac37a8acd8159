import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConnectService } from '@app/connect';
import { loadSettings } from '@app/config';
import { addDays, dayStart, VitrineError, type Brand, type CoverageGap, type CoveredKind, type GrantProduct } from '@app/contracts';
import { AccountHealthService, CoverageService, DeadLetterService } from '@app/coverage';
import { ensureBrand, getDeadLetter, keepDeadLetter, saveTries, StateWriter, type ErrorClass } from '@app/database';
import { importRows } from '@app/ingest';
import { ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { asOperatorOf } from '../support/asked-by';
import { CoverageController } from '../../apps/api/src/coverage/coverage.controller';
import { DeadLettersController } from '../../apps/api/src/coverage/dead-letters.controller';
import { VitrineErrorFilter } from '../../apps/api/src/http/vitrine-error.filter';
import { replayJob } from '../../apps/process/replay-job';
import { gapsIn, walkAndTell } from '../support/coverage-truth';
import { FixedClock } from '../support/fixed-clock';
import { openTestStores, type TestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const NOW = '2026-11-02T08:00:00Z';
const HOUR = 3_600_000;
const at = (day: string, hour = 0): number => dayStart(day, ZONE) + hour * HOUR;
const clock = new FixedClock(NOW);
interface Answer {
  rows: CoverageGap[];
  total: number;
  nextCursor: string | null;
}
const PLATFORM = { douyin: 'douyin-open', kuaishou: 'kuaishou-open' } as const;

describe('coverage and health of a brand', () => {
  let stores: TestStores;
  let brand: Brand;
  let coverage: CoverageService;
  let health: AccountHealthService;
  let letters: DeadLetterService;
  const enqueued: object[] = [];

  const mark = async (platform: keyof typeof PLATFORM, accountId: string, kind: string, days: readonly string[], complete = 1) => {
    await stores.warehouse.insertRows(
      'collection_days',
      days.map((day) => ({
        brand_id: brand.brandId,
        account_key: accountKey(brand.brandId, platform, accountId).toString(),
        kind,
        day,
        complete,
        observed_at: new Date(at(addDays(day, 1), 2)).toISOString(),
      })),
    );
  };
  const tried = (product: GrantProduct, accountId: string, kind: CoveredKind, day: string, error: [ErrorClass, string] | null, hour = 21) =>
    saveTries(stores.dataSource, [
      {
        brandId: brand.brandId,
        product,
        accountId,
        kind,
        at: at(day, hour),
        day,
        error: error && { class: error[0], code: error[1], endpoint: '/x' },
        nextTryAt: error ? at(day, hour + 1) : null,
        newestFactAt: null,
        newestFactDay: null,
      },
    ]);
  const days = (from: string, to: string, without: readonly string[] = []): string[] => {
    const all: string[] = [];
    for (let day = from; day < to; day = addDays(day, 1)) if (!without.includes(day)) all.push(day);
    return all;
  };
  const told = (gaps: readonly CoverageGap[]) => gaps.map(({ kind, from, to, reason }) => `${kind} ${from} ${to} ${reason}`);
  const october = { from: '2026-10-01', to: '2026-11-01' };

  beforeAll(async () => {
    stores = await openTestStores();
    const { warehouse, dataSource, secret } = stores;
    brand = await ensureBrand(dataSource, { code: 'acme', name: 'Acme', zone: ZONE });
    const writer = new StateWriter(dataSource, secret);
    await writer.upsertAccounts(brand.brandId, [
      { platform: 'douyin', accountId: 'whole', name: 'Whole' },
      { platform: 'douyin', accountId: 'gappy', name: 'Gappy' },
      { platform: 'douyin', accountId: 'files', name: 'Files' },
      { platform: 'douyin', accountId: 'gone', name: 'Gone' },
    ]);
    const grant = (platform: keyof typeof PLATFORM, accountId: string) => ({
      product: PLATFORM[platform],
      principalId: accountId,
      platform,
      accounts: [accountId],
      accessToken: 'a',
      refreshToken: 'r',
      accessExpiresAt: at('2026-12-01'),
      refreshExpiresAt: at('2026-12-20'),
    });
    const grants = [grant('douyin', 'whole'), grant('douyin', 'gappy'), grant('douyin', 'gone'), grant('kuaishou', 'new')];
    expect((await writer.upsertGrants(brand.brandId, grants as never)).rejected).toEqual([]);
    await dataSource.query(`UPDATE platform_grant SET granted_at = '2026-10-03T07:00:00Z'`);
    await dataSource.query(`UPDATE platform_grant SET granted_at = '2026-11-01T16:30:00Z' WHERE principal_id = 'new'`);
    await dataSource.query(
      `UPDATE platform_grant SET revoked_at = '2026-10-20T04:00:00Z', revoked_code = '28001045' WHERE principal_id = 'gone'`,
    );
    for (const kind of ['sessions', 'videos', 'followers']) await mark('douyin', 'whole', kind, days('2026-10-03', '2026-11-02'));
    await mark('douyin', 'gappy', 'sessions', days('2026-10-03', '2026-11-01', ['2026-10-25']));
    await mark('douyin', 'gappy', 'sessions', ['2026-10-25', '2026-11-01'], 0);
    await mark('douyin', 'gappy', 'videos', days('2026-10-03', '2026-11-02', ['2026-10-10', '2026-10-11', '2026-10-12', '2026-10-20']));
    await mark('douyin', 'gappy', 'followers', days('2026-10-03', '2026-11-02', ['2026-10-14']));
    for (const kind of ['sessions', 'videos', 'followers']) await mark('douyin', 'gone', kind, days('2026-10-03', '2026-10-20'));
    await tried('douyin-open', 'gappy', 'videos', '2026-10-10', ['retry', 'http 503']);
    await tried('douyin-open', 'gappy', 'videos', '2026-10-11', ['retry', 'http 503']);
    await tried('douyin-open', 'gappy', 'videos', '2026-10-12', ['wait-for-reset', '28003017']);
    for (const kind of ['sessions', 'videos', 'followers'] as const) {
      await tried('douyin-open', 'gappy', kind, '2026-11-02', null, 12);
      await tried('douyin-open', 'whole', kind, '2026-11-02', null, 12);
    }
    const base = { warehouse, dataSource, secret, clock };
    coverage = new CoverageService(base);
    const settings = loadSettings({ VITRINE_DATA: stores.dataDir });
    health = new AccountHealthService(base, new ConnectService({ dataSource, secret, settings, clock }));
    letters = new DeadLetterService(base, replayJob({ enqueue: (...job) => Promise.resolve(`${enqueued.push(job)}`) }));
  });
  afterAll(() => stores?.close());

  it('lists each gap with the reason that it had then, and never as a zero', async () => {
    const gaps = await coverage.gaps('all', { account: 'gappy', from: '2026-10-01', to: '2026-11-02' });
    expect(told(gaps)).toEqual([
      'sessions 2026-10-25 2026-10-26 not-ready',
      'sessions 2026-11-01 2026-11-02 not-ready',
      'videos 2026-10-10 2026-10-12 platform-down',
      'videos 2026-10-12 2026-10-13 quota',
      'videos 2026-10-20 2026-10-21 not-tried',
      'followers 2026-10-14 2026-10-15 never-served',
    ]);
    expect(gaps.find(({ reason }) => reason === 'quota')).toMatchObject({ code: '28003017', product: 'douyin-open', days: 1 });
  });

  it('expects from the day of the grant on, which may have been given in the middle of it, and not beyond today', async () => {
    const [row] = await coverage.rows('all', { account: 'whole', from: '2026-09-01', to: '2026-12-01' }, ['videos']);
    expect(row).toMatchObject({ from: '2026-10-03', to: '2026-11-02', expectedDays: 30, receivedDays: 30, coverage: 1, gaps: [] });
    // 16:30 UTC is half past midnight of the next day there
    expect(await coverage.rows('all', { account: 'new', from: '2026-10-01' }, ['videos'])).toMatchObject([
      { expectedDays: 0, coverage: null },
    ]);
  });

  it('says of an account without a permission, or of a product without the call, that nothing is expected, and why', async () => {
    const rows = await coverage.rows('all', { account: 'files', ...october });
    expect(rows.map(({ coverage: share, gaps, expectedDays }) => [share, gaps.length, expectedDays])).toEqual(Array(6).fill([null, 0, 0]));
    expect(rows.every(({ reason }) => reason !== null && reason.zh !== '' && reason.en !== '')).toBe(true);
    const [leads] = await coverage.rows('all', { account: 'whole', ...october }, ['leads']);
    expect(leads).toMatchObject({ coverage: null, expectedDays: 0 });
  });

  it('goes on expecting after the permission was revoked: the days since are its gap', async () => {
    expect(told(await coverage.gaps('all', { account: 'gone', ...october }, ['videos']))).toEqual(['videos 2026-10-20 2026-11-01 revoked']);
  });

  it('is the same figure as in the reports', async () => {
    const { warehouse, dataSource, secret } = stores;
    const reports = new ReportService({ warehouse, dataSource, secret, clock });
    const { rows } = (await reports.report({ name: 'value', level: 'account', basis: 'adjusted', month: '2026-10' }, 'all')) as unknown as {
      rows: { accountId: string; coverage: number | null }[];
    };
    const own = await coverage.rows('all', october, ['sessions', 'videos']);
    for (const accountId of ['whole', 'gappy', 'gone', 'files']) {
      const shares = own.filter((row) => row.accountId === accountId).flatMap((row) => row.coverage ?? []);
      expect([accountId, rows.find((row) => row.accountId === accountId)?.coverage ?? null]).toEqual([
        accountId,
        shares.length === 0 ? null : Math.min(...shares),
      ]);
    }
  });

  it('shows nobody an account outside their scope, in no list', async () => {
    const mine = new Set([accountKey(brand.brandId, 'douyin', 'whole').toString()]);
    expect(new Set((await coverage.rows(mine, october)).map(({ accountId }) => accountId))).toEqual(new Set(['whole']));
    expect((await health.list(mine, {})).map(({ accountId }) => accountId)).toEqual(['whole']);
    await expect(coverage.gaps(mine, { account: 'gappy' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(coverage.rows(undefined as never, {})).rejects.toBeInstanceOf(VitrineError);
  });

  it('refuses days that are none, and a span that ends before it begins', async () => {
    await expect(coverage.rows('all', { from: '2026-13-01' })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(coverage.rows('all', { from: '2026-10-02', to: '2026-10-01' })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('expects entries of a feed on days with a broadcast, as seen ÷ views, and none of accounts that files told of', async () => {
    const sessions = ['2026-10-05', '2026-10-06', '2026-10-07'].map((day) => ({
      platform: 'douyin',
      accountId: 'whole',
      sessionId: `s-${day}`,
      startedAt: at(day, 20),
      endedAt: at(day, 22),
      views: 4,
    }));
    const entry = (day: string, viewer: string, hour: number, accountId = 'whole') => ({
      platform: 'douyin',
      accountId,
      viewer,
      enteredAt: at(day, hour),
      dwellSeconds: 10,
    });
    const write = async (kind: 'sessions' | 'entries', rows: object[], source: 'feed' | 'file') => {
      const ingest = { warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, dataDir: stores.dataDir };
      const given = rows.map((row) => ({ ...row, observedAt: at('2026-10-08') }));
      const stream = (async function* () {
        yield* given;
      })();
      expect(await importRows(ingest, { kind, rows: stream, brandId: brand.brandId, source })).toMatchObject({ rejected: 0 });
    };
    await write('sessions', sessions, 'file');
    await write('entries', [entry('2026-10-05', 'v1', 20.5), entry('2026-10-05', 'v2', 21), entry('2026-10-07', 'v1', 21.9)], 'feed');
    await write('entries', [entry('2026-10-05', 'v1', 20.5, 'files')], 'file');
    const [row] = await coverage.rows('all', { account: 'whole', ...october }, ['entries']);
    expect(row).toMatchObject({ expectedDays: 3, receivedDays: 2, coverage: 0.25 });
    expect(told(row?.gaps ?? [])).toEqual(['entries 2026-10-06 2026-10-07 never-served']);
    expect(await coverage.rows('all', { account: 'files', ...october }, ['entries'])).toMatchObject([{ coverage: null, expectedDays: 0 }]);
  });

  it('says of each account what somebody has to do, the most urgent first', async () => {
    await tried('douyin-open', 'gappy', 'sessions', '2026-11-02', ['retry', 'http 503'], 13);
    const { summary, accounts } = await health.overview('all', {});
    expect(accounts.map(({ accountId, state }) => `${accountId} ${state}`)).toEqual([
      'gone user',
      'gappy wait',
      'files files',
      'whole done',
      'new done',
    ]);
    const gone = accounts.find(({ accountId }) => accountId === 'gone');
    expect(gone).toMatchObject({ connections: [{ state: 'revoked' }], missingDays: { sessions: 13, videos: 13, followers: 13 } });
    expect(gone?.todo[0]).toMatchObject({ action: 'authorise-again', needsUser: true });
    expect(gone?.todo[0]?.text.zh).toContain('重新授权');
    const gappy = accounts.find(({ accountId }) => accountId === 'gappy');
    expect(gappy?.streams.find(({ kind }) => kind === 'sessions')).toMatchObject({
      failures: 1,
      errorClass: 'retry',
      code: 'http 503',
      lagDays: 1,
    });
    expect(gappy?.streams.find(({ kind }) => kind === 'videos')).toMatchObject({
      failures: 0,
      lastSuccessAt: new Date(at('2026-11-02', 12)).toISOString(),
      lagDays: 0,
    });
    expect(summary).toMatchObject({ accounts: 5, byState: { user: 1, wait: 1, done: 2, files: 1 }, complete: 2 });
    expect(summary.todo[0]).toMatchObject({ action: 'authorise-again', accounts: 1, examples: ['douyin/gone'] });
    await tried('douyin-open', 'gappy', 'sessions', '2026-11-02', null, 14);
  });

  it('replays a dead letter once, drops another, and lists both only where they belong', async () => {
    const dead = (kind: string) => ({
      brandId: brand.brandId,
      product: 'douyin-open' as const,
      accountId: 'gappy',
      kind,
      payload: { brandId: brand.brandId, product: 'douyin-open', accountId: 'gappy', kind },
      error: { class: 'never' as const, code: '28001007', endpoint: '/x' },
      at: at('2026-11-02', 12),
    });
    await keepDeadLetter(stores.dataSource, dead('videos'));
    await keepDeadLetter(stores.dataSource, dead('followers'));
    const open = await letters.list('all', {});
    expect(open.map(({ kind, attempts, code }) => [kind, attempts, code])).toEqual([
      ['followers', 1, '28001007'],
      ['videos', 1, '28001007'],
    ]);
    expect((await health.list('all', { account: 'gappy' }))[0]).toMatchObject({ openDeadLetters: 2, state: 'user' });
    const [second, first] = open.map(({ deadLetterId }) => deadLetterId) as [string, string];
    const others = new Set([accountKey(brand.brandId, 'douyin', 'whole').toString()]);
    expect(await letters.list(others, {})).toEqual([]);
    await expect(letters.replay(others, first)).rejects.toMatchObject({ code: 'not_found' });
    expect(await letters.replay('all', first)).toMatchObject({ state: 'replayed' });
    expect(enqueued).toMatchObject([['collect-stream', { accountId: 'gappy', kind: 'videos', product: 'douyin-open' }, { forget: true }]]);
    await expect(letters.replay('all', first)).rejects.toMatchObject({ code: 'conflict' });
    expect(await letters.drop('all', second)).toMatchObject({ state: 'dropped' });
    expect((await getDeadLetter(stores.dataSource, second)).state).toBe('dropped');
    expect(await letters.list('all', {})).toEqual([]);
    expect(enqueued).toHaveLength(1);
  });

  it('answers over HTTP in pages, with the same rows, and refuses what it does not know', async () => {
    const services = [
      { provide: CoverageService, useValue: coverage },
      { provide: AccountHealthService, useValue: health },
      { provide: DeadLetterService, useValue: letters },
    ];
    const controllers = [CoverageController, DeadLettersController];
    const app = await NestFactory.create(
      { module: class {}, controllers, providers: services },
      { logger: false, forceCloseConnections: true },
    );
    app.use(asOperatorOf('acme'));
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    app.useGlobalFilters(new VitrineErrorFilter(silent as never));
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const ask = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { method });
      return { status: response.status, body: (await response.json()) as Answer };
    };
    try {
      const first = (await ask('coverage/gaps?account=gappy&kind=videos&from=2026-10-01&to=2026-11-02&limit=2')).body;
      expect([told(first.rows), first.total]).toEqual([
        ['videos 2026-10-10 2026-10-12 platform-down', 'videos 2026-10-12 2026-10-13 quota'],
        3,
      ]);
      const rest = (await ask(`coverage/gaps?account=gappy&kind=videos&from=2026-10-01&to=2026-11-02&cursor=${first.nextCursor}`)).body;
      expect([told(rest.rows), rest.nextCursor]).toEqual([['videos 2026-10-20 2026-10-21 not-tried'], null]);
      expect((await ask('coverage?platform=kuaishou')).body.total).toBe(6);
      expect((await ask('health/accounts?state=user')).body.rows).toMatchObject([{ accountId: 'gone' }]);
      expect((await ask('health/summary')).body).toMatchObject({ accounts: 5 });
      expect((await ask('dead-letters?state=dropped')).body.rows).toHaveLength(1);
      expect((await ask('coverage?kind=nonsense')).status).toBe(400);
      expect((await ask('coverage?from=yesterday')).status).toBe(400);
      expect((await ask('coverage?account=nobody')).status).toBe(404);
      expect((await ask('dead-letters/999999/drop', 'POST')).status).toBe(404);
    } finally {
      await app.close();
    }
  });

  it('tells the gaps that the platforms made, each with its reason, after they have calmed down', async () => {
    const { run, gaps } = await walkAndTell(stores);
    try {
      expect(gaps).toEqual(gapsIn(run));
      expect(new Set(gaps.map((gap) => gap.split(' ').at(-1)))).toEqual(new Set(['platform-down', 'revoked', 'no-permission']));
    } finally {
      await run.close();
    }
  });

  it('of an account that is connected and of which nothing ever came is 0 in both, as soon as it is connected', async () => {
    const { warehouse, dataSource, secret } = stores;
    const silent = await ensureBrand(dataSource, { code: 'silent', name: 'Silent', zone: ZONE });
    const writer = new StateWriter(dataSource, secret);
    await writer.upsertAccounts(silent.brandId, [{ platform: 'douyin', accountId: 'silent', name: 'Silent' }]);
    const reports = new ReportService({ warehouse, dataSource, secret, clock });
    const ask = { name: 'value', level: 'account', basis: 'adjusted', month: '2026-10', brand: 'silent' } as const;
    const shown = async () => {
      const { rows } = (await reports.report(ask, 'all')) as unknown as { rows: { coverage: number | null }[] };
      const [row] = await coverage.rows('all', { brand: 'silent', account: 'silent', ...october }, ['videos']);
      return [rows.map((one) => one.coverage), row?.coverage, row?.receivedDays, row?.expectedDays];
    };
    expect(await shown()).toEqual([[null], null, 0, 0]);
    const tokens = { accessToken: 'a', refreshToken: 'r' };
    await writer.upsertGrants(silent.brandId, [
      { product: 'douyin-open', principalId: 'silent', accounts: ['silent'], ...tokens },
    ] as never);
    await dataSource.query(`UPDATE platform_grant SET granted_at = '2026-10-11T07:00:00Z' WHERE brand_id = $1`, [silent.brandId]);
    expect(await shown()).toEqual([[0], 0, 0, 21]);
  });
});
