import { Clock } from '@app/config';
import { GrantStore, type Grant } from './grant';
import { GrantKeeper } from './grant-keeper';
import type { Platform } from './platform';
import { PlatformError } from './platform-error';

class StillClock extends Clock {
  now(): number {
    return 1_000_000;
  }
}

const grant: Grant = {
  brandId: 1,
  product: 'kuaishou-open',
  principalId: 'p',
  accessToken: 'a0',
  refreshToken: 'r0',
  appId: null,
  appSecret: null,
  accessExpiresAt: null,
  refreshExpiresAt: null,
};

class MemoryStore extends GrantStore {
  stored = grant;
  async list(): Promise<Map<string, Grant>> {
    return new Map([['x', this.stored]]);
  }
  async renew(_: Grant, renew: (stored: Grant) => Promise<Grant>): Promise<Grant> {
    return (this.stored = await renew(this.stored));
  }
}

describe('grant keeper', () => {
  const signal = new AbortController().signal;
  let renewals = 0;
  const platform = {
    storesTokens: true,
    refresh: async (stored: Grant) => ({ ...stored, accessToken: `a${++renewals}` }),
  } as unknown as Platform;
  const only = (good: string) => async (current: Grant) => {
    if (current.accessToken !== good) throw new PlatformError('kuaishou', 'refresh-once', '100200108', '/openapi');
    return current.accessToken;
  };
  beforeEach(() => (renewals = 0));

  it('a renewed token stays in use although the caller still holds the grant as it was read before', async () => {
    const keeper = new GrantKeeper(new MemoryStore(), new StillClock());
    await expect(keeper.access(platform, grant, signal).use(only('a1'))).resolves.toBe('a1');
    await expect(keeper.access(platform, grant, signal).use(only('a1'))).resolves.toBe('a1');
    expect(renewals).toBe(1);
  });

  it('a token that another process renewed meanwhile is taken over, not renewed again', async () => {
    const store = new MemoryStore();
    const access = new GrantKeeper(store, new StillClock()).access(platform, grant, signal);
    store.stored = { ...grant, accessToken: 'other' };
    await expect(access.use(only('other'))).resolves.toBe('other');
    expect(renewals).toBe(0);
  });

  it('a new authorisation replaces what is held', async () => {
    const keeper = new GrantKeeper(new MemoryStore(), new StillClock());
    await keeper.access(platform, grant, signal).use(only('a1'));
    expect(keeper.access(platform, { ...grant, accessToken: 'anew' }, signal).current().accessToken).toBe('anew');
  });
});
