import { addDays, businessDay, dayStart } from '@app/contracts';
import type { SessionReading } from '@app/platforms';

/** Where an account's sessions stand: every day up to `finalThrough` is whole; `final` holds the sessions of the days that are still listed. */
export interface SessionCursor {
  finalThrough: string | null;
  /** Session id → business day of its start. */
  final: Record<string, string>;
  /** Business day on which final sessions were looked at again. */
  recheckedOn?: string;
}

/** What is asked for: `days` are half open; `explicit` asks for them again even where they are final. */
export interface SessionWindow {
  fromDay: string;
  toDay: string;
  from: number;
  to: number;
  explicit: boolean;
  /** Days of whose final sessions the figures are fetched again. */
  again: readonly string[];
  recheckedOn: string | undefined;
}

export interface CoverageMark {
  day: string;
  complete: boolean;
}

/** How far back a platform is asked at the first time, and how long a session may stay unfinished before its day is given up. */
export const FIRST_DAYS = 30;
const OVERLAP_DAYS = 3;
const PATIENCE_DAYS = 14;
/** Figures that were final are corrected late: they are read again so many days after the broadcast. */
const RECHECK_DAYS = [4, 8];
const KEPT_DAYS = Math.max(2 * OVERLAP_DAYS, ...RECHECK_DAYS) + 2;

export interface WindowQuestion {
  now: number;
  zone: string;
  from?: string;
  to?: string;
  /** Look at final sessions again, once a day. */
  recheck?: boolean;
}

/** The days to list now: from three days before the last whole day, so that late sessions and corrections of the list are seen. */
export function sessionWindow(cursor: SessionCursor | null, at: WindowQuestion): SessionWindow {
  const { now, zone } = at;
  const today = businessDay(now, zone);
  const explicit = at.from !== undefined || at.to !== undefined;
  const finalThrough = cursor?.finalThrough ?? null;
  const since = finalThrough === null ? addDays(today, -FIRST_DAYS) : addDays(finalThrough, 1 - OVERLAP_DAYS);
  const again = !explicit && at.recheck && finalThrough !== null ? recheckDays(cursor?.recheckedOn, today, finalThrough) : [];
  const fromDay = at.from ?? [since, ...again].reduce((first, day) => (day < first ? day : first));
  const tomorrow = addDays(today, 1);
  const toDay = at.to !== undefined && at.to < tomorrow ? at.to : tomorrow;
  return {
    fromDay,
    toDay,
    from: dayStart(fromDay, zone),
    to: Math.min(dayStart(toDay, zone), now),
    explicit,
    again,
    recheckedOn: at.recheck && !explicit ? today : cursor?.recheckedOn,
  };
}

/** Days that have reached one of the ages since the last look. */
function recheckDays(lookedOn: string | undefined, today: string, finalThrough: string): string[] {
  if (lookedOn === today) return [];
  const since = lookedOn === undefined || lookedOn < addDays(today, -PATIENCE_DAYS) ? addDays(today, -1) : lookedOn;
  const days: string[] = [];
  for (let day = addDays(since, 1); day <= today; day = addDays(day, 1)) days.push(...RECHECK_DAYS.map((age) => addDays(day, -age)));
  return days.filter((day) => day <= finalThrough);
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
  const keepFrom = finalThrough === null ? '' : addDays(finalThrough, -KEPT_DAYS);
  const kept = Object.fromEntries(Object.entries(final).filter(([, day]) => day >= keepFrom));
  const { recheckedOn } = window;
  return { cursor: { finalThrough, final: kept, ...(recheckedOn === undefined ? {} : { recheckedOn }) }, marks };
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
