import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import fc from 'fast-check';
import { SystemClock, loadSettings } from '@app/config';
import type { Grant } from '@app/contracts';
import { ensureBrand, listActs } from '@app/database';
import { importFiles } from '@app/ingest';
import { runRole, type RunningRole } from '../../apps/process/run-role';
import { LEAKS, fuzzedRequests, routesOf, type FuzzedRequest, type OpenApi, type Route } from '../support/fuzz-requests';
import { People, TEST_PASSWORD, TEST_TOTP } from '../support/sign-in';
import { openTestStores, type TestStores } from '../support/stores';
import { inline, workbookOf } from '../support/zip-bombs';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const REQUESTS = process.env.VITRINE_TEST_LONG ? 50_000 : 1_500;
const AT_ONCE = 8;
const METRICS_TOKEN = 'metrics-token-of-a-test';
const QUIET = { LOG_LEVEL: 'silent', PORT: '0' };

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

if (process.env.VITRINE_TEST_LONG) jest.setTimeout(3_600_000);

describe('the interface against strangers', () => {
  let stores: TestStores;
  let role: RunningRole;
  let url: URL;
  let tokens: Record<string, string>;
  let people: People;
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);

  const boot = (environment: Record<string, string>) =>
    runRole('api', {
      settings: loadSettings({ VITRINE_DATA: stores.dataDir, ...QUIET, ...environment }),
      instance: stores.instance,
      warehouse: stores.warehouse,
      dataSource: stores.dataSource,
      clock: new SystemClock(),
      close: () => Promise.resolve(),
    });
  const send = (
    target: string,
    {
      method = 'GET',
      headers = {},
      body = null,
      at = url,
    }: { method?: string; headers?: Record<string, string>; body?: Buffer | string | null; at?: URL } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: at.hostname, port: at.port, method, path: target, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        const answered = () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          // a stream goes on until its listener leaves: what it begins with is the answer
          if (response.headers['content-type']?.startsWith('text/event-stream')) {
            answered();
            request.destroy();
          }
        });
        response.on('end', answered);
        response.on('error', reject);
      });
      request.on('error', reject);
      if (body !== null) request.write(body);
      request.end();
    });

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    stores = await openTestStores();
    const brand = await ensureBrand(stores.dataSource, { code: 'b', name: 'Brand', zone: 'Asia/Shanghai' });
    role = await boot({ VITRINE_RATE_ADDRESS: '0', VITRINE_RATE_USER: '0', VITRINE_RATE_SIGN_IN: '0' });
    url = new URL(role.url!);
    people = new People(stores, brand);
    tokens = {};
    for (const name of ['brand-admin', 'senior-auditor', 'data-operator', 'dealer'] as const) {
      const grants: Grant[] = name === 'dealer' ? [{ kind: 'dealer', dealerId: 'd1' }] : [{ kind: 'brand' }];
      await people.add({ login: name, role: name, grants });
      tokens[name] = await people.token(name);
    }
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    await role?.close();
    await stores?.close();
  });

  const bearer = (name: string) => ({ authorization: `Bearer ${tokens[name]}` });

  it('the page may run its own files only, and is shown in no frame; data is kept nowhere', async () => {
    const page = await send('/');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none';.*script-src 'self'(;|$)/);
    expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    const data = await send('/api/v1/overview', { headers: bearer('brand-admin') });
    expect(data.headers).toMatchObject({ 'cache-control': 'no-store', 'content-disposition': 'attachment; filename="api.json"' });
    for (const address of ['/', '/api/docs', '/metrics']) expect((await send(address)).headers).not.toHaveProperty('content-disposition');
    for (const { headers } of [page, data, await send('/api/v1/nonsense')]) {
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('strict-transport-security'); // not over plain HTTP
    }
  });

  it('behind a proxy that is trusted, and only then, its word on address and TLS holds', async () => {
    const trusting = await boot({
      VITRINE_TRUSTED_PROXIES: '127.0.0.1',
      VITRINE_RATE_ADDRESS: '0',
      VITRINE_METRICS_TOKEN: METRICS_TOKEN,
      VITRINE_API_DOCS: 'off',
    });
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    try {
      expect((await send('/', { headers: forwarded, at: new URL(trusting.url!) })).headers['strict-transport-security']).toMatch(
        /max-age=31536000/,
      );
      expect((await send('/', { headers: forwarded })).headers).not.toHaveProperty('strict-transport-security');
      // with a token it opens /metrics and nothing else does; the description of the interface may be switched off
      const metrics = async (address: string, headers = {}) => (await send(address, { at: new URL(trusting.url!), headers })).status;
      expect([await metrics('/metrics'), await metrics('/metrics', { authorization: `Bearer ${METRICS_TOKEN}x` })]).toEqual([401, 401]);
      expect(await metrics('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
      for (const address of ['/api/docs', '/api/docs-json', '/api/docs-yaml', '/API/Docs'])
        expect([address, await metrics(address)]).toEqual([address, 404]);
    } finally {
      await trusting.close();
    }
  });

  it('without a token /metrics is for this machine alone, however the address is written, and not for what a proxy passes on', async () => {
    expect((await send('/metrics')).text).toContain('vitrine_');
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip'])
      for (const address of ['/metrics', '/METRICS/', '/metrics?x=1', `${url.origin}/metrics`])
        expect([header, address, (await send(address, { headers: { [header]: '203.0.113.9' } })).status]).toEqual([header, address, 401]);
  });

  it('a request id that is one goes through answer, error and audit log; others are replaced', async () => {
    const id = 'trace-0123456789';
    const wrong = await send('/api/v1/nonsense', { headers: { 'x-request-id': id } });
    expect(wrong.headers['x-request-id']).toBe(id);
    expect(JSON.parse(wrong.text)).toMatchObject({ requestId: id });
    const other = await send('/api/v1/nonsense', { headers: { 'x-request-id': 'no id at all' } });
    expect(other.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const body = JSON.stringify({
      kind: 'rate-cards',
      rows: [{ platform: 'douyin', line: 'like', unitPriceCny: '1', discount: '1', validFrom: '2026-12-01' }],
      reason: 'r',
    });
    const proposed = await send('/api/v1/proposals', {
      method: 'POST',
      headers: { ...bearer('brand-admin'), 'content-type': 'application/json', 'x-request-id': id },
      body,
    });
    expect([proposed.status, proposed.text]).toEqual([expect.any(Number), expect.stringContaining('proposal')]);
    const [act] = await listActs(stores.dataSource, 1, { limit: 1, action: 'proposal' });
    expect(act).toMatchObject({
      origin: { address: '127.0.0.1', requestId: id, sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
      actor: { kind: 'user' },
    });
  });

  it('the audit log is read by auditors, page by page; a dealer is refused', async () => {
    const first = await send('/api/v1/audit?limit=2', { headers: bearer('senior-auditor') });
    expect(first.status).toBe(200);
    const page = JSON.parse(first.text) as { rows: { seq: number }[]; nextCursor: string; total: number };
    expect(page.rows).toHaveLength(2);
    const next = await send(`/api/v1/audit?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`, { headers: bearer('senior-auditor') });
    expect((JSON.parse(next.text) as typeof page).rows[0].seq).toBe(page.rows[1].seq - 1);
    expect((await send('/api/v1/audit?action=user.add&text=dealer', { headers: bearer('senior-auditor') })).text).toContain('"user.add"');
    await people.add({ login: 'li.lei@example.com', role: 'read-only', grants: [{ kind: 'brand' }] });
    for (const [name, login] of [
      ['brand-admin', 'li.lei@example.com'],
      ['senior-auditor', 'l***@example.com'],
    ]) {
      const { rows } = JSON.parse((await send('/api/v1/audit?limit=1&action=user.add', { headers: bearer(name) })).text) as {
        rows: { after: object }[];
      };
      expect([name, rows[0].after]).toEqual([name, expect.objectContaining({ login })]);
    }
    expect((await send('/api/v1/audit', { headers: bearer('dealer') })).status).toBe(403);
    expect((await send('/api/v1/audit?from=2026-02-30', { headers: bearer('senior-auditor') })).status).toBe(400);
  });

  it('bodies beyond the limit, packed ones and forms are refused before they are parsed', async () => {
    const post = (headers: Record<string, string>, body: Buffer | string) =>
      send('/api/v1/auth/sign-in', { method: 'POST', headers, body });
    expect(await post({ 'content-type': 'application/json' }, `{"login":"${'x'.repeat(1_100_000)}"}`)).toMatchObject({ status: 413 });
    expect(await post({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, Buffer.alloc(20))).toMatchObject({ status: 415 });
    expect(await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'login=a&password=b')).toMatchObject({ status: 415 });
    const quoted = await post({ 'content-type': 'application/json' }, '{"password":"canary-5591", oops}');
    expect(quoted.status).toBe(400);
    expect(quoted.text).not.toContain('canary');
  });

  it('too many requests of an address, at sign-in, and of a user are answered 429 with the time to wait', async () => {
    const limited = await boot({ VITRINE_RATE_ADDRESS: '40', VITRINE_RATE_USER: '10', VITRINE_RATE_SIGN_IN: '5' });
    const at = new URL(limited.url!);
    try {
      const statuses = async (target: string, count: number, headers = {}) => {
        const answers: Answer[] = [];
        for (let n = 0; n < count; n++) answers.push(await send(target, { at, headers }));
        return answers;
      };
      const signIns = await statuses('/api/v1/auth/options', 7);
      expect(signIns.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect(Number(signIns[6].headers['retry-after'])).toBeGreaterThan(0);
      const users = await statuses('/api/v1/metrics', 12, bearer('brand-admin'));
      expect(users.map(({ status }) => status)).toEqual([...Array<number>(10).fill(200), 429, 429]);
      expect(JSON.parse(users[11].text)).toMatchObject({ code: 'too_many' });
      expect((await statuses('/api/v1/metrics', 1, bearer('data-operator')))[0].status).toBe(200);
      const flood = await statuses('/api/v1/metrics', 25, { authorization: 'Bearer nonsense' });
      expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([401, 429]));
      expect((await send('/health/live', { at })).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it(`answers ${REQUESTS} malformed requests to every route: no 5xx, no leak, no crash`, async () => {
    const described = await send('/api/docs-json');
    expect([described.status, described.text.slice(0, 200)]).toEqual([200, expect.stringContaining('"openapi"')]);
    const document = JSON.parse(described.text) as OpenApi;
    const routes = [...routesOf(document), ...undescribed(role, document)];
    expect(routes.length).toBeGreaterThan(60);
    const secrets = [stores.secret, stores.dataDir, stores.instance.clickhouse.password, TEST_PASSWORD, TEST_TOTP].filter(
      (text): text is string => !!text,
    );
    const seen = new Map<string, number>();
    const statuses = new Map<number, number>();
    const requests = fc.sample(fuzzedRequests(routes, [...Object.values(tokens), tokens['brand-admin'], 'forged.token.here', '']), {
      seed: SEED,
      numRuns: REQUESTS,
    });
    // each route at least once with a token that may, so that all of them are reached
    const wrong: string[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < requests.length; at = next++) {
        const request = requests[at];
        // whoever signs out, or ends the sessions, ends the test
        if (/auth\/(sign-out|sessions|password)/.test(request.route) && request.headers.authorization) delete request.headers.authorization;
        const answer = await sendFuzzed(request);
        seen.set(request.route, (seen.get(request.route) ?? 0) + 1);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const fault = faultOf(answer, secrets);
        if (fault && wrong.length < 20)
          wrong.push(
            `${fault}: ${JSON.stringify({ ...request, body: request.body?.toString('latin1').slice(0, 200) })} → ${answer.status} ${answer.text.slice(0, 300)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    process.stdout.write(
      `${requests.length} requests to ${seen.size} of ${routes.length} routes: ${[...statuses]
        .sort()
        .map(([status, count]) => `${status} × ${count}`)
        .join(', ')}\n`,
    );
    expect(wrong).toEqual([]);
    expect(rejections).toEqual([]);
    expect(seen.size).toBe(routes.length);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((await send('/health/live')).status).toBe(200);
  });

  const sendFuzzed = ({ target, method, headers, body }: FuzzedRequest): Promise<Answer> =>
    send(target, { method, headers, body }).catch((error: NodeJS.ErrnoException) => {
      // a server that refuses a body may close before it is sent
      if (['EPIPE', 'ECONNRESET', 'HPE_INVALID_CONSTANT'].includes(error.code ?? '')) return { status: 0, headers: {}, text: '' };
      if (error.code === 'ERR_INVALID_CHAR' || error.code === 'ERR_UNESCAPED_CHARACTERS') return { status: -1, headers: {}, text: '' };
      throw error;
    });

  describe('workbooks that are bombs', () => {
    const name = (row: number, at: number) => `${String.fromCharCode(65 + (at % 26))}${row}`;
    const header = `<row r="1">${['dealerId', 'name', 'adcode'].map((text, at) => inline(text).replace('<c ', `<c r="${name(1, at)}" `)).join('')}</row>`;
    const good = `<row r="2">${['d1', 'Shop', '440106'].map((text, at) => inline(text).replace('<c ', `<c r="${name(2, at)}" `)).join('')}</row>`;
    const hex = (bytes: number) => randomBytes(bytes / 2).toString('hex');
    const imported = async (bytes: Buffer) => {
      const file = path.join(stores.dataDir, 'bomb.xlsx');
      fs.writeFileSync(file, bytes);
      const { dataSource, warehouse, secret, dataDir } = stores;
      return importFiles({ dataSource, warehouse, secret, dataDir }, { kind: 'dealers', brandId: 1, files: [file], dryRun: true });
    };

    it('a plain one of the same make is read', async () => {
      expect(await imported(workbookOf(header + good))).toMatchObject({ read: 1, rejected: 0 });
    });

    it.each<[string, () => Buffer]>([
      ['a steep ratio', () => workbookOf(Buffer.alloc(60_000_000, ' '))],
      ['a directory that lies', () => workbookOf(Buffer.alloc(60_000_000, ' '), [], { claims: 1_000 })],
      [
        'too many parts',
        () =>
          workbookOf(
            header,
            Array.from({ length: 2_100 }, (_, at) => ({ name: `xl/media/${at}`, content: Buffer.alloc(1) })),
          ),
      ],
      ['entries that share their bytes', () => workbookOf(header + `<!--${hex(3_000_000)}-->`, [], { alias: 600 })],
      ['a row of too many cells', () => workbookOf(`${header}<row r="2">${'<c><v>1</v></c>'.repeat(17_000)}</row>`)],
      ['a text without end', () => workbookOf(`${header}<row r="2">${inline(hex(5_000_000))}</row>`)],
      [
        'styles without end',
        () => workbookOf(header, [{ name: 'xl/styles.xml', content: Buffer.from(`<styleSheet>${hex(22_000_000)}</styleSheet>`) }]),
      ],
    ])('%s: refused before it is parsed', async (_, bomb) => {
      await expect(imported(bomb())).rejects.toMatchObject({
        code: 'bad_input',
        text: { en: expect.stringMatching(/zip bomb|not a whole XLSX/) as string },
      });
    });

    it('entities are not put in place of their names', async () => {
      const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
      const strings = `<!DOCTYPE sst [<!ENTITY l0 "laugh">${laughs}<!ENTITY file SYSTEM "file:///etc/passwd">]><sst><si><t>&l9;&file;</t></si></sst>`;
      const shared = header + `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>0</v></c></row>`;
      const result = await imported(workbookOf(shared, [{ name: 'xl/sharedStrings.xml', content: Buffer.from(strings) }])).catch(
        (error: { code?: string }) => error.code,
      );
      expect(JSON.stringify(result) ?? 'no code').not.toMatch(/laughlaugh|root:|no code/);
    });
  });

  it.each([
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET /api/v1/overview HTTP/9.9\r\n\r\n',
    'POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5_000)}\r\n`,
    '\0\0\0\0',
  ])('what is no HTTP is refused: %#', async (bytes) => {
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = net.connect(Number(url.port), url.hostname, () => socket.write(bytes));
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      socket.setTimeout(5_000, () => socket.destroy());
    });
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
    expect(faultOf({ status: 400, headers: {}, text: answer }, [stores.secret])).toBeNull();
  });
});

/** Routes that the description leaves out, as the router has them. */
function undescribed(role: RunningRole, { paths }: OpenApi): Route[] {
  interface Layer {
    route?: { path: string; methods: Record<string, boolean> };
  }
  const { router } = (role.app as unknown as { getHttpAdapter(): { getInstance(): { router: { stack: Layer[] } } } })
    .getHttpAdapter()
    .getInstance();
  return router.stack
    .flatMap(({ route }) =>
      route
        ? Object.keys(route.methods).map((method) => ({
            method: method.toUpperCase(),
            path: String(route.path).replace(/:(\w+)/g, '{$1}'),
          }))
        : [],
    )
    .filter(({ path, method }) => path.startsWith('/') && !path.startsWith('/api/docs') && !paths[path]?.[method.toLowerCase()])
    .map((route) => ({ ...route, query: [], body: [] }));
}

/** 501 is what a report of a later release answers. */
const isFailure = (status: number): boolean => status >= 500 && status !== 501;

function faultOf({ status, text, headers }: Answer, secrets: readonly string[]): string | null {
  if (isFailure(status)) return `status ${status}`;
  const said = `${text}\n${JSON.stringify(headers)}`;
  const leak = LEAKS.find((pattern) => pattern.test(said));
  if (leak) return `leak ${leak.source}`;
  return secrets.some((secret) => said.includes(secret)) ? 'leak of a secret' : null;
}
