import type { OwnerKind, Policy, Tier, TierAgreement } from '@app/contracts';
import { Fraction, add, compare, fractionOf } from '../score/fraction';
import { ExactDecimal } from '../value/exact-decimal';
import type { OpeningShare } from './opening';

/** Value of the twelve months that end with a month, and the days that it was observed on (domain.md 5.1, 5.3). */
export interface TrailingValue {
  /** Null: nothing is known of the account's value in the window. */
  valueCny: string | null;
  /** Covered days in the window. */
  daysObserved: number;
  /** The first covered day lies inside the window: the value is less than a year's. */
  startsInside: boolean;
  /** What the brand declared for days of the window before the first covered one. */
  opening?: OpeningShare | null;
}

export type TierBounds = Pick<Policy, 'headTierCny' | 'baseTierCny'>;

/** A year's value as it is compared with the bounds, exact. */
export interface YearValue {
  value: Fraction;
  /** Part of the year is not covered: the known days stand for all (推算). */
  projected: boolean;
  /** Rests upon an opening value (申报). */
  declared: boolean;
}

export interface EarnedTier {
  tier: Tier | null;
  projected: boolean;
  declared: boolean;
}

const YEAR_DAYS = 365n;
/** Fewer covered days than this tell nothing about a year. */
const MIN_PROJECTION_DAYS = 28;

/**
 * The year's value that a trailing window stands for: as observed; with the declared part where the brand entered one; projected (value × 365 ÷ days,
 * exact) while days are missing before the first covered one. Null: value unknown, or too few days to project.
 */
export function yearValue({ valueCny, daysObserved, startsInside, opening }: TrailingValue): YearValue | null {
  if (!startsInside) return valueCny === null ? null : { value: amount(valueCny), projected: false, declared: false };
  if (valueCny === null && !opening) return null;
  const observed = amount(valueCny ?? '0');
  const known = opening ? add(observed, opening.value) : observed;
  if (opening?.reachesObservation) return { value: known, projected: false, declared: true };
  const days = daysObserved + (opening?.days ?? 0);
  if (days < MIN_PROJECTION_DAYS) return null;
  return { value: { n: known.n * YEAR_DAYS, d: known.d * BigInt(days) }, projected: true, declared: Boolean(opening) };
}

const PLACES = 10;
const UNIT = 10n ** BigInt(PLACES);

/** Money as a fraction of ten-billionths, not reduced: thousands of accounts are compared at once. */
function amount(text: string): Fraction {
  const [whole, places = ''] = text.split('.');
  return places.length > PLACES ? fractionOf(text) : { n: BigInt(whole + places.padEnd(PLACES, '0')), d: UNIT };
}

/** Tier earned by value (domain.md 5.2, 5.3). Bounds belong to the higher tier. Null: value unknown, or too few covered days to project. */
export function earnedTier(trailing: TrailingValue, ownerKind: OwnerKind | null, policy: TierBounds): EarnedTier {
  const year = yearValue(trailing);
  if (year === null) return { tier: null, projected: false, declared: false };
  return { tier: tierOfYear(year.value, ownerKind, policy), projected: year.projected, declared: year.declared };
}

/** Tier of a year's value. */
export function tierOfYear(value: Fraction, ownerKind: OwnerKind | null, policy: TierBounds): Tier {
  if (compare(value, amount(policy.headTierCny)) >= 0) return 'head';
  if (compare(value, amount(policy.baseTierCny)) >= 0) return 'base';
  return lowestTier(ownerKind);
}

/** Below both bounds the owner decides. */
export const lowestTier = (ownerKind: OwnerKind | null): Tier => (ownerKind === 'staff' ? 'outer' : 'incubating');

/** A year's value as a plain decimal, cut off after ten places: what is shown never reaches a bound that the value does not. */
export function yearValueText({ n, d }: Fraction): string {
  // towards minus infinity
  const scaled = (n * UNIT) / d - (n < 0n && (n * UNIT) % d !== 0n ? 1n : 0n);
  const size = (scaled < 0n ? -scaled : scaled).toString().padStart(PLACES + 1, '0');
  const text = `${size.slice(0, -PLACES)}.${size.slice(-PLACES)}`.replace(/\.?0+$/, '');
  return scaled < 0n ? `-${text}` : text;
}

const HEIGHT: Record<Tier, number> = { head: 2, base: 1, outer: 0, incubating: 0 };

/** Compares the declared tier with the earned one. */
export function tierAgreement(declared: Tier | null | undefined, earned: Tier | null): TierAgreement | null {
  if (!declared || earned === null) return null;
  if (declared === earned) return 'same';
  const difference = HEIGHT[earned] - HEIGHT[declared];
  return difference > 0 ? 'earnedHigher' : difference < 0 ? 'earnedLower' : 'otherKind';
}

export interface TierMember {
  tier: Tier | null;
  valueCny: string | null;
}

/** Accounts per earned tier, and whether the structure is upside down: outer accounts carry more than half and no account is head (domain.md 5.4). */
export function tierStructure(members: readonly TierMember[]): { tierCounts: Record<Tier, number>; structureWarning: boolean } {
  const tierCounts: Record<Tier, number> = { head: 0, base: 0, outer: 0, incubating: 0 };
  let [outer, all] = [new ExactDecimal(0), new ExactDecimal(0)];
  for (const { tier, valueCny } of members) {
    if (tier) tierCounts[tier] += 1;
    all = all.plus(valueCny ?? 0);
    if (tier === 'outer') outer = outer.plus(valueCny ?? 0);
  }
  return { tierCounts, structureWarning: tierCounts.head === 0 && outer.mul(2).gt(all) };
}
