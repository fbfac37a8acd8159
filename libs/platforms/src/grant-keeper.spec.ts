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
  revocations: string[] = [];
  async revoke(_: Grant, { at, code }: { at: number; code: string }): Promise<void> {
    this.revocations.push(code);
    this.stored = { ...this.stored, revoked: { at, code } };
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

  it('a permission that has ended is kept as ended, and no call is made under it until the owner authorises anew', async () => {
    const store = new MemoryStore();
    const keeper = new GrantKeeper(store, new StillClock());
    let calls = 0;
    const refused = async () => {
      calls++;
      throw new PlatformError('kuaishou', 'mark-revoked', '100200109', '/openapi');
    };
    await expect(keeper.access(platform, grant, signal).use(refused)).rejects.toThrow('100200109');
    await expect(keeper.access(platform, store.stored, signal).use(refused)).rejects.toMatchObject({ wireCode: '100200109' });
    expect([calls, store.revocations]).toEqual([1, ['100200109']]);
    const anew = { ...grant, accessToken: 'a9', revoked: null };
    await expect(keeper.access(platform, anew, signal).use(only('a9'))).resolves.toBe('a9');
  });

  it('a refusal that may pass ends nothing; a refused refresh ends the grant whatever its code', async () => {
    const store = new MemoryStore();
    const keeper = new GrantKeeper(store, new StillClock());
    const banned = async () => {
      throw new PlatformError('kuaishou', 'mark-revoked', '28001046', '/openapi');
    };
    await expect(keeper.access(platform, grant, signal).use(banned)).rejects.toThrow('28001046');
    expect(store.revocations).toEqual([]);
    const refusing = {
      name: 'kuaishou',
      storesTokens: true,
      refresh: async () => {
        throw new PlatformError('kuaishou', 'mark-revoked', '40105', '/refresh');
      },
    } as unknown as Platform;
    await expect(keeper.access(refusing, grant, signal).use(only('none'))).rejects.toThrow('40105');
    expect(store.revocations).toEqual(['40105']);
  });
});
