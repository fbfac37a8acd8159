import type { OwnerKind, Policy, Tier } from '@app/contracts';
import { ExactDecimal } from '../value/exact-decimal';

/** Value of the twelve months that end with a month, and the days that it was observed on (domain.md 5.1, 5.3). */
export interface TrailingValue {
  /** Null: nothing is known of the account's value in the window. */
  valueCny: string | null;
  /** Covered days in the window. */
  daysObserved: number;
  /** The first covered day lies inside the window: the value is less than a year's. */
  startsInside: boolean;
}

export interface EarnedTier {
  tier: Tier | null;
  projected: boolean;
}

const YEAR_DAYS = 365;
/** Fewer covered days than this tell nothing about a year. */
const MIN_PROJECTION_DAYS = 28;

/** Tier earned by value (domain.md 5.2, 5.3). Bounds belong to the higher tier. Null: value unknown, or too few covered days to project. */
export function earnedTier(
  trailing: TrailingValue,
  ownerKind: OwnerKind | null,
  policy: Pick<Policy, 'headTierCny' | 'baseTierCny'>,
): EarnedTier {
  if (trailing.valueCny === null) return { tier: null, projected: false };
  const value = new ExactDecimal(trailing.valueCny);
  if (!trailing.startsInside) return { tier: tierOf((bound) => value.gte(bound), ownerKind, policy), projected: false };
  if (trailing.daysObserved < MIN_PROJECTION_DAYS) return { tier: null, projected: false };
  const reaches = (bound: string) => value.mul(YEAR_DAYS).gte(new ExactDecimal(bound).mul(trailing.daysObserved));
  return { tier: tierOf(reaches, ownerKind, policy), projected: true };
}

function tierOf(
  reaches: (bound: string) => boolean,
  ownerKind: OwnerKind | null,
  policy: Pick<Policy, 'headTierCny' | 'baseTierCny'>,
): Tier {
  if (reaches(policy.headTierCny)) return 'head';
  if (reaches(policy.baseTierCny)) return 'base';
  return ownerKind === 'staff' ? 'outer' : 'incubating';
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
