import type { SessionReading } from '../platform';
import { wireLocalTime } from '../wire/wire-time';
import { wireCount, wireId, type WireObject } from '../wire/wire-value';

/** The account that a row is about. */
export const liveUserOf = (row: WireObject): string | null => wireId(row.user_id);

/** Viewers whom advertising brought: the total, or its two kinds of entry added where the total is missing. */
function paidViewsOf(row: WireObject): number | null {
  const total = wireCount(row.live_played_started);
  if (total !== null) return total;
  const standard = wireCount(row.standard_live_played_started);
  const simple = wireCount(row.simple_live_played_started);
  return standard === null && simple === null ? null : (standard ?? 0) + (simple ?? 0);
}

interface Broadcast {
  startedAt: number;
  endedAt: number | null;
  paidViews: number | null;
}

/**
 * Broadcasts out of the rows of all days: a broadcast over midnight is a row on each day. Only what advertising led to is reported, so the one
 * figure of ours in it is `paidViews`: its followers, shares, comments and dwell are those of the paid viewers alone, and never the room's.
 */
export function mapBroadcasts(rows: Iterable<WireObject>, finalBefore: number): SessionReading[] {
  const broadcasts = new Map<string, Broadcast>();
  for (const row of rows) {
    const sessionId = wireId(row.live_stream_id);
    const startedAt = wireLocalTime(row.live_start_time);
    if (sessionId === null || startedAt === null) continue;
    const known = broadcasts.get(sessionId);
    const end = wireLocalTime(row.live_end_time);
    const paidViews = paidViewsOf(row);
    broadcasts.set(sessionId, {
      startedAt: Math.min(startedAt, known?.startedAt ?? startedAt),
      endedAt: end === null || end < startedAt ? (known?.endedAt ?? null) : Math.max(end, known?.endedAt ?? end),
      // a day of which nothing is known makes the sum unknown, not smaller
      paidViews: known ? (known.paidViews === null || paidViews === null ? null : known.paidViews + paidViews) : paidViews,
    });
  }
  return [...broadcasts].map(([sessionId, { startedAt, endedAt, paidViews }]) => {
    const final = endedAt !== null && endedAt < finalBefore;
    return { sessionId, startedAt, final, rows: [{ sessionId, startedAt, endedAt, paidViews, final, source: 'ads-api' as const }] };
  });
}
