import { followerReadingsTable, minutesTable, sessionsTable } from '@app/warehouse';
import type { WorldDealer, WorldSession } from '../world/shapes';
import type { TotalsWorld } from '../world/world';
import { dayInstant, dayText } from './calendar';
import { UNKNOWN_SESSION, type Feed, type FedAccount } from './feed';

const MINUTE_MS = 60_000;
const NONE = new Int32Array(0);

/** How a world is fed: what the product is not told makes a lower tier. */
export interface FeedAsked {
  /** Minutes too (T2); without them only totals (T1). */
  minutes: boolean;
  progress: (dealers: number) => void;
}

/** Totals come as exports, minutes by a feed of their own: an edited export does not reach them. */
export async function feedTotals(feed: Feed, world: TotalsWorld, asked: FeedAsked): Promise<WorldDealer[]> {
  const kept: WorldDealer[] = [];
  for (const declaration of world.declarations) feed.declare(declaration);
  for (const dealer of world.dealers()) {
    const account = feed.account(dealer.dealer, dealer.platform);
    for (const declaration of dealer.declarations) feed.declare(declaration);
    for (const session of dealer.sessions) {
      await feedSession(feed, account, session);
      if (asked.minutes) await feedMinutes(feed, account, session);
    }
    await feedFollowers(feed, account, dealer.followers);
    kept.push({ ...dealer, sessions: dealer.sessions.map(withoutCurves) });
    asked.progress(dealer.dealer + 1);
  }
  await feed.finish();
  return kept;
}

/** The curves of 4,000 dealers do not fit into memory. */
const withoutCurves = (session: WorldSession): WorldSession => ({
  ...session,
  concurrent: NONE,
  minuteViews: NONE,
  minuteLikes: NONE,
  minuteComments: NONE,
});

export const startOf = ({ day, startMinute }: WorldSession): number => dayInstant(day) + startMinute * MINUTE_MS;
export const endOf = (session: WorldSession): number => startOf(session) + session.minutes * MINUTE_MS;

export async function feedSession(feed: Feed, { key }: FedAccount, session: WorldSession): Promise<void> {
  const ended = endOf(session);
  const row = {
    ...UNKNOWN_SESSION,
    account_key: key,
    session_id: session.sessionId,
    started_at: startOf(session),
    ended_at: ended,
    views: session.views,
    unique_viewers: session.uniqueViewers,
    peak_concurrent: session.peakConcurrent,
    average_concurrent: session.averageConcurrent,
    watch_seconds: session.watchSeconds,
    likes: known(session.likes),
    comments: session.comments,
    commenters: session.commenters,
    shares: known(session.shares),
    follows: known(session.follows),
    gifts: known(session.gifts),
    leads: known(session.leads),
    paid_views: known(session.paidViews),
    final: 1,
  };
  await feed.add(sessionsTable, row, { source: 'file', observedAt: ended + 10 * MINUTE_MS });
}

/** What a world does not simulate is unknown, not 0. */
const known = (count: number): number | null => (Number.isNaN(count) ? null : count);

export async function feedMinutes(feed: Feed, { key }: FedAccount, session: WorldSession): Promise<void> {
  const started = startOf(session);
  const of = { source: 'feed', observedAt: endOf(session) + MINUTE_MS };
  for (let minute = 0; minute < session.minutes; minute++) {
    if (session.missing.has(minute)) continue;
    const row = {
      account_key: key,
      session_id: session.sessionId,
      minute: started + minute * MINUTE_MS,
      concurrent: session.concurrent[minute],
      views: session.minuteViews[minute],
      likes: session.minuteLikes.length === 0 ? null : session.minuteLikes[minute],
      comments: session.minuteComments[minute],
      gifts: null,
      paid_entries: null,
    };
    await feed.add(minutesTable, row, of);
  }
}

async function feedFollowers(feed: Feed, { key }: FedAccount, totals: Float64Array): Promise<void> {
  for (let day = 0; day < totals.length; day++)
    if (!Number.isNaN(totals[day]))
      await feed.add(
        followerReadingsTable,
        { account_key: key, day: dayText(day), total: totals[day] },
        { source: 'file', observedAt: dayInstant(day + 1) },
      );
}
