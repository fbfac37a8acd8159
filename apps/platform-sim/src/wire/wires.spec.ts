import * as fc from 'fast-check';
import { ScenarioEngine } from '../scenario/engine';
import { createWires } from './servers';
import { DAY, dayStart, HOUR, monthFirstDay } from '../world/calendar';
import { finalAt } from '../world/sessions';
import { createWorld } from '../world/world';
import { channelsApp } from './channels';
import { DOUYIN_APP } from './douyin-oauth';
import type { Call } from './http';
import { KUAISHOU_APP } from './kuaishou';
import { TROUBLE_LEVELS } from './trouble';
import type { Trouble } from './trouble';

const world = createWorld({ seed: 7, endMonth: '2026-10' });
const STRICT = { ...TROUBLE_LEVELS.none, strict: true };
type Answer = Record<string, never>;

function open(trouble: Trouble = TROUBLE_LEVELS.none, at = world.startsAt + 100 * DAY) {
  const clock = { now: at };
  const scenarios = new ScenarioEngine(world, () => clock.now);
  return { clock, scenarios, wires: createWires(world, trouble, () => clock.now, scenarios) };
}
const call = (path: string, query: Record<string, string>, headers: Call['headers'] = {}, body = '', method = 'GET'): Call => ({
  method,
  path,
  query: new URLSearchParams(query),
  headers,
  body,
});
const post = (path: string, body: object, query: Record<string, string> = {}) =>
  call(path, query, { 'content-type': 'application/json' }, JSON.stringify(body), 'POST');

describe('Douyin', () => {
  const account = world.of('douyin').find((one) => one.index % 4 === 0)!;
  const byToken = (token: string) => ({ 'access-token': token });
  /** A pair that is good at the clock's instant. */
  function authorised(wires: ReturnType<typeof open>['wires'], one = account): { access: string; refresh: string } {
    const answer = wires.douyin.answer(
      post('/oauth/access_token/', {
        client_key: DOUYIN_APP.clientKey,
        client_secret: DOUYIN_APP.clientSecret,
        code: `code-${one.openId}`,
      }),
    ) as Answer;
    return { access: answer['data']['access_token'], refresh: answer['data']['refresh_token'] };
  }

  it('gives each video once to who walks the list by pages, whatever the page size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 49 }), (count, which) => {
        const { wires, clock } = open();
        const one = world.of('douyin')[which]!;
        const headers = byToken(authorised(wires, one).access);
        const seen: string[] = [];
        let cursor = 0;
        for (let page = 0; page < 100; page++) {
          const { data } = wires.douyin.answer(
            call('/api/douyin/v1/video/video_list/', { open_id: one.openId, cursor: String(cursor), count: String(count) }, headers),
          ) as Answer;
          seen.push(...(data['list'] as { video_id: string }[]).map((video) => video.video_id));
          cursor = data['cursor'];
          if (!data['has_more']) break;
        }
        expect(seen.length).toBe(new Set(seen).size);
        expect(new Set(seen)).toEqual(new Set(world.videos(one, clock.now).map((video) => video.videoId)));
      }),
      { numRuns: 60 },
    );
  });

  it('ends an access token after fifteen days, gives a new one, and refuses a foreign open_id', () => {
    const { wires, clock } = open(STRICT, world.startsAt);
    const { accessToken, refreshToken } = wires.douyinOAuth.granted(account);
    const fans = (token: string, openId = account.openId) =>
      wires.douyin.answer(call('/data/external/user/fans/', { open_id: openId, date_type: '15' }, byToken(token))) as Answer;
    clock.now = world.startsAt + 14 * DAY;
    expect(Number(fans(accessToken)['data']['error_code'])).toBe(0);
    clock.now = world.startsAt + 15 * DAY;
    expect(Number(fans(accessToken)['data']['error_code'])).toBe(28001008);
    const refreshed = wires.douyin.answer(
      post('/oauth/refresh_token/', { client_key: DOUYIN_APP.clientKey, grant_type: 'refresh_token', refresh_token: refreshToken }),
    ) as Answer;
    const fresh: string = refreshed['data']['access_token'];
    expect(fresh).not.toBe(accessToken);
    expect(Number(fans(fresh)['data']['error_code'])).toBe(0);
    expect(Number(fans(fresh, 'someone-else')['data']['error_code'])).toBe(28001015);
  });

  it('keeps the refresh token on its own clock and refuses the sixth renewal', () => {
    const { wires, clock } = open(STRICT);
    let { refresh } = authorised(wires);
    const renew = () =>
      (wires.douyin.answer(post('/oauth/renew_refresh_token/', { client_key: DOUYIN_APP.clientKey, refresh_token: refresh })) as Answer)[
        'data'
      ];
    for (let n = 0; n < 5; n++) refresh = renew()['refresh_token'];
    expect(renew()['error_code']).toBe(10020);
    clock.now += 30 * DAY;
    expect(renew()['error_code']).toBe(10010);
  });

  it('says not ready, and tells parts, until ten in the morning after', () => {
    const session = world.sessions(account, world.firstMonth + 2)[0]!;
    const { wires, clock } = open(TROUBLE_LEVELS.none, session.startedAt + (session.endedAt - session.startedAt) / 2);
    const { access } = authorised(wires);
    const audience = () => {
      const answer = wires.douyin.answer(
        call('/room/data/audience/get/', { open_id: account.openId, room_id: session.sessionId, live_id: '1' }, byToken(access)),
      ) as Answer;
      const data = answer['data'] as { stats: { name: string; value: unknown }[]; data_ready_status: { is_ready: boolean }[] };
      return {
        views: Number(data.stats.find((row) => row.name === 'live_watch_cnt_td')?.value),
        ready: data.data_ready_status.every((row) => row.is_ready),
      };
    };
    const partial = audience();
    expect(partial.ready).toBe(false);
    expect(partial.views).toBeLessThan(session.views);
    clock.now = finalAt(session);
    expect(audience()).toEqual({ views: session.views, ready: true });
  });

  it('lists room ids beside the envelope and none that has not begun', () => {
    const sessions = world.sessions(account, world.firstMonth + 2);
    const { wires } = open(TROUBLE_LEVELS.none, sessions[2]!.startedAt + 1);
    const query = { open_id: account.openId, start_time: String(sessions[0]!.startedAt / 1000), end_time: String(world.endsAt / 1000) };
    const answer = wires.douyin.answer(call('/room/data/room_id/get/', query, byToken(authorised(wires).access))) as Answer;
    expect(answer['room_ids']).toEqual(sessions.slice(0, 3).map((session) => session.sessionId));
  });

  it('has a daily series whose days add up to the difference of the totals', () => {
    const { wires, clock } = open();
    clock.now = dayStart(monthFirstDay(world.firstMonth + 4)) + 12 * HOUR;
    const video = world
      .videos(account, clock.now)
      .find((one) => clock.now - one.publishedAt > 8 * DAY && clock.now - one.publishedAt < 29 * DAY)!;
    const headers = byToken(authorised(wires).access);
    const rows = (
      wires.douyin.answer(
        call('/data/external/item/play/', { open_id: account.openId, item_id: video.itemId, date_type: '30' }, headers),
      ) as Answer
    )['data']['result_list'];
    const base = (
      wires.douyin.answer(call('/data/external/item/base/', { open_id: account.openId, item_id: video.itemId }, headers)) as Answer
    )['data']['result'];
    expect((rows as { play: unknown }[]).reduce((sum, row) => sum + Number(row.play), 0)).toBe(base['total_play']);
  });
});

describe('Kuaishou', () => {
  const query = (token: string, more: Record<string, string> = {}) => ({ app_id: KUAISHOU_APP.appId, access_token: token, ...more });
  function authorised(wires: ReturnType<typeof open>['wires'], which: number) {
    const one = world.of('kuaishou')[which]!;
    const grant = {
      app_id: KUAISHOU_APP.appId,
      app_secret: KUAISHOU_APP.appSecret,
      grant_type: 'authorization_code',
      code: `code-${one.openId}`,
    };
    return { one, token: (wires.kuaishou.answer(call('/oauth2/access_token', grant)) as Answer)['access_token'] as string };
  }

  it('gives each video once by photo_id cursors, ends with an empty or short page, has no has_more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 35 }), (count, which) => {
        const { wires, clock } = open();
        const { one, token } = authorised(wires, which);
        const seen: string[] = [];
        for (let page = 0; page < 100; page++) {
          const last = seen[seen.length - 1];
          const answer = wires.kuaishou.answer(
            call('/openapi/photo/list', query(token, { count: String(count), ...(last ? { cursor: last } : {}) })),
          ) as Answer;
          expect('has_more' in answer).toBe(false);
          const list = answer['video_list'] as { photo_id: string }[];
          seen.push(...list.map((video) => video.photo_id));
          if (list.length < count) break;
        }
        const alive = world.videos(one, clock.now).filter((video) => video.deletedAt === null || video.deletedAt > clock.now);
        expect(seen).toEqual(alive.map((video) => video.videoId));
      }),
      { numRuns: 60 },
    );
  });

  it('takes tokens from the query only, for 48 hours, and lets an old refresh token live five minutes', () => {
    const { wires, clock } = open(STRICT);
    const { one, token } = authorised(wires, 3);
    expect((wires.kuaishou.answer(call('/openapi/user_info', { app_id: 'x' }, { 'access-token': token })) as Answer)['result']).toBe(
      100200100,
    );
    expect((wires.kuaishou.answer(call('/openapi/user_info', query(token))) as Answer)['user_info']['name']).toBe(one.name);
    clock.now += 2 * DAY;
    expect((wires.kuaishou.answer(call('/openapi/user_info', query(token))) as Answer)['result']).toBe(100200108);
    const { refreshToken } = wires.kuaishou.granted(one);
    const refresh = () =>
      wires.kuaishou.answer(
        call('/oauth2/refresh_token', {
          app_id: KUAISHOU_APP.appId,
          app_secret: KUAISHOU_APP.appSecret,
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        }),
      ) as Answer;
    expect(refresh()['result']).toBe(1);
    clock.now += 4 * 60_000;
    expect(refresh()['result']).toBe(1);
    clock.now += 5 * 60_000;
    expect(refresh()['result']).toBe(100200113);
  });
});

describe('Channels', () => {
  const account = world.of('channels').find((one) => !one.withoutLiveInterface && !one.outage && one.role === 'dealer')!;
  const token = (wires: ReturnType<typeof open>['wires'], one = account): string => {
    const app = channelsApp(world.seed, one);
    return (
      wires.channels.answer(
        post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid: app.appId, secret: app.appSecret }),
      ) as Answer
    )['access_token'];
  };
  const list = (wires: ReturnType<typeof open>['wires'], access: string, body: object) =>
    wires.channels.answer(post('/channels/finderlive/get_finder_live_data_list', body, { access_token: access })) as Answer;

  it('pages through every ended live once, by the END time', () => {
    const { wires, clock } = open(TROUBLE_LEVELS.none, world.endsAt);
    const access = token(wires);
    const seen: string[] = [];
    let buffer = '';
    for (let page = 0; page < 100; page++) {
      const answer = list(wires, access, { start_time: world.startsAt / 1000, end_time: clock.now / 1000, last_buffer: buffer });
      seen.push(...(answer['item'] as { export_id: string }[]).map((row) => row.export_id));
      buffer = answer['last_buffer'];
      if (!answer['continue_flag']) break;
    }
    expect(seen).toEqual(world.sessionsBetween(account, world.startsAt, world.endsAt).map((session) => session.sessionId));
    const [first] = world.sessionsBetween(account, world.startsAt, world.endsAt);
    const before = list(wires, access, { start_time: world.startsAt / 1000, end_time: (first!.endedAt - 1000) / 1000, last_buffer: '' });
    expect(before['item']).toEqual([]);
  });

  it('gives the same stable token until five minutes before its end, both good in the overlap', () => {
    const span = 6_900_000;
    const { wires, clock } = open(STRICT, Math.ceil(world.startsAt / span) * span);
    const one = token(wires);
    clock.now += 6_899_000;
    expect(token(wires)).toBe(one);
    clock.now += 2_000;
    const two = token(wires);
    expect(two).not.toBe(one);
    for (const access of [one, two])
      expect(
        (wires.channels.answer(post('/channels/finderlive/get_finder_attr_by_appid', {}, { access_token: access })) as Answer)['errcode'],
      ).toBe(0);
    clock.now += 300_000;
    expect(
      (wires.channels.answer(post('/channels/finderlive/get_finder_attr_by_appid', {}, { access_token: one })) as Answer)['errcode'],
    ).toBe(42001);
  });

  it('replaces a token that ended early by force, and by itself only where nobody may force', () => {
    const { wires, clock, scenarios } = open(STRICT);
    const app = channelsApp(world.seed, account);
    const ask = (forced: boolean) =>
      wires.channels.answer(
        post('/cgi-bin/stable_token', { appid: app.appId, secret: app.appSecret, ...(forced ? { force_refresh: true } : {}) }),
      ) as Answer;
    const end = (access: string) => {
      scenarios.set([{ name: 'token-dies-anywhere', rate: 1 }]);
      for (let asked = 0; asked < 20; asked++) list(wires, access, { start_time: 1, end_time: 2 });
      scenarios.set([]);
      return access;
    };
    const first = end(token(wires));
    const second = end(token(wires));
    expect(second).not.toBe(first);
    expect(token(wires)).toBe(second);
    const third = end(ask(true)['access_token']);
    expect(ask(true)['errcode']).toBe(45011);
    const fourth = end(token(wires));
    expect(new Set([first, second, third, fourth]).size).toBe(4);
    clock.now += 30_000;
    expect(token(wires)).toBe(fourth);
    expect(ask(true)['access_token']).not.toBe(fourth);
  });

  it('refuses the account whose live interface was never switched on, and an empty body', () => {
    const { wires } = open();
    const closed = world.accounts.find((one) => one.withoutLiveInterface)!;
    expect(list(wires, token(wires, closed), { start_time: 1, end_time: 2 })['errcode']).toBe(48001);
    expect(
      (
        wires.channels.answer(
          call('/channels/finderlive/get_finder_attr_by_appid', { access_token: token(wires) }, {}, '', 'POST'),
        ) as Answer
      )['errcode'],
    ).toBe(44002);
  });
});

describe('trouble', () => {
  it('comes at its rate, in bursts, and as a quota for the days of an outage', () => {
    const account = world.accounts.find((one) => one.outage && one.platform === 'channels')!;
    const { wires, clock } = open({ ...TROUBLE_LEVELS.none, busy: 0.1, burst: 0.02, burstLength: 3, outages: true });
    const app = channelsApp(world.seed, account);
    const ask = () => {
      const { access_token: access } = wires.channels.answer(
        post('/cgi-bin/stable_token', { appid: app.appId, secret: app.appSecret }),
      ) as { access_token: string };
      return (wires.channels.answer(post('/channels/finderlive/get_finder_attr_by_appid', {}, { access_token: access })) as Answer)[
        'errcode'
      ] as number;
    };
    const codes = Array.from({ length: 2000 }, ask);
    const share = (code: number) => codes.filter((one) => one === code).length / codes.length;
    expect(share(-1)).toBeGreaterThan(0.06);
    expect(share(-1)).toBeLessThan(0.14);
    expect(share(45011)).toBeGreaterThan(0.03);
    clock.now = world.outagePeriod(account)!.from;
    expect(ask()).toBe(45009);
  });
});
