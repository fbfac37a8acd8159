import { addDays, businessDay } from '@app/contracts';
import { wireInstant } from './wire-value';

/** The zone in which the platforms write local times and cut days. */
export const PLATFORM_ZONE = 'Asia/Shanghai';

const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?$/;

/** An instant written as local time of the platform (`YYYY-MM-DD HH:MM:SS`), or as seconds or milliseconds; epoch ms. */
export function wireLocalTime(value: unknown): number | null {
  const match = typeof value === 'string' ? LOCAL.exec(value.trim()) : null;
  if (!match) return wireInstant(value);
  const instant = Date.parse(`${match[1]}T${match[2]}+08:00`);
  return Number.isNaN(instant) ? null : instant;
}

/** Today on the platform's calendar. */
export const platformDay = (instant: number): string => businessDay(instant, PLATFORM_ZONE);

/** Half-open [fromDay, toDay) in stretches of at most `longest` days, as first and last day of each. */
export function dayStretches(fromDay: string, toDay: string, longest: number): { first: string; last: string }[] {
  const stretches: { first: string; last: string }[] = [];
  for (let first = fromDay; first < toDay; first = addDays(first, longest)) {
    const end = addDays(first, longest);
    stretches.push({ first, last: addDays(end < toDay ? end : toDay, -1) });
  }
  return stretches;
}
