import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart } from '../world/calendar';
import type { SimSession } from '../world/sessions';
import type { World } from '../world/world';
import type { TruthRow } from './truth-row';

/** A session in Ocean Engine's table: the whole room, with the views that were paid for. */
export function advertisedRow(session: SimSession, views: number): TruthRow {
  const { sessionId, startedAt, endedAt, uniqueViewers, peakConcurrent, likes, comments, commenters, shares, follows, fanViewers } =
    session;
  const averageDwellSeconds = Number((session.watchSeconds / Math.max(1, uniqueViewers)).toFixed(2));
  const shared = { sessionId, startedAt, endedAt, views, uniqueViewers, peakConcurrent, averageDwellSeconds };
  return { ...shared, likes, comments, commenters, shares, follows, fanViewers, paidViews: Math.min(session.paidViews, views), final: 1 };
}

/** Leads of a business day. Douyin: one by one, by their own instant. Channels: totals of the lives that ended on the day, rounded down by part. */
export function leadsOfDay(world: World, account: SimAccount, day: number): { count: number; paid: number | null } {
  const near = world.sessionsBetween(account, dayStart(day) - DAY, dayStart(day + 1));
  if (account.platform === 'douyin') {
    const instants = near.flatMap(({ startedAt, leads }) => Array.from({ length: leads }, (_, k) => startedAt + k * 1000));
    return { count: instants.filter((at) => dayOf(at) === day).length, paid: null };
  }
  const all = near.filter(({ endedAt }) => dayOf(endedAt) === day).reduce((sum, { leads }) => sum + leads, 0);
  const paid = Math.floor(all * 0.1);
  return { count: Math.floor(all * 0.6) + Math.floor(all * 0.3) + paid, paid };
}

/** A broadcast in Magnetic Engine's tables: nothing but what advertising led to; null where it led to nothing. */
export function paidRow({ sessionId, startedAt, endedAt, paidViews }: SimSession): TruthRow | null {
  return paidViews > 0 ? { sessionId, startedAt, endedAt, paidViews, views: null, uniqueViewers: null, likes: null, final: 1 } : null;
}

/** A broadcast in Tencent Ads' table, under the number that it has there: persons, and no views. */
export function showingRow(session: SimSession, persons: number): TruthRow {
  const { sessionId, startedAt, endedAt, uniqueViewers, watchSeconds, likes, shares, comments } = session;
  const averageDwellSeconds = Number((watchSeconds / Math.max(1, uniqueViewers)).toFixed(1));
  const counts = { uniqueViewers: persons, averageDwellSeconds, likes, shares, comments };
  return { sessionId: `show-${sessionId}`, startedAt, endedAt, ...counts, views: null, paidViews: null, peakConcurrent: null, final: 1 };
}

/** Leads of a business day in Tencent Ads' table: of the broadcasts that began on it, the paid part by their share of paid views. */
export function tableLeads(world: World, account: SimAccount, day: number): { count: number; paid: number } {
  const began = world.sessionsBetween(account, dayStart(day), dayStart(day + 1));
  return {
    count: began.reduce((sum, { leads }) => sum + leads, 0),
    paid: began.reduce((sum, { leads, paidViews, views }) => sum + Math.floor((leads * paidViews) / Math.max(1, views)), 0),
  };
}
