import { Clock, loadSettings } from '@app/config';
import type { Brand } from '@app/contracts';
import { ensureBrand, StateWriter } from '@app/database';
import { openCollector, type Collector } from '../../apps/collector/src/collect/open-collector';
import {
  createWorld,
  DOUYIN_APP,
  grantRows,
  KUAISHOU_APP,
  startPlatformSim,
  TENCENT_ADS_BRAND,
  type PlatformSim,
  type ScenarioSetting,
  type SimAccount,
} from '../../apps/platform-sim/src';
import type { TestStores } from './stores';

const DAY = 86_400_000;
const HOUR = 3_600_000;
export const ZONE = 'Asia/Shanghai';

/** One world for all runs: its months are drawn once. */
export const WORLD = createWorld({ seed: 11, endMonth: '2026-06' });
/** First midnight of every run: old enough for lists of several pages, with broadcasts on its first days, and advertising bought. */
export const FIRST_DAY = WORLD.startsAt + 136 * DAY;
/** When accounts are read on each day, as hours after midnight: after the morning's tables, and in the evening. */
const ROUND_HOURS = [10.6, 18.7];

class HandClock extends Clock {
  instant = FIRST_DAY;
  now(): number {
    return this.instant;
  }
}

const plain = (platform: string): SimAccount[] =>
  WORLD.accounts.filter((a) => a.platform === platform && !a.outage && !a.withoutLiveInterface);
/** Buys views now and then. */
const advertises = (a: SimAccount): boolean => a.index % 8 === 3;

/**
 * Two accounts of each platform, with what makes them awkward: pinned rows, equal instants, seconds and milliseconds, numbers as text; the second one
 * buys views.
 */
export function runAccounts(perPlatform = 2): SimAccount[] {
  const pick = (platform: string, awkward: (a: SimAccount) => boolean) =>
    [plain(platform).find(awkward), plain(platform).find(advertises)].filter((a) => a !== undefined).slice(0, perPlatform);
  return [
    ...pick('douyin', (a) => a.index % 4 === 0),
    ...pick('kuaishou', (a) => a.index % 10 === 0),
    ...pick('channels', (a) => a.index % 2 === 0),
  ];
}

/** A Channels account of which only its advertising side is connected. */
export const tencentAccounts = (): SimAccount[] => plain('channels').filter(advertises).slice(1, 2);

/** The instants of whole days of rounds, the first day's morning being the owners' authorisation. */
export function roundsOf(firstDay: number, days: number): number[] {
  return Array.from({ length: days }, (_, day) =>
    ROUND_HOURS.map((hour) => FIRST_DAY + (firstDay + day) * DAY + Math.round(hour * HOUR)),
  ).flat();
}

export interface CollectionRun {
  sim: PlatformSim;
  brand: Brand;
  accounts: SimAccount[];
  /** Connected through Tencent Ads alone. */
  tencentAccounts: SimAccount[];
  /** Instants of all rounds so far. */
  instants: number[];
  collector: Collector;
  /** Walks through rounds; what failed in them. */
  collect(instants: readonly number[]): Promise<void>;
  /** The same through the job queue. */
  collectByJobs(instants: readonly number[]): Promise<void>;
  /** The platforms calm down at the first midnight after the latest round. */
  calm(): void;
  close(): Promise<void>;
}

let runs = 0;

/** Simulated platforms, a brand with fresh grants on them, and a collector: all on one clock that stands still within a round. */
export async function openRun(stores: TestStores, scenarios: ScenarioSetting[], accounts = runAccounts()): Promise<CollectionRun> {
  const clock = new HandClock();
  const [first = FIRST_DAY] = roundsOf(0, 1);
  clock.instant = first;
  const sim = await startPlatformSim({ world: WORLD, trouble: { strict: true }, now: () => clock.instant });
  const code = `sim-${process.pid}-${++runs}`;
  const brand = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
  // tokens of apps, and how often they were renewed, belong to the platforms of an earlier run
  await stores.dataSource.query('DELETE FROM app_token');
  const grants = await Promise.all(accounts.map((account) => granted(sim, account)));
  grants.push(...advertisingGrants(sim, accounts));
  await new StateWriter(stores.dataSource, stores.secret).upsertGrants(brand.brandId, grants as never);
  sim.calls.length = 0;
  sim.scenarios.set(scenarios);
  const settings = loadSettings({
    VITRINE_DATA: stores.dataDir,
    DOUYIN_BASE_URL: sim.urls.douyin,
    DOUYIN_CLIENT_KEY: DOUYIN_APP.clientKey,
    DOUYIN_CLIENT_SECRET: DOUYIN_APP.clientSecret,
    KUAISHOU_BASE_URL: sim.urls.kuaishou,
    KUAISHOU_APP_ID: KUAISHOU_APP.appId,
    KUAISHOU_APP_SECRET: KUAISHOU_APP.appSecret,
    CHANNELS_BASE_URL: sim.urls.channels,
    OCEANENGINE_BASE_URL: sim.urls.oceanengine,
    OCEANENGINE_APP_ID: 'sim-oceanengine-app',
    OCEANENGINE_APP_SECRET: 'sim-oceanengine-secret',
    MAGNETIC_BASE_URL: sim.urls.magnetic,
    MAGNETIC_APP_ID: 'sim-magnetic-app',
    MAGNETIC_APP_SECRET: 'sim-magnetic-secret',
    TENCENTADS_BASE_URL: sim.urls.tencentads,
    TENCENTADS_APP_ID: 'sim-tencentads-app',
    TENCENTADS_APP_SECRET: 'sim-tencentads-secret',
    LOG_LEVEL: 'silent',
  });
  const { instance, warehouse, dataSource } = stores;
  const collector = openCollector({ settings, instance, warehouse, dataSource, clock }, { retryBaseMs: 1 });
  const instants: number[] = [];
  return {
    sim,
    brand,
    accounts,
    tencentAccounts: tencentAccounts(),
    instants,
    collector,
    collect: async (next) => {
      instants.push(...next);
      const moveTo = (instant: number): void => {
        clock.instant = instant;
      };
      // as the schedules would do it, but for one write instead of one per round
      const request = { brandId: brand.brandId, instants: [...next], moveTo, roundsPerWrite: next.length, asScheduled: true };
      await collector.service.replay(request);
    },
    collectByJobs: async (next) => {
      await collector.start({ schedules: false });
      for (const instant of next) {
        instants.push(instant);
        clock.instant = instant;
        await collector.service.collectNow({ brandId: brand.brandId });
      }
    },
    calm: () => {
      clock.instant = FIRST_DAY + Math.ceil((clock.instant - FIRST_DAY) / DAY) * DAY;
      sim.scenarios.calm();
    },
    close: async () => {
      await collector.close();
      await sim.stop();
    },
  };
}

/** The advertising side of each Douyin and Kuaishou account, and of a Channels account that is connected through nothing else. */
function advertisingGrants(sim: PlatformSim, accounts: readonly SimAccount[]): Record<string, unknown>[] {
  const PRODUCT = { douyin: 'oceanengine', kuaishou: 'magnetic' } as const;
  const shared = accounts.flatMap((account) => {
    const product = account.platform === 'channels' ? null : PRODUCT[account.platform as 'douyin'];
    return product === null ? [] : [{ product, accounts: [account.accountId], ...sim.advertiser(product, account) }];
  });
  const alone = tencentAccounts().map((account) => {
    const { principalId, ...pair } = sim.advertiser('tencentads', account);
    return { product: 'tencent-ads', accounts: [account.accountId], principalId: `${principalId}:${TENCENT_ADS_BRAND}`, ...pair };
  });
  return [...shared, ...alone];
}

/** A grant as `connect` would have stored it: the owner's code, exchanged now. A Channels account is its own app. */
async function granted(sim: PlatformSim, account: SimAccount): Promise<Record<string, unknown>> {
  const row = grantRows(WORLD).find((one) => (one['accounts'] as string[])[0] === account.accountId) ?? {};
  if (account.platform === 'channels') return { ...row, accessToken: 'not yet', accessExpiresAt: 1 };
  const code = `code-${account.openId}`;
  const now = roundsOf(0, 1)[0] ?? FIRST_DAY;
  if (account.platform === 'douyin') {
    const body = new URLSearchParams({
      client_key: DOUYIN_APP.clientKey,
      client_secret: DOUYIN_APP.clientSecret,
      code,
      grant_type: 'authorization_code',
    });
    const { data } = (await (await fetch(`${sim.urls.douyin}/oauth/access_token/`, { method: 'POST', body })).json()) as { data: Answer };
    return withTokens(row, data, Number(data['refresh_expires_in']), now);
  }
  const query = new URLSearchParams({
    app_id: KUAISHOU_APP.appId,
    app_secret: KUAISHOU_APP.appSecret,
    code,
    grant_type: 'authorization_code',
  });
  const answer = (await (await fetch(`${sim.urls.kuaishou}/oauth2/access_token?${query.toString()}`)).json()) as Answer;
  return withTokens(row, answer, Number(answer['refresh_token_expires_in']), now);
}

type Answer = Record<string, unknown>;

function withTokens(row: Answer, answer: Answer, refreshSeconds: number, now: number): Answer {
  return {
    ...row,
    accessToken: answer['access_token'],
    refreshToken: answer['refresh_token'],
    accessExpiresAt: now + Number(answer['expires_in']) * 1_000,
    refreshExpiresAt: now + refreshSeconds * 1_000,
  };
}
