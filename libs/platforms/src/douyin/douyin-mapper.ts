import type { FollowerRow, SessionReading, SessionRow, VideoDayRow, VideoRow } from '../platform';
import {
  wireBoolean,
  wireCount,
  wireDay,
  wireId,
  wireInstant,
  wireList,
  wireNumber,
  wireObject,
  wireText,
  type WireObject,
} from '../wire/wire-value';

/** Which field of ours each live metric is. Units are persons, times or seconds, as ours. */
const SESSION_METRICS = {
  live_watch_cnt_td: 'views',
  live_watch_ucnt_td: 'uniqueViewers',
  per_minute_watch_ucnt_td_max: 'peakConcurrent',
  live_watch_duration_td: 'watchSeconds',
  live_like_cnt_td: 'likes',
  live_comment_cnt_td: 'comments',
  live_comment_ucnt_td: 'commenters',
  live_share_cnt_td: 'shares',
  live_follow_ucnt_td: 'follows',
  live_fans_watch_ucnt_td: 'fanViewers',
} as const satisfies Record<string, keyof SessionRow>;
type SessionMetric = keyof typeof SESSION_METRICS;

/** A metric counts as fetched when the platform has a value for it and says that it is ready. */
interface Metric {
  value: number | null;
  ready: boolean;
  slot: string;
}

/** Douyin's own id of the product "Douyin + Huoshan"; others (Xigua) are other rooms' figures. */
export const DOUYIN_LIVE_ID = '1';
const isDouyin = (row: WireObject): boolean => row.live_id === undefined || String(row.live_id) === DOUYIN_LIVE_ID;

/** Metrics of the three calls of one room. Figures are totals to date: of several days of one room the latest holds. */
function metricsOf(answers: WireObject[]): Map<string, Metric> {
  const metrics = new Map<string, Metric>();
  for (const answer of answers) {
    const { stats, data_ready_status: ready } = wireObject(answer.data);
    for (const row of wireList(stats)) {
      const name = wireText(row.name);
      const slot = wireText(row.timeslot);
      const known = metrics.get(name);
      if (!isDouyin(row) || (known && known.slot > slot)) continue;
      const value = wireNumber(row.value) ?? wireNumber(row.value_float);
      metrics.set(name, { value: value === null ? null : Math.round(value), ready: false, slot });
    }
    for (const row of wireList(ready)) {
      const metric = metrics.get(wireText(row.name));
      const slot = wireText(row.time_slot);
      if (metric && isDouyin(row) && (slot === '' || metric.slot === '' || slot === metric.slot)) metric.ready = wireBoolean(row.is_ready);
    }
  }
  return metrics;
}

/** Ids of an account's rooms: at the top level of the answer, not in `data`. */
export function mapRoomIds(answer: WireObject): string[] {
  const ids = Array.isArray(answer.room_ids)
    ? answer.room_ids
    : Array.isArray(wireObject(answer.data).room_ids)
      ? wireObject(answer.data).room_ids
      : [];
  return [...new Set((ids as unknown[]).map(wireId).filter((id) => id !== null))];
}

/**
 * One room out of its base, audience and interaction answers. Metrics that are ready go to an `api-final` row, and while some are not, all of
 * them to an `api-provisional` row as well; a report takes each field from the better row.
 */
export function mapSession(roomId: string, answers: WireObject[]): SessionReading {
  const metrics = metricsOf(answers);
  const instant = (name: string, onlyReady: boolean): number | null => {
    const metric = metrics.get(name);
    return metric && (metric.ready || !onlyReady) ? wireInstant(metric.value) : null;
  };
  const startedAt = instant('live_start_ts', false);
  const needed = ['live_start_ts', 'live_end_ts', ...Object.keys(SESSION_METRICS)];
  const final = needed.every((name) => metrics.get(name)?.ready === true);
  if (startedAt === null) return { sessionId: roomId, startedAt, final: false, rows: [] };
  const rowOf = (onlyReady: boolean): SessionRow => {
    const row: SessionRow = {
      sessionId: roomId,
      startedAt,
      endedAt: instant('live_end_ts', onlyReady),
      final,
      source: onlyReady ? 'api-final' : 'api-provisional',
    };
    for (const name of Object.keys(SESSION_METRICS) as SessionMetric[]) {
      const metric = metrics.get(name);
      row[SESSION_METRICS[name]] = metric && (metric.ready || !onlyReady) ? wireCount(metric.value) : null;
    }
    return row;
  };
  if (final) return { sessionId: roomId, startedAt, final, rows: [rowOf(true)] };
  const someReady = Object.keys(SESSION_METRICS).some((name) => metrics.get(name)?.ready);
  return { sessionId: roomId, startedAt, final, rows: someReady ? [rowOf(true), rowOf(false)] : [rowOf(false)] };
}

/** Finer codes 5, 6, 7 of "published" and the other states. */
const VIDEO_STATUS: Readonly<Record<string, string>> = {
  '1': 'public',
  '2': 'unsuitable',
  '4': 'review',
  '5': 'public',
  '6': 'friends',
  '7': 'private',
};

/** One video of the list, or null when it has no id or no publishing time. The stable id is video_id: item_id may differ per app. */
export function mapVideo(row: WireObject): VideoRow | null {
  const itemId = wireId(row.item_id);
  const videoId = wireId(row.video_id) ?? itemId;
  const publishedAt = wireInstant(row.create_time);
  if (videoId === null || publishedAt === null) return null;
  const statistics = wireObject(row.statistics);
  return {
    seriesId: itemId,
    videoId,
    publishedAt,
    plays: wireCount(statistics.play_count),
    likes: wireCount(statistics.digg_count),
    comments: wireCount(statistics.comment_count),
    shares: wireCount(statistics.share_count),
    status: VIDEO_STATUS[String(row.video_status ?? '')] ?? '',
    title: wireText(row.title),
  };
}

/** Days of one of a video's four series; the figure is named as the series. */
export function mapVideoDays(videoId: string, series: 'play' | 'like' | 'comment' | 'share', answer: WireObject): VideoDayRow[] {
  const field = ({ play: 'plays', like: 'likes', comment: 'comments', share: 'shares' } as const)[series];
  const rows: VideoDayRow[] = [];
  for (const row of wireList(wireObject(answer.data).result_list)) {
    const day = wireDay(row.date);
    const value = wireCount(row[series]);
    if (day !== null && value !== null) rows.push({ videoId, day, [field]: value });
  }
  return rows;
}

/** Follower totals of the account's daily series. */
export function mapFollowers(answer: WireObject): FollowerRow[] {
  const rows: FollowerRow[] = [];
  for (const row of wireList(wireObject(answer.data).result_list)) {
    const day = wireDay(row.date);
    const total = wireCount(row.total_fans);
    if (day !== null && total !== null) rows.push({ day, total });
  }
  return rows;
}
