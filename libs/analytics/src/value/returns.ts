import type { CostKind, CostShareRow, Platform, Policy, ValueRow } from '@app/contracts';
import { ExactDecimal, exactText, ratioText, sumCny } from './exact-decimal';
import { isEffective, type ValueFigures } from './value-figures';

/** Costs of one subject and period: per kind that has a row, the sum of all (null without any), and the required kinds that some month has no row of. */
export interface CostFigures {
  costCny: string | null;
  kinds: { kind: CostKind; amountCny: string }[];
  missingCosts: { kind: CostKind; months: string[] }[];
}

type PassFigures = Pick<ValueRow, 'passLine' | 'passLineCny' | 'passLineGapCny' | 'costs'>;
export type ReturnFigures = PassFigures &
  Pick<ValueRow, 'costCny' | 'costComplete' | 'missingCostKinds' | 'missingCosts' | 'costPerViewCny' | 'roiValue' | 'roiCpa'>;

/** Rows of a ledger as costs: sums per kind, largest first. */
export function costFigures(
  rows: readonly { kind: CostKind; amountCny: string }[],
  missingCosts: CostFigures['missingCosts'],
): CostFigures {
  const kinds = new Map<CostKind, string[]>();
  for (const { kind, amountCny } of rows) {
    const amounts = kinds.get(kind);
    if (amounts) amounts.push(amountCny);
    else kinds.set(kind, [amountCny]);
  }
  return {
    costCny: rows.length === 0 ? null : sumCny(rows.map((row) => row.amountCny)),
    kinds: [...kinds].map(([kind, amounts]) => ({ kind, amountCny: sumCny(amounts) })).sort(largestFirst),
    missingCosts,
  };
}

function largestFirst(a: CostFigures['kinds'][number], b: CostFigures['kinds'][number]): number {
  return new ExactDecimal(b.amountCny).cmp(a.amountCny) || (a.kind < b.kind ? -1 : 1);
}

/** Pass line and returns (domain.md 4.7–4.9). Null is unknown; never infinity. */
export function returnsOf(value: ValueFigures, cost: CostFigures, policy: Pick<Policy, 'cpaCny'>): ReturnFigures {
  const { costCny, missingCosts } = cost;
  const shared = {
    costCny,
    missingCosts,
    missingCostKinds: missingCosts.map(({ kind }) => kind),
    costComplete: costCny !== null && missingCosts.length === 0,
    ...passFigures(value, cost),
  };
  if (costCny === null) return { ...shared, costPerViewCny: null, roiValue: null, roiCpa: null };
  const free = new ExactDecimal(costCny).isZero();
  const cpaValue = cpaOf(value, policy);
  return {
    ...shared,
    costPerViewCny: free || value.effectiveViews <= 0 ? null : ratioText(costCny, value.effectiveViews),
    roiValue: value.valueCny === null ? null : ratioText(value.valueCny, costCny),
    roiCpa: cpaValue === null ? null : ratioText(cpaValue, costCny),
  };
}

/**
 * Cost × 3 ≤ Σ units × public price, compared exactly; equality passes. With a part of the views unpriced, missing the line proves nothing, nor does passing
 * it when that part is a fall, and how far off it lies is unknown. What is shown of a third has ten places: costs have four, so a cost is at most the figure shown exactly when it passes.
 */
function passFigures(value: ValueFigures, { costCny, kinds }: CostFigures): PassFigures {
  const priced = value.effectiveViews > 0 && value.lines.some((line) => isEffective(line.line) && line.unitPriceCny !== null);
  const total = new ExactDecimal(costCny ?? 0);
  const whole = priced && !value.publicPartial;
  const shares = kinds.map(({ kind, amountCny }) => ({
    kind,
    amountCny,
    share: ratioText(amountCny, total),
    toPassCny: whole ? leftFor(value.publicCny, total.minus(amountCny)) : null,
  }));
  const passes = priced && costCny !== null ? total.mul(3).lte(value.publicCny) : null;
  const unproven = passes === false ? value.publicPartial : value.publicMayFall && !total.isZero();
  return {
    passLine: unproven ? null : passes,
    passLineCny: whole ? thirdText(new ExactDecimal(value.publicCny)) : null,
    passLineGapCny: whole && costCny !== null ? thirdText(total.mul(3).minus(value.publicCny)) : null,
    costs: shares,
  };
}

/** What is left of a third of the public value beside the other kinds; null when they are above it. */
function leftFor(publicCny: string, others: ExactDecimal): CostShareRow['toPassCny'] {
  const left = new ExactDecimal(publicCny).minus(others.mul(3));
  return left.isNegative() && !left.isZero() ? null : thirdText(left);
}

/** A third, rounded once to ten places, half away from zero. */
const thirdText = (value: ExactDecimal): string => exactText(value.div(3).toDecimalPlaces(10));

function cpaOf(value: ValueFigures, policy: Pick<Policy, 'cpaCny'>): string | null {
  let sum = new ExactDecimal(0);
  const platforms = Object.entries(value.viewsByPlatform) as [Platform, bigint][];
  for (const [platform, views] of platforms) {
    const cpa = policy.cpaCny[platform];
    if (cpa !== undefined) sum = sum.plus(new ExactDecimal(cpa).mul(views.toString()));
    // no view, no arrival: whatever one is worth there
    else if (views !== 0n) return null;
  }
  return platforms.some(([platform]) => policy.cpaCny[platform] !== undefined) ? exactText(sum) : null;
}
