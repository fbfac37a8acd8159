import type { ApiSource, SessionReading } from '../platform';
import { wireCount, wireId, wireInstant, wireList, wireNumber, wireObject, wireText, type WireObject } from '../wire/wire-value';

/** Name and followers: `finder_attr` is one object or a list of them. */
export function mapFinder(answer: WireObject): { name: string; followers: number | null } {
  const finder = wireList(answer.finder_attr)[0] ?? wireObject(answer.finder_attr);
  return { name: wireText(finder.nickname), followers: wireCount(finder.fans_count) };
}

/**
 * One ended live, or null without id or start. The platform counts persons (`total_audience_count`), so views stay unknown. It does not say when
 * figures are final: they are taken as such when the live ended before `finalBefore` (the start of today).
 */
export function mapLive(row: WireObject, finalBefore: number): SessionReading | null {
  const sessionId = wireId(row.export_id);
  const startedAt = wireInstant(row.live_start_time);
  if (sessionId === null || startedAt === null) return null;
  const seconds = wireCount(row.live_duration_in_seconds);
  const endedAt = seconds === null ? null : startedAt + seconds * 1_000;
  const final = endedAt !== null && endedAt < finalBefore;
  const source: ApiSource = final ? 'api-final' : 'api-provisional';
  return {
    sessionId,
    startedAt,
    final,
    rows: [
      {
        sessionId,
        startedAt,
        endedAt,
        uniqueViewers: wireCount(row.total_audience_count),
        peakConcurrent: wireCount(row.max_online_count),
        averageDwellSeconds: wireNumber(row.audiences_avg_seconds),
        likes: wireCount(row.total_cheer_count),
        comments: wireCount(row.total_comment_count),
        shares: wireCount(row.forward_count),
        follows: wireCount(row.new_follow_count),
        final,
        source,
      },
    ],
  };
}
