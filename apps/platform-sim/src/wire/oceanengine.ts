import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart } from '../world/calendar';
import type { SimSession } from '../world/sessions';
import { Advertisers, localTime, numberedPage } from './advertisers';
import { bodyFields, text } from './http';
import type { Call } from './http';
import type { Refusal, TroubleMaker } from './trouble';

const REFUSED: Record<Refusal, number> = {
  busy: 50000,
  'too-frequent': 40100,
  quota: 40100,
  expired: 40102,
  revoked: 40107,
  'no-permission': 40002,
  'app-banned': 40101,
  'ip-not-allowed': 40101,
};
const failure = (code: number): object => ({ code, message: 'refused', request_id: 'sim', data: {} });
const good = (data: object): object => ({ code: 0, message: 'OK', request_id: 'sim', data });

/** 巨量引擎 (platforms/douyin: section 8): rooms by T+1, leads, tokens that rotate as a pair. An advertiser stands for one account. */
export class OceanEngineWire {
  readonly advertisers: Advertisers;

  constructor(
    private readonly told: ToldWorld,
    private readonly maker: TroubleMaker,
    private readonly now: () => number,
  ) {
    this.advertisers = new Advertisers(told.world, 'douyin', 'oe', { access: DAY, refresh: 30 * DAY });
  }

  answer(call: Call): object {
    const path = call.path.replace(/^\/open_api/, '');
    if (path === '/oauth2/refresh_token/') return this.refresh(bodyFields(call));
    const token = String(call.headers['access-token'] ?? '');
    const account = this.advertisers.authorise(token, this.now());
    if (account === 'invalid') return failure(40105);
    if (account === 'expired') return failure(40102);
    const refusal = this.maker.refuse(account.index, this.told.world.outagePeriod(account), this.now());
    if (refusal === 'expired') this.advertisers.end(token, this.now());
    if (refusal) return failure(REFUSED[refusal]);
    if (Number(call.query.get('page')) > 1 && this.maker.endsToken()) {
      this.advertisers.end(token, this.now());
      return failure(40102);
    }
    if (path === '/v3.0/report/live_room/analysis/get/') return this.rooms(account, call.query);
    return path === '/2/tools/clue/get/' ? this.clues(account, call.query) : failure(40000);
  }

  private refresh(fields: Record<string, unknown>): object {
    if (text(fields, 'app_id') === '' || text(fields, 'secret') === '' || text(fields, 'grant_type') !== 'refresh_token')
      return failure(40000);
    const pair = this.advertisers.rotate(text(fields, 'refresh_token'), this.now(), this.maker.trouble.strict);
    if (pair === 'expired') return failure(40103);
    if (pair === 'invalid') return failure(40107);
    return good({
      access_token: pair.accessToken,
      expires_in: pair.accessSeconds,
      refresh_token: pair.refreshToken,
      refresh_token_expires_in: String(pair.refreshSeconds),
    });
  }

  /** Sessions that started on the days asked for, none of today: the tables are made the next morning. */
  private sessions(account: SimAccount, query: URLSearchParams): SimSession[] | null {
    const from = Date.parse(`${(query.get('start_time') ?? '').slice(0, 10)}T00:00:00+08:00`);
    const last = Date.parse(`${(query.get('end_time') ?? '').slice(0, 10)}T00:00:00+08:00`);
    if (!(from <= last) || last - from > 61 * DAY) return null;
    return this.told.world.sessionsBetween(account, from, Math.min(last + DAY, dayStart(dayOf(this.now()))));
  }

  private rooms(account: SimAccount, query: URLSearchParams): object {
    const sessions = query.get('advertiser_id') === this.advertisers.idOf(account) ? this.sessions(account, query) : null;
    if (!sessions) return failure(40000);
    const flow = /"first_flow_category":"(\w+)"/.exec(query.get('filtering') ?? '')?.[1] ?? null;
    const aweme = /"aweme_ids":\[(\d+)\]/.exec(query.get('filtering') ?? '')?.[1] ?? null;
    const rows = sessions
      .filter(() => aweme === null || aweme === account.accountId)
      .filter((session) => flow === null || this.viewsOf(session, flow) > 0)
      .map((session) => this.room(session, flow));
    const page = numberedPage(rows, Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 10));
    return good({ list: page.rows, page_info: page.page_info });
  }

  private viewsOf(session: SimSession, flow: string | null): number {
    const views = this.told.views(session, this.now());
    const paid = Math.min(session.paidViews, views);
    if (flow === null) return views;
    return flow === 'AD' ? paid : flow === 'NATURAL' ? views - paid : 0;
  }

  private room(session: SimSession, flow: string | null): object {
    const { account, startedAt, endedAt, sessionId } = session;
    const over = endedAt <= this.now();
    const seconds = (endedAt - startedAt) / 1000;
    return {
      anchor_id: account.accountId,
      anchor_nick: account.name,
      room_id: sessionId,
      room_create_time: localTime(startedAt),
      room_finish_time: over ? localTime(endedAt) : '',
      room_status: over ? 'END' : 'LIVING',
      fields: {
        all_live_watch_cnt_td: this.viewsOf(session, flow),
        all_live_watch_ucnt_td: String(session.uniqueViewers),
        all_live_single_watch_over_1m_cnt_td: Math.round(session.views / 4),
        all_avg_live_pcu_td: (session.watchSeconds / seconds).toFixed(2),
        all_live_max_1min_pcu_td: session.peakConcurrent,
        all_avg_live_watch_duration_seconds_td: Number((session.watchSeconds / Math.max(1, session.uniqueViewers)).toFixed(2)),
        all_fans_live_watch_ucnt_td: session.fanViewers,
        all_live_follow_cnt_td: session.follows,
        all_live_share_cnt_td: String(session.shares),
        all_live_comment_cnt_td: session.comments,
        all_live_comment_ucnt_td: session.commenters,
        all_live_send_gift_cnt_td: 0,
        all_live_like_cnt_td: session.likes,
        std_form_submit_cnt_td: session.leads,
      },
    };
  }

  private clues(account: SimAccount, query: URLSearchParams): object {
    const sessions = query.get('advertiser_ids') === `[${this.advertisers.idOf(account)}]` ? this.sessions(account, query) : null;
    if (!sessions) return failure(40000);
    const rows = sessions.flatMap((session) =>
      Array.from({ length: session.leads }, (_, k) => ({
        clue_id: `${session.sessionId}${String(k).padStart(3, '0')}`,
        advertiser_id: this.advertisers.idOf(account),
        clue_type: k % 2,
        clue_source: 1,
        create_time_detail: localTime(session.startedAt + k * 1000),
        name: '客户',
        telephone: '13800000000',
      })),
    );
    const page = numberedPage(rows, Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 10));
    return good({ list: page.rows, page_info: page.page_info });
  }
}
