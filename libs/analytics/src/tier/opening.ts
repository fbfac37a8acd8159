import { addDays } from '@app/contracts';
import type { OpeningValue } from '@app/contracts';
import { daysBetween } from '../covered-days/coverage';
import { Fraction, add, fraction, fractionOf, multiply } from '../score/fraction';

/** What declared years (申报) give to a trailing window. */
export interface OpeningShare {
  /** Their value on the days of the window before the first covered day: each year by its share of days. */
  value: Fraction;
  days: number;
  /** No day of the window before the first covered one is left without a value. */
  reachesObservation: boolean;
}

/** The twelve months that end with a day, half open: `from` is the day after the same day a year before. */
export function openingYear(yearTo: string): { from: string; to: string; days: number } {
  const to = addDays(yearTo, 1);
  const before = `${String(Number(to.slice(0, 4)) - 1).padStart(4, '0')}${to.slice(4)}`;
  // the year before has no 29th of February: its year begins with March
  const from = before.endsWith('-02-29') ? before.replace('-02-29', '-03-01') : before;
  return { from, to, days: daysBetween(from, to) };
}

/**
 * Part of the opening year values that falls on the days [fromDay, firstDay): before anything was observed, never beside it, so that nothing counts
 * twice and the declaration fades out as the window moves on. Null when none does.
 */
export function openingShare(years: readonly OpeningValue[], fromDay: string, firstDay: string): OpeningShare | null {
  let value = fraction(0);
  let days = 0;
  for (const { yearTo, valueCny } of years) {
    const year = openingYear(yearTo);
    const from = year.from > fromDay ? year.from : fromDay;
    const to = year.to < firstDay ? year.to : firstDay;
    if (from >= to) continue;
    const own = daysBetween(from, to);
    days += own;
    value = add(value, multiply(fractionOf(valueCny), fraction(own, year.days)));
  }
  return days === 0 ? null : { value, days, reachesObservation: days === daysBetween(fromDay, firstDay) };
}

/** The share of a window [fromDay, until) of an account that was first covered on a day; null where the window begins with observation, or nothing is declared. */
export function openingFor(
  years: readonly OpeningValue[],
  fromDay: string,
  firstDay: string | undefined,
  until: string,
): OpeningShare | null {
  const end = firstDay !== undefined && firstDay < until ? firstDay : until;
  return years.length === 0 || end <= fromDay ? null : openingShare(years, fromDay, end);
}
