import { createHash } from 'node:crypto';

/** Ids that Vitrine makes for what only a file tells; `relink` replaces them when a platform tells the real one. */
export const FILE_VIDEO = 'title:';
export const FILE_SESSION = 'start:';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Ledgers are kept by hand. */
const START_SLACK_MS = 5 * MINUTE_MS;

export interface KnownVideo {
  id: string;
  title: string;
  at: number;
}
export interface KnownSession {
  id: string;
  from: number;
  to: number | null;
}
/** One id, or several of which none is chosen, or none known. */
export type Match = { id: string } | { candidates: string[] } | null;

const normal = (title: string): string => title.normalize('NFC').replace(/\s+/g, '');
const isReal = ({ id }: { id: string }): boolean => !id.startsWith(FILE_VIDEO) && !id.startsWith(FILE_SESSION);

/** How far a publish time may be off: a minute; a date alone was seen a day away from the platform's own instant. */
export const publishSlack = (dateOnly: boolean): number => (dateOnly ? DAY_MS : MINUTE_MS);

/**
 * The video of a title and instant: the same title but for white space, else the one whose title the row's begins with (exports run title and body
 * together). A platform's video of the same minute under another title may be it or not: shown, not guessed.
 */
export function matchVideo(row: { title: string; at: number; slackMs: number }, known: readonly KnownVideo[]): Match {
  const title = normal(row.title);
  const near = known.filter(({ at }) => Math.abs(at - row.at) <= row.slackMs);
  const same = near.filter((video) => normal(video.title) === title);
  const longer = near.filter((video) => isReal(video) && normal(video.title) !== '' && title.startsWith(normal(video.title)));
  const found = one(same.length > 0 ? same : longer);
  if (found) return found;
  const doubtful = row.slackMs < DAY_MS ? near.filter(isReal) : [];
  return doubtful.length > 0 ? { candidates: doubtful.map(({ id }) => id) } : null;
}

/** The broadcast of an account that starts within five minutes; one that only overlaps may be it or not. */
export function matchSession(row: { from: number; to: number | null }, known: readonly KnownSession[]): Match {
  const found = one(known.filter(({ from }) => Math.abs(from - row.from) <= START_SLACK_MS));
  if (found) return found;
  const overlapping = known.filter((session) => {
    const inside = (at: number, { from, to }: { from: number; to: number | null }) => at >= from && to !== null && at < to;
    return isReal(session) && (inside(row.from, session) || inside(session.from, row));
  });
  return overlapping.length > 0 ? { candidates: overlapping.map(({ id }) => id) } : null;
}

/** A platform's id goes before one of ours. */
function one(found: readonly { id: string }[]): Match {
  const real = found.filter(isReal);
  const chosen = real.length > 0 ? real : found;
  if (chosen.length === 0) return null;
  return chosen.length === 1 ? { id: chosen[0].id } : { candidates: chosen.map(({ id }) => id) };
}

/** The id of a video that only files tell: the same for the same title and second, whatever the file. */
export function fileVideoId(title: string, at: number): string {
  const told = `${normal(title)}\0${Math.round(at / 1000)}`;
  return FILE_VIDEO + createHash('sha256').update(told).digest('hex').slice(0, 32);
}

/** The id of a broadcast that only files tell: the minute in which it starts. */
export const fileSessionId = (from: number): string =>
  `${FILE_SESSION}${new Date(Math.floor(from / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16)}Z`;
