import { productsOf, type Platform as PlatformName } from '@app/contracts';
import { PlatformError } from '@app/platforms';
import { all, connectorCall, type ConnectorOptions } from '../support/connector-call';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';

const at = (text: string): number => Date.parse(`${text}+08:00`);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The connector of a platform's own interface, against a server of the test's own. */
async function open(name: PlatformName, handler: (request: FakeRequest) => FakeAnswer, options: Partial<ConnectorOptions> = {}) {
  const server = await fakeServer(handler);
  const [product] = productsOf(name);
  const opened = connectorCall(product!, server.url, {
    now: at('2026-10-20T10:30:00'),
    timeoutMs: 5_000,
    ...options,
    grant: { principalId: 'open-1', ...options.grant },
  });
  closers.push(server.close, opened.close);
  return { ...opened, server };
}

describe('Douyin', () => {
  const video = (id: number, more: object = {}) => ({
    item_id: `@${id}=`,
    video_id: String(id),
    title: `v${id}`,
    create_time: 1_790_000_000 + id,
    video_status: 5,
    statistics: { play_count: 10 * id, digg_count: id, comment_count: 0, share_count: 0 },
    ...more,
  });
  const page = (list: object[], cursor: number, hasMore: boolean) => ({
    data: { error_code: 0, list, cursor, has_more: hasMore },
    extra: { error_code: 0 },
  });

  it('a token that runs out in the middle of a list is refreshed once, the call repeated and the list goes on', async () => {
    const { platform, call, server, store } = await open('douyin', ({ path, query, headers, form }) => {
      if (path === '/oauth/refresh_token/')
        return {
          data: { error_code: '0', access_token: 'new', expires_in: '1296000', refresh_token: 'r1' },
          message: form.get('client_key'),
        };
      const cursor = query.get('cursor');
      if (cursor === '2' && headers['access-token'] === 'old')
        return { data: { error_code: '28001008', description: 'access_token过期' }, extra: { error_code: 28001008 } };
      return cursor === '0' ? page([video(1), video(2)], 2, true) : page([video(3)], 3, false);
    });
    expect((await all(platform.videos(call))).map(({ videoId }) => videoId)).toEqual(['1', '2', '3']);
    expect(store.renewals).toBe(1);
    expect(store.grant.accessToken).toBe('new');
    expect(server.calls.filter(({ path }) => path === '/oauth/refresh_token/')).toHaveLength(1);
  });

  it('many calls that find the token refused refresh it once', async () => {
    const { platform, call, server } = await open('douyin', ({ path, headers }) => {
      if (path === '/oauth/refresh_token/')
        return { data: { error_code: 0, access_token: 'new', expires_in: 1_296_000, refresh_token: 'r1' } };
      return headers['access-token'] === 'old' ? { data: { error_code: 2190002 } } : page([], 0, false);
    });
    await Promise.all(Array.from({ length: 20 }, () => all(platform.videos(call))));
    expect(server.calls.filter(({ path }) => path === '/oauth/refresh_token/')).toHaveLength(1);
  });

  it('a token that is refused again after the refresh means that the owner must authorise again', async () => {
    const { platform, call } = await open('douyin', ({ path }) =>
      path === '/oauth/refresh_token/'
        ? { data: { error_code: 0, access_token: 'new', expires_in: 1 } }
        : { data: { error_code: 28001003 } },
    );
    await expect(all(platform.videos(call))).rejects.toMatchObject({ action: 'mark-revoked', wireCode: '28001003' });
  });

  it('a short page with pinned videos does not end the list, and a video listed twice is one row', async () => {
    const { platform, call } = await open('douyin', ({ query }) =>
      query.get('cursor') === '0' ? page([video(9, { is_top: true })], 1, true) : page([video(9), video(8)], 2, false),
    );
    expect((await all(platform.videos(call))).map(({ videoId }) => videoId)).toEqual(['9', '8']);
  });

  it('a page size that the platform refuses falls back to the documented one', async () => {
    const { platform, call } = await open('douyin', ({ query }) =>
      Number(query.get('count')) > 20 ? { data: { error_code: 28001007 } } : page([video(1)], 1, false),
    );
    expect(await all(platform.videos(call))).toHaveLength(1);
  });

  it('a cursor that stands still is an error, not an endless loop', async () => {
    const { platform, call } = await open('douyin', () => page([video(1)], 0, true));
    await expect(all(platform.videos(call))).rejects.toMatchObject({ wireCode: 'cursor stands still' });
  });

  it('bursts of "too frequent" and "busy" in HTTP 200 are waited out', async () => {
    let calls = 0;
    const { platform, call } = await open('douyin', () => {
      calls++;
      return calls <= 2
        ? { data: { error_code: 28003018 } }
        : calls === 3
          ? { err_no: '28001005', err_msg: 'busy' }
          : page([video(1)], 1, false);
    });
    expect(await all(platform.videos(call))).toHaveLength(1);
  });

  it.each([
    [28003017, 'wait-next-day'],
    [28001012, 'stop-endpoint'],
    [28001016, 'stop-all'],
    [28001045, 'mark-revoked'],
    [99999, 'fail'],
  ])('code %i is not repeated and asks for %s', async (code, action) => {
    const { platform, call, server } = await open('douyin', () => ({ err_no: code, err_msg: 'no', log_id: '1' }));
    await expect(all(platform.followers(call, 7))).rejects.toMatchObject({ action, wireCode: String(code) });
    expect(server.calls).toHaveLength(1);
  });

  const TS = at('2026-10-19T19:00:00') / 1_000;
  const metrics = (group: string, ready: boolean, factor = 1) => {
    const names: Record<string, Record<string, number | string>> = {
      base: { live_start_ts: TS, live_end_ts: String(TS + 7_200), live_duration_td: 7_200, live_follow_ucnt_td: 12 },
      audience: {
        live_watch_cnt_td: String(9_000 * factor),
        live_watch_ucnt_td: 7_000 * factor,
        live_watch_duration_td: '360000',
        live_fans_watch_ucnt_td: 300,
        per_minute_watch_ucnt_td_max: 210,
      },
      interactive: { live_comment_cnt_td: 80, live_comment_ucnt_td: 40, live_like_cnt_td: '5000', live_share_cnt_td: 0 },
    };
    const entries = Object.entries(names[group] ?? {});
    return {
      err_no: 0,
      data: {
        stats: entries.map(([name, value]) => ({ item: 'r1', item_type: 3, live_id: 1, name, timeslot: '2026-10-19', value })),
        data_ready_status: entries.map(([name]) => ({
          name,
          live_id: 1,
          item_type: 3,
          time_slot: '2026-10-19',
          is_ready: ready || group === 'base',
        })),
      },
    };
  };
  const rooms = (ready: () => boolean) => (request: FakeRequest) => {
    const group = /\/room\/data\/(\w+)\/get\//.exec(request.path)?.[1] ?? '';
    return group === 'room_id' ? { err_no: 0, err_msg: '', room_ids: ['r1'] } : metrics(group, ready());
  };
  const request = { from: at('2026-10-17T00:00:00'), to: at('2026-10-20T10:30:00'), isFinal: () => false };

  it('metrics that are not ready are provisional; the next morning they are final', async () => {
    let ready = false;
    const { platform, call } = await open(
      'douyin',
      rooms(() => ready),
    );
    const [first] = await all(platform.sessions(call, request));
    expect(first).toMatchObject({ sessionId: 'r1', final: false, startedAt: TS * 1_000 });
    expect(first?.rows).toMatchObject([
      { source: 'api-final', final: false, follows: 12, views: null, watchSeconds: null, endedAt: (TS + 7_200) * 1_000 },
      { source: 'api-provisional', final: false, follows: 12, views: 9_000 },
    ]);
    ready = true;
    const [second] = await all(platform.sessions(call, request));
    expect(second?.final).toBe(true);
    expect(second?.rows).toMatchObject([
      {
        source: 'api-final',
        final: true,
        views: 9_000,
        uniqueViewers: 7_000,
        watchSeconds: 360_000,
        peakConcurrent: 210,
        likes: 5_000,
        comments: 80,
        commenters: 40,
        shares: 0,
        fanViewers: 300,
      },
    ]);
  });

  it("a final session's metrics are not fetched again, and today's rooms are left for tomorrow", async () => {
    const { platform, call, server } = await open(
      'douyin',
      rooms(() => true),
    );
    expect(await all(platform.sessions(call, { ...request, isFinal: (id) => id === 'r1' }))).toEqual([]);
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]?.query.get('end_time')).toBe(String(at('2026-10-20T00:00:00') / 1_000));
  });

  it('daily series of one video come as one row a day', async () => {
    const { platform, call } = await open('douyin', ({ path }) => {
      const series = path.split('/').at(-2) ?? '';
      return {
        data: {
          error_code: 0,
          result_list: [{ date: '2026-10-18', [series]: '7' }, ...(series === 'play' ? [{ date: '2026-10-19', play: 3 }] : [])],
        },
      };
    });
    expect(await all(platform.videoDays(call, { videoId: '1', seriesId: '@1=' }))).toEqual([
      { videoId: '1', day: '2026-10-18', plays: 7, likes: 7, comments: 7, shares: 7 },
      { videoId: '1', day: '2026-10-19', plays: 3 },
    ]);
  });

  it('a refresh token near its end is renewed, and a refused renewal does not stop collecting', async () => {
    const answer = (renewal: object) => async () => {
      const { platform, call, store } = await open(
        'douyin',
        ({ path }) => {
          if (path === '/oauth/refresh_token/')
            return { data: { error_code: 0, access_token: 'new', expires_in: 1_296_000, refresh_token: 'r1' } };
          return path === '/oauth/renew_refresh_token/' ? renewal : page([], 0, false);
        },
        { grant: { accessExpiresAt: 0, refreshExpiresAt: at('2026-10-25T00:00:00') } },
      );
      await all(platform.videos(call));
      return store.grant;
    };
    expect(await answer({ data: { error_code: 0, refresh_token: 'r2', expires_in: 2_592_000 } })()).toMatchObject({
      refreshToken: 'r2',
      accessToken: 'new',
      renewals: 1,
    });
    expect(await answer({ data: { error_code: 10020 } })()).toMatchObject({ refreshToken: 'r1', accessToken: 'new', renewals: 5 });
  });
});

describe('Kuaishou', () => {
  const photos = (count: number, createTime: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => ({
      photo_id: `p${index}`,
      caption: '',
      create_time: createTime(index),
      view_count: String(index),
      like_count: 1,
      comment_count: 0,
    }));
  const serve =
    (list: object[], size: number) =>
    ({ query }: FakeRequest) => {
      const cursor = query.get('cursor');
      const start = cursor === null ? 0 : list.findIndex((photo) => (photo as { photo_id: string }).photo_id === cursor) + 1;
      return { result: 1, video_list: list.slice(start, start + size) };
    };

  it('a list that holds far fewer videos than the platform counts is no whole list; one published meanwhile is read', async () => {
    const list = (ids: number[]) => ({ result: 1, video_list: ids.map((id) => ({ photo_id: `p${id}`, create_time: 1_790_000_000 + id })) });
    const counted = (count: unknown, lists: number[][]) =>
      open('kuaishou', ({ path, query }) => {
        if (path === '/openapi/photo/count') return count === 'refused' ? { result: 100200106 } : { result: 1, public_count: count };
        return list(query.get('cursor') === null ? (lists.shift() ?? []) : []);
      });
    const idsOf = async ({ platform, call }: Awaited<ReturnType<typeof open>>) =>
      (await all(platform.videos(call))).map(({ videoId }) => videoId);
    await expect(
      idsOf(
        await counted('10', [
          [2, 1],
          [2, 1],
        ]),
      ),
    ).rejects.toMatchObject({ action: 'fail', wireCode: 'list shorter than its count' });
    expect(
      await idsOf(
        await counted(3, [
          [2, 1],
          [3, 2, 1],
        ]),
      ),
    ).toEqual(['p2', 'p1', 'p3']);
    expect(await idsOf(await counted(1, [[2, 1]]))).toEqual(['p2', 'p1']);
    expect(await idsOf(await counted('refused', [[2, 1]]))).toEqual(['p2', 'p1']);
  });

  it('equal creation times at a page border lose no video, and a last page that is exactly full is followed by an empty one', async () => {
    const list = photos(6, (index) => 1_790_000_000_000 - Math.floor(index / 4) * 1_000);
    const { platform, call, server } = await open('kuaishou', serve(list, 2));
    expect((await all(platform.videos(call))).map(({ videoId }) => videoId)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5']);
    expect(server.calls.filter(({ path }) => path === '/openapi/photo/list')).toHaveLength(4);
    expect(server.calls[0]?.query.get('access_token')).toBe('old');
  });

  it('creation times in seconds and in milliseconds are the same instant', async () => {
    for (const scale of [1, 1_000]) {
      const { platform, call } = await open(
        'kuaishou',
        serve(
          photos(1, () => 1_790_000_000 * scale),
          20,
        ),
      );
      expect(await all(platform.videos(call))).toMatchObject([{ publishedAt: 1_790_000_000_000, plays: 0 }]);
    }
  });

  it('a video deleted between two pages does not end the list: an older neighbour is the cursor', async () => {
    const list = photos(4, (index) => 1_790_000_000_000 - index);
    const { platform, call } = await open('kuaishou', (request) =>
      request.query.get('cursor') === 'p1' ? { result: 120001, error_msg: 'gone' } : serve(list, 2)(request),
    );
    expect((await all(platform.videos(call))).map(({ videoId }) => videoId)).toEqual(['p0', 'p1', 'p2', 'p3']);
  });

  it('a token that runs out in the middle of a list is refreshed, and the new refresh token is kept', async () => {
    const list = photos(3, (index) => 1_790_000_000_000 - index);
    const { platform, call, store } = await open('kuaishou', (request) => {
      if (request.path === '/oauth2/refresh_token')
        return { result: 1, access_token: 'new', expires_in: 172_800, refresh_token: 'r2', refresh_token_expires_in: '15552000' };
      const outdated = request.query.get('cursor') !== null && request.query.get('access_token') === 'old';
      return outdated ? { result: 100200108, error_msg: 'expired' } : serve(list, 2)(request);
    });
    expect(await all(platform.videos(call))).toHaveLength(3);
    expect(store.grant).toMatchObject({ accessToken: 'new', refreshToken: 'r2' });
  });

  it('a revoked grant is told apart, and live sessions are said to be missing', async () => {
    const { platform, call } = await open('kuaishou', () => ({ result: 100200109, error_msg: 'cancelled' }));
    await expect(platform.profile(call)).rejects.toMatchObject({ action: 'mark-revoked' });
    expect(platform.capabilities.sessions).toMatchObject({ kind: false, reason: { zh: expect.any(String), en: expect.any(String) } });
  });
});

describe('Channels', () => {
  const live = (id: string, start: number, seconds: number) => ({
    export_id: id,
    live_start_time: start / 1_000,
    live_duration_in_seconds: String(seconds),
    total_audience_count: 500,
    total_cheer_count: 20,
    forward_count: 3,
    total_comment_count: '9',
    audiences_avg_seconds: 61.5,
    max_online_count: 44,
    new_follow_count: 2,
  });
  /** Lists by END time, two a page, tokens t1, t2 … */
  const serve =
    (lives: ReturnType<typeof live>[]) =>
    ({ path, json, query }: FakeRequest): FakeAnswer => {
      if (path === '/cgi-bin/stable_token') return { access_token: json.force_refresh ? 'forced' : 'tok', expires_in: 7_200 };
      if (!query.get('access_token')) return { errcode: 41001, errmsg: 'access_token missing' };
      const ended = lives.filter((item) => {
        const end = item.live_start_time + Number(item.live_duration_in_seconds);
        return end >= Number(json.start_time) && end <= Number(json.end_time);
      });
      const start = Number(json.last_buffer || 0);
      return {
        errcode: 0,
        errmsg: 'ok',
        item: ended.slice(start, start + 2),
        last_buffer: String(start + 2),
        continue_flag: start + 2 < ended.length,
      };
    };
  const grant = { accessToken: '', refreshToken: null, appId: 'wx1', appSecret: 's', accessExpiresAt: null, refreshExpiresAt: null };
  const span = { from: at('2026-10-17T00:00:00'), to: at('2026-10-20T10:30:00'), isFinal: () => false };

  it('a live over midnight is found although the list knows it by its end, on the day of its start', async () => {
    const lives = [
      live('a', at('2026-10-17T20:00:00'), 3_600),
      live('b', at('2026-10-18T23:30:00'), 7_200),
      live('c', at('2026-10-20T09:00:00'), 600),
      live('d', at('2026-10-16T23:30:00'), 3_600),
    ];
    const { platform, call } = await open('channels', serve(lives), { grant });
    const readings = await all(platform.sessions(call, span));
    expect(readings.map(({ sessionId, final }) => [sessionId, final])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
    expect(readings[0]?.rows[0]).toMatchObject({
      uniqueViewers: 500,
      averageDwellSeconds: 61.5,
      likes: 20,
      shares: 3,
      comments: 9,
      peakConcurrent: 44,
      follows: 2,
      source: 'api-final',
    });
    expect(readings[0]?.rows[0]).not.toHaveProperty('views');
  });

  it("a shop room's dashboard adds impressions to final lives; the first refusal closes it for the rest, and leads come by day", async () => {
    const live = (id: string) => ({ export_id: id, live_start_time: at('2026-10-18T19:00:00') / 1_000, live_duration_in_seconds: 60 });
    const { platform, call, server } = await open('channels', ({ path, json }) => {
      if (path.endsWith('get_finder_live_data_list'))
        return { errcode: 0, item: [live('e1'), live('e2'), live('e3')], continue_flag: false };
      if (path.endsWith('get_finder_live_leads_data'))
        return { errcode: 0, item: [{ traffic_type: 1, leads_count: json.start_time === at('2026-10-18T00:00:00') / 1_000 ? '4' : 0 }] };
      if (json.export_id !== 'e1') return { errcode: 48001 };
      const block = JSON.stringify({ live_dashboard_data: { summary: { impression_uv: '900', comment_uv: 3 } } });
      return { errcode: 0, live_dashboard_data: block };
    });
    const readings = await all(
      platform.sessions(call, { from: at('2026-10-18T00:00:00'), to: at('2026-10-20T00:00:00'), isFinal: () => false }),
    );
    expect(readings.map(({ rows }) => rows[0]?.impressionViewers)).toEqual([900, undefined, undefined]);
    expect(server.calls.filter(({ path }) => path.endsWith('getlivedata'))).toHaveLength(2);
    const leads = await all(platform.leads(call, { fromDay: '2026-10-18', toDay: '2026-10-21' }));
    expect(leads.map(({ day, count, paid }) => [day, count, paid])).toEqual([
      ['2026-10-18', 4, 4],
      ['2026-10-19', 0, 0],
    ]);
  });

  it('a token refused in the middle of a list is replaced by force when the platform still hands out the same', async () => {
    const lives = ['a', 'b', 'c'].map((id, index) => live(id, at('2026-10-18T10:00:00') + index * 7_200_000, 600));
    const { platform, call, server } = await open(
      'channels',
      (request) =>
        request.json.last_buffer === '2' && request.query.get('access_token') === 'tok'
          ? { errcode: 42001, errmsg: 'expired' }
          : serve(lives)(request),
      { grant },
    );
    expect(await all(platform.sessions(call, span))).toHaveLength(3);
    expect(server.calls.filter(({ path }) => path.endsWith('stable_token')).map(({ json }) => json.force_refresh)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('followers come from an object as from a list of objects', async () => {
    for (const finder of [{ nickname: 'n', fans_count: '321' }, [{ nickname: 'n', fans_count: 321 }]]) {
      const { platform, call } = await open(
        'channels',
        (request) => (request.path.startsWith('/cgi-bin') ? serve([])(request) : { errcode: 0, finder_attr: finder }),
        { grant },
      );
      expect(await all(platform.followers(call, 0))).toEqual([{ day: '2026-10-20', total: 321 }]);
    }
  });

  it('an account with a wrong secret is marked, not refreshed for ever', async () => {
    const { platform, call } = await open('channels', () => ({ errcode: 40001, errmsg: 'invalid credential' }), { grant });
    await expect(platform.profile(call)).rejects.toMatchObject({ action: 'mark-revoked' });
  });
});

describe('any platform', () => {
  it('a server that does not answer in time, breaks off, or talks no JSON is asked again and then named', async () => {
    for (const [answer, code] of [
      ['hang', 'timeout'],
      ['<html>', 'not json'],
      [{ status: 502, body: 'bad gateway' }, 'http 502'],
    ] as const) {
      const { platform, call, server } = await open('kuaishou', () => answer, { retries: 1, timeoutMs: 300 });
      await expect(platform.profile(call)).rejects.toMatchObject({ action: 'retry', wireCode: code });
      expect(server.calls).toHaveLength(2);
    }
  });

  it('an error never holds a token', async () => {
    const { platform, call } = await open('kuaishou', () => ({ result: 100200101, error_msg: 'token old-secret' }), {
      grant: { accessToken: 'old-secret' },
    });
    const error = await platform.profile(call).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect(JSON.stringify(error) + String(error)).not.toContain('old-secret');
  });
});
