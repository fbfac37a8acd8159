import type { Residual } from './drift';
import type { Claim } from './units';

/** One feature above (+1) or below (−1) what was expected. */
export const moves = (name: string, feature: number, sign: 1 | -1): Claim => ({
  name,
  feature,
  score: ({ shift, spread }) => scaled(shift[feature], spread[feature], sign),
  effect: ({ shift }) => shift[feature],
});

/** One feature away from what was expected, in either direction. */
export const departs = (name: string, feature: number): Claim => ({
  name,
  feature,
  score: ({ shift, spread }) => (shift[feature] === null ? null : Math.abs(shift[feature]) / spread[feature]),
  effect: ({ shift }) => shift[feature],
});

/**
 * Several features at once, each with its sign; all have to be known. Their noise goes together to a share `together`. `feature` (what is shown) is the
 * first. A single one carries at most four spreads.
 */
export const together = (name: string, parts: readonly (readonly [feature: number, sign: 1 | -1])[], together = 0.4): Claim => {
  const width = Math.sqrt(parts.length * (1 + (parts.length - 1) * together));
  return {
    name,
    feature: parts[0][0],
    // asked millions of times in a scan: nothing is allocated
    score: ({ shift, spread }) => {
      let sum = 0;
      for (const [feature, sign] of parts) {
        const score = scaled(shift[feature], spread[feature], sign);
        if (score === null) return null;
        sum += Math.min(4, Math.max(-4, score));
      }
      return sum / width;
    },
    effect: ({ shift }) => shift[parts[0][0]],
  };
};

const scaled = (shift: number | null, spread: number, sign: 1 | -1): number | null => (shift === null ? null : (sign * shift) / spread);

/** The shift that several features share: their mean weighted by how still they usually are, and its spread. Null when fewer than `least` are known. */
export function sharedShift(
  { shift, spread }: Pick<Residual, 'shift' | 'spread'>,
  features: readonly number[],
  least = 2,
): { shift: number; spread: number } | null {
  const known = features.filter((feature) => shift[feature] !== null);
  if (known.length < least) return null;
  const weights = known.map((feature) => 1 / spread[feature] ** 2);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = known.reduce((sum, feature, at) => sum + (weights[at] / whole) * shift[feature]!, 0);
  // half of the noise of ratios is their common denominator: it does not average out
  const alone = known.reduce((sum, feature, at) => sum + ((weights[at] / whole) * spread[feature]) ** 2, 0);
  const all = known.reduce((sum, feature, at) => sum + (weights[at] / whole) * spread[feature], 0) ** 2;
  return { shift: mean, spread: Math.sqrt((alone + all) / 2) };
}

/**
 * The same claim where one observation alone says little: whoever comes at once does so once (a repost, a guest, a raffle), what is bought comes at once again and again. No observation counts for more
 * than `most` spreads, so that only several of them stand out.
 */
export const repeated = (claim: Claim, most = 2.5): Claim => ({
  ...claim,
  score: (residual) => {
    const score = claim.score(residual);
    return score === null ? null : Math.min(most, score);
  },
});
