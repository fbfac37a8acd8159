import { ascending } from './robust';

/** How often honest accounts break a rule, and how badly: the worst of each account that broke it, as JSON. */
export interface Prevalence {
  /** Accounts that the rule could be asked of. */
  assessed: number;
  /** Ascending; the largest 500. */
  worst: number[];
}

/** Before anything is known: so many honest accounts have been seen, and this part of one broke the rule like that. */
const ASSUMED_ACCOUNTS = 300;
const ASSUMED_BREACHES = 0.3;
const KEPT = 500;

export function prevalenceOf(assessed: number, worst: Iterable<number>): Prevalence {
  return { assessed, worst: [...ascending(worst)].slice(-KEPT) };
}

/** Strength of a breach: 1 − the share of honest accounts that break the rule at least so badly. */
export function strengthOfBreach({ assessed, worst }: Prevalence, size: number): number {
  const alike = worst.filter((one) => one >= size).length;
  return 1 - (alike + ASSUMED_BREACHES) / (assessed + ASSUMED_ACCOUNTS);
}
