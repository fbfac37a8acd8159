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
