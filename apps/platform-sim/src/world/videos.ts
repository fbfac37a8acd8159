import type { SimAccount } from './accounts';
import { dayStart, HOUR, monthFirstDay } from './calendar';
import { between, generator, spread, unit } from './random';

const { floor, max, min, pow, round } = Math;

/** A short video; its counters at any instant come from `videoFigures`. */
export interface SimVideo {
  account: SimAccount;
  videoId: string;
  /** The id that the platform's item calls use. */
  itemId: string;
  publishedAt: number;
  title: string;
  pinned: boolean;
  finalPlays: number;
  /** Hours until half of the final plays. */
  halfHours: number;
  steepness: number;
  rates: { likes: number; comments: number; shares: number; favorites: number; follows: number };
  completionRate: number;
  averagePlaySeconds: number;
  /** Plays bought three days after publication, without any engagement. */
  boughtPlays: number;
  /** From here on the platform counts 1 % less. */
  recountAt: number | null;
  privateAt: number | null;
  deletedAt: number | null;
}

export interface VideoFigures {
  plays: number;
  likes: number;
  comments: number;
  shares: number;
  favorites: number;
  follows: number;
}

const SUBJECTS = [
  '新车实拍\n#启衡汽车 #新车',
  '空间到底有多大',
  '落地价多少\n看完再来店里',
  '试驾一圈的真实感受',
  '保养一次花多少',
  '智能座舱演示 #科技',
  '',
];

/** The two videos that an account publishes in a month. Pure in (seed, account, month). */
export function monthVideos(seed: number, first: number, account: SimAccount, month: number): SimVideo[] {
  const days = monthFirstDay(month + 1) - monthFirstDay(month);
  const one = video(seed, first, account, month, 0, floor(unit(seed, 31, account.index, month) * floor(days / 2)));
  const two = video(seed, first, account, month, 1, floor(days / 2 + unit(seed, 32, account.index, month) * (days / 2 - 0.01)));
  // some teams publish two videos in the same second: cursors by time stumble over that
  if (account.platform === 'kuaishou' && account.index % 5 === 0) two.publishedAt = one.publishedAt;
  return [one, two];
}

function video(seed: number, first: number, account: SimAccount, month: number, slot: number, dayInMonth: number): SimVideo {
  const random = generator(seed, 33, account.index, month, slot);
  const day = monthFirstDay(month) + dayInMonth;
  const publishedAt = dayStart(day) + round(between(random, 11, 20) * 3600) * 1000;
  const number = String(7_000_000_000 + account.index * 10_000_000 + (month % 1200) * 10 + slot);
  const itemId = { douyin: `@9Vx${number}/+${slot}a==`, kuaishou: `3x${number}`, channels: `export/UzFf${number}` }[account.platform];
  const rare = unit(seed, 34, account.index, month, slot);
  const later = (hours: number) => publishedAt + hours * HOUR;
  return {
    account,
    videoId: account.platform === 'douyin' ? `7${number}` : itemId,
    itemId,
    publishedAt,
    title: SUBJECTS[floor(random() * SUBJECTS.length)] ?? '',
    pinned: account.platform === 'douyin' && account.index % 4 === 0 && month === first + 1,
    finalPlays: round((600 + account.level * 2.2) * spread(random, 0.55)),
    halfHours: between(random, 14, 60),
    steepness: between(random, 1.4, 2.2),
    rates: {
      likes: between(random, 0.018, 0.04),
      comments: between(random, 0.002, 0.005),
      shares: between(random, 0.003, 0.006),
      favorites: between(random, 0.004, 0.009),
      follows: between(random, 0.0008, 0.002),
    },
    completionRate: between(random, 0.03, 0.12),
    averagePlaySeconds: between(random, 8, 22),
    boughtPlays: account.cheat === 'bought-plays' && month >= first + 5 ? round(between(random, 30_000, 60_000)) : 0,
    recountAt: account.platform === 'kuaishou' && rare < 0.05 ? later(24 * 12) : null,
    privateAt: account.platform === 'douyin' && rare > 0.985 ? later(24 * 20) : null,
    deletedAt: account.platform === 'kuaishou' && rare > 0.985 ? later(24 * 25) : null,
  };
}

/** Running totals of a video at an instant; every counter grows in an S, but for a recount. */
export function videoFigures(video: SimVideo, at: number): VideoFigures {
  const hours = max(0, (at - video.publishedAt) / HOUR);
  const powered = pow(hours / video.halfHours, video.steepness);
  const organic = (video.finalPlays * powered) / (1 + powered);
  const bought = video.boughtPlays * max(0, min(1, (hours - 72) / 20));
  const recount = video.recountAt !== null && at >= video.recountAt ? 0.99 : 1;
  const of = (rate: number) => floor(organic * rate);
  const { likes, comments, shares, favorites, follows } = video.rates;
  return {
    plays: floor((organic + bought) * recount),
    likes: of(likes),
    comments: of(comments),
    shares: of(shares),
    favorites: of(favorites),
    follows: of(follows),
  };
}
