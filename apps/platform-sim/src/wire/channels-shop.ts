import type { SimAccount } from '../world/accounts';
import { dayOf, dayText } from '../world/calendar';
import type { SimSession } from '../world/sessions';

const MINUTE = 60_000;
const RATE = 10_000;

/** Few owners sell in their room; only their rooms have a dashboard. */
export const hasShop = ({ platform, role, index }: SimAccount): boolean => platform === 'channels' && role === 'dealer' && index % 8 === 5;

/** The earliest day of the list of shop rooms, and what a day is called there. */
const FIRST_LIST_DAY = 20_240_101;
const listDay = (day: number): number => Number(dayText(day).replaceAll('-', ''));

/** Rooms of a day; of an account without a shop none. There is a `has_more` with nothing to page by. */
export function shopRooms(account: SimAccount, sessions: readonly SimSession[], ds: number): object | number {
  if (!(ds >= FIRST_LIST_DAY)) return 5;
  const rooms = hasShop(account) ? sessions.filter(({ startedAt }) => listDay(dayOf(startedAt)) === ds) : [];
  return {
    errcode: 0,
    errmsg: 'ok',
    live_items: rooms.map(({ sessionId, startedAt }) => ({ export_id: sessionId, create_time: Math.floor(startedAt / 1000) })),
    has_more: account.index % 2 === 0,
    trace_id: '0',
  };
}

/** The dashboard of a room: JSON texts inside JSON, one of which holds an entry of its own name. */
export function shopDashboard(session: SimSession): object {
  const { startedAt, endedAt, uniqueViewers, peakConcurrent, follows, shares, commenters, watchSeconds } = session;
  const dwell = Math.round(watchSeconds / Math.max(1, uniqueViewers));
  const summary = {
    new_watch_uv: uniqueViewers,
    max_online_watch_uv: peakConcurrent,
    impression_uv: String(shopImpressions(session)),
    average_watch_seconds_per_audience: dwell,
    new_follow_uv: follows,
    comment_uv: commenters,
    sharing_uv: shares,
  };
  const begin = Math.floor(startedAt / MINUTE) * MINUTE;
  const minutes = Math.max(1, Math.ceil((endedAt - begin) / MINUTE));
  const points = Array.from({ length: minutes }, (_, minute) => ({
    ts: (begin + minute * MINUTE) / 1000,
    value: onlineAt(session, minute, minutes),
  }));
  const series = { points, dimensions: [], step: 60, begin_ts: begin / 1000, end_ts: begin / 1000 + minutes * 60 };
  const ofMen = {
    ...series,
    points: points.map(({ ts, value }) => ({ ts, value: Math.floor(value / 2) })),
    dimensions: [{ type: 3, ux_label: '男' }],
  };
  const block = {
    live_dashboard_data: { summary, source: { new_watch_uv: [] }, portrait: { online_watch_uv: [ofMen, series], new_watch_uv: [] } },
    live_duration: Math.round((endedAt - startedAt) / 1000),
    start_time: Math.floor(startedAt / 1000),
  };
  const texts = {
    live_dashboard_data: block,
    live_comparison_index: {
      is_living: false,
      ended: { average_watch_seconds: { value: dwell, percentile: RATE / 2, median_7_days: dwell } },
    },
    live_ec_data_summary: { total_gmv: 0, cumulative_audience_count: uniqueViewers, new_follow_count: follows },
    live_distribution_channel: { audience_count: uniqueViewers, live_dist_channel_source_stats: [] },
  };
  return {
    errcode: 0,
    errmsg: 'ok',
    trace_id: '0',
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

/** Persons whom a room was shown to. */
export const shopImpressions = ({ uniqueViewers }: SimSession): number => Math.round(uniqueViewers * 2.4);

/** Viewers online in a minute of a room: it fills and empties. */
export const onlineAt = ({ peakConcurrent }: SimSession, minute: number, minutes: number): number =>
  Math.round(peakConcurrent * Math.sin((Math.PI * (minute + 1)) / (minutes + 1)));
