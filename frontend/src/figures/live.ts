import type { LiveFreshness, LiveBoard, LiveChange, LiveMinute, LiveOpening, LiveRoom, LiveTotals } from '@app/contracts';

/** A line of the ticker. `figure`: concurrency, where the line is about it. */
export interface TickerLine {
  at: number;
  kind: 'started' | 'left' | 'peak' | 'silent' | 'back';
  key: string;
  name: string;
  figure: number | null;
}

/** What a page knows of the board, and what it has heard since it was opened. */
export interface LiveState {
  board: LiveBoard;
  /** Minutes that came over the line, by room and minute: one that comes again replaces itself. */
  minutes: ReadonlyMap<string, ReadonlyMap<number, LiveMinute>>;
  ticker: readonly TickerLine[];
}

const MOST_LINES = 40;
/** A peak is told when it is this much above the last that was told. */
const PEAK_STEP = 1.1;

/** Whether a room's figures may be shown as present at an instant of the server. It ages by the clock, also while the line is dead. */
export const freshnessAt = ({ freshness, staleAt }: Pick<LiveRoom, 'freshness' | 'staleAt'>, now: number): LiveFreshness =>
  freshness === 'fresh' && staleAt !== null && now >= staleAt ? 'stale' : freshness;

/** Sums over what is fresh at an instant; null: nothing is known. */
export function totalsAt(rooms: readonly LiveRoom[], nextDay: number, now: number): LiveTotals {
  const fresh = rooms.filter((room) => freshnessAt(room, now) === 'fresh');
  const sum = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length ? known.reduce((total, value) => total + value, 0) : null;
  };
  return {
    fresh: fresh.length,
    stale: rooms.length - fresh.length,
    nextDay,
    concurrent: sum(fresh.map(({ concurrent }) => concurrent)),
    recentEntries: sum(fresh.map(({ recentEntries }) => recentEntries)),
  };
}

/** The state after a (re)opened line: rooms are those of the board; what was heard before stays, where the line was resumed. */
export function opened(before: LiveState | null, { board, resumed, minutes }: LiveOpening): LiveState {
  const kept = resumed && before ? before : null;
  return {
    board,
    minutes: withMinutes(kept?.minutes ?? new Map<string, ReadonlyMap<number, LiveMinute>>(), minutes),
    ticker: kept
      ? linesOf(kept, board.rooms, goneOf(kept.board.rooms, board.rooms), board.at).concat(kept.ticker).slice(0, MOST_LINES)
      : [],
  };
}

/** The state after a change. */
export function changed(before: LiveState, { at, rooms, gone, minutes, totals }: LiveChange): LiveState {
  const next = new Map(before.board.rooms.map((room) => [room.key, room]));
  for (const key of gone) next.delete(key);
  for (const room of rooms) next.set(room.key, room);
  const nextDay = before.board.nextDay.filter(({ key }) => !next.has(key));
  const heard = new Map([...before.minutes].filter(([key]) => next.has(key)));
  return {
    board: { ...before.board, at, rooms: [...next.values()], nextDay, nextDayTotal: totals.nextDay, totals },
    minutes: withMinutes(heard, minutes),
    ticker: linesOf(before, rooms, gone, at).concat(before.ticker).slice(0, MOST_LINES),
  };
}

const goneOf = (before: readonly LiveRoom[], now: readonly LiveRoom[]) => {
  const there = new Set(now.map(({ key }) => key));
  return before.filter(({ key }) => !there.has(key)).map(({ key }) => key);
};

function withMinutes(known: LiveState['minutes'], minutes: readonly LiveMinute[]): LiveState['minutes'] {
  if (minutes.length === 0) return known;
  const next = new Map(known);
  for (const minute of minutes) next.set(minute.key, new Map(next.get(minute.key)).set(minute.minute, minute));
  return next;
}

/** What is worth a line: rooms that came, went, fell silent, came back, or have more people than ever. */
function linesOf(before: LiveState, rooms: readonly LiveRoom[], gone: readonly string[], at: number): TickerLine[] {
  const known = new Map(before.board.rooms.map((room) => [room.key, room]));
  const line = (room: LiveRoom, kind: TickerLine['kind'], figure: number | null = null): TickerLine => ({
    at,
    kind,
    key: room.key,
    name: room.name,
    figure,
  });
  const lines = gone.flatMap((key) => (known.has(key) ? [line(known.get(key)!, 'left', known.get(key)!.peakConcurrent)] : []));
  for (const room of rooms) {
    const old = known.get(room.key);
    if (!old) lines.push(line(room, 'started', room.concurrent));
    else if (old.freshness === 'fresh' && room.freshness === 'stale') lines.push(line(room, 'silent'));
    else if (old.freshness === 'stale' && room.freshness === 'fresh') lines.push(line(room, 'back', room.concurrent));
    else if ((room.peakConcurrent ?? 0) > (old.peakConcurrent ?? Infinity) * PEAK_STEP) lines.push(line(room, 'peak', room.peakConcurrent));
  }
  return lines;
}

export interface ProvinceRow {
  /** Six digits; null: rooms without a dealer, or whose place is unknown. */
  code: string | null;
  place: string | null;
  fresh: number;
  stale: number;
  concurrent: number | null;
}

/** Rooms by province, those with most people first. */
export function byProvince(rooms: readonly LiveRoom[], now: number): ProvinceRow[] {
  const found = new Map<string | null, LiveRoom[]>();
  for (const room of rooms) found.set(room.provinceCode, [...(found.get(room.provinceCode) ?? []), room]);
  return [...found]
    .map(([code, own]) => {
      const { fresh, stale, concurrent } = totalsAt(own, 0, now);
      return { code, place: own[0].place?.split(' ')[0] ?? null, fresh, stale, concurrent };
    })
    .sort((a, b) => (b.concurrent ?? -1) - (a.concurrent ?? -1) || b.fresh - a.fresh || String(a.code).localeCompare(String(b.code)));
}
