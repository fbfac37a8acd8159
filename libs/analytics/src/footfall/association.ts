import type { Bilingual } from '@app/contracts';
import { CorrelationKind, Measured, WeeklyPairs, effectivePoints, measured } from './confidence';
import { Pairs, betweenGroups, correlationOfDeviations, isConstant, midranks, pearson, spearman, withinGroups } from './correlation';

/** Fewer points than this tell nothing. */
export const LEAST_POINTS = 8;
/** Weeks by which footfall may follow traffic; all of them are looked at. */
export const LAGS = [0, 1, 2, 3, 4] as const;
/** The claim that is tested, chosen before the data: traffic and footfall of the same week. */
export const CHOSEN_LAG = 0;
const CONFIDENCE = 0.95;

/** Showroom visitors and offline visitors of one dealer, week by week from a common first one; null is unknown. `traffic` begins `LAGS` weeks earlier. */
export interface DealerWeeks {
  traffic: readonly (number | null)[];
  visitors: readonly (number | null)[];
}

/** Both correlations at one lag; null with the reason where there are none. */
export interface LagAssociation {
  lagWeeks: number;
  points: number;
  /** Points that are independent of one another; null where nothing was measured. */
  effectivePoints: number | null;
  pearson: Measured | null;
  spearman: Measured | null;
  reason: Bilingual | null;
}

export interface Association {
  lags: LagAssociation[];
  chosen: LagAssociation;
  /** The lag with the strongest Pearson's r, its interval widened for having been looked for among all lags; null where none is known. */
  best: { lagWeeks: number; tested: number; pearson: Measured } | null;
}

export const FOOTFALL_REASONS = {
  fewPoints: { zh: `配对的周不足 ${LEAST_POINTS} 个。`, en: `Fewer than ${LEAST_POINTS} weeks have both figures.` },
  constantTraffic: {
    zh: '虚拟展厅客流每周相同，无从相关。',
    en: 'The showroom visitors are the same in every week: nothing to correlate.',
  },
  constantVisitors: { zh: '到店客流每周相同，无从相关。', en: 'The offline visitors are the same in every week: nothing to correlate.' },
  noVariation: { zh: '没有哪家门店两个数都有变化。', en: 'At no dealer do both figures change.' },
  fewDealers: { zh: `门店不足 ${LEAST_POINTS} 家。`, en: `Fewer than ${LEAST_POINTS} dealers have both figures.` },
  sameDealers: { zh: '各门店的均值相同，无从相关。', en: 'All dealers have the same mean: nothing to correlate.' },
  weeksAlike: {
    zh: '相邻各周过于相似，独立的周太少，无法给出区间。',
    en: 'The weeks resemble one another so much that too few are independent for an interval.',
  },
  oneDealer: { zh: '门店之间的比较只在区域与品牌层级。', en: 'Dealers are compared with one another at region and brand level only.' },
} as const satisfies Record<string, Bilingual>;

/** The weeks of which both are known, footfall `lag` weeks after traffic. */
export function pairsAt({ traffic, visitors }: DealerWeeks, lag: number): { x: number[]; y: number[]; weeks: number[] } {
  const lead = traffic.length - visitors.length;
  const pairs = { x: [] as number[], y: [] as number[], weeks: [] as number[] };
  for (const [week, after] of visitors.entries()) {
    const before = traffic[week + lead - lag] ?? null;
    if (before === null || after === null) continue;
    pairs.x.push(before);
    pairs.y.push(after);
    pairs.weeks.push(week);
  }
  return pairs;
}

/** How the footfall of one dealer goes with its traffic. */
export const associationOf = (weeks: DealerWeeks): Association => associated((lag) => ofOne(pairsAt(weeks, lag), lag));

/** The same pooled: deviations of each dealer from its own means, so that large dealers, which have more of both, do not fake it. */
export const pooledAssociationOf = (dealers: readonly DealerWeeks[]): Association =>
  associated((lag) =>
    ofMany(
      dealers.map((weeks) => pairsAt(weeks, lag)),
      lag,
    ),
  );

/** Whether dealers with more traffic have more footfall: a point is a dealer's means. Says nothing about weeks. */
export function betweenDealers(dealers: readonly DealerWeeks[]): { points: number; pearson: Measured | null; reason: Bilingual | null } {
  const means = betweenGroups(dealers.map((weeks) => pairsAt(weeks, CHOSEN_LAG)).filter(({ x }) => x.length > 0));
  const points = means.x.length;
  if (points < LEAST_POINTS) return { points, pearson: null, reason: FOOTFALL_REASONS.fewDealers };
  const value = pearson(means);
  if (value === null) return { points, pearson: null, reason: FOOTFALL_REASONS.sameDealers };
  return { points, pearson: measured(value, { kind: 'pearson', points, confidence: CONFIDENCE }), reason: null };
}

/** Figures of a lag with the group means that they cost. */
interface Tested extends LagAssociation {
  controls: number;
}

function associated(atLag: (lag: number) => Tested): Association {
  const tested = LAGS.map(atLag);
  const chosen = tested.find(({ lagWeeks }) => lagWeeks === CHOSEN_LAG)!;
  return { lags: tested, chosen, best: strongest(tested) };
}

/** Bonferroni: of m intervals at 1 − 5 % ÷ m, all hold the true value in 95 of 100 cases, whichever is then picked. */
function strongest(tested: readonly Tested[]): Association['best'] {
  const known = tested.filter((lag) => lag.pearson !== null);
  const strength = (lag: Tested) => Math.abs(lag.pearson!.value);
  const best = known.reduce<Tested | null>((found, next) => (found && strength(found) >= strength(next) ? found : next), null);
  if (!best) return null;
  const confidence = 1 - (1 - CONFIDENCE) / known.length;
  const figure = measured(best.pearson!.value, { kind: 'pearson', points: best.effectivePoints!, controls: best.controls, confidence });
  return { lagWeeks: best.lagWeeks, tested: known.length, pearson: figure };
}

const unknown = (lagWeeks: number, points: number, reason: Bilingual): Tested => ({
  lagWeeks,
  points,
  effectivePoints: null,
  pearson: null,
  spearman: null,
  reason,
  controls: 0,
});

function known(
  lagWeeks: number,
  values: Record<CorrelationKind, number>,
  of: { points: number; effectivePoints: number; controls: number },
): Tested {
  const figure = (kind: CorrelationKind) =>
    measured(values[kind], { kind, points: of.effectivePoints, controls: of.controls, confidence: CONFIDENCE });
  return { lagWeeks, ...of, pearson: figure('pearson'), spearman: figure('spearman'), reason: null };
}

function ofOne(pairs: WeeklyPairs, lag: number): Tested {
  const points = pairs.x.length;
  if (points < LEAST_POINTS) return unknown(lag, points, FOOTFALL_REASONS.fewPoints);
  if (isConstant(pairs.x)) return unknown(lag, points, FOOTFALL_REASONS.constantTraffic);
  if (isConstant(pairs.y)) return unknown(lag, points, FOOTFALL_REASONS.constantVisitors);
  const values = { pearson: pearson(pairs)!, spearman: spearman(pairs)! };
  return known(lag, values, { points, effectivePoints: effectivePoints(pairs), controls: 0 });
}

const varies = ({ x, y }: Pairs): boolean => x.length > 1 && !isConstant(x) && !isConstant(y);

function ofMany(dealers: readonly WeeklyPairs[], lag: number): Tested {
  const groups = dealers.filter(varies);
  const points = groups.reduce((sum, { x }) => sum + x.length, 0);
  if (groups.length === 0)
    return unknown(lag, points, dealers.some(({ x }) => x.length > 1) ? FOOTFALL_REASONS.noVariation : FOOTFALL_REASONS.fewPoints);
  if (points < LEAST_POINTS) return unknown(lag, points, FOOTFALL_REASONS.fewPoints);
  const values = {
    pearson: correlationOfDeviations(withinGroups(groups))!,
    spearman: correlationOfDeviations(withinGroups(groups, midranks))!,
  };
  const independent = groups.reduce((sum, group) => sum + effectivePoints(group), 0);
  return known(lag, values, { points, effectivePoints: independent, controls: groups.length - 1 });
}
