import { Clock, loadSettings } from '@app/config';
import type { GrantProduct } from '@app/contracts';
import { createConnectors, GrantKeeper, GrantStore, type Grant, type Platform, type PlatformCall } from '@app/platforms';

export class HandClock extends Clock {
  constructor(public instant: number) {
    super();
  }
  now(): number {
    return this.instant;
  }
}

/** One grant in memory, renewed by one caller at a time, as the store does it. */
class OneGrantStore extends GrantStore {
  renewals = 0;
  constructor(public grant: Grant) {
    super();
  }
  async list(): Promise<Map<string, Grant>> {
    return new Map([['a1', this.grant]]);
  }
  async renew(_grant: Grant, renew: (stored: Grant) => Promise<Grant>): Promise<Grant> {
    this.renewals++;
    this.grant = await renew(this.grant);
    return this.grant;
  }
  async revoke(_grant: Grant, revoked: { at: number; code: string }): Promise<void> {
    this.grant = { ...this.grant, revoked };
  }
}

export interface ConnectorOptions {
  now: number;
  accountId?: string;
  grant?: Partial<Grant>;
  retries?: number;
  timeoutMs?: number;
}

/** A product's connector against a server, with a grant that is good for an hour. */
export function connectorCall(product: GrantProduct, url: string, options: ConnectorOptions) {
  const prefixes = ['DOUYIN', 'KUAISHOU', 'CHANNELS', 'OCEANENGINE', 'MAGNETIC', 'TENCENTADS'];
  const names: Record<string, [string, string]> = { DOUYIN: ['CLIENT_KEY', 'CLIENT_SECRET'] };
  const settings = loadSettings(
    Object.fromEntries(
      prefixes.flatMap((prefix) => {
        const [id, secret] = names[prefix] ?? ['APP_ID', 'APP_SECRET'];
        return [
          [`${prefix}_BASE_URL`, url],
          [`${prefix}_${id}`, 'app-1'],
          [`${prefix}_${secret}`, 'secret-1'],
        ];
      }),
    ),
  );
  const connectors = createConnectors(settings, { retryBaseMs: 2, retries: options.retries ?? 5, timeoutMs: options.timeoutMs ?? 30_000 });
  const platform: Platform | undefined = connectors[product];
  if (!platform) throw new Error(`no connector ${product}`);
  const clock = new HandClock(options.now);
  const store = new OneGrantStore({
    brandId: 1,
    product,
    principalId: '1700000000000001',
    accessToken: 'old',
    refreshToken: 'r1',
    appId: null,
    appSecret: null,
    accessExpiresAt: clock.now() + 3_600_000,
    refreshExpiresAt: clock.now() + 40 * 86_400_000,
    ...options.grant,
  });
  const signal = new AbortController().signal;
  const call: PlatformCall = {
    account: { accountId: options.accountId ?? 'a1', zone: 'Asia/Shanghai' },
    grant: new GrantKeeper(store, clock).access(platform, store.grant, signal),
    clock,
    signal,
  };
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(connectors).map((connector) => connector.close()));
  };
  return { platform, call, store, clock, connectors, close };
}

/** Everything that a call yields. */
export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
