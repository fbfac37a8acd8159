import { honestTail, type HonestTail } from '../../calibration/tail';
import type { DetectorScope } from '../../detector';
import { asked, entryChunks, entryParameters } from '../../facts/viewer-entries';
import { attendanceExcess, commonMovement, TENTHS, type Attendance } from './attendance';
import { ATTENDANCES } from './attendance.sql';

/** Spans of the length of what is judged: it, and up to two before it; index 2 is what is judged, absent where nobody was seen. */
export type RoomAttendance = Partial<Record<0 | 1 | 2, Attendance>>;

/** What is honest of a change from span to span, as JSON: learnt from the two spans before what is judged. */
export interface AttendanceReference {
  /** What all rooms' numbers have in common, as a logarithm, now. */
  moved: number;
  tail: HonestTail;
}

interface AttendanceRow {
  account: string;
  span: number;
  tenths: number;
  held: string;
  viewers: string;
  promptViewers: string;
}

/** Spans shorter than that have no habits. */
const LEAST_MS = 14 * 86_400_000;

/** The parameter of the statements: how long a span is. */
export const spanParameter = ({ judgedFrom, window }: DetectorScope): { spanMs: number } => ({
  spanMs: Math.max(LEAST_MS, window.to - judgedFrom),
});

/** Viewers of the asked accounts by how often they were there, per span. */
export async function readAttendances(scope: DetectorScope): Promise<Map<string, RoomAttendance>> {
  const rooms = new Map<string, RoomAttendance>();
  for (const chunk of await entryChunks(scope)) {
    const sql = ATTENDANCES({ ...chunk, numbered: true });
    const params = {
      ...entryParameters(scope, chunk.accounts, { from: scope.historyFrom, to: scope.window.to }),
      ...spanParameter(scope),
    };
    for (const row of await scope.query<AttendanceRow>({
      name: 'integrity.attendances',
      sql,
      params: asked(sql, params),
      maxSeconds: 300,
    })) {
      const room = rooms.get(row.account) ?? {};
      rooms.set(row.account, room);
      const span = row.span as 0 | 1 | 2;
      const own = (room[span] ??= {
        sessions: Number(row.held),
        all: new Array<number>(TENTHS).fill(0),
        prompt: new Array<number>(TENTHS).fill(0),
      });
      (own.all as number[])[row.tenths] = Number(row.viewers);
      (own.prompt as number[])[row.tenths] = Number(row.promptViewers);
    }
  }
  return rooms;
}

/** A whole span of history is needed before the one that is judged in trial. */
export function attendanceReference(rooms: Iterable<RoomAttendance>): AttendanceReference {
  const all = [...rooms];
  const moved = commonMovement(all.flatMap(({ 2: now, 1: before }) => (now && before ? [[now, before] as const] : [])));
  const movedBefore = commonMovement(all.flatMap(({ 1: now, 0: before }) => (now && before ? [[now, before] as const] : [])));
  const scores = all.flatMap(({ 1: now, 0: before }) => (now && before ? (attendanceExcess(now, [before], movedBefore)?.score ?? []) : []));
  return { moved, tail: honestTail(scores) };
}
