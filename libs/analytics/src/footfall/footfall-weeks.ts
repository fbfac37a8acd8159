import { addDays, weekday } from '@app/contracts';
import { DealerWeeks, LAGS } from './association';
import type { FootfallWeek } from './footfall.reader';

/** Weeks whose footfall is compared where a month is asked: the half year that ends with it. */
export const TRAILING_WEEKS = 26;
/** A rolling number counts 720 h: it is whole when traffic was known in the four weeks before, too. */
export const ROLLING_LEAD_WEEKS = 4;
/** Weeks of traffic that are looked at before the first week of footfall. */
export const LEAD_WEEKS = Math.max(...LAGS) + ROLLING_LEAD_WEEKS;
const DAYS = 7;

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return addDays(day, -weekday(day));
}

/** Mondays of the whole weeks (Monday to Sunday) inside [fromDay, toDay). */
export function weeksInside(fromDay: string, toDay: string): string[] {
  const weeks: string[] = [];
  const first = mondayOf(addDays(fromDay, DAYS - 1));
  for (let week = first; addDays(week, DAYS) <= toDay; week = addDays(week, DAYS)) weeks.push(week);
  return weeks;
}

/** The whole weeks, as many as asked, that end by a day (not included). */
export function weeksUntil(toDay: string, count: number): string[] {
  const after = mondayOf(toDay);
  return Array.from({ length: count }, (_, place) => addDays(after, (place - count) * DAYS));
}

/** `count` weeks before the first of these, then these. */
export const withWeeksBefore = (weeks: readonly string[], count: number): string[] => [
  ...Array.from({ length: count }, (_, place) => addDays(weeks[0], (place - count) * DAYS)),
  ...weeks,
];

export const weekEnd = (week: string): string => addDays(week, DAYS);

/** A dealer's footfall week by week: null unless every day of the week has a row, since a gap is never 0. */
export function visitorsByWeek(rows: readonly FootfallWeek[], weeks: readonly string[]): (number | null)[] {
  const known = new Map(rows.filter(({ days }) => days === DAYS).map(({ week, visitors }) => [week, visitors]));
  return weeks.map((week) => known.get(week) ?? null);
}

/** A rolling number without the weeks in which its window reaches back to where traffic was not known yet. The first weeks of `rolling` only serve this. */
export function wholeWindows(rolling: readonly (number | null)[]): (number | null)[] {
  return rolling
    .map((value, at) => (rolling.slice(Math.max(0, at - ROLLING_LEAD_WEEKS), at).includes(null) ? null : value))
    .slice(ROLLING_LEAD_WEEKS);
}

/** What is compared of one dealer, from the rolling number of the weeks with those before (LEAD_WEEKS) and its footfall. */
export const dealerWeeks = (rolling: readonly (number | null)[], visitors: readonly (number | null)[]): DealerWeeks => ({
  traffic: wholeWindows(rolling),
  visitors,
});
