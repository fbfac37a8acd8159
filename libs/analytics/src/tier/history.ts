import type { Bilingual, Tier, TierReason, TierReasonCode, TierSpan } from '@app/contracts';
import { EffectiveMonth, TierMonth, effectiveTiers } from './hysteresis';
import { tierOfYear, yearValueText } from './tier';
import { reasonText } from './tier-reasons';

/** A month of a history: what was earned, what is in force, and what it rests upon. */
export interface HistoryMonth extends TierMonth {
  /** Tier that the brand declared. */
  declaredTier: Tier | null;
  trailingValueCny: string | null;
  daysObserved: number;
}

interface Step {
  now: HistoryMonth;
  tiers: EffectiveMonth;
  before: HistoryMonth | null;
  tiersBefore: EffectiveMonth | null;
}

/**
 * The history of one account out of its months (ascending, without a hole): a partition of them, a span per change (`month`: one per month). A span
 * begins where the tier in force, the earned or the declared one, or what it rests upon (projected, declared) changes.
 */
export function tierHistory(months: readonly HistoryMonth[], per: 'change' | 'month' = 'change'): TierSpan[] {
  const effective = effectiveTiers(months);
  const spans: TierSpan[] = [];
  let kind = '';
  months.forEach((now, at) => {
    const tiers = effective[at];
    const here = kindOf(now, tiers);
    const last = spans.at(-1);
    if (last && here === kind && per === 'change') {
      last.to = now.month;
      return;
    }
    const step = { now, tiers, before: months[at - 1] ?? null, tiersBefore: effective[at - 1] ?? null };
    spans.push(spanOf(step, here === kind));
    kind = here;
  });
  return spans;
}

const kindOf = ({ year, declaredTier }: HistoryMonth, { effective, earned }: EffectiveMonth): string =>
  [effective, earned, declaredTier, year?.projected ?? false, year?.declared ?? false].join(' ');

function spanOf(step: Step, unchanged: boolean): TierSpan {
  const { now, tiers } = step;
  return {
    from: now.month,
    to: now.month,
    tier: tiers.effective,
    earnedTier: tiers.earned,
    declaredTier: now.declaredTier,
    trailingValueCny: now.trailingValueCny,
    yearValueCny: now.year ? yearValueText(now.year.value) : null,
    daysObserved: now.daysObserved,
    projected: now.year?.projected ?? false,
    declared: now.year?.declared ?? false,
    reason: reasonOf(unchanged && now.year !== null ? 'unchanged' : codeOf(step), step),
  };
}

/** The one cause that comes first in this order: unknown, first, the tier, then what it rests upon, then what was declared. */
function codeOf({ now, tiers, before, tiersBefore }: Step): TierReasonCode {
  if (now.year === null) return now.trailingValueCny === null ? 'noValue' : 'shortlyObserved';
  if (!before?.year || !tiersBefore) return tiers.effective === tiers.earned ? firstCode(now) : 'held';
  if (tiers.earned !== tiersBefore.earned) return earnedCode(now, before, tiers);
  if (tiers.effective !== tiersBefore.effective) return tiers.effective === tiers.earned ? 'holdEnded' : 'held';
  return restsCode(now, before) ?? 'declaredTierChanged';
}

const firstCode = ({ year }: HistoryMonth): TierReasonCode =>
  year?.declared ? 'openingValue' : year?.projected ? 'projected' : 'firstKnown';

function earnedCode(now: HistoryMonth, before: HistoryMonth, tiers: EffectiveMonth): TierReasonCode {
  const [year, yearBefore] = [now.year!, before.year!];
  const [low, lowBefore] = [isLow(tiers.earned), isLow(tierOfYear(yearBefore.value, before.ownerKind, before.rules))];
  if (low && lowBefore) return 'ownerChanged';
  if (tiers.effective !== tiers.earned) return 'held';
  // what the new value would have earned under the bounds of before: the same means that the bounds moved, not the value
  if (sameLevel(tierOfYear(year.value, before.ownerKind, before.rules), tierOfYear(yearBefore.value, before.ownerKind, before.rules)))
    return 'boundsChanged';
  const rests = restsCode(now, before);
  return rests ?? (up(year, yearBefore) ? 'valueRose' : 'valueFell');
}

const isLow = (tier: Tier | null): boolean => tier === 'outer' || tier === 'incubating';
const sameLevel = (a: Tier, b: Tier): boolean => a === b || (isLow(a) && isLow(b));
const up = (a: { value: { n: bigint; d: bigint } }, b: { value: { n: bigint; d: bigint } }): boolean =>
  a.value.n * b.value.d > b.value.n * a.value.d;

/** Did what the tier rests upon change? */
function restsCode(now: HistoryMonth, before: HistoryMonth): TierReasonCode | null {
  if (now.year!.declared !== before.year!.declared) return now.year!.declared ? 'openingValue' : 'openingEnded';
  if (now.year!.projected !== before.year!.projected) return now.year!.projected ? 'projected' : 'projectionEnded';
  return null;
}

function reasonOf(code: TierReasonCode, { now, tiers, before }: Step): TierReason {
  const text: Bilingual = reasonText(code, {
    valueCny: now.year ? yearValueText(now.year.value) : null,
    beforeCny: before?.year ? yearValueText(before.year.value) : null,
    daysObserved: now.daysObserved,
    ownerKind: now.ownerKind,
    earned: tiers.earned,
    effective: tiers.effective,
    monthsBelow: tiers.monthsBelow,
    rules: now.rules,
  });
  return { code, ...text };
}
