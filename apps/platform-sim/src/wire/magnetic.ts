import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart } from '../world/calendar';
import type { SimSession } from '../world/sessions';
import { Advertisers, localTime } from './advertisers';
import { bodyFields, text } from './http';
import type { Call } from './http';
import type { Refusal, TroubleMaker } from './trouble';

/** No table of codes is published: the messages are what a caller has. */
const REFUSED: Record<Refusal, [number, string]> = {
  busy: [500000, 'system busy'],
  'too-frequent': [400100, 'request too frequent'],
  quota: [400101, 'daily quota exceeded'],
  expired: [401000, 'access_token expired'],
  revoked: [401001, 'refresh_token revoked'],
  'no-permission': [402000, 'no permission'],
  'app-banned': [402001, 'app_id banned'],
  'ip-not-allowed': [402002, 'no permission for this address'],
};
const failure = ([code, message]: [number, string]): object => ({ code, message, request_id: 'sim', data: null });
const good = (data: object): object => ({ code: 0, message: 'OK', request_id: 'sim', data });

/** 磁力引擎 (platforms/kuaishou: section 6): what advertising led to, a row for each day of a broadcast. An advertiser stands for one account. */
export class MagneticWire {
  readonly advertisers: Advertisers;

  constructor(
    private readonly told: ToldWorld,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    this.advertisers = new Advertisers(told.world, 'kuaishou', 'me', { access: DAY, refresh: 30 * DAY });
  }

  answer(call: Call): object {
    const fields = bodyFields(call);
    if (call.path.endsWith('/oauth2/authorize/refresh_token')) return this.refresh(fields);
    const token = String(call.headers['access-token'] ?? '');
    const account = this.advertisers.authorise(token, this.now());
    if (account === 'invalid' || account === 'expired') return failure(REFUSED.expired);
    const refusal = this.maker.refuse(account.index, this.told.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.advertisers.end(token, this.now());
    if (refusal) return failure(REFUSED[refusal]);
    if (!call.path.endsWith('/gw/dsp/v1/report/live_user_report') || text(fields, 'advertiser_id') !== this.advertisers.idOf(account))
      return failure([400000, 'parameter error']);
    return this.report(account, fields);
  }

  private refresh(fields: Record<string, unknown>): object {
    if (text(fields, 'app_id') === '' || text(fields, 'secret') === '') return failure([400000, 'app_id or secret missing']);
    const pair = this.advertisers.rotate(text(fields, 'refresh_token'), this.now(), this.maker.trouble.strict);
    if (pair === 'expired' || pair === 'invalid') return failure([401001, `refresh_token ${pair}`]);
    return good({
      access_token: pair.accessToken,
      access_token_expires_in: pair.accessSeconds,
      refresh_token: pair.refreshToken,
      refresh_token_expires_in: pair.refreshSeconds,
    });
  }

  private report(account: SimAccount, fields: Record<string, unknown>): object {
    const from = Date.parse(`${text(fields, 'start_date')}T00:00:00+08:00`);
    const to = Math.min(Date.parse(`${text(fields, 'end_date')}T00:00:00+08:00`) + DAY, dayStart(dayOf(this.now())));
    const size = Number(text(fields, 'page_size'));
    const page = Number(text(fields, 'page'));
    if (!(from < to) || !(size >= 1 && size <= 2_000) || !(page >= 1)) return failure([400000, 'parameter error']);
    const rows = this.told.world
      .sessionsBetween(account, from - DAY, to)
      .filter((session) => session.paidViews > 0)
      .flatMap((session) => this.days(session))
      .filter(({ at }) => at >= from && at < to)
      .map(({ row }) => row);
    return good({ total_count: rows.length, details: rows.slice((page - 1) * size, page * size) });
  }

  /** The rows of a broadcast: one for each day that it touches. */
  private days(session: SimSession): { at: number; row: object }[] {
    const { startedAt, endedAt, paidViews } = session;
    const midnight = dayStart(dayOf(startedAt) + 1);
    const first = endedAt <= midnight ? paidViews : Math.floor((paidViews * (midnight - startedAt)) / (endedAt - startedAt));
    const row = (played: number): object => ({
      live_stream_id: session.sessionId,
      user_id: session.account.accountId,
      live_start_time: localTime(startedAt),
      live_end_time: localTime(endedAt),
      live_played_started: String(played),
      standard_live_played_started: played,
      simple_live_played_started: 0,
      live_room_avg_played_seconds: 20,
      ad_live_follow: Math.round(played / 200),
      ad_live_share: 0,
      ad_live_comment: Math.round(played / 50),
    });
    const parts = [{ at: startedAt, row: row(first) }];
    return endedAt <= midnight ? parts : [...parts, { at: midnight, row: row(paidViews - first) }];
  }
}
