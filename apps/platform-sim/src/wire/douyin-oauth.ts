import type { World } from '../world/world';
import type { SimAccount } from '../world/accounts';
import { DAY } from '../world/calendar';
import { bodyFields, text } from './http';
import type { Call } from './http';
import { TokenOffice } from './tokens';
import type { GrantedPair } from './tokens';
import type { TroubleMaker } from './trouble';

const ACCESS_LIFE = 15 * DAY;
const REFRESH_LIFE = 30 * DAY;
const RENEWALS = 5;
const SCOPES =
  'user_info,fans.data.bind,video.list.bind,video.data.bind,data.external.user,data.external.item,live.room.base,live.room.audience,live.room.interactive,renew_refresh_token';

/** Credentials that the simulator takes; under a strict trouble level no others. */
export const DOUYIN_APP = { clientKey: 'sim-douyin-key', clientSecret: 'sim-douyin-secret' };

/** The OAuth half of the Douyin server: who holds which token. */
export class DouyinOAuth {
  private readonly access: TokenOffice;
  private readonly refresh: TokenOffice;
  private readonly current = new Map<number, string>();
  private readonly byOpenId: Map<string, SimAccount>;

  constructor(
    private readonly world: World,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    this.access = new TokenOffice(world.seed, 'act.');
    this.refresh = new TokenOffice(world.seed, 'rft.');
    this.byOpenId = new Map(world.of('douyin').map((account) => [account.openId, account]));
  }

  /** The tokens that the owner gave at the start of the world: what the grants file holds. */
  granted(account: SimAccount): GrantedPair {
    const issuedAt = this.world.startsAt;
    return {
      accessToken: this.access.issue({ account: account.index, issuedAt, expiresAt: issuedAt + ACCESS_LIFE, serial: 0 }),
      refreshToken: this.refresh.issue({ account: account.index, issuedAt, expiresAt: issuedAt + REFRESH_LIFE, serial: 0 }),
      accessExpiresAt: issuedAt + ACCESS_LIFE,
      refreshExpiresAt: issuedAt + REFRESH_LIFE,
    };
  }

  /** The account that a data call may read, or the error code of the refusal. */
  authorise(call: Call, fields: Record<string, unknown>): SimAccount | number {
    const header = call.headers['access-token'];
    const token = (typeof header === 'string' && header) || call.query.get('access_token') || text(fields, 'access_token');
    const openId = call.query.get('open_id') || text(fields, 'open_id');
    const claims = this.access.read(token);
    if (!claims) return 28001003;
    if (this.access.hasEnded(token, this.now()) || this.maker.tokenClock(this.now()) >= claims.expiresAt) return 28001008;
    const account = this.byOpenId.get(openId);
    if (!account || account.index !== claims.account) return 28001015;
    return account;
  }

  /** The account's access token ends now, before its time. */
  endAccess(call: Call): void {
    const header = call.headers['access-token'];
    this.access.end((typeof header === 'string' && header) || (call.query.get('access_token') ?? ''), this.now());
  }

  /** Answers an `/oauth/…` call, or null when the path is none of them. */
  answer(call: Call): object | null {
    const fields = { ...Object.fromEntries(call.query), ...bodyFields(call) };
    if (call.path === '/oauth/client_token/') return this.clientToken(fields);
    if (call.path === '/oauth/access_token/') return this.codeToToken(fields);
    if (call.path === '/oauth/refresh_token/') return this.refreshAccess(fields);
    if (call.path === '/oauth/renew_refresh_token/') return this.renew(fields);
    return null;
  }

  private accessLife(account: SimAccount): number {
    return this.maker.shortLife(account.index, this.now()) ?? ACCESS_LIFE;
  }

  private wrongApp(fields: Record<string, unknown>, secretToo: boolean): boolean {
    const key = text(fields, 'client_key');
    const secret = text(fields, 'client_secret');
    if (!this.maker.trouble.strict) return key === '' || (secretToo && secret === '');
    return key !== DOUYIN_APP.clientKey || (secretToo && secret !== DOUYIN_APP.clientSecret);
  }

  private clientToken(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields, true)) return failure(10013, 'client_key or client_secret is wrong');
    const token = new TokenOffice(this.world.seed, 'clt.').issue({
      account: -1,
      issuedAt: this.now(),
      expiresAt: this.now() + 7_200_000,
      serial: 0,
    });
    return success({ access_token: token, expires_in: '7200' });
  }

  private codeToToken(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields, true)) return failure(10013, 'client_key or client_secret is wrong');
    // a person's consent page is not simulated: the code is `code-` and the open_id
    const account = this.byOpenId.get(text(fields, 'code').replace(/^code-/, ''));
    if (!account) return failure(10007, 'code expired');
    const now = this.now();
    const access = this.access.issue({ account: account.index, issuedAt: now, expiresAt: now + this.accessLife(account), serial: 0 });
    this.current.set(account.index, access);
    const refresh = this.refresh.issue({ account: account.index, issuedAt: now, expiresAt: now + REFRESH_LIFE, serial: 0 });
    return success(this.pair(account, access, refresh, now + REFRESH_LIFE));
  }

  private refreshAccess(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields, false)) return failure(10003, 'client_key is wrong');
    const token = text(fields, 'refresh_token');
    const claims = this.living(token);
    const account = claims && this.world.accounts[claims.account];
    if (!claims || !account) return failure(10010, 'refresh_token is invalid or expired');
    const now = this.now();
    const current = this.current.get(account.index) ?? this.granted(account).accessToken;
    const held = this.access.read(current);
    if (held && held.expiresAt > this.maker.tokenClock(now) && !this.access.hasEnded(current, now)) {
      this.access.prolong(current, this.maker.tokenClock(now) + this.accessLife(account));
      return success(this.pair(account, current, token, claims.expiresAt));
    }
    const fresh = this.access.issue({
      account: account.index,
      issuedAt: now,
      expiresAt: this.maker.tokenClock(now) + this.accessLife(account),
      serial: (held?.serial ?? 0) + 1,
    });
    this.current.set(account.index, fresh);
    return success(this.pair(account, fresh, token, claims.expiresAt));
  }

  private renew(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields, false)) return failure(10003, 'client_key is wrong');
    const token = text(fields, 'refresh_token');
    const claims = this.living(token);
    if (!claims) return failure(10010, 'refresh_token is invalid or expired');
    if (this.maker.trouble.strict && claims.serial >= RENEWALS) return failure(10020, 'renewals used up');
    const now = this.now();
    this.refresh.end(token, now);
    const fresh = this.refresh.issue({ account: claims.account, issuedAt: now, expiresAt: now + REFRESH_LIFE, serial: claims.serial + 1 });
    return success({ refresh_token: fresh, expires_in: REFRESH_LIFE / 1000 });
  }

  private living(token: string) {
    const claims = this.refresh.read(token);
    if (!claims || !this.maker.trouble.strict) return claims;
    return this.refresh.hasEnded(token, this.now()) || this.now() >= claims.expiresAt ? null : claims;
  }

  private pair(account: SimAccount, access: string, refresh: string, refreshExpiresAt: number): object {
    const left = Math.max(0, Math.round((refreshExpiresAt - this.now()) / 1000));
    return {
      access_token: access,
      // numbers and texts, as the samples have them
      expires_in: account.index % 2 === 0 ? this.accessLife(account) / 1000 : String(this.accessLife(account) / 1000),
      refresh_token: refresh,
      refresh_expires_in: this.maker.trouble.strict ? left : REFRESH_LIFE / 1000,
      open_id: account.openId,
      scope: SCOPES,
      captcha: '',
      desc_url: '',
      log_id: `2026${account.index}`,
    };
  }
}

function success(fields: object): object {
  return { data: { ...fields, error_code: 0, description: '' }, message: 'success' };
}
function failure(code: number, description: string): object {
  return { data: { error_code: code, description, captcha: '', desc_url: '', log_id: '' }, message: 'error' };
}
