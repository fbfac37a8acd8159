import type { DataSource, EntityManager } from 'typeorm';
import type { Platform } from '@app/contracts';
import type { KeptCount } from '@app/platforms';

/** A broadcast of a brand. */
export interface ReactedSession {
  brandId: number;
  platform: Platform;
  sessionId: string;
}

/** Likes and gifts of one minute of a broadcast as its pushes told them; a figure is null when a part of it could not be read, or none came. */
export interface CountedMinute {
  /** Epoch ms. */
  minute: number;
  likes: number | null;
  gifts: number | null;
  /** The more parts a minute has, the later it was observed: whoever writes last, the fuller sum holds. */
  observedAt: number;
  source: 'api-provisional';
  /** Nothing of the minute is known any more: what was told of it before is taken back. */
  retracted: boolean;
}

const MINUTE_MS = 60_000;
/** Platforms send again for a day, and a push waits three days for its session: after that no part can come twice. */
const KEEP_DAYS = 5;

const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/**
 * Keeps parts once each, whatever messages they come in, and answers the minutes that they fall into. The session stays locked until the end of the
 * transaction, so that two processors never tell one minute by halves.
 */
export async function keepReactions(
  tx: EntityManager,
  { brandId, platform, sessionId, figure, parts }: ReactedSession & { figure: 'likes' | 'gifts'; parts: readonly KeptCount[] },
): Promise<number[]> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`live-reaction ${brandId} ${platform} ${sessionId}`]);
  await tx.query(
    `INSERT INTO live_reaction (brand_id, platform, session_id, figure, part_id, minute, count)
     SELECT $1, $2::platform, $3, $4, part.id, to_timestamp(part.minute / 1000.0), part.count
     FROM unnest($5::text[], $6::float8[], $7::bigint[]) AS part (id, minute, count)
     ON CONFLICT DO NOTHING`,
    [
      brandId,
      platform,
      sessionId,
      figure,
      parts.map(({ id }) => id.slice(0, 200)),
      parts.map(({ at }) => minuteOf(at)),
      parts.map(({ count }) => count),
    ],
  );
  return [...new Set(parts.map(({ at }) => minuteOf(at)))];
}

/** What all parts of the minutes add up to. Part of a sum is no sum: an unreadable part makes its figure unknown. */
export async function countedMinutes(
  tx: EntityManager,
  { brandId, platform, sessionId }: ReactedSession,
  minutes: readonly number[],
): Promise<CountedMinute[]> {
  const sum = (figure: string): string =>
    `CASE WHEN bool_and(count IS NOT NULL) FILTER (WHERE figure = '${figure}') THEN (sum(count) FILTER (WHERE figure = '${figure}'))::float8 END`;
  const rows = (await tx.query(
    `SELECT (extract(epoch FROM minute) * 1000)::float8 AS minute, count(*)::int AS parts, ${sum('likes')} AS likes, ${sum('gifts')} AS gifts
     FROM live_reaction
     WHERE brand_id = $1 AND platform = $2::platform AND session_id = $3 AND minute IN (SELECT to_timestamp(one / 1000.0) FROM unnest($4::float8[]) AS one)
     GROUP BY minute ORDER BY minute`,
    [brandId, platform, sessionId, minutes],
  )) as { minute: number; parts: number; likes: number | null; gifts: number | null }[];
  return rows.map(({ parts, ...row }) => ({
    ...row,
    observedAt: row.minute + parts,
    source: 'api-provisional',
    retracted: row.likes === null && row.gifts === null,
  }));
}

/** Parts that cannot come again are forgotten; the minutes stand among the facts. */
export async function forgetReactions(dataSource: DataSource, now: number): Promise<void> {
  await dataSource.query('DELETE FROM live_reaction WHERE kept_at < $1', [new Date(now - KEEP_DAYS * 86_400_000)]);
}
