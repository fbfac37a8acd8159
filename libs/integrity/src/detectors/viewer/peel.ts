/** Views that look alike in every feature; `features[f]` is the value (0 …) of feature f. */
export interface AlikeViews {
  features: readonly number[];
  views: number;
}

/** What is known of the honest views of a room: for each feature, the share of each value. Sums to 1 per feature. */
export type HonestShares = readonly ArrayLike<number>[];

/** Which views to peel off: a view goes when the sum of its weights, one per feature, plus `bias` is above 0. */
export interface Peel {
  /** Estimated share of the views that are of the other kind. */
  share: number;
  /** Views that go, and how many they would be at half and at twice the odds. */
  views: number;
  low: number;
  high: number;
  bias: number;
  /** Logarithms of how much more usual a value is among the views that go, per feature and value; rounded, as the query uses them. */
  weights: number[][];
}

const ROUNDS = 60;
const SMOOTHING = 0.5;
/** No single feature decides alone. */
const MOST = 4;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/**
 * Splits the views of a room into honest ones, whose features are known from its own history, and others, whose features are learned (expectation and
 * maximisation; features are taken as independent within a kind). `start`: for each group of views the share that is probably of the other kind; `most`:
 * more than this share of all is not believed, or whatever is odd about an evening would count. Deterministic.
 */
export function peel(groups: readonly AlikeViews[], honest: HonestShares, start: readonly number[], most = 0.95): Peel {
  const total = groups.reduce((sum, { views }) => sum + views, 0);
  const usual = honest.map(smoothed);
  let other = [...start];
  let weights = usual.map((shares) => shares.map(() => 0));
  let share = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const taken = groups.reduce((sum, { views }, at) => sum + views * other[at], 0);
    share = Math.min(most, Math.max(1e-4, taken / Math.max(1, total)));
    weights = usual.map((shares, feature) => {
      const counts = shares.map(() => 0);
      groups.forEach(({ features, views }, at) => (counts[features[feature]] += views * other[at]));
      // a value that the kind has not shown is not thereby impossible: the honest share stands in for a few views
      return shares.map((usualShare, value) => {
        const own = (counts[value] + 2 * SMOOTHING * usualShare + SMOOTHING / shares.length) / (taken + 3 * SMOOTHING);
        return Math.min(MOST, Math.max(-MOST, Math.log(own / usualShare)));
      });
    });
    const bias = Math.log(share / (1 - share));
    other = groups.map(({ features }) => 1 / (1 + Math.exp(-odds(features, weights, bias))));
  }
  const told = weights.map((values) => values.map(rounded));
  const bias = rounded(Math.log(share / (1 - share)));
  const above = (least: number): number =>
    groups.reduce((sum, { features, views }) => sum + (odds(features, told, bias) > least ? views : 0), 0);
  return { share, views: above(0), low: above(Math.log(4)), high: above(-Math.log(4)), bias, weights: told };
}

const odds = (features: readonly number[], weights: readonly number[][], bias: number): number =>
  features.reduce((sum, value, feature) => sum + weights[feature][value], bias);

function smoothed(shares: ArrayLike<number>): number[] {
  const floor = 0.002 / shares.length;
  const values = Array.from({ length: shares.length }, (_, at) => shares[at] + floor);
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}
