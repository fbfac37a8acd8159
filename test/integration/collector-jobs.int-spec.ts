import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Clock, loadSettings } from '@app/config';
import { dayStart, type Brand } from '@app/contracts';
import { AccountHealthService, DeadLetterService } from '@app/coverage';
import { ensureBrand, listDeadLetters, StateWriter, streamHealth } from '@app/database';
import { importRows } from '@app/ingest';
import { BullQueueAdapter } from '@app/queue';
import { openCollector, type Collector } from '../../apps/collector/src/collect/open-collector';
import { replayOn } from '../../apps/process/replay-job';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';
import { hasRedis, startRedis } from '../support/redis';
import { openTestStores, type TestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
/** An hour of the collector's time in a second: as many slots as a test needs, and never more than the machine can do, for it waits for readings. */
const SPEED = 3_600;

/** A broadcast of the day before. */
const ROOM_AT = dayStart('2026-10-19', ZONE) + 20 * 3_600_000;

class FastClock extends Clock {
  private readonly startedAt = Date.now();
  now(): number {
    return Math.floor(dayStart('2026-10-20', ZONE) + (Date.now() - this.startedAt) * SPEED);
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 600; !(await holds()); left--) {
    if (left === 0) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

jest.setTimeout(90_000);

describe('jobs of many accounts', () => {
  let stores: TestStores;
  let brand: Brand;
  let servers: Record<'douyin' | 'kuaishou', Awaited<ReturnType<typeof fakeServer>>>;
  let collector: Collector | undefined;
  let clock: FastClock;
  const trouble = { kuaishouDown: false, kuaishouMistake: false, newType: false, room: false };

  const douyin = ({ path }: FakeRequest): FakeAnswer => {
    if (path === '/room/data/room_id/get/') return { err_no: 0, room_ids: trouble.room ? ['room-1'] : [] };
    if (path.startsWith('/room/data/')) {
      const stats = [{ live_id: 1, name: 'live_start_ts', timeslot: '', value: ROOM_AT / 1_000 }];
      return { err_no: 0, data: { stats, data_ready_status: [{ live_id: 1, name: 'live_start_ts', time_slot: '', is_ready: true }] } };
    }
    if (path.endsWith('/video_list/')) return { data: { error_code: 0, has_more: false, list: [] } };
    return { data: { error_code: 0, result_list: [{ date: '2026-10-19', total_fans: 1_500 }] } };
  };
  const kuaishou = ({ path, query }: FakeRequest): FakeAnswer => {
    if (trouble.kuaishouDown) return { status: 503, body: 'down' };
    if (trouble.kuaishouMistake) return { result: 100_200_100 };
    if (path.endsWith('/user_info')) return { result: 1, user_info: { name: 'x', fan: trouble.newType ? { value: 77 } : '77' } };
    const video = {
      photo_id: `v-${query.get('access_token')}`,
      create_time: 1_790_000_000_000,
      view_count: 5,
      like_count: 0,
      comment_count: 0,
    };
    return { result: 1, video_list: query.get('cursor') ? [] : [video] };
  };

  const open = (redisUrl: string | null = null): Collector => {
    const settings = loadSettings({
      VITRINE_DATA: stores.dataDir,
      DOUYIN_BASE_URL: servers.douyin.url,
      DOUYIN_CLIENT_KEY: 'key',
      DOUYIN_CLIENT_SECRET: 'secret',
      KUAISHOU_BASE_URL: servers.kuaishou.url,
      KUAISHOU_APP_ID: 'app',
      KUAISHOU_APP_SECRET: 'ks-app-secret-in-the-clear',
      LOG_LEVEL: 'silent',
    });
    const { warehouse, dataSource } = stores;
    const instance = redisUrl ? { ...stores.instance, redisUrl } : stores.instance;
    return openCollector({ settings, instance, warehouse, dataSource, clock, pace: { speed: SPEED } });
  };
  const health = async (product: 'douyin-open' | 'kuaishou-open') => streamHealth(stores.dataSource, brand.brandId, product);
  const succeeded = async (product: 'douyin-open' | 'kuaishou-open', streams: number): Promise<boolean> => {
    const known = await health(product);
    return known.length >= streams && known.every(({ lastSuccessAt, failures }) => lastSuccessAt !== null && failures === 0);
  };
  const followers = async (): Promise<number> => {
    const sql = 'SELECT count() AS count FROM follower_readings FINAL WHERE brand_id = {brand: UInt32}';
    const [row] = await stores.warehouse.query<{ count: string }>({ name: 'test.rows', sql, params: { brand: brand.brandId } });
    return Number(row?.count);
  };

  beforeAll(async () => {
    stores = await openTestStores();
    servers = { douyin: await fakeServer(douyin), kuaishou: await fakeServer(kuaishou) };
  });
  let brands = 0;
  beforeEach(async () => {
    const code = `jobs-${++brands}`;
    brand = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
    const grant = (product: 'douyin-open' | 'kuaishou-open', id: string) => ({
      product,
      principalId: `${code}-${id}`,
      accounts: [`${code}-${id}`],
      accessToken: `${code}-${id}`,
      refreshToken: 'r',
    });
    await new StateWriter(stores.dataSource, stores.secret).upsertGrants(brand.brandId, [
      ...['a', 'b'].map((id) => grant('douyin-open', id)),
      ...['c', 'd'].map((id) => grant('kuaishou-open', id)),
    ]);
    for (const server of Object.values(servers)) server.calls.length = 0;
    clock = new FastClock();
  });
  afterEach(async () => {
    await collector?.close();
    collector = undefined;
    Object.assign(trouble, { kuaishouDown: false, kuaishouMistake: false, newType: false, room: false });
    // schedules outlive the process that made them
    const queue = new BullQueueAdapter({ redisUrl: null, postgres: stores.instance.postgres });
    await queue.schedule([]).finally(() => queue.close());
    await stores.dataSource.query('DELETE FROM platform_grant');
  });
  afterAll(async () => {
    for (const server of Object.values(servers ?? {})) await server.close();
    await stores?.close();
  });

  it('a new grant is collected without being asked for, then each kind again in its own rhythm', async () => {
    collector = open();
    await collector.start({ schedules: true });
    await until('all streams', () => succeeded('kuaishou-open', 4));
    const lists = () => servers.douyin.calls.filter(({ path }) => path === '/room/data/room_id/get/').length;
    await until('several hours of broadcasts', () => lists() > 12);
    const days = (clock.now() - dayStart('2026-10-20', ZONE)) / 86_400_000;
    const videos = servers.kuaishou.calls.filter(({ path, query }) => path === '/openapi/photo/list' && !query.get('cursor')).length;
    // two accounts, the first reading, then one each evening
    expect(videos).toBeLessThanOrEqual(2 * (Math.ceil(days) + 1));
    expect(await followers()).toBeGreaterThan(0);
  });

  it('a platform that is down for hours delays its own accounts only, and burns none of their jobs', async () => {
    trouble.kuaishouDown = true;
    collector = open();
    await collector.start({ schedules: true });
    const from = clock.now();
    await until('six hours', async () => clock.now() - from > 6 * 3_600_000 && (await succeeded('douyin-open', 6)));
    const sick = await health('kuaishou-open');
    expect(sick.map(({ lastSuccessAt, failures }) => [lastSuccessAt, failures > 0])).toEqual(sick.map(() => [null, true]));
    expect(await listDeadLetters(stores.dataSource, brand.brandId)).toEqual([]);
    trouble.kuaishouDown = false;
    await until('the recovery', () => succeeded('kuaishou-open', 4));
    const [reason] = (await stores.dataSource.query('SELECT error_class, wire_code, tries FROM collection_trouble WHERE brand_id = $1', [
      brand.brandId,
    ])) as { error_class: string }[];
    expect(reason).toMatchObject({ error_class: 'retry', tries: expect.any(Number) });
  });

  it('what no repetition helps is a dead letter; replayed after the cause is gone it comes through, and is replayed once', async () => {
    trouble.kuaishouMistake = true;
    collector = open();
    await collector.start({ schedules: false });
    const account = `jobs-${brands}-c`;
    await collector.service.request(brand.brandId, 'kuaishou', [account], ['followers']);
    await until('the dead letter', async () => (await listDeadLetters(stores.dataSource, brand.brandId)).length > 0);
    const [letter] = await listDeadLetters(stores.dataSource, brand.brandId);
    expect(letter).toMatchObject({
      accountId: account,
      kind: 'followers',
      errorClass: 'never',
      wireCode: '100200100',
      attempts: 1,
      state: 'open',
    });
    expect(JSON.stringify(letter)).not.toContain('accessToken');
    trouble.kuaishouMistake = false;
    const replaying = replayOn(stores.instance);
    const letters = new DeadLetterService({ ...stores, clock }, replaying.replay);
    try {
      await letters.replay('all', letter?.deadLetterId ?? '');
      await until('the reading', async () => (await followers()) > 0);
      await expect(letters.replay('all', letter?.deadLetterId ?? '')).rejects.toMatchObject({ code: 'conflict' });
      await expect(letters.replay('all', '999999')).rejects.toMatchObject({ code: 'not_found' });
    } finally {
      await replaying.close();
    }
  });

  it('a number that comes as an object is unknown, and whoever looks at the account is told; it is forgotten when numbers come again', async () => {
    collector = open();
    await collector.start({ schedules: false });
    const account = `jobs-${brands}-c`;
    const health = new AccountHealthService({ ...stores, clock }, { list: () => Promise.resolve([]) });
    const told = async (): Promise<string[]> => {
      const accounts = await health.list('all', { brand: `jobs-${brands}` });
      return accounts.filter(({ accountId }) => accountId === account).flatMap(({ todo }) => todo.map(({ text }) => text.en));
    };
    const read = () =>
      collector?.service.collectNow({ brandId: brand.brandId, platform: 'kuaishou', accounts: [account], kinds: ['followers'] });
    trouble.newType = true;
    await read();
    expect(await told()).toContainEqual(expect.stringContaining('numbers of /openapi/user_info cannot be read (an object)'));
    trouble.newType = false;
    await read();
    expect(await told()).not.toContainEqual(expect.stringContaining('cannot be read'));
  });

  it('a broadcast that a file told before the connection gets the platform’s id by itself, and stands there once', async () => {
    const account = { platform: 'douyin', accountId: `jobs-${brands}-a` };
    const row = { ...account, sessionId: 'start:told-by-a-file', startedAt: ROOM_AT + 60_000, views: 321 };
    await importRows(stores, { kind: 'sessions', rows: [row], brandId: brand.brandId, source: 'file' });
    trouble.room = true;
    collector = open();
    await collector.start({ schedules: false });
    await collector.service.request(brand.brandId, 'douyin', [account.accountId], ['sessions']);
    const kept = async () => {
      const sql = `SELECT session_id AS id, toString(source) AS source, views FROM sessions FINAL
        WHERE brand_id = {brand: UInt32} AND retracted = 0 ORDER BY id, source`;
      return stores.warehouse.query<{ id: string; source: string; views: string | null }>({
        name: 'test.sessions',
        sql,
        params: { brand: brand.brandId },
      });
    };
    await until('one broadcast', async () => {
      const rows = await kept();
      return rows.length > 1 && rows.every(({ id }) => id === 'room-1');
    });
    expect((await kept()).find(({ source }) => source === 'file')).toMatchObject({ views: '321' });
  });

  it('two enqueues of one stream are one job; two workers on one stream change nothing', async () => {
    const queue = new BullQueueAdapter({ redisUrl: null, postgres: stores.instance.postgres });
    const second = open();
    collector = open();
    const account = `jobs-${brands}-d`;
    try {
      await collector.service.request(brand.brandId, 'kuaishou', [account], ['followers', 'videos']);
      await collector.service.request(brand.brandId, 'kuaishou', [account], ['followers', 'videos']);
      await collector.start({ schedules: false });
      await second.start({ schedules: false });
      await until('both kinds', async () => (await health('kuaishou-open')).filter(({ lastSuccessAt }) => lastSuccessAt).length === 2);
      expect(servers.kuaishou.calls.filter(({ path }) => path.endsWith('/user_info'))).toHaveLength(1);
      const payload = {
        brandId: brand.brandId,
        product: 'kuaishou-open' as const,
        accountId: account,
        kind: 'followers' as const,
        now: true as const,
      };
      const ids = await queue.enqueueMany(
        'collect-stream',
        Array.from({ length: 8 }, () => ({ payload })),
      );
      await queue.waitMany('collect-stream', ids, (end) => expect(end).toHaveProperty('result'));
      expect(servers.kuaishou.calls.filter(({ path }) => path.endsWith('/user_info'))).toHaveLength(9);
      // a slot that was read meanwhile is not read again, one that came after the reading is
      const known = (await health('kuaishou-open')).find(({ kind }) => kind === 'followers')?.lastSuccessAt ?? 0;
      const slots = [known - 1, clock.now()].map((dueAt) => ({ payload: { ...payload, dueAt } }));
      const ends: unknown[] = [];
      await queue.waitMany('collect-stream', await queue.enqueueMany('collect-stream', slots), (end) =>
        ends.push('result' in end && end.result),
      );
      expect(ends.filter((end) => (end as { skipped?: string }).skipped === 'already read')).toHaveLength(1);
      expect(servers.kuaishou.calls.filter(({ path }) => path.endsWith('/user_info'))).toHaveLength(10);
      // readings of one day take each other's place
      expect(await followers()).toBeLessThanOrEqual(2);
    } finally {
      await second.close();
      await queue.close();
    }
  });

  const onRedis = hasRedis() ? it : it.skip;
  onRedis(
    'nothing that was ever written to Redis holds a token or secret: jobs, results, failures, limits (needs redis-server)',
    async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-secrecy-'));
      const redis = await startRedis(folder, { durable: true });
      try {
        const secret = (account: string) => `${account}-token-in-the-clear`;
        const grants = ['e', 'f'].map((id) => ({
          product: 'kuaishou-open' as const,
          principalId: `jobs-${brands}-${id}`,
          accounts: [`jobs-${brands}-${id}`],
          accessToken: secret(id),
          refreshToken: `refresh-${secret(id)}`,
        }));
        await new StateWriter(stores.dataSource, stores.secret).upsertGrants(brand.brandId, grants);
        collector = open(redis.url);
        await collector.start({ schedules: true });
        await until('all streams', () => succeeded('kuaishou-open', 8));
        await collector.service.collectNow({ brandId: brand.brandId, platform: 'kuaishou' });
        // refused, put off, given up: whatever is kept of a failure
        trouble.kuaishouDown = true;
        await until('failures', async () => (await health('kuaishou-open')).some(({ failures }) => failures > 1));
        Object.assign(trouble, { kuaishouDown: false, kuaishouMistake: true });
        await collector.service.collectNow({ brandId: brand.brandId, platform: 'kuaishou' });
        await collector.close();
        collector = undefined;
        const written = fs
          .readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
          .join('\n');
        // it was the right place to look
        for (const known of ['collect-stream', `jobs-${brands}-e`, 'kuaishou-open', '100200100', 'limit:'])
          expect(written).toContain(known);
        expect(written).not.toMatch(/in-the-clear/);
        expect(written).not.toContain(stores.secret);
      } finally {
        await redis.stop();
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
