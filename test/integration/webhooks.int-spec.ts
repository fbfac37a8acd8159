import { createHash } from 'node:crypto';
import { Clock, loadSettings } from '@app/config';
import type { Brand } from '@app/contracts';
import { LivePlayService, WebhookInbox, WebhookProcessor, type InboxAnswer, type ProcessedCounts } from '@app/connect';
import { ensureBrand, StateWriter } from '@app/database';
import { importRows } from '@app/ingest';
import type { WebhookChannel } from '@app/platforms';
import { ViewerKeys } from '@app/warehouse';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';
import { openTestStores, type TestStores } from '../support/stores';

class HandClock extends Clock {
  instant = Date.parse('2026-11-20T12:00:00Z');
  now(): number {
    return this.instant;
  }
}

const clock = new HandClock();
const signal = new AbortController().signal;
let stores: TestStores;
let brand: Brand;
let inbox: WebhookInbox;
let processor: WebhookProcessor;
const collected: object[] = [];
let failing: string | null = null;
/** What the work behind pushes waits for. */
let held: Promise<void> = Promise.resolve();

const settings = loadSettings({
  DOUYIN_CLIENT_KEY: 'ck',
  DOUYIN_CLIENT_SECRET: 'cs',
  KUAISHOU_APP_ID: 'ka',
  KUAISHOU_APP_SECRET: 'ks',
  DOUYIN_LIVE_SECRETS: 'live_comment=lc,live_gift=lg=,live_like=ll',
});
const hashed = (algorithm: string, encoding: 'hex' | 'base64', ...parts: string[]): string => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest(encoding);
};

beforeAll(async () => {
  stores = await openTestStores();
  brand = await ensureBrand(stores.dataSource, { code: 'b', name: 'B', zone: 'Asia/Shanghai' });
  const { dataSource, warehouse, secret } = stores;
  const grant = { accessToken: 't', refreshToken: 'r' };
  await new StateWriter(dataSource, secret).upsertGrants(brand.brandId, [
    { ...grant, product: 'douyin-open', principalId: 'dy-owner', accounts: ['dy1'], scopes: ['user_info', 'video.list.bind'] },
    { ...grant, product: 'kuaishou-open', principalId: 'ks-owner', accounts: ['ks1'], scopes: ['user_info', 'user_video_info'] },
  ]);
  inbox = new WebhookInbox({ dataSource, secret, settings, clock });
  const ingest = { warehouse, dataSource, secret, dataDir: stores.dataDir, now: () => clock.now() };
  processor = new WebhookProcessor({
    dataSource,
    warehouse,
    clock,
    effects: {
      collectVideos: async (...given) => {
        if (failing !== null && given[2].includes(failing)) throw new Error('the queue does not answer');
        await held;
        collected.push(given);
      },
      importRows: async (brandId, kind, rows) => void (await importRows(ingest, { kind, rows, brandId, source: 'feed' })),
    },
  });
});
afterAll(() => stores?.close());

const push = (channel: WebhookChannel, body: string, headers: Record<string, string>): Promise<InboxAnswer> =>
  inbox.receive(channel, { method: 'POST', headers, query: {}, body: Buffer.from(body) });
function douyin(event: string, content: object | string, messageId: string, from = 'dy-owner'): Promise<InboxAnswer> {
  const body = JSON.stringify({ event, from_user_id: from, client_key: 'ck', content });
  return push('douyin', body, { 'x-douyin-signature': hashed('sha1', 'hex', 'cs', body), 'msg-id': messageId });
}
function kuaishou(event: string, scope: string[], messageId: string, sentAt = clock.now()): Promise<InboxAnswer> {
  const body = JSON.stringify({ app_id: 'ka', event, message_id: messageId, timestamp: sentAt, data: { open_id: 'ks-owner', scope } });
  return push('kuaishou', body, { kwaisign: hashed('md5', 'hex', body, 'ks') });
}
const comment = (roomId: string, id: string, viewer: string): Promise<InboxAnswer> =>
  live('live_comment', roomId, [
    { msg_id: id, sec_openid: viewer, content: 'secret text', nickname: 'nick', timestamp: clock.now() - 1_000 },
  ]);
function live(type: 'live_comment' | 'live_like' | 'live_gift', roomId: string, list: object[]): Promise<InboxAnswer> {
  const body = JSON.stringify(list);
  const headers = { 'x-msg-type': type, 'x-nonce-str': 'n', 'x-roomid': roomId, 'x-timestamp': String(clock.now()) };
  const signed = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const secret = { live_comment: 'lc', live_gift: 'lg=', live_like: 'll' }[type];
  return push('douyin-live', body, { ...headers, 'x-signature': hashed('md5', 'base64', signed, body, secret) });
}
const work = (): Promise<ProcessedCounts> => processor.process(signal);
const grantOf = async (principal: string) =>
  (
    (await stores.dataSource.query('SELECT revoked_code AS code, scopes FROM platform_grant WHERE principal_id = $1', [principal])) as {
      code: string | null;
      scopes: string[];
    }[]
  )[0];
const messages = async (): Promise<number> =>
  ((await stores.dataSource.query('SELECT count(*)::int AS n FROM webhook_message')) as { n: number }[])[0].n;

describe('events about permissions', () => {
  it('an owner who takes all permissions ends the grant, one who gives them revives it; a repetition does nothing', async () => {
    await expect(douyin('unauthorize', { scopes: ['user_info', 'video.list.bind'] }, 'm1')).resolves.toMatchObject({ waiting: true });
    await expect(douyin('unauthorize', { scopes: ['user_info', 'video.list.bind'] }, 'm1')).resolves.toMatchObject({ waiting: false });
    await expect(work()).resolves.toMatchObject({ done: 1 });
    expect(await grantOf('dy-owner')).toMatchObject({ code: 'event unauthorize' });
    clock.instant += 60_000;
    await douyin('authorize', JSON.stringify({ scopes: ['user_info', 'live.room.base'] }), 'm2');
    await work();
    expect(await grantOf('dy-owner')).toEqual({ code: null, scopes: expect.arrayContaining(['live.room.base', 'video.list.bind']) });
    await douyin('unauthorize', { scopes: ['user_info', 'video.list.bind'] }, 'm1');
    await expect(work()).resolves.toMatchObject({ done: 0 });
    expect((await grantOf('dy-owner')).code).toBeNull();
  });

  it('an owner who takes one permission keeps the others', async () => {
    await kuaishou('UN_AUTHORIZE', ['user_video_info'], 'k1');
    await work();
    expect(await grantOf('ks-owner')).toEqual({ code: null, scopes: ['user_info'] });
    await kuaishou('UN_AUTHORIZE', ['user_info'], 'k2');
    await work();
    expect((await grantOf('ks-owner')).code).toBe('event UN_AUTHORIZE');
  });

  it('an event from before the latest authorisation, that comes late, changes nothing', async () => {
    await stores.dataSource.query(
      `UPDATE platform_grant SET revoked_at = NULL, revoked_code = NULL, authorised_at = $1 WHERE principal_id = 'ks-owner'`,
      [new Date(clock.now())],
    );
    await kuaishou('UN_AUTHORIZE', [], 'k3', clock.now() - 60_000);
    await work();
    expect((await grantOf('ks-owner')).code).toBeNull();
    await kuaishou('UN_AUTHORIZE', [], 'k4', clock.now() + 1);
    await work();
    expect((await grantOf('ks-owner')).code).toBe('event UN_AUTHORIZE');
  });
});

describe('events about content', () => {
  it('a push is answered as soon as it is stored: the work behind it may stand still', async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    expect(await douyin('create_video', { item_id: 'i' }, 'held 1')).toMatchObject({ waiting: true });
    const working = work();
    expect(await douyin('create_video', { item_id: 'i' }, 'held 2')).toMatchObject({ waiting: true });
    expect(collected).toEqual([]);
    release();
    await working;
    await work();
    expect(collected.splice(0)).toHaveLength(2);
  });

  it('a new video lets the videos of its owner be collected; of a stranger nothing is', async () => {
    await douyin('create_video', { item_id: '@i' }, 'v1');
    await douyin('create_video', { item_id: '@j' }, 'v2', 'stranger');
    await expect(work()).resolves.toMatchObject({ done: 1, ignored: 1 });
    expect(collected).toEqual([[brand.brandId, 'douyin', ['dy1']]]);
  });

  it('comments wait for their session, then are facts of hashed viewers without text; repeated ones are the same facts', async () => {
    await comment('room7', 'c1', 'raw-viewer-1');
    await comment('room7', 'c1', 'raw-viewer-1');
    await expect(work()).resolves.toMatchObject({ done: 0, postponed: 1 });
    const { warehouse, dataSource, secret, dataDir } = stores;
    const at = clock.now();
    const session = { platform: 'douyin', accountId: 'dy1', sessionId: 'room7', startedAt: at - 3_600_000, endedAt: at + 3_600_000 };
    const ingest = { warehouse, dataSource, secret, dataDir, now: () => clock.now() + 86_400_000 };
    await importRows(ingest, { kind: 'sessions', rows: [session], brandId: brand.brandId, source: 'api-final' });
    clock.instant += 7_200_000;
    await expect(work()).resolves.toMatchObject({ done: 1 });
    clock.instant += 1_000;
    await comment('room7', 'c1', 'raw-viewer-1');
    await work();
    const sql = 'SELECT comment_id, viewer_key, text FROM comments FINAL WHERE brand_id = {brand: UInt32}';
    const facts = await warehouse.query<object>({ name: 'test.comments', sql, params: { brand: brand.brandId } });
    const key = new ViewerKeys(secret, brand.brandId).keyOf('douyin', 'raw-viewer-1');
    expect(facts.length).toBeGreaterThanOrEqual(1);
    expect(new Set(facts.map((fact) => (fact as { viewer_key: unknown }).viewer_key?.toString()))).toEqual(new Set([String(key)]));
    const kept = JSON.stringify([facts, await dataSource.query('SELECT * FROM webhook_message')], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(kept).not.toMatch(/raw-viewer|secret text|nick/);
  });

  it('likes and gifts make minutes without a number of viewers: each part once, in whatever push, order or repetition', async () => {
    const { warehouse, dataSource, secret, dataDir } = stores;
    const minute = Math.floor(clock.now() / 60_000) * 60_000 - 120_000;
    const session = { platform: 'douyin', accountId: 'dy1', sessionId: 'room8', startedAt: minute - 60_000, endedAt: minute + 600_000 };
    const ingest = { warehouse, dataSource, secret, dataDir, now: () => clock.now() + 86_400_000 };
    const like = (id: string, at: number, like_num: number | string) => ({ msg_id: id, sec_openid: 'raw-liker', like_num, timestamp: at });
    await live('live_like', 'room8', [like('a', minute + 1, 3), like('b', minute + 59_999, 4)]);
    await work();
    await importRows(ingest, { kind: 'sessions', rows: [session], brandId: brand.brandId, source: 'api-final' });
    await importRows(ingest, {
      kind: 'minutes',
      rows: [{ ...session, minute, concurrent: 9, views: 2 }],
      brandId: brand.brandId,
      source: 'feed',
    });
    // the part `b` again in another push, a part of the minute after, a gift, and likes whose number nobody can read
    await live('live_like', 'room8', [like('b', minute + 59_999, 4), like('c', minute + 60_000, 5)]);
    await live('live_gift', 'room8', [{ msg_id: 'g', gift_num: 2, gift_value: 100, timestamp: minute + 5 }]);
    await live('live_like', 'room8', [like('d', minute + 120_001, 'many'), like('e', minute + 120_002, 6)]);
    clock.instant += 7_200_000;
    await Promise.all([work(), work()]);
    const sql = `SELECT toUnixTimestamp64Milli(minute) - {minute: Int64} AS after, toString(source) AS source, concurrent, views, likes, gifts
      FROM minutes FINAL WHERE brand_id = {brand: UInt32} AND session_id = 'room8' AND retracted = 0 ORDER BY after, source`;
    const told = () => warehouse.query<object>({ name: 'test.minutes', sql, params: { brand: brand.brandId, minute } });
    const counted = { source: 'api-provisional', concurrent: null, views: null };
    const expected = [
      { after: '0', ...counted, likes: '7', gifts: '2' },
      { after: '0', source: 'feed', concurrent: '9', views: '2', likes: null, gifts: null },
      { after: '60000', ...counted, likes: '5', gifts: null },
    ];
    expect(await told()).toEqual(expected);
    // one more part later: the minute is told anew; the earlier parts are not forgotten
    await live('live_like', 'room8', [like('f', minute + 2, 1), like('a', minute + 1, 3)]);
    await work();
    expect(await told()).toEqual([{ ...expected[0], likes: '8' }, ...expected.slice(1)]);
    // a part that nobody can read, after others of its minute were told: what stands there is no sum any more
    await live('live_like', 'room8', [like('h', minute + 60_001, 'many')]);
    await work();
    expect(await told()).toEqual([{ ...expected[0], likes: '8' }, expected[1]]);
    expect(JSON.stringify(await dataSource.query('SELECT * FROM live_reaction'))).not.toContain('raw-liker');
  });

  it('a comment whose session never comes is given up after three days', async () => {
    await comment('room-unknown', 'c9', 'v');
    clock.instant += 3 * 86_400_000 + 1;
    await expect(work()).resolves.toMatchObject({ ignored: 1, postponed: 0 });
  });
});

describe('tasks of live pushes', () => {
  /** The platform's side: tokens of which only the newest two live, tasks that start and stop, and gifts that it could not deliver. */
  function platform() {
    const tokens: string[] = [];
    const running = new Set<string>();
    const missed: object[][] = [];
    let mounted = true;
    const answer = ({ method, path, query, headers, json }: FakeRequest): FakeAnswer => {
      if (path === '/api/apps/v2/token') {
        if (json['appid'] !== 'mini' || json['secret'] !== 'mini-secret') return { err_no: 40017, err_tips: 'bad secret' };
        tokens.push(`mini-token-${tokens.length}`);
        return { err_no: 0, err_tips: 'success', data: { access_token: tokens.at(-1), expires_in: '7200' } };
      }
      const token = headers['access-token'] ?? headers['x-token'];
      if (token !== tokens.at(-1)) return { err_no: 40022, err_msg: 'token', logid: 'l' };
      if (path === '/api/webcastmate/info') return { err_no: 0, data: { info: { room_id: '9007199254740993', anchor_open_id: 'o' } } };
      const of = (name: string) => String(method === 'POST' ? json[name] : query.get(name));
      const task = `${of('roomid')} ${of('msg_type')}`;
      if (path.endsWith('/task/get')) return { err_no: 0, data: { status: running.has(task) ? 3 : 1 } };
      if (path.endsWith('/fail_data/get')) {
        const list = missed[Number(query.get('page_num')) - 1] ?? [];
        const rows = list.map((one) => ({ roomid: of('roomid'), msg_type: of('msg_type'), payload: JSON.stringify([one]) }));
        return { err_no: 0, data: { page_num: query.get('page_num'), total_count: missed.flat().length, data_list: rows } };
      }
      if (!mounted) return { err_no: 10004, err_msg: 'play not mounted' };
      if (path.endsWith('/task/start')) running.add(task);
      else running.delete(task);
      return { err_no: 0, err_msg: '', logid: 'l', data: { task_id: 't' } };
    };
    return { answer, tokens, running, missed, unmount: () => (mounted = false) };
  }

  it('start once, under one token of the app for all processes; what was not delivered is fetched and counts once', async () => {
    const side = platform();
    const server = await fakeServer(side.answer);
    const { dataSource, secret, warehouse, dataDir } = stores;
    const push = {
      ...settings.push,
      douyinLiveAppId: 'mini',
      douyinLiveAppSecret: 'mini-secret',
      douyinLiveBaseUrl: server.url,
      douyinMiniAppBaseUrl: server.url,
    };
    const open = () => new LivePlayService({ dataSource, secret, settings: { push }, clock, inbox, wire: { retryBaseMs: 1 } });
    const services = [open(), open()] as const;
    try {
      await expect(services[0].roomOf('play-token', signal)).resolves.toBe('9007199254740993');
      const all = { live_comment: 'running', live_gift: 'running', live_like: 'running' };
      expect(await Promise.all(services.map((service) => service.start('room9', signal)))).toEqual([all, all]);
      // a second token would have cut the first short
      expect(side.tokens).toHaveLength(1);
      const starts = () => server.calls.filter(({ path }) => path.endsWith('/task/start')).length;
      const before = starts();
      await services[1].start('room9', signal);
      expect(starts()).toBe(before);
      // the platform ends a token before its time: one new one, whoever notices
      side.tokens.push('somebody-else-took-one');
      await Promise.all(services.map((service) => service.state('room9', signal)));
      expect(side.tokens).toHaveLength(3);
      const kept = (await dataSource.query('SELECT token FROM app_token')) as { token: Buffer }[];
      expect(kept.map(({ token }) => token.toString('latin1')).join()).not.toContain('mini-token');

      const minute = Math.floor(clock.now() / 60_000) * 60_000 - 300_000;
      const gift = (id: string) => ({ msg_id: id, sec_openid: 'raw-giver', gift_num: 1, timestamp: minute + 5 });
      const session = { platform: 'douyin', accountId: 'dy1', sessionId: 'room9', startedAt: minute - 60_000, endedAt: minute + 600_000 };
      const ingest = { warehouse, dataSource, secret, dataDir, now: () => clock.now() + 86_400_000 };
      await importRows(ingest, { kind: 'sessions', rows: [session], brandId: brand.brandId, source: 'api-final' });
      await live('live_gift', 'room9', [gift('g0')]);
      side.missed.push(
        Array.from({ length: 100 }, (_, at) => gift(`g${at}`)),
        [gift('g100')],
      );
      expect(await services[0].recover('room9', signal)).toBe(101);
      expect(await services[1].recover('room9', signal)).toBe(0);
      await work();
      const sql = `SELECT gifts FROM minutes FINAL WHERE brand_id = {brand: UInt32} AND session_id = 'room9'`;
      expect(await warehouse.query<object>({ name: 'test.gifts', sql, params: { brand: brand.brandId } })).toEqual([{ gifts: '101' }]);

      await expect(services[0].stop('room9', signal)).resolves.toMatchObject({ live_like: 'none' });
      side.unmount();
      await expect(services[0].start('room9', signal)).rejects.toMatchObject({ action: 'gone' });
      const without = new LivePlayService({ dataSource, secret, settings, clock, inbox });
      await expect(without.state('room9', signal)).rejects.toMatchObject({ code: 'bad_input' });
      await without.close();
    } finally {
      for (const service of services) await service.close();
      await server.close();
    }
  });
});

describe('the door', () => {
  it('finished pushes of live rooms go after a day, others after a month; what waits stays', async () => {
    const count = async (channel: string) =>
      (
        (await stores.dataSource.query('SELECT count(*)::int AS n FROM webhook_message WHERE channel = $1', [channel])) as { n: number }[]
      )[0].n;
    await comment('room-late', 'c10', 'v');
    const live = await count('douyin-live');
    const others = await count('douyin');
    clock.instant += 2 * 86_400_000;
    await work();
    expect(await count('douyin')).toBe(others);
    expect(await count('douyin-live')).toBe(1);
    expect(live).toBeGreaterThan(1);
    clock.instant += 31 * 86_400_000;
    await work();
    expect(await count('douyin')).toBe(0);
  });

  it('what is refused is not stored, nor is a viewer’s event more than its name', async () => {
    const before = await messages();
    await expect(push('douyin', '{}', { 'x-douyin-signature': 'no' })).resolves.toEqual({ refused: 'signature' });
    await expect(push('channels', '{}', {})).resolves.toEqual({ refused: 'no secret' });
    expect(await messages()).toBe(before);
    await douyin('im_receive_msg', { content: 'hello' }, 'i1', 'some-viewer');
    const [kept] = (await stores.dataSource.query(`SELECT content, state FROM webhook_message WHERE message_key = 'i1'`)) as object[];
    expect(kept).toEqual({ content: { what: 'none', sentAt: null }, state: 'ignored' });
  });

  it('a failure of one message leaves the others alone; it is tried again, and given up in the end', async () => {
    failing = 'dy1';
    await douyin('create_video', { item_id: '@k' }, 'v3');
    await kuaishou('AUTHORIZE', ['user_info'], 'k5');
    await expect(work()).resolves.toMatchObject({ done: 1, postponed: 1 });
    const state = async () =>
      ((await stores.dataSource.query(`SELECT state FROM webhook_message WHERE message_key = 'v3'`)) as { state: string }[])[0].state;
    expect(await state()).toBe('waiting');
    for (let again = 0; again < 7; again++) {
      clock.instant += 2 * 3_600_000;
      await work();
    }
    expect(await state()).toBe('failed');
    failing = null;
  });

  it('two processors at once work on each message once', async () => {
    collected.length = 0;
    for (let serial = 0; serial < 10; serial++) await douyin('create_video', { item_id: `@${serial}` }, `p${serial}`);
    const counts = await Promise.all([work(), work()]);
    expect(counts[0].done + counts[1].done).toBe(10);
    expect(collected).toHaveLength(10);
  });
});
