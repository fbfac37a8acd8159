import { addDays, businessDay, dayStart, weekday } from '@app/contracts';

const SATURDAY = 5;

/** Days that the brand said something about (import kind `calendar`): true is a working day. The others: Monday to Friday. */
export type WorkingCalendar = ReadonlyMap<string, boolean>;

/** Is a business day a working day? A weekend that is worked through (调休), or a holiday, is what the calendar says. */
export function isWorkingDay(day: string, calendar: WorkingCalendar): boolean {
  const told = calendar.get(day);
  if (told !== undefined) return told;
  return weekday(day) < SATURDAY;
}

/** A calendar that knows no working day at all must not hang a server. */
const FARTHEST = 1000;

/** The `count`-th working day after a business day, which itself never counts. */
export function addWorkingDays(day: string, count: number, calendar: WorkingCalendar): string {
  let found = 0;
  let at = day;
  for (let step = 0; step < FARTHEST && found < count; step++) {
    at = addDays(at, 1);
    if (isWorkingDay(at, calendar)) found++;
  }
  return at;
}

/** The end (epoch ms, exclusive) of the `count`-th working day after an instant, in the brand's zone. */
export const endOfWorkingDay = (instant: number, count: number, { zone, calendar }: { zone: string; calendar: WorkingCalendar }): number =>
  dayStart(addDays(addWorkingDays(businessDay(instant, zone), count, calendar), 1), zone);
