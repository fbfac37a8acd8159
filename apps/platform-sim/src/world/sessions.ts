import type { SimAccount } from './accounts';
import { audienceFactor, dayStart, HOUR, monthFirstDay, openingWeight, weekday } from './calendar';
import { between, generator, mix, spread, unit } from './random';

const { ceil, floor, log, max, min, round } = Math;

/** One live session with its final figures. */
export interface SimSession {
  account: SimAccount;
  sessionId: string;
  startedAt: number;
  endedAt: number;
  views: number;
  uniqueViewers: number;
  watchSeconds: number;
  peakConcurrent: number;
  likes: number;
  comments: number;
  commenters: number;
  shares: number;
  follows: number;
  fanViewers: number;
  fanWatchSeconds: number;
  leads: number;
  paidViews: number;
  /** Views of viewbots among the views. */
  botViews: number;
  /** Instant of a declared red-packet raffle. */
  raffleAt: number | null;
  title: string;
}

const PREFIX = { douyin: '73', kuaishou: '51', channels: 'finderlive' };
const TITLES = ['周末试驾专场', '新车到店实拍', '限时置换补贴', '老客户答疑夜', '到店礼抢先看', '智驾功能演示', '金融方案讲解'];

/** The sessions of an account that start in a month, in the order of their start. Pure in (seed, account, month). */
export function monthSessions(seed: number, first: number, account: SimAccount, month: number): SimSession[] {
  const fixed = account.feedRank !== null;
  const count = account.sessionsPerMonth + (fixed ? 0 : floor(unit(seed, 21, account.index, month) * 3) - 1);
  return openingDays(seed, account.index, month, count).map((day) => session(seed, first, account, month, day));
}

function openingDays(seed: number, account: number, month: number, count: number): number[] {
  const keyed: [number, number][] = [];
  for (let day = monthFirstDay(month); day < monthFirstDay(month + 1); day++) {
    keyed.push([-log(unit(seed, 22, account, day) + 1e-12) / openingWeight(day), day]);
  }
  return keyed
    .sort((a, b) => a[0] - b[0])
    .slice(0, count)
    .map((pair) => pair[1])
    .sort((a, b) => a - b);
}

function session(seed: number, first: number, account: SimAccount, month: number, day: number): SimSession {
  const random = generator(seed, 23, account.index, day);
  const monthsIn = month - first;
  const weekend = weekday(day) % 6 === 0;
  const hour = weekend && random() < 0.35 ? between(random, 13.5, 15.5) : between(random, 18.8, 21.2);
  const startedAt = dayStart(day) + round(hour * 3600) * 1000;
  // a late room of an hour or three may end on the next day
  const seconds = round(between(random, 55, 165) * 60);
  const cheating = monthsIn >= 6;
  const organicViews = viewsOf(account, day, monthFirstDay(first), random);
  const bought = account.cheat === 'bought-views' && cheating ? round(organicViews * between(random, 0.6, 1.1)) : 0;
  const botViews = account.cheat === 'viewbots' && monthsIn >= 7 ? round(organicViews * 0.35) : 0;
  const organic = audience(account, organicViews, random);
  const dwell = max(12, account.meanDwellSeconds * spread(random, 0.12));
  const watchSeconds = round(organic.uniqueViewers * dwell + bought * 3 + botViews * 180);
  const uniqueViewers = organic.uniqueViewers + bought + botViews;
  const average = watchSeconds / seconds;
  const digits = String(mix(seed, 24, account.index, day)).padStart(10, '0');
  const raffle = account.cheat === 'grabbers' ? weekday(day) >= 4 : account.index % 9 === 4 && random() < 0.2;
  const fanViewers = round(organic.uniqueViewers * between(random, 0.08, 0.22));
  return {
    account,
    sessionId: `${PREFIX[account.platform]}${String(day).padStart(6, '0')}${digits}`,
    startedAt,
    endedAt: startedAt + seconds * 1000,
    views: organicViews + bought + botViews,
    uniqueViewers,
    watchSeconds,
    peakConcurrent: min(uniqueViewers, ceil(average * between(random, 1.4, 2.3)) + 3),
    ...organic.engagement,
    fanViewers,
    fanWatchSeconds: min(watchSeconds, round(fanViewers * dwell * 1.8)),
    paidViews: account.role === 'brand' ? 0 : account.index % 8 === 3 && month % 3 === 1 ? round(organicViews * 0.12) : 0,
    botViews,
    raffleAt: raffle ? startedAt + round(seconds * between(random, 0.4, 0.7)) * 1000 : null,
    title: TITLES[floor(random() * TITLES.length)] ?? '直播',
  };
}

function viewsOf(account: SimAccount, day: number, firstDay: number, random: () => number): number {
  const trend = 1 + account.growth * ((day - firstDay) / 365 - 0.5);
  const views = account.level * trend * audienceFactor(day) * spread(random, account.level > 2_000 ? 0.08 : 0.12);
  if (account.feedRank !== null) return round(min(1_495 - random() * 20, max(205 + random() * 20, views)));
  return round(views > 190_000 ? 190_000 + (views - 190_000) * 0.15 : views);
}

/** Persons and what they did, in honest proportion to the organic views. */
function audience(account: SimAccount, views: number, random: () => number) {
  const uniqueViewers = round(views / (account.reentry * between(random, 0.97, 1.03)));
  const rate = (low: number, high: number) => round(views * between(random, low, high));
  const comments = rate(0.012, 0.028);
  return {
    uniqueViewers,
    engagement: {
      likes: rate(2.2, 4.8),
      comments,
      commenters: min(uniqueViewers, round(comments / between(random, 1.8, 2.8))),
      shares: rate(0.003, 0.007),
      follows: rate(0.004, 0.009),
      leads: rate(0.0008, 0.0024),
    },
  };
}

/** Whether a live session has begun, and how much of its figures has come in by `now` (0 before, 1 from its end). */
export function progress(session: SimSession, now: number): number {
  return max(0, min(1, (now - session.startedAt) / (session.endedAt - session.startedAt)));
}

/** The instant from which a session's figures are final on platforms that count by T+1: 10:00 of the morning after its start. */
export function finalAt(session: SimSession): number {
  return (floor((session.startedAt + 8 * HOUR) / (24 * HOUR)) + 1) * 24 * HOUR - 8 * HOUR + 10 * HOUR;
}
