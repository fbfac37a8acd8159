import {
  Fraction,
  PartFigure,
  ScorePolicy,
  ScoreSubject,
  ScoredPart,
  add,
  divide,
  fraction,
  fractionOf,
  multiply,
  scores,
} from '@app/analytics';
import { SCORE_PARTS, ScorePart, WATERFALL_SIDES as SIDES, WaterfallSide } from '@app/contracts';

/** What one score is made of: the subject's own figures (with the peer groups that it stands in), everybody else's, and the rules. */
export interface Situation {
  own: { ladder: readonly string[]; parts: Record<ScorePart, PartFigure> };
  peers: readonly ScoreSubject[];
  policy: ScorePolicy;
}

/** `change`: a part that both know; `knowledge`: a part that became known or unknown; `renormalised`: the weights of the other known parts. */
export type StepKind = 'change' | 'knowledge' | 'renormalised';

export interface WaterfallStep {
  side: WaterfallSide;
  kind: StepKind;
  /** Null: of no part of its own. */
  part: ScorePart | null;
  change: Fraction;
}

/** Signed steps from one score to another; they add up exactly to `to − from`. Steps of 0 are left out. */
export interface Waterfall {
  from: Fraction;
  to: Fraction;
  sides: Record<WaterfallSide, Fraction>;
  steps: WaterfallStep[];
}

/** The part's share of the score: 100 × weight × percentile ÷ known weight, exact. Null: the part is unknown, or has no weight. */
export interface Contribution {
  metric: ScorePart;
  contribution: Fraction | null;
}

const ZERO = fraction(0);
/** Every order in which the three sides can change from the one situation to the other. */
const ORDERS: readonly (readonly WaterfallSide[])[] = SIDES.flatMap((first) =>
  SIDES.filter((side) => side !== first).map((second) => [first, second, SIDES.find((side) => side !== first && side !== second)!]),
);
const SELF = '\0self';

const subtract = (a: Fraction, b: Fraction): Fraction => add(a, multiply(b, fraction(-1)));
const half = (value: Fraction): Fraction => multiply(value, fraction(1, 2));
export const sum = (values: readonly Fraction[]): Fraction => values.reduce(add, ZERO);

/** Contributions of all parts; those that are known add up to the score exactly. */
export function contributions(parts: readonly ScoredPart[]): Contribution[] {
  const { share, weighted } = viewOf(parts);
  return parts.map(({ metric }) => {
    const own = weighted.get(metric);
    return { metric, contribution: own === undefined ? null : multiply(own, share) };
  });
}

/** Known parts as 100 × weight × percentile, and 1 ÷ their weight (0 where none is known: so is the score then). */
interface View {
  weighted: ReadonlyMap<ScorePart, Fraction>;
  share: Fraction;
}

function viewOf(parts: readonly ScoredPart[]): View {
  const known = parts.filter((part) => part.percentile !== null && part.weight > 0);
  const weight = sum(known.map((part) => fractionOf(part.weight)));
  return {
    weighted: new Map(known.map((part) => [part.metric, multiply(multiply(fraction(100), fractionOf(part.weight)), part.percentile!)])),
    share: known.length === 0 ? ZERO : divide(fraction(1), weight),
  };
}

/** The parts of a subject that takes its own figures, its peers and its rules out of three situations. */
function partsIn({ own }: Situation, { peers }: Situation, { policy }: Situation): readonly ScoredPart[] {
  return scores([{ ...own, id: SELF }, ...peers], policy).get(SELF)!.parts;
}

/**
 * The difference of two scores (domain.md 6.6), split between the rules, the subject itself and its peers. A side's part is the mean of what its
 * change does over all orders in which the three can change (Shapley): no order is preferred, the parts add up exactly, a side that did not change has
 * 0, and from the other end every step has the other sign. Null where one of both scores is unknown: there is no difference then.
 */
export function waterfall(from: Situation, to: Situation): Waterfall | null {
  const [was, is] = [from, to].map((one) => scores([{ ...one.own, id: SELF }, ...one.peers], one.policy).get(SELF)!.score);
  if (was === null || is === null) return null;
  const views = new Map<string, View>();
  const viewAt = (changed: ReadonlySet<WaterfallSide>): View => {
    const at = (side: WaterfallSide) => (changed.has(side) ? to : from);
    const key = SIDES.filter((side) => changed.has(side)).join();
    const view = views.get(key) ?? viewOf(partsIn(at('you'), at('peers'), at('policy')));
    views.set(key, view);
    return view;
  };
  const steps = new Map<string, WaterfallStep>();
  for (const order of ORDERS) {
    const changed = new Set<WaterfallSide>();
    for (const side of order) {
      const before = viewAt(new Set(changed));
      changed.add(side);
      for (const step of stepsBetween(before, viewAt(new Set(changed)), side)) collect(steps, step);
    }
  }
  const all = [...steps.values()]
    .map((step) => ({ ...step, change: divide(step.change, fraction(ORDERS.length)) }))
    .filter(({ change }) => change.n !== 0n);
  const sides = Object.fromEntries(
    SIDES.map((side) => [side, sum(all.filter((step) => step.side === side).map(({ change }) => change))]),
  ) as Waterfall['sides'];
  return { from: fraction(was.n, was.d), to: fraction(is.n, is.d), sides, steps: all.sort(inOrder) };
}

function collect(steps: Map<string, WaterfallStep>, step: WaterfallStep): void {
  const key = `${step.side} ${step.kind} ${step.part}`;
  const known = steps.get(key);
  steps.set(key, known ? { ...known, change: add(known.change, step.change) } : step);
}

/**
 * One side's change, part by part. Score = Σ weighted ÷ known weight: of a part that both know, half of each end's share goes with the change of the
 * part and the rest with the change of the known weight (the product rule, the same from both ends).
 */
function stepsBetween(before: View, after: View, side: WaterfallSide): WaterfallStep[] {
  const steps: WaterfallStep[] = [];
  let renormalised = ZERO;
  for (const part of SCORE_PARTS) {
    const [was, is] = [before.weighted.get(part), after.weighted.get(part)];
    if (was !== undefined && is !== undefined) {
      steps.push({ side, kind: 'change', part, change: multiply(subtract(is, was), half(add(before.share, after.share))) });
      renormalised = add(renormalised, multiply(half(add(was, is)), subtract(after.share, before.share)));
    } else if (is !== undefined) steps.push({ side, kind: 'knowledge', part, change: multiply(is, after.share) });
    else if (was !== undefined) steps.push({ side, kind: 'knowledge', part, change: multiply(subtract(ZERO, was), before.share) });
  }
  return [...steps, { side, kind: 'renormalised', part: null, change: renormalised }];
}

const KINDS: readonly StepKind[] = ['change', 'knowledge', 'renormalised'];
const placeOf = ({ side, kind, part }: WaterfallStep): number =>
  SIDES.indexOf(side) * 100 + KINDS.indexOf(kind) * 10 + (part === null ? 9 : SCORE_PARTS.indexOf(part));
const inOrder = (a: WaterfallStep, b: WaterfallStep): number => placeOf(a) - placeOf(b);

/** A member of a mean: a dealer of a region. Null: its score is unknown. */
export interface Member {
  id: string;
  score: Fraction | null;
}

/** What one member's change did to a mean; `knowledge`: it came or went; `renormalised` (id null): the others' shares. */
export interface MemberStep {
  kind: StepKind;
  id: string | null;
  change: Fraction;
}

/** The difference of two means (domain.md 6.4) by member; adds up exactly, by the same rule as the parts of a score. Null: a side has no known member. */
export function meanSteps(from: readonly Member[], to: readonly Member[]): MemberStep[] | null {
  const known = (members: readonly Member[]) =>
    new Map(members.flatMap(({ id, score }): [string, Fraction][] => (score === null ? [] : [[id, score]])));
  const [before, after] = [known(from), known(to)];
  if (before.size === 0 || after.size === 0) return null;
  const [share, nextShare] = [fraction(1, before.size), fraction(1, after.size)];
  const steps: MemberStep[] = [];
  let renormalised = ZERO;
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(id), after.get(id)];
    if (was !== undefined && is !== undefined) {
      steps.push({ kind: 'change', id, change: multiply(subtract(is, was), half(add(share, nextShare))) });
      renormalised = add(renormalised, multiply(half(add(was, is)), subtract(nextShare, share)));
    } else if (is !== undefined) steps.push({ kind: 'knowledge', id, change: multiply(is, nextShare) });
    else steps.push({ kind: 'knowledge', id, change: multiply(subtract(ZERO, was!), share) });
  }
  return [...steps, { kind: 'renormalised' as const, id: null, change: renormalised }].filter(({ change }) => change.n !== 0n);
}
