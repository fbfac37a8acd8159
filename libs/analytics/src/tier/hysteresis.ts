import type { OwnerKind, Policy, Tier } from '@app/contracts';
import { Fraction, add, compare, fraction, fractionOf, multiply } from '../score/fraction';
import { YearValue, lowestTier, tierOfYear } from './tier';

/** What of a policy decides a tier. */
export type TierRules = Pick<Policy, 'headTierCny' | 'baseTierCny' | 'tierDownMonths' | 'tierDownMargin'>;

/** One month of one account, as tiers see it. */
export interface TierMonth {
  /** Business month, `2026-10`. */
  month: string;
  year: YearValue | null;
  ownerKind: OwnerKind | null;
  rules: TierRules;
  /** What the close of the month says: it stands, whatever the months before it say now. */
  frozen?: { earned: Tier | null; effective: Tier | null };
}

export interface EffectiveMonth {
  month: string;
  earned: Tier | null;
  /** After hysteresis; null where the earned one is unknown. */
  effective: Tier | null;
  /** Months in a row, this one included, that the value lies below the bound (and its margin) of a tier that is held. */
  monthsBelow: number;
}

interface Held {
  holds: boolean;
  below: number;
}

/** Falls at the first month below the bound: hysteresis is off, and the effective tier is the earned one. */
export const withoutHysteresis = ({ tierDownMonths, tierDownMargin }: Pick<Policy, 'tierDownMonths' | 'tierDownMargin'>): boolean =>
  tierDownMonths <= 1 && tierDownMargin === 0;

/**
 * Effective tier of each month (domain.md 5.4), from the months alone and in their order: there is no state beside them, so the same months give the
 * same answer at any time. A tier is gained at once when its bound is reached. It is lost in the `tierDownMonths`-th month in a row that lies below
 * bound × (1 − margin). A projection never holds: what was never reached by a whole year falls at once. A month without a known value neither loses
 * nor gains. A closed month says what its close says, and the months after it go on from there.
 */
export function effectiveTiers(months: readonly TierMonth[]): EffectiveMonth[] {
  let head: Held = { holds: false, below: 0 };
  let base: Held = { holds: false, below: 0 };
  return months.map(({ month, year, ownerKind, rules, frozen }) => {
    const told = { month, earned: frozen?.earned ?? null, effective: frozen?.effective ?? null };
    if (year === null) return { ...told, monthsBelow: Math.max(head.below, base.below) };
    const earned = tierOfYear(year.value, ownerKind, rules);
    head = next(head, year, rules.headTierCny, rules);
    base = next(base, year, rules.baseTierCny, rules);
    if (frozen) {
      const { effective } = frozen;
      if (!year.projected && effective !== null) {
        head = heldAs(head, effective === 'head');
        base = heldAs(base, effective === 'head' || effective === 'base');
      }
      return { ...told, monthsBelow: Math.max(head.below, base.below) };
    }
    const held: Tier = head.holds ? 'head' : base.holds ? 'base' : lowestTier(ownerKind);
    const effective = year.projected ? earned : held;
    return { month, earned, effective, monthsBelow: Math.max(head.below, base.below) };
  });
}

const NOTHING: Held = { holds: false, below: 0 };

function next({ holds, below }: Held, { value, projected }: YearValue, bound: string, rules: TierRules): Held {
  if (projected) return NOTHING;
  const at = fractionOf(bound);
  if (compare(value, at) >= 0) return { holds: true, below: 0 };
  if (!holds) return NOTHING;
  if (compare(value, lowered(at, rules.tierDownMargin)) >= 0) return { holds: true, below: 0 };
  return below + 1 >= rules.tierDownMonths ? NOTHING : { holds: true, below: below + 1 };
}

/** A trigger as a close says that it stands; of a tier that only the close holds, this is the first month below. */
const heldAs = (trigger: Held, holds: boolean): Held => (!holds ? NOTHING : trigger.holds ? trigger : { holds: true, below: 1 });

const lowered = (bound: Fraction, margin: number): Fraction =>
  multiply(bound, add(fraction(1), multiply(fraction(-1), fractionOf(margin))));
