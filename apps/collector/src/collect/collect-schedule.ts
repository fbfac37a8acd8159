import { addDays, businessDay, dayStart, type GrantProduct } from '@app/contracts';
import type { StreamHealth } from '@app/database';
import type { StreamKind } from '@app/queue';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * When a kind is read. `hourly`: once an hour, each account at its own minute. `daily`: once a business day, each account at its own time between
 * two hours of the brand's zone. `past`: until everything is there that the platform still gives.
 */
export type Rule = { every: 'hourly' } | { every: 'daily'; from: number; to: number } | { every: 'past' };

const HOURLY: Rule = { every: 'hourly' };
const PAST: Rule = { every: 'past' };
/** Running totals: late, for the increase to fall on its own day (domain.md 4.5), with time left for a second try. */
const EVENING: Rule = { every: 'daily', from: 20, to: 23.25 };
/** Tables of the day before: there from about ten o'clock. */
const MORNING: Rule = { every: 'daily', from: 10, to: 14 };

/** Kinds of each product. A kind that a connector is not capable of is left out whatever stands here. */
export const SCHEDULE: Readonly<Record<GrantProduct, Partial<Record<StreamKind, Rule>>>> = {
  'douyin-open': { sessions: HOURLY, 'sessions-history': PAST, videos: EVENING, followers: MORNING, leads: HOURLY },
  'kuaishou-open': { sessions: HOURLY, 'sessions-history': PAST, videos: EVENING, followers: EVENING, leads: HOURLY },
  'channels-app': { sessions: HOURLY, 'sessions-history': PAST, videos: EVENING, followers: EVENING, leads: MORNING },
  oceanengine: { sessions: HOURLY, 'sessions-history': PAST, followers: MORNING, leads: HOURLY },
  magnetic: { sessions: HOURLY, 'sessions-history': PAST, followers: MORNING, leads: HOURLY },
  'tencent-ads': { sessions: MORNING, 'sessions-history': PAST, followers: MORNING, leads: MORNING },
};

/** How far back broadcasts are asked for when a grant is new, in days. Ocean Engine answers 62 days at once; the others name no bound. */
export const HISTORY_DAYS: Readonly<Record<GrantProduct, number>> = {
  'douyin-open': 180,
  'kuaishou-open': 90,
  'channels-app': 180,
  oceanengine: 180,
  magnetic: 90,
  'tencent-ads': 180,
};

/** What is new is not asked for all at once. */
const NEW_SPREAD_MS = 10 * MINUTE;

/** How often the schedule is looked at, and how far it is made out then: a little further, so that nothing waits for the next look. */
const TICK_MS = 5 * MINUTE;
const SHORTEST_TICK_MS = 2_000;
const AHEAD = 1.5;

/** Real ms between two looks, where clocks run `speed` times as fast as the real one. */
export const tickMs = (speed: number): number => Math.max(SHORTEST_TICK_MS, TICK_MS / speed);

/** How far a look makes the schedule out, in ms of these clocks. */
export const aheadMs = (speed: number): number => tickMs(speed) * speed * AHEAD;

/** The latest time at or before `until` at which a stream is to be read. Null: no such time by the clock. */
export function latestSlot(rule: Rule, spread: number, until: number, zone: string): number | null {
  if (rule.every === 'past') return null;
  if (rule.every === 'hourly') {
    const offset = Math.floor(spread * HOUR);
    return Math.floor((until - offset) / HOUR) * HOUR + offset;
  }
  const today = businessDay(until, zone);
  const slot = (day: string): number => dayStart(day, zone) + Math.floor((rule.from + spread * (rule.to - rule.from)) * HOUR);
  return slot(today) <= until ? slot(today) : slot(addDays(today, -1));
}

export interface SlotQuestion {
  /** Undefined: the kind has no times of its own. */
  rule: Rule | undefined;
  /** In [0, 1). */
  spread: number;
  zone: string;
  now: number;
  /** How far ahead slots have been asked for. */
  aheadMs: number;
}

/**
 * The slot that a job reads: the one that it was made for, or a later one that has come while it waited, since the queue takes no second job of its stream.
 * And the next one, where that has been asked for already and was refused for the same reason; null: it has not.
 */
export function slotsOf(dueAt: number, { rule, spread, zone, now, aheadMs }: SlotQuestion): { slot: number; next: number | null } {
  const latest = rule ? latestSlot(rule, spread, now, zone) : null;
  const slot = Math.max(dueAt, latest ?? dueAt);
  const next = rule ? latestSlot(rule, spread, now + aheadMs, zone) : null;
  return { slot, next: next !== null && next > Math.max(slot, now) ? next : null };
}

export interface DueQuestion {
  rule: Rule;
  /** In [0, 1). */
  spread: number;
  zone: string;
  /** Undefined: never tried. */
  health: StreamHealth | undefined;
  now: number;
  /** Until when the schedule is made out now. */
  until: number;
}

/**
 * When a stream is due, up to `until`; null: not. It follows from the clock and the stream's health alone, so a tick that was missed, or came
 * twice, changes nothing.
 */
export function dueAt({ rule, spread, zone, health, now, until }: DueQuestion): number | null {
  if (rule.every === 'past') return pastDueAt({ spread, zone, health, now, until });
  if (!health) return Math.min(until, now + Math.floor(spread * NEW_SPREAD_MS));
  const notBefore = health.nextTryAt ?? -Infinity;
  if (notBefore > until) return null;
  const slot = latestSlot(rule, spread, until, zone);
  if (slot === null || (health.lastSuccessAt !== null && health.lastSuccessAt >= slot)) return null;
  return Math.max(slot, notBefore);
}

/** A piece an hour, at the stream's own minute, until nothing is left: the present must not wait for the past of many new accounts. */
function pastDueAt({ spread, zone, health, now, until }: Omit<DueQuestion, 'rule'>): number | null {
  if (health && health.failures === 0 && health.nextTryAt === null) return null;
  if (health?.nextTryAt && health.nextTryAt > until) return null;
  const slot = latestSlot({ every: 'hourly' }, spread, until, zone);
  if (slot === null || slot < now || slot <= (health?.lastTryAt ?? -Infinity)) return null;
  return slot;
}
