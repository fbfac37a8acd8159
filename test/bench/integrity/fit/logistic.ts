import { DETECTOR_FAMILIES, type DetectorFamily } from '@app/contracts';
import type { WeekFeatures } from './features';

export interface Weights {
  base: number;
  families: Record<DetectorFamily, number>;
  persistence: number;
  beside: number;
}

/** Before any data: a family is worth this much for each order of magnitude; pulls families with few cases towards it. */
const PRIOR = 1.5;
const PRIOR_BASE = -3.5;
/** Strength of the pull, in cases. */
const PULL = 4;
/** Share of inflated weeks that the answer is calibrated to, whatever share the tuning worlds have. */
export const PREVALENCE = 0.03;
const ROUNDS = 3000;
const STEP = 0.05;

type Seen = Pick<WeekFeatures, 'surprise' | 'persistence' | 'beside'>;

const vectorOf = ({ surprise, persistence, beside }: Seen): number[] => [
  1,
  ...DETECTOR_FAMILIES.map((family) => surprise[family] ?? 0),
  persistence,
  beside,
];

export function probability(row: Seen, weights: Weights): number {
  const own = [weights.base, ...DETECTOR_FAMILIES.map((family) => weights.families[family]), weights.persistence, weights.beside];
  return logistic(vectorOf(row).reduce((sum, value, at) => sum + value * own[at], 0));
}

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/**
 * Logistic regression with a normal prior, weights not below 0 (a signal never exonerates), cases weighted to the usual share of inflated weeks. Adam on the
 * whole set: a few thousand rows and fourteen weights.
 */
export function fitted(rows: readonly (Seen & { inflated: boolean })[]): Weights {
  const vectors = rows.map(vectorOf);
  const positives = rows.filter(({ inflated }) => inflated).length;
  const weigh = rows.map(({ inflated }) =>
    inflated
      ? (PREVALENCE * rows.length) / Math.max(1, positives)
      : ((1 - PREVALENCE) * rows.length) / Math.max(1, rows.length - positives),
  );
  const prior = [PRIOR_BASE, ...DETECTOR_FAMILIES.map(() => PRIOR), 1, 1];
  const weights = [...prior];
  const [first, second] = [weights.map(() => 0), weights.map(() => 0)];
  for (let round = 1; round <= ROUNDS; round++) {
    const gradient = weights.map((weight, at) => (at === 0 ? 0 : PULL * (weight - prior[at])));
    vectors.forEach((vector, at) => {
      const error =
        weigh[at] * (logistic(vector.reduce((sum, value, place) => sum + value * weights[place], 0)) - (rows[at].inflated ? 1 : 0));
      for (let place = 0; place < vector.length; place++) gradient[place] += error * vector[place];
    });
    for (let place = 0; place < weights.length; place++) {
      first[place] = 0.9 * first[place] + 0.1 * gradient[place];
      second[place] = 0.999 * second[place] + 0.001 * gradient[place] ** 2;
      const [mean, spread] = [first[place] / (1 - 0.9 ** round), second[place] / (1 - 0.999 ** round)];
      weights[place] -= (STEP * mean) / (Math.sqrt(spread) + 1e-9);
      if (place > 0) weights[place] = Math.max(0, weights[place]);
    }
  }
  return {
    base: weights[0],
    families: Object.fromEntries(DETECTOR_FAMILIES.map((family, at) => [family, weights[at + 1]])) as Record<DetectorFamily, number>,
    persistence: weights[weights.length - 2],
    beside: weights[weights.length - 1],
  };
}
