import type { Residual } from './drift';
import { clamp, median, spread } from './robust';

/** What growth of the views does to another value, of honest sessions: larger crowds are colder, and differ more. Nodes by growth, ascending. JSON. */
export interface GrowthCurve {
  growth: number[];
  shift: number[];
  /** How much wider than usual the value spreads there, at least 1. */
  noise: number[];
}

/** One honest observation: growth of its views, shift of the value, and the spread that such shifts usually have. */
export interface GrowthPoint {
  growth: number;
  shift: number;
  spread: number;
}

/** Shares of the sessions, by growth, at which steps begin: the rare ones at both ends have steps of their own. */
const STEPS = [0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995];
const LEAST_OF_STEP = 25;
/** Beyond the last node values go on along its line, at most so steep: views that add no reaction at all lower ratios by 1. */
export const STEEPEST = 0.6;
export const NO_CURVE: GrowthCurve = { growth: [0], shift: [0], noise: [1] };

/** Learns the curve. Of fewer than 50 observations it learns nothing. Pure. */
export function growthCurve(points: readonly GrowthPoint[]): GrowthCurve {
  const sorted = [...points].sort((a, b) => a.growth - b.growth);
  const starts = STEPS.map((share) => Math.floor(share * sorted.length));
  const steps = starts.map((start, at) => sorted.slice(start, starts[at + 1])).filter((step) => step.length >= LEAST_OF_STEP);
  if (steps.length < 2) return NO_CURVE;
  const shift = steps.map((step) => median(step.map((one) => one.shift)));
  return {
    growth: steps.map((step) => median(step.map(({ growth }) => growth))),
    shift,
    noise: steps.map((step, at) =>
      Math.max(
        1,
        spread(
          step.map((one) => (one.shift - shift[at]) / one.spread),
          0,
        ),
      ),
    ),
  };
}

/** The curve at a growth: linear between nodes, and beyond the last ones on along their line, within bounds. */
export function dilutionAt({ growth: nodes, shift, noise }: GrowthCurve, growth: number): { shift: number; noise: number } {
  const last = nodes.length - 1;
  if (last === 0) return { shift: shift[0], noise: noise[0] };
  const next = nodes.findIndex((node) => node > growth);
  const at = next === -1 ? last : Math.max(1, next);
  const run = Math.max(1e-6, nodes[at] - nodes[at - 1]);
  const slope = (shift[at] - shift[at - 1]) / run;
  if (next > 0) {
    const part = (growth - nodes[at - 1]) / run;
    return { shift: shift[at - 1] + slope * (growth - nodes[at - 1]), noise: noise[at - 1] + part * (noise[at] - noise[at - 1]) };
  }
  const end = next === -1 ? last : 0;
  return { shift: shift[end] + clamp(slope, -STEEPEST, STEEPEST) * (growth - nodes[end]), noise: noise[end] };
}

/** A curve for each value of residuals by one of them (null: none). Pure. */
export function growthCurves(trial: readonly Residual[], features: number, growth: number): (GrowthCurve | null)[] {
  return Array.from({ length: features }, (_, feature) =>
    feature === growth
      ? null
      : growthCurve(
          trial.flatMap(({ shift, spread: of }) =>
            shift[feature] === null || shift[growth] === null
              ? []
              : [{ growth: shift[growth], shift: shift[feature], spread: of[feature] }],
          ),
        ),
  );
}

/** A residual without what honest growth of its views brings. */
export function withoutGrowth(residual: Residual, curves: readonly (GrowthCurve | null)[], growth: number): Residual {
  const grown = residual.shift[growth];
  if (grown === null) return residual;
  const honest = curves.map((curve) => curve && dilutionAt(curve, grown));
  return {
    ...residual,
    shift: residual.shift.map((shift, feature) => (shift === null ? null : shift - (honest[feature]?.shift ?? 0))),
    spread: residual.spread.map((one, feature) => one * (honest[feature]?.noise ?? 1)),
  };
}
