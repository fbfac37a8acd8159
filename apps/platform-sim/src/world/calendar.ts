/** Milliseconds of an hour and a day. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const OFFSET = 8 * HOUR;

/** Business days of the world count from 1970-01-01 in UTC+8 (China has had no summer time since 1991). */
export function dayOf(ms: number): number {
  return Math.floor((ms + OFFSET) / DAY);
}
/** The first instant of a business day. */
export function dayStart(day: number): number {
  return day * DAY - OFFSET;
}
/** `YYYY-MM-DD`. */
export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
/** 0 Sunday … 6 Saturday. */
export function weekday(day: number): number {
  return (day + 4) % 7;
}

/** Months count from year 0: year × 12 + (month − 1). */
export function monthOf(day: number): number {
  const date = new Date(day * DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
/** `YYYY-MM` to a month's number; throws RangeError on anything else. */
export function parseMonth(text: string): number {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  if (!match) throw new RangeError('a month is YYYY-MM');
  return Number(match[1]) * 12 + Number(match[2]) - 1;
}
/** `YYYY-MM`. */
export function monthText(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
/** The first business day of a month. */
export function monthFirstDay(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY;
}

const SPRING_FESTIVAL: Record<number, [string, string]> = {
  2024: ['02-10', '02-17'],
  2025: ['01-28', '02-04'],
  2026: ['02-15', '02-23'],
  2027: ['02-05', '02-11'],
};

/** How likely a room is to open on a day against an ordinary weekday: weekends and the big sales holidays more, the Spring Festival hardly. */
export function openingWeight(day: number): number {
  const text = dayText(day);
  const festival = SPRING_FESTIVAL[Number(text.slice(0, 4))];
  const monthDay = text.slice(5);
  if (festival && monthDay >= festival[0] && monthDay <= festival[1]) return 0.2;
  if (isSalesHoliday(monthDay)) return 1.9;
  return [1.5, 0.7, 0.8, 0.9, 1, 1.4, 1.7][weekday(day)] ?? 1;
}

/** The size of a room on a day against its ordinary size; about 1 over a year. */
export function audienceFactor(day: number): number {
  const monthDay = dayText(day).slice(5);
  const week = [1.04, 0.95, 0.96, 0.97, 0.98, 1.01, 1.05][weekday(day)] ?? 1;
  return week * (isSalesHoliday(monthDay) ? 1.08 : 1);
}

function isSalesHoliday(monthDay: string): boolean {
  return (
    (monthDay >= '10-01' && monthDay <= '10-07') ||
    (monthDay >= '05-01' && monthDay <= '05-05') ||
    (monthDay >= '01-01' && monthDay <= '01-03')
  );
}
