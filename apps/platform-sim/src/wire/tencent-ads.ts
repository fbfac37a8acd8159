import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart, dayText } from '../world/calendar';
import type { SimSession } from '../world/sessions';
import { Advertisers, localTime, numberedPage } from './advertisers';
import { bodyFields, text } from './http';
import type { Call } from './http';
import type { Refusal, TroubleMaker } from './trouble';

const REFUSED: Record<Refusal, number> = {
  busy: 10000,
  'too-frequent': 11016,
  quota: 11018,
  expired: 11000,
  revoked: 11012,
  'no-permission': 11014,
  'app-banned': 11007,
  'ip-not-allowed': 11014,
};
/** The brand of the simulated dealers: a call without it is refused. */
export const TENCENT_ADS_BRAND = '501';
const MOST_OFF_SECONDS = 300;

const failure = (code: number): object => ({ code, message: 'refused', message_cn: '已拒绝', data: {} });
const good = (data: object): object => ({ code: 0, message: '', message_cn: '', data });

/** Tencent Ads (platforms/channels: section 5): daily tables of channels; a timestamp that is off and a repeated nonce are refused. */
export class TencentAdsWire {
  readonly advertisers: Advertisers;
  private readonly nonces = new Set<string>();

  constructor(
    private readonly told: ToldWorld,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    this.advertisers = new Advertisers(told.world, 'channels', 'ta', { access: DAY, refresh: 30 * DAY });
  }

  answer(call: Call): object {
    if (call.path === '/oauth/token') return this.refresh(call.query);
    const nonce = call.query.get('nonce') ?? '';
    const off = Math.abs(Number(call.query.get('timestamp')) - this.now() / 1000);
    if (nonce === '' || nonce.length > 32 || this.nonces.has(nonce) || !(off <= MOST_OFF_SECONDS)) return failure(12000);
    this.nonces.add(nonce);
    const token = call.query.get('access_token') ?? '';
    const account = this.advertisers.authorise(token, this.now());
    if (account === 'invalid') return failure(11002);
    if (account === 'expired') return failure(11000);
    const refusal = this.maker.refuse(account.index, this.told.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.advertisers.end(token, this.now());
    if (refusal) return failure(REFUSED[refusal]);
    return this.report(account, call.path.replace(/^\/v3\.0\//, ''), bodyFields(call));
  }

  private refresh(query: URLSearchParams): object {
    if (!query.get('client_id') || !query.get('client_secret') || query.get('grant_type') !== 'refresh_token') return failure(11007);
    const pair = this.advertisers.rotate(query.get('refresh_token') ?? '', this.now(), this.maker.trouble.strict);
    if (pair === 'expired' || pair === 'invalid') return failure(pair === 'expired' ? 11012 : 11010);
    return good({
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      access_token_expires_in: pair.accessSeconds,
      refresh_token_expires_in: pair.refreshSeconds,
    });
  }

  private report(account: SimAccount, path: string, fields: Record<string, unknown>): object {
    const brands = Array.isArray(fields['brand_ids']) ? fields['brand_ids'].map(String) : [];
    const channels = Array.isArray(fields['video_channel_ids']) ? fields['video_channel_ids'] : [];
    if (text(fields, 'account_id') !== this.advertisers.idOf(account) || !brands.includes(TENCENT_ADS_BRAND)) return failure(31000);
    const from = dayNumber(text(fields, 'start_date'));
    const to = Math.min(dayNumber(text(fields, 'end_date')) + DAY, dayStart(dayOf(this.now())));
    if (Number.isNaN(from) || Number.isNaN(to)) return failure(31000);
    const sessions = channels.includes(account.accountId) ? this.told.world.sessionsBetween(account, from, to) : [];
    const days = Array.from({ length: Math.max(0, Math.round((to - from) / DAY)) }, (_, k) => dayOf(from) + k);
    // the only table without pages
    if (path === 'video_channel_dealer_data/get')
      return good({ dealer_info_list: days.map((day) => this.dealerDay(account, day, sessions)) });
    const lists: Record<string, [string, object[]]> = {
      'video_channel_live_data/get': ['living_info_list', sessions.map((one) => showing(one, this.told.showingPersons(one, this.now())))],
      'video_channel_fans_data/get': ['fans_info_list', days.map((day) => this.fans(account, day))],
      'video_channel_leads_data/get': ['leads_info_list', days.map((day) => leadsOf(account, day, sessions))],
    };
    const [key, rows] = lists[path] ?? [];
    if (!key || !rows) return failure(31000);
    const page = numberedPage(rows, Number(text(fields, 'page')), Number(text(fields, 'page_size')));
    return good({ [key]: page.rows, page_info: page.page_info });
  }

  private dealerDay(account: SimAccount, day: number, sessions: readonly SimSession[]): object {
    const mine = sessions.filter(({ startedAt }) => dayOf(startedAt) === day);
    const sum = (of: (session: SimSession) => number): number => mine.reduce((all, session) => all + of(session), 0);
    return {
      dealer_id: account.dealer?.dealerId ?? '',
      dealer_name: account.dealer?.name ?? '',
      date: dateOf(day),
      leads_cnt: sum(({ leads }) => leads),
      showings_cnt: mine.length,
      living_duration: sum(({ startedAt, endedAt }) => Math.round((endedAt - startedAt) / 1000)),
      watching_person_uv: sum((session) => this.told.showingPersons(session, this.now())),
      fans_cnt: this.told.world.followers(account, day),
    };
  }

  private fans(account: SimAccount, day: number): object {
    return { video_channel_id: account.accountId, date: dateOf(day), fans_cnt: this.told.world.followers(account, day) };
  }
}

const dateOf = (day: number): number => Number(dayText(day).replaceAll('-', ''));
const dayNumber = (date: string): number => Date.parse(`${date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')}T00:00:00+08:00`);

function showing(session: SimSession, persons: number): object {
  return {
    video_channel_id: session.account.accountId,
    video_channel_name: session.account.name,
    // the advertising side numbers broadcasts in its own way
    showings_id: `show-${session.sessionId}`,
    live_start_time: localTime(session.startedAt),
    live_end_time: localTime(session.endedAt),
    watching_person_uv: persons,
    avg_watching_duration: (session.watchSeconds / Math.max(1, session.uniqueViewers)).toFixed(1),
    cheers_cnt: session.likes,
    share_cnt: String(session.shares),
    comment_cnt: session.comments,
    living_duration: Math.round((session.endedAt - session.startedAt) / 1000),
  };
}

function leadsOf(account: SimAccount, day: number, sessions: readonly SimSession[]): object {
  const mine = sessions.filter(({ startedAt }) => dayOf(startedAt) === day);
  const leads = mine.reduce((sum, session) => sum + session.leads, 0);
  const paid = mine.reduce((sum, { leads: all, paidViews, views }) => sum + Math.floor((all * paidViews) / Math.max(1, views)), 0);
  return {
    video_channel_id: account.accountId,
    date: dateOf(day),
    leads_cnt: leads,
    form_leads_cnt: leads,
    ad_leads_cnt: String(paid),
    natural_leads_cnt: leads - paid,
  };
}
