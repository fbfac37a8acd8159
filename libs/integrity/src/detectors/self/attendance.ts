import { median } from '../../calibration/robust';

/** Spans of equal length: what is judged is the last, those before are history. */
export const TENTHS = 10;

/** Viewers of a room in a span by how many tenths of its sessions they were in: all of them, and those who mostly came in the first minutes. */
export interface Attendance {
  sessions: number;
  all: readonly number[];
  prompt: readonly number[];
}

/** Share of the sessions, in tenths, from which on somebody is counted as always there. */
const STEADY = [3, 5, 7] as const;
/** Fewer sessions have no tenths. */
export const SESSIONS_OF_SPAN = 6;
/** How much honest numbers differ from span to span beside chance: relative. */
const TURNOVER = 0.3;
const MOST_GROWTH = 2;

export interface AttendanceExcess {
  /** Tenths from which on they are counted, and whether only those who come at once. */
  tenths: number;
  promptOnly: boolean;
  count: number;
  expected: number;
  score: number;
}

const from = (counts: readonly number[], tenths: number): number => counts.slice(tenths).reduce((sum, viewers) => sum + viewers, 0);

/**
 * How many more viewers are always there than in the spans before, where the room's regulars tell how much it has grown; the look that stands out most. `moved`:
 * by how much (a logarithm) such numbers have changed in all rooms. Null: too few sessions in either.
 */
export function attendanceExcess(now: Attendance, before: readonly Attendance[], moved = 0): AttendanceExcess | null {
  const past = before.filter(({ sessions }) => sessions >= SESSIONS_OF_SPAN);
  if (now.sessions < SESSIONS_OF_SPAN || past.length === 0) return null;
  const looks = [false, true].flatMap((promptOnly) =>
    STEADY.map((tenths) => {
      const counted = (one: Attendance): number => from(promptOnly ? one.prompt : one.all, tenths);
      const usual = past.map((one) => counted(one) * growthOf(now, one)).reduce((sum, count) => sum + count, 0) / past.length;
      const expected = usual * Math.exp(moved);
      const count = counted(now);
      return { tenths, promptOnly, count, expected, score: (count - expected) / Math.sqrt(expected + (TURNOVER * expected) ** 2 + 1) };
    }),
  );
  return looks.reduce((best, look) => (look.score > best.score ? look : best));
}

/** How many more regulars there are: of them a room has so many that a farm hardly changes their number. */
function growthOf(now: Attendance, before: Attendance): number {
  const regulars = (one: Attendance): number => from(one.all, 1);
  return Math.min(MOST_GROWTH, Math.max(1 / MOST_GROWTH, (regulars(now) + 5) / (regulars(before) + 5)));
}

/** What all rooms' numbers have in common, as a logarithm. */
export function commonMovement(pairs: readonly (readonly [now: Attendance, before: Attendance])[]): number {
  const moves = pairs.flatMap(([now, before]) =>
    now.sessions < SESSIONS_OF_SPAN || before.sessions < SESSIONS_OF_SPAN
      ? []
      : [Math.log((from(now.all, STEADY[0]) + 1) / (from(before.all, STEADY[0]) * growthOf(now, before) + 1))],
  );
  return moves.length < 5 ? 0 : median(moves);
}
