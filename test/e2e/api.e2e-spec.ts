import * as fs from 'node:fs';
import * as path from 'node:path';
import type {
  AccountListRow,
  DealerListRow,
  ErrorBody,
  MadeLink,
  Overview,
  Page,
  Proposal,
  ProposalPreview,
  RankingRow,
  Report,
  ReportName,
  SignInAnswer,
  User,
  UserSession,
} from '@app/contracts';
import { RunningProduct, get, temporaryFolder, vitrineJson } from '../support/cli';
import { FIGURES, LONG_ID, ODD_DEALER, ODD_ID, ROOM, STRAY, prepareBrand } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { TEST_PASSWORD, freshCode, signedIn, type SignedIn } from '../support/sign-in';

describe('HTTP interface', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  let product: RunningProduct;
  let url: string;
  let admin: SignedIn;
  const ask = <Body>(address: string, headers?: Record<string, string>) =>
    get<Body>(`${url}/api/v1/${address}`, { ...admin.headers, ...headers });

  beforeAll(async () => {
    await prepareBrand(data);
    product = RunningProduct.up(data);
    url = await product.ready();
    admin = await signedIn(url);
  });
  afterAll(async () => {
    await product?.stop();
    await untilNothingRunsOn(data);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('a list is walked page by page, without a row twice or missing', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body }: { status: number; body: Page<AccountListRow> } = await ask(
        `accounts?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      expect(status).toBe(200);
      expect(body.rows).toHaveLength(1);
      expect(body.total).toBe(4);
      seen.push(body.rows[0].accountId);
      cursor = body.nextCursor;
    }
    expect(seen.sort()).toEqual([ROOM, LONG_ID, ODD_ID, STRAY].sort());
    const all = await ask<Page<DealerListRow>>('dealers?limit=500');
    expect(all.body).toMatchObject({ total: 3, nextCursor: null });
  });

  it('bad parameters are refused with a code, a message, details and a request id', async () => {
    const wrong = [
      'accounts?limit=501',
      'accounts?limit=0',
      'accounts?limit=x',
      'accounts?cursor=!!',
      'accounts?unknown=1',
      'reports/ranking?month=2026-13',
      'reports/ranking?level=shop',
      'reports/value?wrong=1',
      'reports/value?from=2026-10-02&to=2026-10-01',
      'accounts/tiktok/007',
    ];
    for (const address of wrong) {
      const { status, body } = await ask<ErrorBody>(address);
      expect({ address, status, code: body.code }).toEqual({ address, status: 400, code: 'bad_input' });
      expect(body.message).toBeTruthy();
      expect(Array.isArray(body.details)).toBe(true);
      expect(body.requestId).toBeTruthy();
    }
  });

  it('what does not exist is not found, what comes later is not available, in the language that was asked for', async () => {
    for (const address of ['reports/nonsense', 'dealers/absent', 'accounts/douyin/absent', 'nonsense']) {
      const { status, body } = await ask<ErrorBody>(address);
      expect({ address, status, code: body.code }).toEqual({ address, status: 404, code: 'not_found' });
    }
    expect(await ask<ErrorBody>(`reports/signals?asOf=${encodeURIComponent(new Date().toISOString())}`)).toMatchObject({
      status: 501,
      body: { code: 'not_available' },
    });
    expect((await ask<ErrorBody>('reports/nonsense', { 'accept-language': 'en' })).body.message).toMatch(/There is no report/);
    expect((await ask<ErrorBody>('reports/nonsense', { 'accept-language': 'zh-CN' })).body.message).toMatch(/没有/);
  });

  it('ids with leading zeros, 20 digits, slashes, dots and Chinese are addresses', async () => {
    for (const [platform, id] of [
      ['douyin', ROOM],
      ['douyin', LONG_ID],
      ['kuaishou', ODD_ID],
      ['douyin', STRAY],
    ])
      expect((await ask<AccountListRow>(`accounts/${platform}/${encodeURIComponent(id)}`)).body).toMatchObject({
        accountId: id,
        undeclared: id === STRAY,
      });
    expect((await ask<DealerListRow>(`dealers/${encodeURIComponent(ODD_DEALER)}`)).body).toMatchObject({
      dealerId: ODD_DEALER,
      adcode: '440100',
    });
    const series = await ask<{ months: { month: string; valueCny: string }[] }>(
      `accounts/kuaishou/${encodeURIComponent(ODD_ID)}/series?to=2026-10&months=2`,
    );
    expect(series.body.months.map(({ month }) => month)).toEqual(['2026-09', '2026-10']);
    expect(series.body.months[1].valueCny).toBe(FIGURES.valueOdd);
  });

  it('the interface describes itself', async () => {
    const { status, body } = await get<{ openapi: string; paths: Record<string, unknown> }>(`${url}/api/docs-json`);
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/reports/{name}',
        '/api/v1/accounts',
        '/api/v1/accounts/{platform}/{accountId}',
        '/api/v1/dealers',
        '/api/v1/dealers/{dealerId}',
        '/api/v1/overview',
      ]),
    );
    expect((await get(`${url}/api/docs`)).text).toMatch(/swagger/i);
  });

  it('health tells live from ready, and answers carry security headers', async () => {
    expect(await get(`${url}/health/live`)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await get(`${url}/health/ready`)).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { facts: { status: 'up' }, state: { status: 'up' } } },
    });
    for (const address of ['/', '/api/v1/overview']) {
      const { headers } = await get(`${url}${address}`);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('the overview opens the newest complete month that has facts', async () => {
    expect((await ask<Overview>('overview')).body).toMatchObject({
      months: ['2026-10', '2026-09'],
      defaultMonth: '2026-10',
      dealers: 3,
      demo: false,
    });
  });

  it('every report over HTTP has the rows of the command line, byte for byte', async () => {
    const choices: [ReportName, string][] = [
      ['showroom', 'account'],
      ['value', 'dealer'],
      ['tiers', 'region'],
      ['ranking', 'account'],
    ];
    for (const [name, level] of choices) {
      const http = await ask<Report<RankingRow>>(`reports/${name}?month=2026-10&level=${level}`);
      const cli = await vitrineJson<Report<RankingRow>>(['--data', data, 'report', name, '--month', '2026-10', '--level', level, '--json']);
      expect(http.status).toBe(200);
      expect(JSON.stringify(http.body.rows)).toBe(JSON.stringify(cli.rows));
      expect({ ...http.body.meta, dataInstant: null }).toEqual({ ...cli.meta, dataInstant: null });
    }
    const http = await ask<Report<RankingRow>>('reports/value?from=2026-10-05&to=2026-10-12&platform=douyin');
    const cli = await vitrineJson<Report<RankingRow>>([
      '--data',
      data,
      'report',
      'value',
      '--from',
      '2026-10-05',
      '--to',
      '2026-10-12',
      '--platform',
      'douyin',
      '--json',
    ]);
    expect(JSON.stringify(http.body.rows)).toBe(JSON.stringify(cli.rows));
  });

  it('a price that is proposed over HTTP rules after somebody else has activated it at the command line', async () => {
    const post = async (address: string, body: object) => {
      const response = await fetch(`${url}/api/v1/${address}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...admin.headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as ProposalPreview & ErrorBody };
    };
    const row = { platform: 'channels', line: 'like', unitPriceCny: '0.01', discount: '1', validFrom: '2026-10-01' };
    const change = { kind: 'rate-cards', reason: '新刊例' };
    for (const rows of [[], [1], [{ ...row, unitPriceCny: '-1' }], [row, { ...row, validFrom: '2026-10-05' }]]) {
      const refused = await post('proposals', { ...change, rows });
      expect([400, 422]).toContain(refused.status);
      expect(refused.body.details.length).toBeGreaterThan(0);
    }
    expect((await post('proposals', { ...change, rows: [row], reason: '' })).status).toBe(400);
    const { status, body: proposal } = await post('proposals', { ...change, rows: [row] });
    expect({ status, state: proposal.state, reach: proposal.reach }).toMatchObject({
      status: 201,
      state: 'open',
      reach: { from: '2026-10-01', to: null },
    });
    expect(await post(`proposals/${proposal.proposalId}/activate`, {})).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await ask<Page<Proposal>>('proposals?state=open')).body).toMatchObject({
      total: 1,
      nextCursor: null,
      rows: [{ proposalId: proposal.proposalId }],
    });
    const decided = await vitrineJson<Proposal>([
      '--data',
      data,
      'proposals',
      'activate',
      proposal.proposalId,
      '--reason',
      'checked',
      '--json',
    ]);
    expect(decided).toMatchObject({ state: 'active', decision: 'checked', versions: ['channels/like/2026-10-01#1'] });
    expect((await ask<ProposalPreview>(`proposals/${proposal.proposalId}`)).body).toMatchObject({ state: 'active', conflicts: [] });
    expect(await post(`proposals/${proposal.proposalId}/withdraw`, {})).toMatchObject({ status: 409 });
    expect((await ask<ErrorBody>('proposals/999')).status).toBe(404);
  });

  describe('signing in', () => {
    const post = async (address: string, body: object, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/api/v1/auth/${address}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: (text ? JSON.parse(text) : {}) as SignInAnswer & ErrorBody, headers: response.headers };
    };

    it('without a token, with one that was tampered with, or with the step of a sign-in nothing is answered', async () => {
      const { body } = await post('sign-in', { login: 'auditor', password: TEST_PASSWORD });
      const challenge = body.step === 'second-factor' ? body.challenge : '';
      const [token] = admin.headers.authorization.split(' ').slice(1);
      for (const authorization of [undefined, 'Bearer x', `Bearer ${token.slice(0, -2)}xx`, `Bearer ${challenge}`, `Basic ${token}`]) {
        const { status, text } = await get(`${url}/api/v1/overview`, authorization ? { authorization } : {});
        expect(status).toBe(401);
        expect(text).not.toMatch(/eyJ|启明/);
      }
    });

    it('unknown user and wrong password are one answer, which says what to do', async () => {
      const answers = await Promise.all(['brand-admin', 'nobody'].map((login) => post('sign-in', { login, password: 'wrong' })));
      const [known, unknown] = answers.map(({ status, body }) => ({ status, ...body, requestId: null }));
      expect(known).toEqual(unknown);
      expect(known).toMatchObject({ status: 401, code: 'unauthorized' });
      expect(JSON.stringify(known)).toMatch(/reset link/);
    });

    it('the refresh cookie is out of the reach of scripts and other sites, and is exchanged at each use', async () => {
      const { body } = await post('sign-in', { login: 'senior-auditor', password: TEST_PASSWORD });
      const challenge = body.step === 'second-factor' ? body.challenge : '';
      const signed = await post('second-factor', { challenge, code: await freshCode(`${url} senior-auditor`) });
      const [cookie] = signed.headers.getSetCookie();
      expect(cookie).toMatch(/^vitrine_refresh=[\w-]{43}; Max-Age=\d+; Path=\/api\/v1\/auth;.* HttpOnly; SameSite=Strict$/);
      expect(JSON.stringify(signed.body)).not.toContain(cookie.slice(16, 59));
      expect(signed.headers.get('cache-control')).toBe('no-store');
      const held = { cookie: cookie.split(';')[0] };
      expect((await post('refresh', {}, { ...held, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
      const refreshed = await post('refresh', {}, held);
      expect({ status: refreshed.status, step: refreshed.body.step }).toEqual({ status: 200, step: 'done' });
      const next = { cookie: refreshed.headers.getSetCookie()[0].split(';')[0] };
      expect(next).not.toEqual(held);
      expect((await post('sign-out', {}, next)).status).toBe(204);
      const over = await post('refresh', {}, next);
      expect(over.status).toBe(401);
      expect(over.headers.getSetCookie()[0]).toMatch(/^vitrine_refresh=; Max-Age=0/);
    });

    it('an admin invites a dealer, whose token opens the dealer’s rows; disabled, it opens nothing', async () => {
      const call = async <Body>(method: string, address: string, body: object) => {
        const headers = { 'content-type': 'application/json', ...admin.headers };
        const response = await fetch(`${url}/api/v1/${address}`, { method, headers, body: JSON.stringify(body) });
        return { status: response.status, body: (await response.json()) as Body };
      };
      const invited = await call<{ user: User; link: MadeLink }>('POST', 'users', {
        login: 'shop@example.com',
        name: '店长',
        role: 'dealer',
        grants: [{ kind: 'dealer', dealerId: 'D01' }],
      });
      expect(invited.status).toBe(201);
      expect((await post('links/use', { token: invited.body.link.token, password: 'three quiet lamps at sea' })).status).toBe(204);
      const signed = await post('sign-in', { login: 'shop@example.com', password: 'three quiet lamps at sea' });
      const authorization = `Bearer ${signed.body.step === 'done' ? signed.body.accessToken : ''}`;
      const rows = await get<Page<DealerListRow>>(`${url}/api/v1/dealers`, { authorization });
      expect(rows.body.rows.map(({ dealerId }) => dealerId)).toEqual(['D01']);
      expect((await get(`${url}/api/v1/users`, { authorization })).status).toBe(403);
      expect((await get<UserSession[]>(`${url}/api/v1/auth/sessions`, { authorization })).body).toHaveLength(1);
      await call('PATCH', `users/${invited.body.user.userId}`, { state: 'disabled' });
      expect((await get(`${url}/api/v1/dealers`, { authorization })).status).toBe(401);
    });

    it('a key of a program reads what it was made for, and no more', async () => {
      const made = await vitrineJson<{ keyId: string; secret: string }>([
        '--data',
        data,
        'api-keys',
        'create',
        '--name',
        'bi',
        '--action',
        'report.read',
        '--grant',
        'dealer=D01',
        '--json',
      ]);
      const authorization = `Bearer ${made.secret}`;
      const report = await get<Report<RankingRow>>(`${url}/api/v1/reports/value?month=2026-10&level=dealer`, { authorization });
      expect(report.body.rows.map(({ dealerId }) => dealerId)).toEqual(['D01']);
      expect((await get(`${url}/api/v1/dealers`, { authorization })).status).toBe(403);
      await vitrineJson(['--data', data, 'api-keys', 'revoke', made.keyId, '--json']);
      expect((await get(`${url}/api/v1/reports/value?month=2026-10`, { authorization })).status).toBe(401);
    });
  });
});
