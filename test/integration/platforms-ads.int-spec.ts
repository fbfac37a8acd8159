import { businessDay, type GrantProduct } from '@app/contracts';
import { PlatformError } from '@app/platforms';
import { createWorld, startPlatformSim, type PlatformSim } from '../../apps/platform-sim/src';
import { createWires } from '../../apps/platform-sim/src/wire/servers';
import { TROUBLE_LEVELS } from '../../apps/platform-sim/src/wire/trouble';
import type { SimAccount } from '../../apps/platform-sim/src/world/accounts';
import { all, connectorCall, type ConnectorOptions } from '../support/connector-call';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';

const at = (text: string): number => Date.parse(`${text}+08:00`);
const NOW = at('2026-10-20T10:30:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OCTOBER_18 = { from: at('2026-10-18T00:00:00'), to: at('2026-10-20T00:00:00'), isFinal: () => false };
const DAYS = { fromDay: '2026-10-18', toDay: '2026-10-20' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(product: GrantProduct, handler: (request: FakeRequest) => FakeAnswer, options: Partial<ConnectorOptions> = {}) {
  const server = await fakeServer(handler);
  const opened = connectorCall(product, server.url, { now: NOW, ...options });
  closers.push(server.close, opened.close);
  return { ...opened, server };
}

const good = (data: object): object => ({ code: 0, message: 'OK', data });
const refused = (code: number | string, message = 'refused'): object => ({ code, message, data: {} });
const actionOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof PlatformError ? `${error.action} ${error.wireCode}` : String(error);
};

describe('Ocean Engine', () => {
  const REPORT = '/open_api/v3.0/report/live_room/analysis/get/';
  const room = (id: number, views: unknown, more: object = {}) => ({
    anchor_id: 'a1',
    room_id: `730000000000000000${id}`,
    room_create_time: `2026-10-18 1${id}:00:00`,
    room_finish_time: `2026-10-18 1${id}:50:00`,
    room_status: 'END',
    fields: { all_live_watch_cnt_td: views },
    ...more,
  });
  const flowOf = (request: FakeRequest): string | null =>
    /"first_flow_category":"(\w+)"/.exec(request.query.get('filtering') ?? '')?.[1] ?? null;

  it('what the three paid flows brought is paid; a room that none of them names has none', async () => {
    const { platform, call } = await open('oceanengine', (request) => {
      const flow = flowOf(request);
      const list = flow === null ? [room(1, 100), room(2, '50')] : flow === 'AD' ? [room(1, 30)] : flow === 'DOU' ? [room(1, '5')] : [];
      return good({ list, page_info: { total_page: 1 } });
    });
    const readings = await all(platform.sessions(call, OCTOBER_18));
    expect(readings.map(({ rows: [row] }) => [row?.views, row?.paidViews, row?.source])).toEqual([
      [100, 35, 'ads-api'],
      [50, 0, 'ads-api'],
    ]);
  });

  it('where the report refuses the filter, nobody knows what was paid', async () => {
    const { platform, call } = await open('oceanengine', (request) =>
      flowOf(request) === null ? good({ list: [room(1, 100)] }) : refused('40000'),
    );
    expect((await all(platform.sessions(call, OCTOBER_18)))[0]?.rows[0]).toMatchObject({ views: 100, paidViews: null });
  });

  it('rooms of other accounts of the advertiser are left out; a number is asked for as such, with every digit', async () => {
    const other = await open('oceanengine', () => good({ list: [room(1, 1), room(2, 2, { anchor_id: 'somebody' })] }));
    expect(await all(other.platform.sessions(other.call, OCTOBER_18))).toHaveLength(1);
    const number = await open('oceanengine', () => good({ list: [] }), { accountId: '6912345678901234567' });
    await all(number.platform.sessions(number.call, OCTOBER_18));
    expect(number.server.calls[0]?.query.get('filtering')).toBe('{"aweme_ids":[6912345678901234567]}');
  });

  it('an id of 19 digits that comes as a number keeps every digit', async () => {
    const text = JSON.stringify(good({ list: [room(1, 7)] })).replace('"7300000000000000001"', '7300000000000000001');
    const { platform, call } = await open('oceanengine', () => text);
    expect((await all(platform.sessions(call, OCTOBER_18)))[0]?.sessionId).toBe('7300000000000000001');
  });

  it('a token that runs out between two pages is refreshed once, both tokens are new and kept, and the list goes on', async () => {
    const { platform, call, store, server } = await open('oceanengine', (request) => {
      if (request.path === '/open_api/oauth2/refresh_token/')
        return good({ access_token: 'new', expires_in: '86400', refresh_token: 'r2', refresh_token_expires_in: 2_592_000 });
      const page = Number(request.query.get('page'));
      if (page === 2 && request.headers['access-token'] === 'old') return refused(40102);
      return good({
        list: flowOf(request) === null ? [room(page, page)] : [],
        page_info: { total_page: flowOf(request) === null ? 2 : 1 },
      });
    });
    expect((await all(platform.sessions(call, OCTOBER_18))).map(({ rows }) => rows[0]?.views)).toEqual([1, 2]);
    expect(store.grant).toMatchObject({
      accessToken: 'new',
      refreshToken: 'r2',
      accessExpiresAt: NOW + 86_400_000,
      refreshExpiresAt: NOW + 2_592_000_000,
    });
    expect(server.calls.filter(({ path }) => path.includes('oauth2'))).toHaveLength(1);
  });

  it('a page that comes again and a list that ends before its end are told, not taken for the whole list', async () => {
    const stuck = await open('oceanengine', () => good({ list: [room(1, 1)], page_info: { total_page: 3 } }));
    expect(await actionOf(all(stuck.platform.sessions(stuck.call, OCTOBER_18)))).toBe('fail page stands still');
    const short = await open('oceanengine', () => good({ list: [], page_info: { total_page: 3 } }));
    expect(await actionOf(all(short.platform.sessions(short.call, OCTOBER_18)))).toBe('fail list ends before its end');
  });

  it('an answer that is not JSON, no envelope, or no object is classified', async () => {
    const html = await open('oceanengine', () => '<html>', { retries: 1 });
    expect(await actionOf(all(html.platform.sessions(html.call, OCTOBER_18)))).toBe('retry not json');
    expect(html.server.calls).toHaveLength(2);
    const bare = await open('oceanengine', () => ({ list: [] }));
    expect(await actionOf(all(bare.platform.sessions(bare.call, OCTOBER_18)))).toBe('fail no code');
    const list = await open('oceanengine', () => '[1]');
    expect(await actionOf(all(list.platform.sessions(list.call, OCTOBER_18)))).toBe('fail not an object');
  });

  it('a field of a new type is unknown; the row and the others go on', async () => {
    const { platform, call } = await open('oceanengine', () =>
      good({ list: [room(1, { value: 5 }, { room_status: 7 }), room(2, 9), 'text', null], page_info: 'new' }),
    );
    const readings = await all(platform.sessions(call, OCTOBER_18));
    expect(readings.map(({ rows }) => rows[0]?.views)).toEqual([null, 9]);
  });

  it('leads are numbers by day; nothing about a person is in them', async () => {
    const clue = (id: number, time: string) => ({
      clue_id: String(id),
      create_time_detail: time,
      clue_source: 1,
      name: '王某',
      telephone: '13800000000',
    });
    const { platform, call, server } = await open('oceanengine', ({ query }) =>
      query.get('page') === '1'
        ? good({ list: [clue(1, '2026-10-18 09:00:00'), clue(2, '2026-10-18 10:00:00')], page_info: { total_page: 2 } })
        : good({ list: [clue(2, '2026-10-18 10:00:00'), clue(3, '2026-10-19 10:00:00')], page_info: { total_page: 2 } }),
    );
    const rows = await all(platform.leads(call, DAYS));
    expect(rows.map(({ day, count }) => [day, count])).toEqual([
      ['2026-10-18', 2],
      ['2026-10-19', 1],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/王|138/);
    expect(server.calls[0]?.query.get('advertiser_ids')).toBe('[1700000000000001]');
  });

  it("leads of an advertiser with several accounts are nobody's", async () => {
    const { platform, call, server } = await open('oceanengine', () => good({ list: [] }), { grant: { accountIds: ['a1', 'a2'] } });
    expect(await actionOf(all(platform.leads(call, DAYS)))).toBe('stop-endpoint several accounts');
    expect(server.calls).toHaveLength(0);
  });

  it('the span is cut into whole days of at most 62, and today is not asked for', async () => {
    const { platform, call, server } = await open('oceanengine', () => good({ list: [] }));
    await all(platform.sessions(call, { from: at('2026-07-01T12:00:00'), to: NOW, isFinal: () => false }));
    const spans = server.calls.filter(({ path }) => path === REPORT).map(({ query }) => [query.get('start_time'), query.get('end_time')]);
    expect(spans).toEqual([
      ['2026-07-01 00:00:00', '2026-08-31 23:59:59'],
      ['2026-09-01 00:00:00', '2026-10-19 23:59:59'],
    ]);
  });
});

describe('Magnetic Engine', () => {
  const row = (id: string, day: string, played: unknown, more: object = {}) => ({
    live_stream_id: id,
    user_id: 'a1',
    live_start_time: `${day} 20:00:00`,
    live_end_time: `${day} 21:00:00`,
    live_played_started: played,
    ...more,
  });

  it('pages to the announced number of rows; other users of the advertiser are left out', async () => {
    const { platform, call } = await open('magnetic', ({ json }) =>
      good({
        total_count: '3',
        details: json.page === 1 ? [row('L1', '2026-10-18', 5), row('L9', '2026-10-18', 9, { user_id: 8 })] : [row('L2', '2026-10-19', 7)],
      }),
    );
    expect((await all(platform.sessions(call, OCTOBER_18))).map(({ sessionId, rows }) => [sessionId, rows[0]?.paidViews])).toEqual([
      ['L1', 5],
      ['L2', 7],
    ]);
  });

  it('the days around the span are read too, so that a broadcast over midnight is whole; only those that began in it are given', async () => {
    const { platform, call, server } = await open('magnetic', () =>
      good({ total_count: 2, details: [row('L0', '2026-10-17', 5), row('L1', '2026-10-18', 6)] }),
    );
    expect((await all(platform.sessions(call, OCTOBER_18))).map(({ sessionId }) => sessionId)).toEqual(['L1']);
    expect(server.calls[0]?.json).toMatchObject({ start_date: '2026-10-17', end_date: '2026-10-19', temporal_granularity: 'DAILY' });
  });

  it('what two advertisers paid for one broadcast adds up', async () => {
    const { platform, call } = await open('magnetic', () => good({ total_count: 1, details: [row('L1', '2026-10-18', 5)] }), {
      grant: { principalId: '11,12' },
    });
    expect((await all(platform.sessions(call, OCTOBER_18)))[0]?.rows[0]?.paidViews).toBe(10);
  });

  it('an expired token is known by its message; the pair is replaced', async () => {
    const { platform, call, store } = await open('magnetic', ({ path, headers }) => {
      if (path.endsWith('/oauth2/authorize/refresh_token'))
        return good({ access_token: 'new', access_token_expires_in: 86_400, refresh_token: 'r2', refresh_token_expires_in: 100 });
      return headers['access-token'] === 'old' ? refused(401000, 'access_token is expired') : good({ total_count: 0, details: [] });
    });
    expect(await all(platform.sessions(call, OCTOBER_18))).toEqual([]);
    expect(store.grant).toMatchObject({ accessToken: 'new', refreshToken: 'r2' });
  });

  it('a refresh token that is refused means that the owner must authorise again', async () => {
    const { platform, call } = await open('magnetic', ({ path }) =>
      refused(4, path.endsWith('refresh_token') ? 'refresh_token invalid' : 'access_token invalid'),
    );
    expect(await actionOf(all(platform.sessions(call, OCTOBER_18)))).toBe('mark-revoked 4');
  });

  it('leads, videos and followers are in no call', async () => {
    const { platform, call } = await open('magnetic', () => good({}));
    expect(await actionOf(all(platform.leads(call, DAYS)))).toBe('stop-endpoint no such call');
    expect(await actionOf(all(platform.videos(call)))).toBe('stop-endpoint no such call');
    expect(await actionOf(platform.profile(call))).toBe('stop-endpoint no such call');
  });
});

describe('Tencent Ads', () => {
  const principal = { grant: { principalId: '10000001:501,502' }, accountId: 'sph1' };
  const showing = (id: string, more: object = {}) => ({
    video_channel_id: 'sph1',
    showings_id: id,
    live_start_time: '2026-10-18 19:00:00',
    live_end_time: '2026-10-18 21:00:00',
    watching_person_uv: 120,
    ...more,
  });

  it('every try has a nonce of its own, a timestamp of now, and names the brands', async () => {
    let tries = 0;
    const { platform, call, server } = await open(
      'tencent-ads',
      () => (++tries < 3 ? refused(10000) : good({ living_info_list: [showing('s1')], page_info: { total_page: 1 } })),
      principal,
    );
    expect(await all(platform.sessions(call, OCTOBER_18))).toHaveLength(1);
    const nonces = server.calls.map(({ query }) => query.get('nonce') ?? '');
    expect(new Set(nonces).size).toBe(3);
    expect(nonces.every((nonce) => /^[0-9a-f]{32}$/.test(nonce))).toBe(true);
    expect(server.calls[0]?.query.get('timestamp')).toBe(String(NOW / 1_000));
    expect(server.calls[0]?.json).toMatchObject({
      account_id: 10_000_001,
      brand_ids: [501, 502],
      video_channel_ids: ['sph1'],
      start_date: 20_261_018,
      end_date: 20_261_019,
      page: 1,
    });
  });

  it('pages by total_page; other channels and repeated rows are left out', async () => {
    const { platform, call } = await open(
      'tencent-ads',
      ({ json }) =>
        good({
          living_info_list: json.page === 1 ? [showing('s1'), showing('s9', { video_channel_id: 'sph9' })] : [showing('s1'), showing('s2')],
          page_info: { page: json.page, total_page: '2' },
        }),
      principal,
    );
    expect((await all(platform.sessions(call, OCTOBER_18))).map(({ sessionId }) => sessionId)).toEqual(['s1', 's2']);
  });

  it('follower totals and numbers of leads come by day', async () => {
    const { platform, call } = await open(
      'tencent-ads',
      ({ path }) =>
        path.includes('fans')
          ? good({ fans_info_list: [{ video_channel_id: 'sph1', date: 20_261_019, fans_cnt: '77' }] })
          : good({ leads_info_list: [{ video_channel_id: 'sph1', date: 20_261_019, leads_cnt: 4, ad_leads_cnt: '1' }] }),
      principal,
    );
    expect(await all(platform.followers(call, 3))).toEqual([{ day: '2026-10-19', total: 77, source: 'ads-api' }]);
    expect(await all(platform.leads(call, DAYS))).toEqual([
      { leadId: 'count:2026-10-19', day: '2026-10-19', count: 4, paid: 1, source: 'ads-api' },
    ]);
  });

  it('the pair rotates, and what the answer lacks stays', async () => {
    const { platform, call, store, server } = await open(
      'tencent-ads',
      ({ path, query }) => {
        if (path === '/oauth/token') return good({ access_token: 'new', refresh_token: 'r2', access_token_expires_in: '86400' });
        return query.get('access_token') === 'old' ? refused('11000') : good({ living_info_list: [] });
      },
      principal,
    );
    await all(platform.sessions(call, OCTOBER_18));
    expect(store.grant).toMatchObject({ accessToken: 'new', refreshToken: 'r2', refreshExpiresAt: NOW + 40 * 86_400_000 });
    expect(server.calls.find(({ path }) => path === '/oauth/token')?.query.get('grant_type')).toBe('refresh_token');
  });

  it('a permission that was not given stops this call only', async () => {
    const { platform, call } = await open('tencent-ads', () => refused(11014), principal);
    expect(await actionOf(all(platform.leads(call, DAYS)))).toBe('stop-endpoint 11014');
  });
});

describe('against the simulated servers, which are busy, refuse and end tokens', () => {
  const world = createWorld({ seed: 7, endMonth: '2026-10' });
  const now = world.startsAt + 20 * DAY + 10.5 * HOUR;
  const today = world.startsAt + 20 * DAY;
  const granted = createWires(world, TROUBLE_LEVELS.none, () => world.startsAt);
  let sim: PlatformSim;

  beforeAll(async () => {
    sim = await startPlatformSim({ world, trouble: 'test', now: () => now });
  });
  afterAll(async () => {
    await sim.stop();
  });

  const accountOf = (platform: 'douyin' | 'kuaishou' | 'channels'): SimAccount => {
    const account = world.of(platform).find((one) => !one.outage && paidOf(one) > 0);
    if (!account) throw new Error('the world has no such account');
    return account;
  };
  const sessionsOf = (account: SimAccount) => world.sessionsBetween(account, world.startsAt, today);
  const paidOf = (account: SimAccount) => sessionsOf(account).reduce((sum, { paidViews }) => sum + paidViews, 0);
  const span = { from: world.startsAt, to: now, isFinal: () => false };

  function connect(product: 'oceanengine' | 'magnetic' | 'tencent-ads', account: SimAccount) {
    const server = product === 'tencent-ads' ? 'tencentads' : product;
    const { advertisers } = granted[server];
    const principalId = product === 'tencent-ads' ? `${advertisers.idOf(account)}:501` : advertisers.idOf(account);
    const grant = { principalId, ...advertisers.granted(account), accountIds: [account.accountId] };
    const opened = connectorCall(product, sim.urls[server], { now, accountId: account.accountId, grant, retries: 8 });
    closers.push(opened.close);
    return opened;
  }
  const leadsByDay = (account: SimAccount): Map<string, number> => {
    const days = new Map<string, number>();
    for (const { startedAt, leads } of sessionsOf(account)) {
      const day = businessDay(startedAt, 'Asia/Shanghai');
      days.set(day, (days.get(day) ?? 0) + leads);
    }
    return days;
  };
  const dayText = (instant: number): string => businessDay(instant, 'Asia/Shanghai');

  it('Ocean Engine: every room with its views and what was paid, every lead counted', async () => {
    const account = accountOf('douyin');
    const { platform, call, store } = connect('oceanengine', account);
    const readings = await all(platform.sessions(call, span));
    expect(
      readings.flatMap(({ rows }) => rows).map(({ sessionId, views, paidViews, likes }) => ({ sessionId, views, paidViews, likes })),
    ).toEqual(sessionsOf(account).map(({ sessionId, views, paidViews, likes }) => ({ sessionId, views, paidViews, likes })));
    const leads = await all(platform.leads(call, { fromDay: dayText(world.startsAt), toDay: dayText(now) }));
    expect(leads).toHaveLength(20);
    expect(Object.fromEntries(leads.filter(({ count }) => count > 0).map(({ day, count }) => [day, count]))).toEqual(
      Object.fromEntries([...leadsByDay(account)].filter(([, count]) => count > 0)),
    );
    expect(store.renewals).toBeGreaterThan(0);
  });

  it('Magnetic Engine: the paid views of every broadcast that has any', async () => {
    const account = accountOf('kuaishou');
    const { platform, call } = connect('magnetic', account);
    const readings = await all(platform.sessions(call, span));
    expect(readings.flatMap(({ rows }) => rows).map(({ sessionId, paidViews }) => [sessionId, paidViews])).toEqual(
      sessionsOf(account)
        .filter(({ paidViews, endedAt }) => paidViews > 0 && endedAt <= today)
        .map(({ sessionId, paidViews }) => [sessionId, paidViews]),
    );
  });

  it('Tencent Ads: every broadcast, every follower total, every lead', async () => {
    const account = accountOf('channels');
    const { platform, call } = connect('tencent-ads', account);
    const readings = await all(platform.sessions(call, span));
    expect(readings.flatMap(({ rows }) => rows).map(({ uniqueViewers, startedAt }) => [uniqueViewers, startedAt])).toEqual(
      sessionsOf(account).map(({ uniqueViewers, startedAt }) => [uniqueViewers, startedAt]),
    );
    const followers = await all(platform.followers(call, 5));
    expect(followers.at(-1)?.total).toBe(world.followers(account, Math.floor((today + 8 * HOUR) / DAY) - 1));
    const leads = await all(platform.leads(call, { fromDay: dayText(world.startsAt), toDay: dayText(now) }));
    expect(leads.reduce((sum, { count }) => sum + count, 0)).toBe([...leadsByDay(account).values()].reduce((sum, count) => sum + count, 0));
  });
});
