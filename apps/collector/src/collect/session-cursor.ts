import { addDays, businessDay, dayStart } from '@app/contracts';
import type { SessionReading } from '@app/platforms';

/** Where an account's sessions stand: every day up to `finalThrough` is whole; `final` holds the sessions of the days that are still listed. */
export interface SessionCursor {
  finalThrough: string | null;
  /** Session id → business day of its start. */
  final: Record<string, string>;
}

/** What is asked for: `days` are half open; `explicit` asks for them again even where they are final. */
export interface SessionWindow {
  fromDay: string;
  toDay: string;
  from: number;
  to: number;
  explicit: boolean;
}

export interface CoverageMark {
  day: string;
  complete: boolean;
}

/** How far back a platform is asked at the first time, and how long a session may stay unfinished before its day is given up. */
const FIRST_DAYS = 30;
const OVERLAP_DAYS = 3;
const PATIENCE_DAYS = 14;

/** The days to list now: from three days before the last whole day, so that late sessions and corrections of the list are seen. */
export function sessionWindow(cursor: SessionCursor | null, at: { now: number; zone: string; from?: string; to?: string }): SessionWindow {
  const { now, zone } = at;
  const today = businessDay(now, zone);
  const explicit = at.from !== undefined || at.to !== undefined;
  const finalThrough = cursor?.finalThrough ?? null;
  const since = finalThrough === null ? addDays(today, -FIRST_DAYS) : addDays(finalThrough, 1 - OVERLAP_DAYS);
  const fromDay = at.from ?? since;
  const tomorrow = addDays(today, 1);
  const toDay = at.to !== undefined && at.to < tomorrow ? at.to : tomorrow;
  return { fromDay, toDay, from: dayStart(fromDay, zone), to: Math.min(dayStart(toDay, zone), now), explicit };
}

/** Days that are whole now, and the next cursor. A day is whole when its list was fetched after it had ended and all its sessions are final. */
export function advanceSessions(
  cursor: SessionCursor | null,
  window: SessionWindow,
  readings: SessionReading[],
  at: { now: number; zone: string },
): { cursor: SessionCursor; marks: CoverageMark[] } {
  const today = businessDay(at.now, at.zone);
  const final: Record<string, string> = { ...cursor?.final };
  const openDays = new Set<string>();
  for (const { sessionId, startedAt, final: isFinal } of readings) {
    // a session that does not even tell its start can only be a recent one
    const day = startedAt === null ? addDays(today, -1) : businessDay(startedAt, at.zone);
    if (isFinal) final[sessionId] = day;
    else openDays.add(day);
  }
  const known = cursor?.finalThrough ?? null;
  const first = window.explicit || known === null || known < window.fromDay ? window.fromDay : addDays(known, 1);
  const marks: CoverageMark[] = [];
  for (let day = first; day < today && day < window.toDay; day = addDays(day, 1)) marks.push({ day, complete: !openDays.has(day) });
  const finalThrough = window.explicit ? known : wholeThrough(known ?? addDays(first, -1), marks, today);
  const keepFrom = finalThrough === null ? '' : addDays(finalThrough, -2 * OVERLAP_DAYS);
  return { cursor: { finalThrough, final: Object.fromEntries(Object.entries(final).filter(([, day]) => day >= keepFrom)) }, marks };
}

function wholeThrough(before: string, marks: CoverageMark[], today: string): string {
  const givenUp = addDays(today, -PATIENCE_DAYS);
  let through = before;
  for (const { day, complete } of marks) {
    if (day <= through) continue;
    if (!complete && day > givenUp) break;
    through = day;
  }
  return through;
}
