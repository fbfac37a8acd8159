import { Clock, loadSettings, type Settings } from '@app/config';
import type { Brand, GrantProduct } from '@app/contracts';
import { ConnectService, ServerClocks, STATE_LIFE_MS, wrongClocks } from '@app/connect';
import { ensureBrand, GrantVault, resealAll, StateWriter } from '@app/database';
import { GrantKeeper, PlatformError, type Grant, type Platform } from '@app/platforms';
import { GrantStoreAdapter } from '../../apps/collector/src/collect/grant-store.adapter';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';
import { openTestStores, type TestStores } from '../support/stores';

class HandClock extends Clock {
  instant = Date.parse('2026-11-22T04:00:00Z');
  now(): number {
    return this.instant;
  }
}

const signal = new AbortController().signal;
const clock = new HandClock();
let stores: TestStores;
let brand: Brand;
let server: Awaited<ReturnType<typeof fakeServer>>;
let settings: Settings;
let service: ConnectService;
let wrong = false;

/** The token calls of all platforms, as the facts give them. */
function answer({ path, form, query, json }: FakeRequest): FakeAnswer {
  if (wrong) return { data: { error_code: 10013, description: 'wrong' }, message: 'error' };
  const life = { expires_in: '1296000', refresh_expires_in: 2_592_000 };
  if (path === '/oauth/access_token/' && form.get('code') === 'C1')
    return {
      data: { error_code: 0, access_token: 'act.1', refresh_token: 'rft.1', open_id: 'open1', scope: 'user_info,video.list.bind', ...life },
      message: 'success',
    };
  if (path === '/oauth2/access_token' && query.get('code') === 'K1')
    return {
      result: 1,
      access_token: 'k.a',
      expires_in: 172_800,
      refresh_token: 'k.r',
      refresh_token_expires_in: 15_552_000,
      open_id: 'ko1',
      scopes: ['user_info', 'user_video_info'],
    };
  const pair = { access_token: 'ads.a', refresh_token: 'ads.r', refresh_token_expires_in: 2_592_000 };
  if (path === '/open_api/oauth2/access_token/' && json.auth_code === 'O1')
    return { code: 0, data: { ...pair, expires_in: 86_400, advertiser_ids: [22, '11'] } };
  if (path === '/rest/openapi/oauth2/authorize/access_token' && json.auth_code === 'M1')
    return { code: 0, data: { ...pair, access_token_expires_in: 86_400, advertiser_id: 33 } };
  if (path === '/oauth/token' && query.get('authorization_code') === 'T1')
    return { code: 0, data: { ...pair, access_token_expires_in: 86_400, authorizer_info: { account_id: 44, scope_list: ['ads'] } } };
  return { data: { error_code: 10007, description: 'code expired' }, result: '100200105', code: 40_002, message: 'error' };
}

beforeAll(async () => {
  stores = await openTestStores();
  brand = await ensureBrand(stores.dataSource, { code: 'b', name: 'B', zone: 'Asia/Shanghai' });
  await new StateWriter(stores.dataSource, stores.secret).upsertAccounts(
    brand.brandId,
    (['douyin', 'kuaishou', 'channels'] as const).map((platform) => ({ platform, accountId: `${platform}-1`, name: 'n' })),
  );
  server = await fakeServer(answer);
  settings = loadSettings({
    ...Object.fromEntries(['DOUYIN', 'KUAISHOU', 'OCEANENGINE', 'MAGNETIC', 'TENCENTADS'].map((name) => [`${name}_BASE_URL`, server.url])),
    DOUYIN_CLIENT_KEY: 'ck',
    DOUYIN_CLIENT_SECRET: 'cs',
    ...Object.fromEntries(
      ['KUAISHOU', 'OCEANENGINE', 'MAGNETIC', 'TENCENTADS'].flatMap((n) => [
        [`${n}_APP_ID`, 'id'],
        [`${n}_APP_SECRET`, 's'],
      ]),
    ),
    VITRINE_PUBLIC_URL: 'https://vitrine.example',
  });
  service = new ConnectService({ dataSource: stores.dataSource, secret: stores.secret, settings, clock });
});
afterAll(async () => {
  await server?.close();
  await stores?.close();
});

const begin = (product: GrantProduct, accountIds: string[] = []) =>
  service.begin({ brandId: brand.brandId, product, accountIds, acknowledgedBy: 'li' });
const grants = () => new GrantStoreAdapter(stores.dataSource, stores.secret, clock);
const connectionOf = async (product: GrantProduct) => (await service.list(brand)).find((one) => one.product === product);

describe('authorisation', () => {
  it.each([
    ['douyin-open', 'C1', 'open1', ['douyin-9'], 'act.1'],
    ['kuaishou-open', 'K1', 'ko1', ['kuaishou-9'], 'k.a'],
    ['oceanengine', 'O1', '11,22', [], 'ads.a'],
    ['magnetic', 'M1', '33', [], 'ads.a'],
    ['tencent-ads', 'T1', '44', [], 'ads.a'],
  ] as const)(
    '%s: the address leads to the page, the code becomes a sealed grant of the accounts',
    async (product, code, principalId, given, token) => {
      const begun = await begin(product, [...given]);
      const url = new URL(begun.authorizeUrl);
      expect(url.searchParams.get('state')).toBe(begun.state);
      expect(url.searchParams.get('redirect_uri')).toBe(`https://vitrine.example/api/v1/connections/${product}/callback`);
      const connection = await service.callback(product, { state: begun.state, code }, signal);
      const accounts = given.length > 0 ? [...given] : expect.arrayContaining([expect.stringMatching(/-1$/)]);
      expect(connection).toMatchObject({ product, principalId, accounts, termsAcknowledgedBy: 'li', revokedAt: null });
      const [stored] = (await grants().list(brand.brandId, product)).values();
      expect(stored).toMatchObject({ accessToken: token, principalId });
      expect(stored.accessExpiresAt).toBeGreaterThan(clock.now());
      const kept = JSON.stringify(await stores.dataSource.query(`SELECT *, encode(access_token, 'escape') AS shown FROM platform_grant`));
      expect(kept).not.toContain(token);
      expect(JSON.stringify(connection)).not.toContain(token);
    },
  );

  it('permissions that the owner withheld are named', async () => {
    const connection = await connectionOf('douyin-open');
    expect(connection?.state).toBe('incomplete');
    expect(connection?.missingScopes.map(({ scope }) => scope)).toContain('live.room.base');
    expect((await connectionOf('kuaishou-open'))?.missingScopes).toEqual([]);
  });

  it('a state is good once, for its product, for 15 minutes, and cannot be made by others', async () => {
    const { state } = await begin('douyin-open');
    const use = (product: GrantProduct, given: string) => service.callback(product, { state: given, code: 'C1' }, signal);
    await expect(use('kuaishou-open', state)).rejects.toThrow('unknown');
    await expect(use('douyin-open', `${state}x`)).rejects.toThrow('unknown');
    await expect(use('douyin-open', '')).rejects.toThrow('unknown');
    await expect(use('douyin-open', state)).resolves.toMatchObject({ principalId: 'open1' });
    await expect(use('douyin-open', state)).rejects.toThrow('unknown');
    const late = await begin('douyin-open');
    clock.instant += STATE_LIFE_MS;
    await expect(use('douyin-open', late.state)).rejects.toThrow('unknown');
    const kept = JSON.stringify(await stores.dataSource.query(`SELECT *, encode(state_hash, 'escape') AS shown FROM oauth_state`));
    expect(kept).not.toContain(state.split('.')[0]);
  });

  it('a state that was moved to other accounts in the store is refused: it is bound to what it was begun for', async () => {
    const { state } = await begin('douyin-open', ['douyin-9']);
    await stores.dataSource.query(`UPDATE oauth_state SET account_ids = '{other}' WHERE used_at IS NULL`);
    await expect(service.callback('douyin-open', { state, code: 'C1' }, signal)).rejects.toThrow('unknown');
  });

  it('of two redirects with one state one wins', async () => {
    const { state } = await begin('kuaishou-open');
    const both = await Promise.allSettled([1, 2].map(() => service.callback('kuaishou-open', { state, code: 'K1' }, signal)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('without accepted terms nothing begins, and a code alone needs an authorisation that was begun', async () => {
    const nobody = { brandId: brand.brandId, product: 'magnetic' as const, accountIds: [], acknowledgedBy: ' ' };
    await expect(service.begin(nobody)).rejects.toThrow('terms');
    await stores.dataSource.query('UPDATE oauth_state SET used_at = now() WHERE used_at IS NULL');
    const finish = () => service.finish({ brand, product: 'douyin-open', state: null, code: 'C1' }, signal);
    await expect(finish()).rejects.toThrow('terms');
    await begin('douyin-open');
    await expect(finish()).resolves.toMatchObject({ principalId: 'open1' });
    await expect(finish()).rejects.toThrow('terms');
  });

  it('wrong app credentials are told as such, with what to do', async () => {
    wrong = true;
    const { state } = await begin('douyin-open');
    const failure = service.callback('douyin-open', { state, code: 'C1' }, signal);
    await expect(failure).rejects.toMatchObject({ wireCode: '10013', action: 'stop-all' });
    await expect(failure).rejects.toMatchObject({ options: { remedy: { en: expect.stringContaining('credentials') } } });
    wrong = false;
  });
});

describe('an end of the permission', () => {
  const refusing = { name: 'douyin', storesTokens: true } as unknown as Platform;
  const revokedBy = async (code: string): Promise<Grant> => {
    const [grant] = (await grants().list(brand.brandId, 'douyin-open')).values();
    const access = new GrantKeeper(grants(), clock).access(refusing, grant, signal);
    const refuse = () => Promise.reject(new PlatformError('douyin', 'mark-revoked', code, '/x'));
    await expect(access.use(refuse)).rejects.toMatchObject({ wireCode: code });
    return grant;
  };

  it('by an error is kept with its code; another process makes no call; authorising again revives it', async () => {
    await revokedBy('28001045');
    expect(await connectionOf('douyin-open')).toMatchObject({ state: 'revoked', revokedCode: '28001045' });
    const [stored] = (await grants().list(brand.brandId, 'douyin-open')).values();
    let calls = 0;
    const other = new GrantKeeper(grants(), clock).access(refusing, stored, signal);
    await expect(other.use(async () => calls++)).rejects.toMatchObject({ action: 'mark-revoked', wireCode: '28001045' });
    expect(calls).toBe(0);
    const { state } = await begin('douyin-open');
    // the platform gives the same token as before: it stands all the same
    await expect(service.callback('douyin-open', { state, code: 'C1' }, signal)).resolves.toMatchObject({ revokedAt: null });
  });

  it('a refusal of a token that somebody has replaced meanwhile ends nothing', async () => {
    const [grant] = (await grants().list(brand.brandId, 'douyin-open')).values();
    await grants().revoke({ ...grant, accessToken: 'older' }, { at: clock.now(), code: '28001045' });
    expect((await connectionOf('douyin-open'))?.revokedAt).toBeNull();
  });
});

describe('the token of an app', () => {
  it('is renewed by force at most 20 times a day, 30 s apart, and shared', async () => {
    const grant: Grant = {
      brandId: brand.brandId,
      product: 'channels-app',
      principalId: 'wx1',
      accessToken: 'old',
      refreshToken: null,
      appId: 'wx1',
      appSecret: 's',
      accessExpiresAt: null,
      refreshExpiresAt: null,
    };
    let serial = 0;
    const forces: boolean[] = [];
    const fetch = async (force: boolean): Promise<Grant> => {
      forces.push(force);
      return { ...grant, accessToken: force ? `t${++serial}` : `t${serial}`, accessExpiresAt: clock.now() + 7_200_000 };
    };
    const store = grants();
    // the platform has another one already: nothing is forced, and nothing counted
    let held = await store.renewApp(grant, true, fetch);
    expect(forces).toEqual([false]);
    held = await store.renewApp(held, true, fetch);
    expect(forces).toEqual([false, false, true]);
    await expect(store.renewApp(grant, true, fetch)).resolves.toMatchObject({ accessToken: held.accessToken });
    expect(forces).toHaveLength(3);
    held = await store.renewApp(held, true, fetch);
    expect(forces).toEqual([false, false, true, false]);
    for (let again = 0; again < 25; again++) {
      clock.instant += 31_000;
      held = await store.renewApp(held, true, fetch);
    }
    expect(forces.filter(Boolean)).toHaveLength(20);
    clock.instant += 86_400_000;
    await store.renewApp(held, true, fetch);
    expect(forces.filter(Boolean)).toHaveLength(21);
  });
});

describe('rotation of the secret', () => {
  const NEXT = 'n'.repeat(43);
  const boxes = () =>
    stores.dataSource.query('SELECT product, principal_id, access_token, refresh_token, app_secret FROM platform_grant ORDER BY 1, 2');

  it('a box that opens with neither secret stops it, and nothing is half done', async () => {
    await stores.dataSource.query(
      `INSERT INTO platform_grant (brand_id, product, principal_id, platform, access_token) VALUES ($1, 'tencent-ads', 'zz', 'channels', $2)`,
      [
        brand.brandId,
        new GrantVault('elsewhere').seal('x', { brandId: brand.brandId, product: 'tencent-ads', principalId: 'zz', field: 'accessToken' }),
      ],
    );
    const before = await boxes();
    await expect(resealAll(stores.dataSource, { previous: stores.secret, next: NEXT })).rejects.toThrow('neither');
    expect(await boxes()).toEqual(before);
    await stores.dataSource.query(`DELETE FROM platform_grant WHERE principal_id = 'zz'`);
  });

  it('every box opens with the new secret only, and a second run finds nothing to do', async () => {
    const before = await grants().list(brand.brandId, 'kuaishou-open');
    const first = await resealAll(stores.dataSource, { previous: stores.secret, next: NEXT });
    expect(first.resealed).toBeGreaterThan(5);
    await expect(resealAll(stores.dataSource, { previous: stores.secret, next: NEXT })).resolves.toEqual({
      resealed: 0,
      already: first.resealed,
    });
    const after = await new GrantStoreAdapter(stores.dataSource, NEXT, clock).list(brand.brandId, 'kuaishou-open');
    expect([...after.values()]).toEqual([...before.values()]);
    const [sealed] = [...(await grants().list(brand.brandId, 'kuaishou-open')).values()];
    expect(() => sealed?.accessToken).toThrow('cannot be opened');
    await resealAll(stores.dataSource, { previous: NEXT, next: stores.secret });
  });
});

describe('a clock that is off', () => {
  it('by a day is told beside the connection and to the operator, until it is right again', async () => {
    const clocks = new ServerClocks(stores.dataSource, clock, (error) => {
      throw error;
    });
    const told = async () => (await connectionOf('kuaishou-open'))?.clockAheadSeconds;
    clocks.saw(server.url, new Date(clock.now() - 86_400_000).toUTCString());
    await until(async () => (await told()) !== null);
    expect(await told()).toBeGreaterThan(86_000);
    expect((await connectionOf('kuaishou-open'))?.todo[0].en).toContain('ahead of the platform');
    expect(await wrongClocks(stores.dataSource)).toMatchObject([{ origin: server.url }]);
    clocks.saw(server.url, new Date(clock.now()).toUTCString());
    await until(async () => (await wrongClocks(stores.dataSource)).length === 0);
  });
});

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
}
