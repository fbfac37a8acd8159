import { Clock, loadSettings } from '@app/config';
import type { Platform } from '@app/contracts';
import { connectorsOf, createConnectors, GrantKeeper, GrantStore } from '@app/platforms';
import type { Grant, Platform as Connector, PlatformCall, SessionReading, VideoRow } from '@app/platforms';
import { createWorld, DOUYIN_APP, grantRows, KUAISHOU_APP, startPlatformSim } from '../../apps/platform-sim/src';
import type { PlatformSim } from '../../apps/platform-sim/src';

const DAY = 86_400_000;
const ZONE = 'Asia/Shanghai';
const world = createWorld({ seed: 7, endMonth: '2026-10' });

class HandClock extends Clock {
  instant = world.startsAt;
  now(): number {
    return this.instant;
  }
}

/** The grants of the world's file, renewed one at a time. */
class MemoryGrants extends GrantStore {
  readonly byAccount = new Map<string, Grant>();
  constructor() {
    super();
    for (const row of grantRows(world)) {
      const text = (name: string) => (typeof row[name] === 'string' ? row[name] : null);
      const number = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
      const [accountId = ''] = row['accounts'] as string[];
      this.byAccount.set(accountId, {
        brandId: 1,
        product: String(row['product']),
        principalId: String(row['principalId']),
        accessToken: String(row['accessToken']),
        refreshToken: text('refreshToken'),
        appId: text('appId'),
        appSecret: text('appSecret'),
        accessExpiresAt: number('accessExpiresAt'),
        refreshExpiresAt: number('refreshExpiresAt'),
      });
    }
  }
  async list(): Promise<Map<string, Grant>> {
    return this.byAccount;
  }
  async revoke(): Promise<void> {
    throw new Error('no owner of the world ends a permission');
  }
  async renew(grant: Grant, renew: (stored: Grant) => Promise<Grant>): Promise<Grant> {
    const [accountId, stored] = [...this.byAccount].find(([, one]) => one.principalId === grant.principalId) ?? ['', grant];
    const renewed = await renew(stored);
    this.byAccount.set(accountId, renewed);
    return renewed;
  }
}

let sim: PlatformSim;
let platforms: Record<Platform, Connector>;
let closing: () => Promise<unknown>;
const clock = new HandClock();
const grants = new MemoryGrants();
const keeper = new GrantKeeper(grants, clock);

beforeAll(async () => {
  sim = await startPlatformSim({ world, trouble: 'test', now: () => clock.instant });
  const settings = loadSettings({
    DOUYIN_BASE_URL: sim.urls.douyin,
    DOUYIN_CLIENT_KEY: DOUYIN_APP.clientKey,
    DOUYIN_CLIENT_SECRET: DOUYIN_APP.clientSecret,
    KUAISHOU_BASE_URL: sim.urls.kuaishou,
    KUAISHOU_APP_ID: KUAISHOU_APP.appId,
    KUAISHOU_APP_SECRET: KUAISHOU_APP.appSecret,
    CHANNELS_BASE_URL: sim.urls.channels,
  });
  const connectors = createConnectors(settings, { retryBaseMs: 1, retries: 8 });
  closing = () => Promise.all(Object.values(connectors).map((connector) => connector.close()));
  const ownOf = (platform: Platform): Connector => connectorsOf(connectors, platform)[0]!;
  platforms = { douyin: ownOf('douyin'), kuaishou: ownOf('kuaishou'), channels: ownOf('channels') };
});
afterAll(async () => {
  await closing();
  await sim.stop();
});

const honest = (platform: Platform) => world.of(platform).filter((one) => !one.outage && !one.withoutLiveInterface);

function callOf(platform: Platform, accountId: string): PlatformCall {
  const signal = new AbortController().signal;
  const grant = grants.byAccount.get(accountId)!;
  return { account: { accountId, zone: ZONE }, grant: keeper.access(platforms[platform], grant, signal), clock, signal };
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

/** More than three months in steps of nine days, late in the evening; tokens are refreshed and renewed on the way, the last time refused. */
async function* rounds(): AsyncIterable<number> {
  for (let round = 1; round <= 12; round++) {
    clock.instant = world.startsAt + round * 9 * DAY - DAY / 48;
    yield clock.instant;
  }
}

describe('the adapters against the simulator with all its trouble', () => {
  it('read each Douyin video once, the followers, and sessions whose final figures are the world’s', async () => {
    for (const account of honest('douyin').slice(0, 2)) {
      const seen = new Map<string, SessionReading>();
      for await (const now of rounds()) {
        const videos = await all<VideoRow>(platforms.douyin.videos(callOf('douyin', account.accountId)));
        expect(videos.map((one) => one.videoId).sort()).toEqual(
          world
            .videos(account, now)
            .map((one) => one.videoId)
            .sort(),
        );
        expect((await all(platforms.douyin.followers(callOf('douyin', account.accountId), 15))).length).toBeGreaterThan(0);
        const request = { from: now - 12 * DAY, to: now, isFinal: (id: string) => seen.get(id)?.final ?? false };
        for (const reading of await all(platforms.douyin.sessions(callOf('douyin', account.accountId), request)))
          seen.set(reading.sessionId, reading);
      }
      const expected = world.sessionsBetween(account, world.startsAt, clock.instant - 2 * DAY);
      for (const session of expected) {
        const reading = seen.get(session.sessionId);
        expect(reading).toMatchObject({ final: true, startedAt: session.startedAt });
        expect(reading?.rows[0]).toMatchObject({
          uniqueViewers: session.uniqueViewers,
          watchSeconds: session.watchSeconds,
          likes: session.likes,
        });
      }
    }
  });

  it('read each Kuaishou video that is not deleted, through tokens of two days that end in the middle of lists', async () => {
    clock.instant = world.startsAt;
    for (const account of honest('kuaishou').slice(0, 3)) {
      for await (const now of rounds()) {
        const videos = await all<VideoRow>(platforms.kuaishou.videos(callOf('kuaishou', account.accountId)));
        const alive = world.videos(account, now).filter((one) => one.deletedAt === null || one.deletedAt > now);
        expect(videos.map((one) => one.videoId).sort()).toEqual(alive.map((one) => one.videoId).sort());
        const published = new Map(alive.map((one) => [one.videoId, one.publishedAt]));
        for (const video of videos) expect(video.publishedAt).toBe(published.get(video.videoId));
      }
    }
  });

  it('read each ended Channels live once, persons and not views', async () => {
    for (const account of honest('channels').slice(0, 3)) {
      const seen = new Map<string, SessionReading>();
      for await (const now of rounds()) {
        const request = { from: now - 12 * DAY, to: now, isFinal: () => false };
        for (const reading of await all(platforms.channels.sessions(callOf('channels', account.accountId), request)))
          seen.set(reading.sessionId, reading);
      }
      const expected = world.sessionsBetween(account, world.startsAt, clock.instant - 2 * DAY);
      for (const session of expected) expect(seen.get(session.sessionId)?.rows[0]).toMatchObject({ uniqueViewers: session.uniqueViewers });
      expect(seen.size).toBeGreaterThanOrEqual(expected.length);
      expect([...seen.values()].every((reading) => reading.rows.every((row) => row.views === undefined))).toBe(true);
    }
  });
});
