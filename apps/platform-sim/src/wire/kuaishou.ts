import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf } from '../world/calendar';
import type { SimVideo } from '../world/videos';
import type { World } from '../world/world';
import { bodyFields, text } from './http';
import type { Call } from './http';
import { pageOf } from './pages';
import { REFUSAL_CODES } from './refusal-codes';
import { TokenOffice } from './tokens';
import type { GrantedPair } from './tokens';
import type { TroubleMaker } from './trouble';

const ACCESS_LIFE = 2 * DAY;
const REFRESH_LIFE = 180 * DAY;
const OVERLAP = 5 * 60_000;
const MEANING: Record<number, string> = {
  100200100: 'parameter missing or wrong',
  100200101: 'client invalid',
  100200102: 'request refused',
  100200104: 'bad grant_type',
  100200105: 'bad code',
  100200108: 'access_token expired',
  100200113: 'refresh_token expired',
  100200500: 'internal error',
  100100400: 'content parameter wrong',
  100100402: 'request over limit',
  100120001: 'content does not exist',
};

/** Credentials that the simulator takes; under a strict trouble level no others. */
export const KUAISHOU_APP = { appId: 'sim-kuaishou-app', appSecret: 'sim-kuaishou-secret' };

/** The Kuaishou server (platforms/kuaishou: sections 1 and 2). Tokens travel in the query only; errors come in a flat object. */
export class KuaishouWire {
  private readonly access: TokenOffice;
  private readonly refresh: TokenOffice;
  private readonly byOpenId: Map<string, SimAccount>;
  /** The newest access token of an account. */
  private readonly newest = new Map<number, string>();

  private readonly world: World;

  constructor(
    private readonly told: ToldWorld,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    const { world } = told;
    this.world = world;
    this.access = new TokenOffice(world.seed, 'ksa.');
    this.refresh = new TokenOffice(world.seed, 'ksr.');
    this.byOpenId = new Map(world.of('kuaishou').map((account) => [account.openId, account]));
  }

  /** The tokens that the owner gave at the start of the world. */
  granted(account: SimAccount): GrantedPair {
    const { startsAt } = this.world;
    return { ...this.tokens(account, startsAt, 0), accessExpiresAt: startsAt + ACCESS_LIFE, refreshExpiresAt: startsAt + REFRESH_LIFE };
  }

  answer(call: Call): object {
    const fields = { ...Object.fromEntries(call.query), ...(call.method === 'POST' ? bodyFields(call) : {}) };
    if (call.path === '/oauth2/access_token') return this.accessToken(fields);
    if (call.path === '/oauth2/refresh_token') return this.refreshToken(fields);
    const account = this.authorise(call);
    if (typeof account === 'number') return failure(account);
    const refusal = this.maker.refuse(account.index, this.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.access.end(call.query.get('access_token') ?? '', this.now());
    if (refusal) return failure(REFUSAL_CODES.kuaishou[refusal]);
    switch (call.path) {
      case '/openapi/user_info':
        return this.profile(account);
      case '/openapi/photo/list':
        return this.photoList(account, call);
      case '/openapi/photo/info': {
        const video = this.visible(account).find((one) => one.videoId === call.query.get('photo_id'));
        return video ? { result: 1, video_info: this.photo(video) } : failure(100120001);
      }
      case '/openapi/photo/count': {
        const count = this.visible(account).length;
        return { result: 1, public_count: count, friend_count: 0, private_count: 0, all_count: count };
      }
    }
    return failure(100200100);
  }

  private authorise(call: Call): SimAccount | number {
    const token = call.query.get('access_token');
    if (!token || !call.query.get('app_id')) return 100200100;
    const claims = this.access.read(token);
    if (!claims) return 100200102;
    if (this.access.hasEnded(token, this.now()) || this.maker.tokenClock(this.now()) >= claims.expiresAt) return 100200108;
    return this.world.accounts[claims.account] ?? 100200107;
  }

  private wrongApp(fields: Record<string, unknown>): boolean {
    const id = text(fields, 'app_id');
    const secret = text(fields, 'app_secret');
    if (!this.maker.trouble.strict) return id === '' || secret === '';
    return id !== KUAISHOU_APP.appId || secret !== KUAISHOU_APP.appSecret;
  }

  private accessToken(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields)) return failure(100200101);
    const grant = text(fields, 'grant_type');
    if (grant === 'client_credentials') {
      const issuedAt = this.now();
      const token = new TokenOffice(this.world.seed, 'ksc.').issue({ account: -1, issuedAt, expiresAt: issuedAt + ACCESS_LIFE, serial: 0 });
      return { result: 1, access_token: token, expires_in: ACCESS_LIFE / 1000, token_type: 'bearer' };
    }
    if (grant !== 'authorization_code') return failure(100200104);
    // a person's consent page is not simulated: the code is `code-` and the open_id
    const account = this.byOpenId.get(text(fields, 'code').replace(/^code-/, ''));
    return account ? this.pair(account, 0) : failure(100200105);
  }

  private refreshToken(fields: Record<string, unknown>): object {
    if (this.wrongApp(fields)) return failure(100200101);
    if (text(fields, 'grant_type') !== 'refresh_token') return failure(100200104);
    const token = text(fields, 'refresh_token');
    const claims = this.refresh.read(token);
    const account = claims && this.world.accounts[claims.account];
    if (!claims || !account) return failure(100200102);
    if (this.maker.trouble.strict && (this.refresh.hasEnded(token, this.now()) || this.now() >= claims.expiresAt))
      return failure(100200113);
    const atOnce = this.maker.scenarios.find('rotation-at-once', 'kuaishou', account.index) !== null;
    this.refresh.end(token, this.now() + (atOnce ? 0 : OVERLAP));
    const before = this.newest.get(account.index);
    if (atOnce && before) this.access.end(before, this.now());
    return this.pair(account, claims.serial + 1);
  }

  private accessLife(account: SimAccount): number {
    return this.maker.shortLife(account.index, this.now()) ?? ACCESS_LIFE;
  }

  private tokens(account: SimAccount, issuedAt: number, serial: number): { accessToken: string; refreshToken: string } {
    return {
      accessToken: this.access.issue({ account: account.index, issuedAt, expiresAt: issuedAt + this.accessLife(account), serial }),
      refreshToken: this.refresh.issue({ account: account.index, issuedAt, expiresAt: issuedAt + REFRESH_LIFE, serial }),
    };
  }

  private pair(account: SimAccount, serial: number): object {
    const { accessToken, refreshToken } = this.tokens(account, this.maker.tokenClock(this.now()), serial);
    this.newest.set(account.index, accessToken);
    return {
      result: 1,
      access_token: accessToken,
      expires_in: this.accessLife(account) / 1000,
      refresh_token: refreshToken,
      refresh_token_expires_in: REFRESH_LIFE / 1000,
      open_id: account.openId,
      scopes: ['user_info', 'user_video_info'],
    };
  }

  private profile(account: SimAccount): object {
    const fan = this.world.followers(account, dayOf(this.now()));
    const head = 'https://sim.invalid/h.jpeg';
    return {
      result: 1,
      user_info: {
        name: account.name,
        sex: 'N',
        fan,
        follow: 12 + (account.index % 30),
        head,
        bigHead: head,
        city: account.dealer?.city ?? '',
      },
    };
  }

  private visible(account: SimAccount): SimVideo[] {
    return this.told.visible(account, this.now());
  }

  private photoList(account: SimAccount, call: Call): object {
    const count = Number(call.query.get('count') ?? 20);
    if (!Number.isInteger(count) || count < 1 || count > 200) return failure(100100400);
    const cursor = call.query.get('cursor');
    if (cursor && this.maker.endsToken()) {
      this.access.end(call.query.get('access_token') ?? '', this.now());
      return failure(100200108);
    }
    // deleted videos stay in the order, so that a cursor whose video has just been deleted still has its place
    const all = this.world.videos(account, this.now());
    const at = cursor ? all.findIndex((video) => video.videoId === cursor) : -1;
    if (cursor && at < 0) return failure(100100400);
    const gone = (video: SimVideo | undefined) => video !== undefined && (this.told.deletedAt(video) ?? Infinity) <= this.now();
    if (gone(all[at]) && this.maker.scenarios.find('deleted-between-pages', 'kuaishou', account.index)) return failure(100120001);
    const { page, rows } = pageOf(
      all.filter((video) => !gone(video)),
      all.slice(0, at + 1).filter((video) => !gone(video)).length,
      count,
      this.maker,
    );
    const last = page[page.length - 1];
    const number = last ? all.indexOf(last) : 0;
    if (last && page.length > 1 && this.maker.scenarios.fated('deleted-between-pages', 'kuaishou', account.index, number))
      this.told.deleteNow(last, this.now());
    return { result: 1, video_list: rows.map((video) => this.photo(video)) };
  }

  private photo(video: SimVideo): object {
    const figures = this.told.figures(video, this.now());
    return {
      photo_id: video.videoId,
      caption: video.title,
      cover: 'https://sim.invalid/c.jpeg',
      play_url: 'https://sim.invalid/p.mp4',
      // no page says the unit: milliseconds on one account, seconds on another
      create_time: this.inMilliseconds(video) ? video.publishedAt : Math.floor(video.publishedAt / 1000),
      like_count: figures.likes,
      comment_count: figures.comments,
      view_count: figures.plays,
      pending: false,
    };
  }

  private inMilliseconds(video: SimVideo): boolean {
    const { scenarios, where } = this.maker;
    const flips = scenarios.find('seconds-or-ms', 'kuaishou', video.account.index) !== null && scenarios.draw('seconds-or-ms', where) < 0.5;
    return (video.account.index % 2 === 0) !== flips;
  }
}

function failure(code: number): object {
  return { result: code, error_msg: MEANING[code] ?? 'refused' };
}
