import { Clock, loadSettings } from '@app/config';
import { addDays, dayStart, type Brand } from '@app/contracts';
import { ensureBrand, StateWriter } from '@app/database';
import { openCollector, type Collector } from '../../apps/collector/src/collect/open-collector';
import { createWorld, startPlatformSim, type PlatformSim } from '../../apps/platform-sim/src';
import { grantRows } from '../../apps/platform-sim/src/files/rows';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';
import { openTestStores, type TestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const at = (text: string): number => Date.parse(`${text}+08:00`);

class HandClock extends Clock {
  instant = 0;
  now(): number {
    return this.instant;
  }
}

let stores: TestStores;
const clock = new HandClock();
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.close());

const rowsOf = <Row>(sql: string, brand: Brand): Promise<Row[]> =>
  stores.warehouse.query<Row>({ name: 'test.rows', sql, params: { brand: brand.brandId } });

function collectorFor(urls: Partial<Record<'douyin' | 'kuaishou' | 'channels', string>>): Collector {
  const unused = 'http://127.0.0.1:9';
  const settings = loadSettings({
    VITRINE_DATA: stores.dataDir,
    DOUYIN_BASE_URL: urls.douyin ?? unused,
    DOUYIN_CLIENT_KEY: 'sim-douyin-key',
    DOUYIN_CLIENT_SECRET: 'sim-douyin-secret',
    KUAISHOU_BASE_URL: urls.kuaishou ?? unused,
    KUAISHOU_APP_ID: 'sim-kuaishou-app',
    KUAISHOU_APP_SECRET: 'sim-kuaishou-secret',
    CHANNELS_BASE_URL: urls.channels ?? unused,
    LOG_LEVEL: 'silent',
  });
  return openCollector(
    { settings, instance: stores.instance, warehouse: stores.warehouse, dataSource: stores.dataSource, clock },
    { retryBaseMs: 2 },
  );
}

describe('jobs against a server that misbehaves', () => {
  let brand: Brand;
  let state = { ready: false, token: 'old', revoked: false };
  const TS = at('2026-10-19T19:00:00') / 1_000;
  const names = {
    base: { live_start_ts: TS, live_end_ts: TS + 7_200, live_follow_ucnt_td: 12 },
    audience: {
      live_watch_cnt_td: '9000',
      live_watch_ucnt_td: 7_000,
      live_watch_duration_td: 360_000,
      live_fans_watch_ucnt_td: 300,
      per_minute_watch_ucnt_td_max: 210,
    },
    interactive: { live_comment_cnt_td: 80, live_comment_ucnt_td: 40, live_like_cnt_td: 5_000, live_share_cnt_td: 3 },
  } as Record<string, Record<string, unknown>>;

  /** Account `good` has one room and one video; `revoked` is refused once `state.revoked`. */
  const answer = ({ path, query, headers }: FakeRequest): FakeAnswer => {
    if (path === '/oauth/refresh_token/') {
      state.token = 'new';
      return { data: { error_code: 0, access_token: 'new', expires_in: 1_296_000, refresh_token: 'r' } };
    }
    if (query.get('open_id') === 'open-revoked') return { data: { error_code: 28001045 }, extra: { error_code: 28001045 } };
    if (headers['access-token'] !== state.token) return { data: { error_code: 28001008 } };
    if (path === '/api/douyin/v1/video/video_list/')
      return {
        data: {
          error_code: 0,
          has_more: false,
          cursor: 1,
          list: [
            {
              video_id: '00071',
              item_id: '@x=',
              create_time: TS - 86_400,
              video_status: 5,
              title: 't',
              statistics: { play_count: 100, digg_count: 1, comment_count: 0, share_count: 0 },
            },
          ],
        },
      };
    if (path === '/data/external/user/fans/')
      return { data: { error_code: 0, result_list: [{ date: '2026-10-19', total_fans: '1500', new_fans: 3 }] } };
    if (path.startsWith('/data/external/item/')) return { data: { error_code: 0, result_list: [] } };
    const group = /\/room\/data\/(\w+)\/get\//.exec(path)?.[1] ?? '';
    if (group === 'room_id') return { err_no: 0, room_ids: ['r1'] };
    const entries = Object.entries(names[group] ?? {});
    return {
      err_no: 0,
      data: {
        stats: entries.map(([name, value]) => ({ item: 'r1', live_id: 1, name, timeslot: '2026-10-19', value })),
        data_ready_status: entries.map(([name]) => ({ name, live_id: 1, time_slot: '2026-10-19', is_ready: state.ready })),
      },
    };
  };
  let server: Awaited<ReturnType<typeof fakeServer>>;
  let collector: Collector;
  const restart = async (): Promise<void> => {
    await collector?.close();
    collector = collectorFor({ douyin: server.url });
    await collector.start({ schedules: false });
  };

  beforeAll(async () => {
    brand = await ensureBrand(stores.dataSource, { code: 'jobs', name: 'Jobs', zone: ZONE });
    const grant = (id: string) => ({
      product: 'douyin-open' as const,
      principalId: `open-${id}`,
      accounts: [id],
      accessToken: 'old',
      refreshToken: 'r',
    });
    await new StateWriter(stores.dataSource, stores.secret).upsertGrants(brand.brandId, [grant('good'), grant('revoked')]);
    server = await fakeServer(answer);
    await restart();
  });
  afterAll(async () => {
    await collector?.close();
    await server?.close();
  });
  const sessions = () =>
    rowsOf<{ source: string; views: string; final: number }>(
      'SELECT source, views, final FROM sessions FINAL WHERE brand_id = {brand: UInt32} ORDER BY source',
      brand,
    );
  const coverage = () =>
    rowsOf<{ kind: string; day: string; complete: number }>(
      "SELECT kind, toString(day) AS day, complete FROM collection_days FINAL WHERE brand_id = {brand: UInt32} AND day = '2026-10-19' ORDER BY kind",
      brand,
    );

  it('one account that is refused does not stop the others, and says what to do', async () => {
    clock.instant = at('2026-10-20T08:00:00');
    const [summary] = await collector.service.collectNow({ brandId: brand.brandId, platform: 'douyin' });
    expect(summary).toMatchObject({ platform: 'douyin', accounts: 2, counts: { videos: { accepted: 1 }, followers: { accepted: 1 } } });
    expect(summary?.failures).toMatchObject([
      { accountId: 'revoked', code: '28001045', action: 'mark-revoked', remedy: { zh: expect.any(String) } },
    ]);
    const [kept] = (await stores.dataSource.query("SELECT cursor FROM collection_cursor WHERE brand_id = $1 AND account_id = 'revoked'", [
      brand.brandId,
    ])) as { cursor: object }[];
    expect(kept?.cursor).toMatchObject({ lastOkAt: null, problem: { code: '28001045', action: 'mark-revoked' } });
  });

  it('figures that are not ready are provisional and leave the day open', async () => {
    expect(await sessions()).toEqual([{ source: 'api-provisional', views: '9000', final: 0 }]);
    expect(await coverage()).toEqual([
      { kind: 'followers', day: '2026-10-19', complete: 1 },
      { kind: 'sessions', day: '2026-10-19', complete: 0 },
    ]);
  });

  it('the refreshed token is kept, sealed, for the next process', async () => {
    const [row] = (await stores.dataSource.query(
      "SELECT access_token FROM platform_grant WHERE brand_id = $1 AND principal_id = 'open-good'",
      [brand.brandId],
    )) as { access_token: Buffer }[];
    expect(row?.access_token.toString('latin1')).not.toContain('new');
    await restart();
    server.calls.length = 0;
    await collector.service.collectNow({ brandId: brand.brandId, platform: 'douyin', accounts: ['good'], kinds: ['followers'] });
    expect(server.calls.filter(({ path }) => path === '/oauth/refresh_token/')).toEqual([]);
  });

  it('after a restart the cursors go on; what is ready now is final and closes the day', async () => {
    state = { ...state, ready: true };
    clock.instant = at('2026-10-20T11:00:00');
    await collector.service.collectNow({ brandId: brand.brandId, platform: 'douyin', accounts: ['good'] });
    expect(await sessions()).toEqual([
      { source: 'api-final', views: '9000', final: 1 },
      { source: 'api-provisional', views: '9000', final: 0 },
    ]);
    expect(await coverage()).toMatchObject([{ kind: 'followers' }, { kind: 'sessions', complete: 1 }]);
    server.calls.length = 0;
    await collector.service.collectNow({ brandId: brand.brandId, platform: 'douyin', accounts: ['good'], kinds: ['sessions'] });
    expect(server.calls.map(({ path }) => path)).toEqual(['/room/data/room_id/get/']);
  });

  it('a video whose figures did not change is not written again', async () => {
    const before = await rowsOf('SELECT read_at FROM video_readings FINAL WHERE brand_id = {brand: UInt32}', brand);
    clock.instant = at('2026-10-21T11:00:00');
    const [summary] = await collector.service.collectNow({
      brandId: brand.brandId,
      platform: 'douyin',
      accounts: ['good'],
      kinds: ['videos'],
    });
    expect(summary?.counts.videos).toBeUndefined();
    expect(await rowsOf('SELECT read_at FROM video_readings FINAL WHERE brand_id = {brand: UInt32}', brand)).toEqual(before);
  });

  it('asked for by day, final sessions are read again and change nothing; an account without grant is named', async () => {
    const before = await sessions();
    const [summary] = await collector.service.collectNow({
      brandId: brand.brandId,
      platform: 'douyin',
      accounts: ['good', 'stranger'],
      kinds: ['sessions'],
      from: '2026-10-19',
      to: '2026-10-20',
    });
    expect(summary).toMatchObject({
      accounts: 1,
      withoutGrant: ['stranger'],
      counts: { sessions: { accepted: 0, replaced: 0, unchanged: 1 } },
    });
    expect(await sessions()).toEqual(before);
  });
});

describe('replay against the simulated platforms', () => {
  const DAYS = 5;
  let sim: PlatformSim;
  let brand: Brand;
  const world = createWorld({ seed: 11, endMonth: '2026-06' });

  const replay = async (code: string, days: number, rounds: number): Promise<number> => {
    brand = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
    await new StateWriter(stores.dataSource, stores.secret).upsertGrants(brand.brandId, grantRows(world) as never);
    const collector = collectorFor(sim.urls);
    try {
      const instants = Array.from({ length: days }, (_, day) => world.startsAt + (day + 1) * 86_400_000 + 11 * 3_600_000);
      const moveTo = (instant: number): void => {
        clock.instant = instant;
        sim.setNow(instant);
      };
      const { failures } = await collector.service.replay({ brandId: brand.brandId, instants, moveTo, roundsPerWrite: rounds });
      return failures.filter(({ action }) => action !== 'stop-endpoint' && action !== 'wait-next-day').length;
    } finally {
      await collector.close();
    }
  };
  beforeAll(async () => {
    sim = await startPlatformSim({ world, trouble: 'test' });
  });
  afterAll(() => sim?.stop());

  it('busy servers, bursts and tokens that end in the middle of lists lose nothing that the world holds', async () => {
    expect(await replay('replay', DAYS, 3)).toBe(0);
    const until = world.startsAt + DAYS * 86_400_000;
    const expected = world
      .of('douyin')
      .flatMap((account) =>
        world
          .sessionsBetween(account, world.startsAt, until)
          .map(({ sessionId, uniqueViewers }) => ({ session_id: sessionId, unique_viewers: String(uniqueViewers) })),
      );
    const sort = (rows: { session_id: string }[]) => rows.sort((a, b) => (a.session_id < b.session_id ? -1 : 1));
    const seen = await rowsOf<{ session_id: string }>(
      "SELECT session_id, unique_viewers FROM sessions FINAL WHERE brand_id = {brand: UInt32} AND source = 'api-final' AND account_key IN (SELECT account_key FROM account_keys WHERE platform = 'douyin')",
      brand,
    );
    expect(sort(seen)).toEqual(sort(expected));
  });

  it('every account and day is covered once it is over, and followers have no gap', async () => {
    const days = Array.from({ length: DAYS }, (_, day) => addDays('2025-07-01', day));
    expect(dayStart(days[0] ?? '', ZONE)).toBe(world.startsAt);
    const open = await rowsOf(
      'SELECT account_key, day FROM collection_days FINAL WHERE brand_id = {brand: UInt32} AND complete = 0',
      brand,
    );
    expect(open).toEqual([]);
    const [followers] = await rowsOf<{ least: string; accounts: string }>(
      "SELECT min(days) AS least, count() AS accounts FROM (SELECT account_key, count() AS days FROM follower_readings FINAL WHERE brand_id = {brand: UInt32} AND day < '2025-07-06' GROUP BY account_key)",
      brand,
    );
    expect(followers).toEqual({ least: String(DAYS - 1), accounts: '120' });
  });
});
