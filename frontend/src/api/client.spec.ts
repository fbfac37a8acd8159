import { dropAccess, keepAccess, whenAccessIsLost } from './access';
import { ApiError, apiPath, getJson } from './client';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const reply = {
    ok: status < 400,
    status,
    statusText: 'Bad Gateway',
    headers: { get: (name: string) => headers[name] ?? null },
    json: () => (body === undefined ? Promise.reject(new Error('no json')) : Promise.resolve(body)),
  };
  globalThis.fetch = jest.fn(() => Promise.resolve(reply as unknown as Response));
}

describe('api client', () => {
  it('leaves out what is not set and escapes what is', () => {
    expect(apiPath('dealers', { q: '上海 & 1', limit: 20, cursor: null, tier: '' })).toBe(
      '/api/v1/dealers?q=%E4%B8%8A%E6%B5%B7+%26+1&limit=20',
    );
  });
  it('answers with the body', async () => {
    answer(200, { rows: [] });
    await expect(getJson('dealers')).resolves.toEqual({ rows: [] });
  });
  it('an error keeps code, details and request id', async () => {
    answer(404, { code: 'not_found', message: 'no such dealer', details: [{ message: 'x' }], requestId: 'r-1' });
    await expect(getJson('dealers/x')).rejects.toMatchObject({
      status: 404,
      code: 'not_found',
      requestId: 'r-1',
      details: [{ message: 'x' }],
    });
  });
  it('an error without a readable body takes the request id from the header', async () => {
    answer(502, undefined, { 'x-request-id': 'r-2' });
    await expect(getJson('overview')).rejects.toMatchObject({
      status: 502,
      code: 'internal',
      message: '服务器未能完成请求 (502)',
      requestId: 'r-2',
    });
  });
  it('says so when no answer comes', async () => {
    globalThis.fetch = jest.fn(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(getJson('overview')).rejects.toBeInstanceOf(ApiError);
    const told = { status: 0, code: 'unreachable' };
    await expect(getJson('overview')).rejects.toMatchObject({ ...told, message: expect.stringMatching(/^没有连上服务器/) as string });
    document.documentElement.lang = 'en';
    await expect(getJson('overview')).rejects.toMatchObject({ ...told, message: expect.stringMatching(/^The server was not/) as string });
    document.documentElement.lang = '';
  });
  it('an abort stays an abort', async () => {
    const abort = new AbortController();
    abort.abort();
    globalThis.fetch = jest.fn(() => Promise.reject(new DOMException('aborted', 'AbortError')));
    await expect(getJson('overview', {}, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('api client of somebody who is signed in', () => {
  const user = {
    userId: 'u',
    login: 'l',
    name: 'L',
    role: 'dealer' as const,
    brand: { code: 'b', name: 'B' },
    secondFactor: false,
    reaches: {},
  };
  const access = (accessToken: string) => ({ step: 'done' as const, accessToken, expiresInSeconds: 600, user });

  /** A server that knows one access token, and a refresh cookie that is good or not. */
  function server(good: string, refresh: number) {
    const calls: string[] = [];
    globalThis.fetch = jest.fn((path: string, init: RequestInit) => {
      calls.push(path);
      const { authorization } = init.headers as Record<string, string>;
      const status = path.endsWith('/refresh') ? refresh : authorization === `Bearer ${good}` ? 200 : 401;
      const body = path.endsWith('/refresh') ? access(good) : { code: 'unauthorized', message: 'over', details: [] };
      return Promise.resolve({
        ok: status < 400,
        status,
        headers: { get: () => null },
        json: () => Promise.resolve(body),
      } as unknown as Response);
    }) as typeof fetch;
    return calls;
  }
  afterEach(() => dropAccess());

  it('a token that is over is exchanged once for all who wait, and what they asked for comes', async () => {
    keepAccess(access('old'));
    const calls = server('new', 200);
    await Promise.all(['overview', 'dealers', 'accounts'].map((path) => getJson(path)));
    expect(calls.filter((path) => path.endsWith('/refresh'))).toHaveLength(1);
    expect(calls).toHaveLength(7);
  });

  it('when the refresh cookie is over, too, the sign-in is, and the refusal is told', async () => {
    keepAccess(access('old'));
    const lost = jest.fn();
    whenAccessIsLost(lost);
    const calls = server('new', 401);
    await expect(getJson('overview')).rejects.toMatchObject({ status: 401 });
    expect(lost).toHaveBeenCalledTimes(1);
    expect(calls).toHaveLength(2);
  });

  it('a server that does not answer the exchange signs nobody out', async () => {
    keepAccess(access('old'));
    const lost = jest.fn();
    whenAccessIsLost(lost);
    server('new', 503);
    await expect(getJson('overview')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
    expect(lost).not.toHaveBeenCalled();
  });
});
