import { HOUR, RATES } from './fast-clock';

/** Why a slot was not read before the next one came. */
export type MissCause = 'platform down' | 'limit of the app' | 'behind';

export interface Missed {
  platform: string;
  slot: number;
  /** When the next slot of the stream came; Infinity: none before the end. */
  next: number;
  /** Whether the stream was read at all after that. */
  readLater: boolean;
}

/** What happened in the simulated day, by platform: when it answered nothing, and how many calls came in each hour since `start`. */
export interface DayStory {
  start: number;
  end: number;
  down: { platform: string; from: number; to: number };
  callsByHour: Readonly<Record<string, readonly number[]>>;
  /** Instants. */
  kills: readonly number[];
}

/** Platforms whose accounts share one app: its assumed limit stands before all of them. */
const SHARED_APP: ReadonlySet<string> = new Set(['douyin', 'kuaishou']);
/** An hour so full of its limit could not take the rest. */
const FULL = 0.9;
/** A killed process's jobs are taken up again within ten real seconds. */
const AFTER_KILL = HOUR / 4;

export function causeOf({ platform, slot, next }: Missed, { start, end, down, callsByHour }: DayStory): MissCause {
  const until = Math.min(next, end);
  if (platform === down.platform && slot < down.to && until > down.from) return 'platform down';
  const hours = callsByHour[platform] ?? [];
  const first = Math.floor((slot - start) / HOUR);
  const isFull = (hour: number): boolean => (hours[hour] ?? 0) >= FULL * RATES.app * 3_600;
  return SHARED_APP.has(platform) && (isFull(first) || isFull(first + 1)) ? 'limit of the app' : 'behind';
}

/** How many slots each cause cost; of these read in a later slot, and near a kill. */
export function byCause(
  missed: readonly Missed[],
  story: DayStory,
): Record<MissCause, { slots: number; readLater: number; afterKill: number }> {
  const found = Object.fromEntries(
    (['platform down', 'limit of the app', 'behind'] as const).map((cause) => [cause, { slots: 0, readLater: 0, afterKill: 0 }]),
  ) as ReturnType<typeof byCause>;
  for (const one of missed) {
    const count = found[causeOf(one, story)];
    count.slots++;
    if (one.readLater) count.readLater++;
    if (story.kills.some((at) => at <= one.slot && at > one.slot - AFTER_KILL)) count.afterKill++;
  }
  return found;
}
