import { leadCountId, type DaySpan, type FollowerRow, type LeadRow, type SessionReading } from '../platform';
import { wireLocalTime } from '../wire/wire-time';
import { wireCount, wireDay, wireId, wireNumber, type WireObject } from '../wire/wire-value';

/** The channel that a row is about. */
export const channelOf = (row: WireObject): string | null => wireId(row.video_channel_id);

/**
 * One broadcast, or null without id or start. The platform counts persons: views stay unknown, as do peak and follows, which these calls lack.
 * Seconds are taken for the unit of both durations. Daily tables are made the next morning: one that ended before `finalBefore` is final.
 */
export function mapShowing(row: WireObject, finalBefore: number): SessionReading | null {
  const sessionId = wireId(row.showings_id);
  const startedAt = wireLocalTime(row.live_start_time);
  if (sessionId === null || startedAt === null) return null;
  const end = wireLocalTime(row.live_end_time);
  const seconds = wireNumber(row.living_duration);
  const endedAt = end !== null && end >= startedAt ? end : seconds !== null && seconds > 0 ? startedAt + Math.round(seconds * 1_000) : null;
  const final = endedAt !== null && endedAt < finalBefore;
  const session = {
    sessionId,
    startedAt,
    endedAt,
    uniqueViewers: wireCount(row.watching_person_uv),
    averageDwellSeconds: wireNumber(row.avg_watching_duration),
    likes: wireCount(row.cheers_cnt),
    shares: wireCount(row.share_cnt),
    comments: wireCount(row.comment_cnt),
    final,
    source: 'ads-api' as const,
  };
  return { sessionId, startedAt, final, rows: [session] };
}

/** A day's follower total. */
export function mapFans(row: WireObject): FollowerRow | null {
  const day = wireDay(row.date);
  const total = wireCount(row.fans_cnt);
  return day === null || total === null ? null : { day, total, source: 'ads-api' };
}

/** Numbers of leads by day: a day may have a row for each dealer. A day of which one row has no number is left out. */
export function mapLeadDays(rows: Iterable<WireObject>, { fromDay, toDay }: DaySpan): LeadRow[] {
  const days = new Map<string, { count: number | null; paid: number | null }>();
  const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
  for (const row of rows) {
    const day = wireDay(row.date);
    if (day === null || day < fromDay || day >= toDay) continue;
    const known = days.get(day) ?? { count: 0, paid: 0 };
    days.set(day, { count: sum(known.count, wireCount(row.leads_cnt)), paid: sum(known.paid, wireCount(row.ad_leads_cnt)) });
  }
  return [...days].flatMap(([day, { count, paid }]) =>
    count === null ? [] : [{ leadId: leadCountId(day), day, count, paid, source: 'ads-api' as const }],
  );
}
