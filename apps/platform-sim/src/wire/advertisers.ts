import type { SimAccount } from '../world/accounts';
import type { World } from '../world/world';
import type { Platform } from '@app/contracts';
import { TokenOffice } from './tokens';
import type { GrantedPair } from './tokens';

interface Lives {
  access: number;
  refresh: number;
}
interface AdvertiserPair {
  accessToken: string;
  refreshToken: string;
  accessSeconds: number;
  refreshSeconds: number;
}

/** Advertisers of one platform, one for each account, and their token pairs: with a refresh both tokens are new and the old pair is dead. */
export class Advertisers {
  private readonly access: TokenOffice;
  private readonly refresh: TokenOffice;
  private readonly newest = new Map<number, string>();

  constructor(
    private readonly world: World,
    platform: Platform,
    prefix: string,
    private readonly lives: Lives,
  ) {
    this.access = new TokenOffice(world.seed, `${prefix}a.`);
    this.refresh = new TokenOffice(world.seed, `${prefix}r.`);
    this.byId = new Map(world.of(platform).map((account) => [this.idOf(account), account]));
  }

  private readonly byId: ReadonlyMap<string, SimAccount>;

  /** The advertiser's id: a number of 16 digits. */
  idOf(account: SimAccount): string {
    return String(1_700_000_000_000_000 + account.index);
  }
  find(id: string): SimAccount | null {
    return this.byId.get(id) ?? null;
  }

  /** The pair that the owner gave at an instant; the start of the world by default. */
  granted(account: SimAccount, at = this.world.startsAt): GrantedPair {
    const { accessToken, refreshToken } = this.issue(account, at, 0);
    return { accessToken, refreshToken, accessExpiresAt: at + this.lives.access, refreshExpiresAt: at + this.lives.refresh };
  }

  /** Whose token it is; `expired` and `invalid` are refusals. */
  authorise(token: string, now: number): SimAccount | 'expired' | 'invalid' {
    const claims = this.access.read(token);
    const account = claims && this.world.accounts[claims.account];
    if (!claims || !account) return 'invalid';
    return this.access.hasEnded(token, now) || now >= claims.expiresAt ? 'expired' : account;
  }
  end(token: string, now: number): void {
    this.access.end(token, now);
  }

  /** A new pair for a refresh token; its own dies at once, and so does the access token that came with it. */
  rotate(token: string, now: number, strict: boolean): AdvertiserPair | 'expired' | 'invalid' {
    const claims = this.refresh.read(token);
    const account = claims && this.world.accounts[claims.account];
    if (!claims || !account) return 'invalid';
    if (this.refresh.hasEnded(token, now)) return 'invalid';
    if (strict && now >= claims.expiresAt) return 'expired';
    this.refresh.end(token, now);
    const old = this.newest.get(account.index);
    if (old) this.access.end(old, now);
    return this.issue(account, now, claims.serial + 1);
  }

  private issue(account: SimAccount, issuedAt: number, serial: number): AdvertiserPair {
    const { access, refresh } = this.lives;
    const accessToken = this.access.issue({ account: account.index, issuedAt, expiresAt: issuedAt + access, serial });
    if (serial > 0) this.newest.set(account.index, accessToken);
    return {
      accessToken,
      refreshToken: this.refresh.issue({ account: account.index, issuedAt, expiresAt: issuedAt + refresh, serial }),
      accessSeconds: access / 1000,
      refreshSeconds: refresh / 1000,
    };
  }
}

/** Local time of the platforms as they write it. */
export const localTime = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** A page of rows and its `page_info`, numbers partly as text as these servers write them. */
export function numberedPage<T>(rows: readonly T[], page: number, size: number): { rows: T[]; page_info: object } {
  return {
    rows: rows.slice((page - 1) * size, page * size),
    page_info: { page, page_size: size, total_number: String(rows.length), total_page: Math.ceil(rows.length / size) },
  };
}
