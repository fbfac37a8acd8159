import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf } from '../world/calendar';
import { mix, unit } from '../world/random';
import type { SimSession } from '../world/sessions';
import type { World } from '../world/world';
import { leadCall } from './channels-leads';
import { hasShop, shopDashboard, shopRooms } from './channels-shop';
import { bodyFields, text } from './http';
import type { Call } from './http';
import { bufferOf, offsetOf, pageOf } from './pages';
import { REFUSAL_CODES } from './refusal-codes';
import { TokenOffice } from './tokens';
import type { TroubleMaker } from './trouble';

const LIFE = 7_200_000;
const OVERLAP = 300_000;
/** So often a day, so far apart, a token may be asked for by force. */
const FORCED_A_DAY = 20;
const FORCED_APART = 30_000;
const PAGE = 10;
const MEANING: Record<number, string> = {
  1: 'not exist',
  5: 'too early',
  [-1]: 'system error',
  40001: 'invalid credential',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40066: 'invalid url',
  41001: 'access_token missing',
  42001: 'access_token expired',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit',
  47001: 'data format error',
  48001: 'api unauthorized',
};

/** One appid per account: the account's own, as an owner finds it in the assistant's back office. */
export function channelsApp(seed: number, account: SimAccount): { appId: string; appSecret: string } {
  const hex = (salt: number) => mix(seed, salt, account.index).toString(16).padStart(8, '0');
  return { appId: `wx${hex(81)}${hex(82)}`, appSecret: `${hex(83)}${hex(84)}${hex(85)}${hex(86)}` };
}

/** Fans as the interface tells them: a few off the back office, as reported. */
export function channelsFans(world: World, account: SimAccount, day: number): number {
  return Math.max(0, world.followers(account, day) + Math.floor(unit(world.seed, 87, account.index, day) * 7) - 3);
}

/** The Channels server, route A (platforms/channels: sections 1 and 2): one app per account, tokens of two hours. */
export class ChannelsWire {
  private readonly office: TokenOffice;
  private readonly byApp: Map<string, SimAccount>;
  /** Latest token per account that replaced one before its end; how many there were on its day, and when some were asked for by force. */
  private readonly replaced = new Map<number, { token: string; issuedAt: number; day: number; today: number; forced: number[] }>();
  private readonly plain = new Map<number, string>();
  private plainSerial = 0;

  private readonly world: World;

  constructor(
    told: ToldWorld,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    const { world } = told;
    this.world = world;
    this.office = new TokenOffice(world.seed, 'wxt_');
    this.byApp = new Map(world.of('channels').map((account) => [channelsApp(world.seed, account).appId, account]));
  }

  /** A token that was good at the start of the world; the app's credentials fetch the later ones. */
  granted(account: SimAccount): { accessToken: string; accessExpiresAt: number } {
    const { token, expiresAt } = this.stable(account, this.world.startsAt);
    return { accessToken: token, accessExpiresAt: expiresAt };
  }

  answer(call: Call): object {
    if (call.path === '/cgi-bin/stable_token') return this.stableToken(call);
    if (call.path === '/cgi-bin/token') return this.plainToken(call);
    const account = this.authorise(call);
    if (typeof account === 'number') return failure(account);
    const refusal = this.maker.refuse(account.index, this.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.office.end(call.query.get('access_token') ?? '', this.maker.tokenClock(this.now()));
    if (refusal) return failure(refusal === 'expired' && account.index % 2 === 1 ? 40001 : REFUSAL_CODES.channels[refusal]);
    if (call.method !== 'POST') return failure(43002);
    if (call.body === '') return failure(44002);
    const fields = bodyFields({ ...call, headers: {} });
    switch (call.path) {
      case '/channels/finderlive/get_finder_attr_by_appid':
        return this.attributes(account);
      case '/channels/finderlive/get_finder_live_data_list':
        return account.withoutLiveInterface ? failure(48001) : this.liveList(account, fields, call);
      case '/channels/finderlive/get_finder_live_leads_data':
        return account.withoutLiveInterface ? failure(48001) : this.leads(account, fields);
      case '/channels/livedashboard/getlivelist':
        return orFailure(shopRooms(account, this.started(account), Number(fields['ds'])));
      case '/channels/livedashboard/getlivedata':
        return this.dashboard(account, text(fields, 'export_id'));
      default:
        if (!call.path.startsWith('/channels/leads/')) return failure(40066);
        if (account.withoutLiveInterface) return failure(48001);
        return orFailure(leadCall(account, { path: call.path, fields, rooms: this.over(account), maker: this.maker }));
    }
  }

  private app(fields: Record<string, unknown>): SimAccount | number {
    const account = this.byApp.get(text(fields, 'appid'));
    if (!account) return 40013;
    return text(fields, 'secret') === channelsApp(this.world.seed, account).appSecret ? account : 40001;
  }

  /** The token of the running span: a new one five minutes before the old one ends, both good in between. */
  private stable(account: SimAccount, now: number): { token: string; expiresAt: number } {
    const span = LIFE - OVERLAP;
    const issuedAt = Math.floor(now / span) * span;
    return {
      token: this.office.issue({ account: account.index, issuedAt, expiresAt: issuedAt + LIFE, serial: 0 }),
      expiresAt: issuedAt + LIFE,
    };
  }

  private stableToken(call: Call): object {
    if (call.method !== 'POST') return failure(43002);
    const fields = bodyFields({ ...call, headers: {} });
    const account = this.app(fields);
    if (typeof account === 'number') return failure(account);
    if (fields['force_refresh'] === true) return this.force(account);
    const now = this.maker.tokenClock(this.now());
    const held = this.replaced.get(account.index);
    const claims = held && this.office.read(held.token);
    // one that replaced another is handed out again although a client saw it end early: whoever may has to force the next
    const isGood = held && (!this.office.hasEnded(held.token, now) || this.refusedForce(account) === null);
    if (held && claims && isGood && now >= held.issuedAt && now < claims.expiresAt - OVERLAP)
      return grant(held.token, claims.expiresAt - now);
    const { token, expiresAt } = this.stable(account, now);
    // the first that a client saw end early is not handed out again
    if (this.office.hasEnded(token, now)) return this.replace(account, []);
    return grant(token, expiresAt - now);
  }

  private force(account: SimAccount): object {
    const refused = this.maker.trouble.strict ? this.refusedForce(account) : null;
    return refused === null ? this.replace(account, [this.now()]) : failure(refused);
  }

  /** Why a token may not be asked for by force now; null: it may. */
  private refusedForce(account: SimAccount): number | null {
    const now = this.now();
    const forced = this.replaced.get(account.index)?.forced.filter((at) => at > now - DAY) ?? [];
    if (forced.some((at) => at > now - FORCED_APART)) return 45011;
    return forced.length >= FORCED_A_DAY ? 45009 : null;
  }

  private replace(account: SimAccount, forced: number[]): object {
    const now = this.maker.tokenClock(this.now());
    const held = this.replaced.get(account.index);
    const today = held && held.day === dayOf(now) ? held.today + 1 : 1;
    const token = this.office.issue({ account: account.index, issuedAt: now, expiresAt: now + LIFE, serial: today });
    this.office.end(this.stable(account, now).token, now);
    if (held) this.office.end(held.token, now);
    this.replaced.set(account.index, { token, issuedAt: now, day: dayOf(now), today, forced: [...(held?.forced ?? []), ...forced] });
    return grant(token, LIFE);
  }

  private plainToken(call: Call): object {
    const account = this.app(Object.fromEntries(call.query));
    if (typeof account === 'number') return failure(account);
    const now = this.maker.tokenClock(this.now());
    const token = this.office.issue({ account: account.index, issuedAt: now, expiresAt: now + LIFE, serial: 100_000 + this.plainSerial++ });
    const older = this.plain.get(account.index);
    if (older) this.office.end(older, now + OVERLAP);
    this.plain.set(account.index, token);
    return grant(token, LIFE);
  }

  private authorise(call: Call): SimAccount | number {
    const token = call.query.get('access_token');
    if (!token) return 41001;
    const claims = this.office.read(token);
    const account = claims && this.world.accounts[claims.account];
    if (!claims || !account) return 40014;
    const now = this.maker.tokenClock(this.now());
    if (this.office.hasEnded(token, now)) return 40001;
    return now >= claims.expiresAt ? 42001 : account;
  }

  private attributes(account: SimAccount): object {
    const day = dayOf(this.now());
    const one = { uniq_id: account.accountId, nickname: account.name, fans_count: channelsFans(this.world, account, day) };
    return { errcode: 0, errmsg: 'ok', finder_attr: account.index % 2 === 0 ? one : [one] };
  }

  /** Sessions whose END lies in the asked span and that have ended. */
  private ended(account: SimAccount, fields: Record<string, unknown>): SimSession[] | null {
    const from = Number(fields['start_time']) * 1000;
    const to = Number(fields['end_time']) * 1000;
    if (!(from > 0) || !(to >= from)) return null;
    const until = Math.min(to, this.now());
    return this.world.sessionsBetween(account, from - DAY, until).filter((session) => session.endedAt >= from && session.endedAt <= until);
  }

  private liveList(account: SimAccount, fields: Record<string, unknown>, call: Call): object {
    const buffer = text(fields, 'last_buffer');
    const offset = offsetOf(buffer);
    const all = this.ended(account, fields);
    if (!all || !Number.isInteger(offset)) return failure(47001);
    if (offset > 0 && this.maker.endsToken()) {
      this.office.end(call.query.get('access_token') ?? '', this.maker.tokenClock(this.now()));
      return failure(account.index % 2 === 0 ? 42001 : 40001);
    }
    const { page, rows, more, stuck } = pageOf(all, offset, PAGE, this.maker);
    return {
      errcode: 0,
      errmsg: 'ok',
      last_buffer: stuck ? buffer : bufferOf(offset + page.length),
      continue_flag: more || stuck,
      item: rows.map((session) => liveRow(session)),
    };
  }

  private started(account: SimAccount): SimSession[] {
    return this.world.sessionsBetween(account, this.world.startsAt, this.now());
  }

  private over(account: SimAccount): SimSession[] {
    return this.started(account).filter(({ endedAt }) => endedAt <= this.now());
  }

  private dashboard(account: SimAccount, exportId: string): object {
    if (!hasShop(account)) return failure(48001);
    const session = this.over(account).find(({ sessionId }) => sessionId === exportId);
    return session ? shopDashboard(session) : failure(1);
  }

  private leads(account: SimAccount, fields: Record<string, unknown>): object {
    const all = this.ended(account, fields);
    if (!all) return failure(47001);
    const count = all.reduce((sum, session) => sum + session.leads, 0);
    const row = (component: number, traffic: number, share: number) => ({
      component_type: component,
      traffic_type: traffic,
      leads_count: Math.floor(count * share),
    });
    return { errcode: 0, errmsg: 'ok', item: [row(0, 0, 0.6), row(1, 0, 0.3), row(0, 1, 0.1)] };
  }
}

function liveRow(session: SimSession): object {
  return {
    export_id: session.sessionId,
    live_start_time: Math.floor(session.startedAt / 1000),
    live_duration_in_seconds: Math.round((session.endedAt - session.startedAt) / 1000),
    total_audience_count: session.uniqueViewers,
    total_cheer_count: Math.round(session.likes * 0.4),
    forward_count: session.shares,
    total_comment_count: session.comments,
    audiences_avg_seconds: Math.round(session.watchSeconds / Math.max(1, session.uniqueViewers)),
    max_online_count: session.peakConcurrent,
    new_follow_count: session.follows,
    new_follow_count_biz: Math.floor(session.follows * 0.1),
  };
}

function grant(token: string, lifeMs: number): object {
  return { access_token: token, expires_in: Math.max(1, Math.floor(lifeMs / 1000)) };
}
const orFailure = (answer: object | number): object => (typeof answer === 'number' ? failure(answer) : answer);
function failure(code: number): object {
  return { errcode: code, errmsg: MEANING[code] ?? 'refused' };
}
