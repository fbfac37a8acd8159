import type { Tier } from '@app/contracts';
import { ExactDecimal, exactText } from '../value/exact-decimal';
import type { TierBounds } from './tier';

/** The next tier above one, with its bound; null at the top, or when the tier is unknown. */
export function nextTier(tier: Tier | null, { headTierCny, baseTierCny }: TierBounds): { tier: Tier; boundCny: string } | null {
  if (tier === null || tier === 'head') return null;
  return tier === 'base' ? { tier: 'head', boundCny: headTierCny } : { tier: 'base', boundCny: baseTierCny };
}

/** What is missing to a bound, exact; '0' once it is reached. */
export function gapTo(boundCny: string, valueCny: string): string {
  const gap = new ExactDecimal(boundCny).minus(valueCny);
  return gap.isNegative() ? '0' : exactText(gap);
}

/** Middle value of amounts, exact: of an even number the mean of the middle two. Null of none. */
export function medianCny(amounts: readonly string[]): string | null {
  if (amounts.length === 0) return null;
  const sorted = amounts.map((amount) => new ExactDecimal(amount)).sort((a, b) => a.cmp(b));
  const at = Math.floor(sorted.length / 2);
  return exactText(sorted.length % 2 === 1 ? sorted[at] : sorted[at - 1].plus(sorted[at]).div(2));
}

/** Sessions of a value that fill a gap: so many reach it, one less does not. Null when a session is worth nothing. */
export function sessionsToGo(gapCny: string, sessionCny: string): number | null {
  const session = new ExactDecimal(sessionCny);
  if (session.lte(0)) return null;
  return new ExactDecimal(gapCny).div(session).ceil().toNumber();
}

/** Months that a trailing window holds, its own included. */
const WINDOW_MONTHS = 12;

/** Value of each month of a window, ascending, and what is added to it before the first (a declared part); `monthlyCny` is the pace from here on. */
export interface Pace {
  /** Twelve whole months, ascending; those before the first observation are '0'. */
  monthsCny: readonly string[];
  monthlyCny: string;
}

/**
 * Months until a trailing window reaches a bound when every coming month is worth `monthlyCny` and the oldest one drops out: the first of the next
 * twelve that does; null when none does, for from then on the window holds nothing but the pace.
 */
export function monthsToGo({ monthsCny, monthlyCny }: Pace, boundCny: string): number | null {
  let window = monthsCny.reduce((sum, value) => sum.plus(value), new ExactDecimal(0));
  for (let month = 1; month <= WINDOW_MONTHS; month++) {
    window = window.plus(monthlyCny).minus(monthsCny[month - 1] ?? 0);
    if (window.gte(boundCny)) return month;
  }
  return null;
}

/** Months over which the pace is taken. */
const PACE_MONTHS = 3;

/** Mean of the last three whole months (all, when there are fewer), exact to ten places, cut off; null without any. */
export function paceOf(wholeMonthsCny: readonly string[]): string | null {
  const last = wholeMonthsCny.slice(-PACE_MONTHS);
  if (last.length === 0) return null;
  const sum = last.reduce((total, value) => total.plus(value), new ExactDecimal(0));
  return exactText(sum.div(last.length).toDecimalPlaces(10, ExactDecimal.ROUND_DOWN));
}
