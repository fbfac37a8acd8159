import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { dayOf, dayText, monthOf } from '../world/calendar';
import { progress } from '../world/sessions';
import type { SimSession } from '../world/sessions';
import type { Call } from './http';

const METRICS: Record<string, (s: SimSession) => Record<string, number>> = {
  base: (s) => ({
    live_start_ts: s.startedAt / 1000,
    live_end_ts: s.endedAt / 1000,
    live_duration_td: (s.endedAt - s.startedAt) / 1000,
    live_follow_ucnt_td: s.follows,
  }),
  audience: (s) => ({
    live_watch_cnt_td: s.views,
    live_watch_ucnt_td: s.uniqueViewers,
    live_watch_duration_td: s.watchSeconds,
    live_fans_watch_ucnt_td: s.fanViewers,
    live_fans_watch_duration_td: s.fanWatchSeconds,
    per_minute_watch_ucnt_td_max: s.peakConcurrent,
  }),
  interactive: (s) => ({
    live_comment_cnt_td: s.comments,
    live_comment_ucnt_td: s.commenters,
    live_like_cnt_td: s.likes,
    live_share_cnt_td: s.shares,
  }),
};

/** The live-room calls of the Douyin server (platforms/douyin: section 4): figures of T+1, each ready at its own time. */
export class DouyinRooms {
  constructor(
    private readonly told: ToldWorld,
    private readonly now: () => number,
  ) {}

  /** What stands beside the envelope's code, or the code of a refusal. */
  answer(account: SimAccount, call: Call): object | number {
    if (call.path === '/room/data/room_id/get/') return this.roomIds(account, call);
    const metrics = METRICS[/^\/room\/data\/(\w+)\/get\/$/.exec(call.path)?.[1] ?? ''];
    if (!metrics) return 28001017;
    const id = call.query.get('room_id') ?? '';
    const { world } = this.told;
    const session = world.sessions(account, monthOf(Number(id.slice(2, 8)) || 0)).find((one) => one.sessionId === id);
    if (!session || session.startedAt > this.now()) return 28001007;
    return this.metrics(session, metrics(session), call.query.get('live_id') ?? '1');
  }

  private roomIds(account: SimAccount, call: Call): object | number {
    const from = Number(call.query.get('start_time')) * 1000;
    const to = Number(call.query.get('end_time')) * 1000;
    if (!(from > 0) || !(to >= from)) return 28001007;
    const { world } = this.told;
    // beside the envelope's code, not inside `data`
    return { room_ids: world.sessionsBetween(account, from, Math.min(to, this.now())).map((session) => session.sessionId) };
  }

  private metrics(session: SimSession, values: Record<string, number>, liveId: string): object {
    const slot = dayText(dayOf(session.startedAt));
    const now = this.now();
    const part = progress(session, now) * 0.93;
    const live = liveId === '1' ? 1 : 3;
    const names = Object.keys(values);
    const ready = new Map(names.map((name, k) => [name, now >= this.told.readyAt(session, k, now)]));
    const told = (name: string, value: number) => {
      if (live === 3) return 0;
      if (name.endsWith('_ts')) return value;
      const counted = name === 'live_watch_cnt_td' ? this.told.views(session, now) : value;
      return ready.get(name) ? counted : Math.floor(counted * part);
    };
    const stats = Object.entries(values).map(([name, value]) => ({
      item: session.sessionId,
      item_type: 3,
      live_id: live,
      name,
      timeslot: slot,
      value: session.account.index % 2 === 0 ? told(name, value) : String(told(name, value)),
      value_float: 0,
    }));
    const status = names.map((name) => ({ name, live_id: live, item_type: 3, time_slot: slot, is_ready: ready.get(name) }));
    return { data: { stats, data_ready_status: status } };
  }
}
