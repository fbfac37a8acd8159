import type { VideoRow } from '../platform';
import { wireBoolean, wireCount, wireId, wireInstant, wireList, wireObject, wireText, type WireObject } from '../wire/wire-value';

/** One video of the list, or null without id or creation time. Counts are running totals at call time. */
export function mapVideo(row: WireObject): VideoRow | null {
  const videoId = wireId(row.photo_id);
  const publishedAt = wireInstant(row.create_time);
  if (videoId === null || publishedAt === null) return null;
  return {
    videoId,
    publishedAt,
    plays: wireCount(row.view_count),
    likes: wireCount(row.like_count),
    comments: wireCount(row.comment_count),
    status: wireBoolean(row.pending) ? 'pending' : 'public',
    title: wireText(row.caption),
  };
}

export function mapVideos(answer: WireObject): VideoRow[] {
  return wireList(answer.video_list)
    .map(mapVideo)
    .filter((video) => video !== null);
}

/** Cursors to go on from, best first: the oldest video of the page; of equal ones the last in the page's order. */
export function nextCursors(page: VideoRow[]): string[] {
  return page
    .map((video, index) => ({ video, index }))
    .sort((a, b) => a.video.publishedAt - b.video.publishedAt || b.index - a.index)
    .map(({ video }) => video.videoId);
}

/** Name and followers of the account. */
export function mapUser(answer: WireObject): { name: string; followers: number | null } {
  const user = wireObject(answer.user_info);
  return { name: wireText(user.name), followers: wireCount(user.fan) };
}

/** How many public videos the account has; null where the answer does not say. Whether the list holds others is not documented. */
export const mapPublicCount = (answer: WireObject): number | null => wireCount(answer.public_count);
