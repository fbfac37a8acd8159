import { Random } from './random';

/** What an honest dealer's rooms are like before chance: drawn once per dealer. */
export interface Habits {
  platform: 'douyin' | 'kuaishou' | 'channels';
  /** Median entries of a session. */
  views: number;
  /** Factor per weekday, 0 is the world's first. */
  week: readonly number[];
  /** Growth of ln(views) per day. */
  growth: number;
  /** Spread and memory of ln(views) from day to day. */
  spread: number;
  memory: number;
  /** Chance of a session per weekday, and of a second one on the same day. */
  plays: readonly number[];
  twice: number;
  startMinute: number;
  minutes: number;
  /** Mean stay in seconds, and the share of entries that leave at once. */
  stay: number;
  bounce: number;
  /** Per entry. */
  like: number;
  comment: number;
  share: number;
  follow: number;
  gift: number;
  lead: number;
  /** Share of the persons among the entries. */
  persons: number;
  /** Share of the views that is bought openly, on an ordinary day. */
  paid: number;
  /** How often the host makes the room react, per hour. */
  calls: number;
  followers: number;
  /** How far ratios wander from day to day, and how much of it all ratios share. */
  drift: number;
  driftShared: number;
}

export interface SizeRange {
  median: number;
  deviation: number;
  least: number;
  most: number;
}

export function drawHabits(random: Random, size: SizeRange): Habits {
  const views = Math.min(size.most, Math.max(size.least, random.logNormal(size.median, size.deviation)));
  const weekend = random.logNormal(1.15, 0.15);
  const busy = random.between(0.35, 0.97);
  return {
    platform: random.pick(['douyin', 'douyin', 'kuaishou', 'channels'] as const),
    views,
    week: Array.from({ length: 7 }, (_, day) => (day >= 5 ? weekend : 1) * random.logNormal(1, 0.08)),
    growth: random.normal(0, 0.0015),
    spread: random.between(0.15, 0.45),
    memory: random.between(0.1, 0.6),
    plays: Array.from({ length: 7 }, () => Math.min(1, busy * random.logNormal(1, 0.25))),
    twice: random.chance(0.25) ? random.between(0.1, 0.7) : 0.02,
    startMinute: random.pick([570, 600, 840, 1140, 1170, 1200]) + random.whole(-20, 20),
    minutes: random.whole(50, 190),
    stay: Math.min(400, Math.max(20, random.logNormal(62, 0.45))),
    bounce: random.between(0.35, 0.65),
    like: random.logNormal(0.037, 0.55),
    comment: random.logNormal(0.035, 0.5),
    share: random.logNormal(0.005, 0.5),
    follow: random.logNormal(0.009, 0.5),
    gift: random.logNormal(0.01, 0.6),
    lead: random.logNormal(0.0015, 0.6),
    persons: random.between(0.72, 0.93),
    paid: random.chance(0.3) ? random.between(0.02, 0.25) : 0,
    calls: random.between(2, 12),
    followers: Math.round(views * random.logNormal(6, 0.8)),
    drift: random.between(0.05, 0.16),
    driftShared: random.between(0.2, 0.8),
  };
}
