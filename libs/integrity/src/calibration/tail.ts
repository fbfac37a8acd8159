import { ascending, median, quantileOf } from './robust';

/**
 * How far honest subjects go, as JSON: quantiles of a score as far as the sample carries them, and beyond the last one a heavy tail. A score is a
 * one-sided deviation in units of a spread: the larger, the stranger.
 */
export interface HonestTail {
  n: number;
  /** Score at each share of `SHARES` that at least `CARRIED` honest subjects lie beyond. */
  quantiles: number[];
  /** Scale of what lies beyond the last quantile. */
  scale: number;
}

const SHARES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998];
/** So many have to lie beyond a quantile before it is believed. */
const CARRIED = 8;
/**
 * Shape of the tail beyond: a little heavier than exponential. Hourly residuals of NAB's tweet series (nab_tweet_volume_5min, ten series) are no heavier
 * than exponential beyond their .98 quantile.
 */
const SHAPE = 0.15;
/** Weight of what is assumed where nobody has been seen: a Student distribution with four degrees of freedom and this scale (.999 at 9.3; the same series: 3.1–7.8). */
const ASSUMED = 25;
const ASSUMED_SCALE = 1.3;

/** Of the scores of honest subjects, or of many of whom nearly all are. */
export function honestTail(scores: readonly number[]): HonestTail {
  const sorted = ascending(scores.filter(Number.isFinite));
  const n = sorted.length;
  const carried = SHARES.filter((share) => n * (1 - share) >= CARRIED);
  const quantiles = carried.map((share) => quantileOf(sorted, share));
  const last = quantiles.at(-1) ?? 0;
  const beyond = [...sorted.slice(Math.floor(n * (carried.at(-1) ?? 1)))].map((score) => score - last).filter((excess) => excess > 0);
  const halfway = beyond.length > 0 ? median(beyond) : 0.7;
  // the median of the excess, not its mean: a few inflated ones among the reference do not stretch the tail
  return { n, quantiles, scale: Math.max(1e-3, (halfway * SHAPE) / (2 ** SHAPE - 1)) };
}

/** The scores that honest subjects stay under, by share, as far as enough were seen. */
export const quantilesOf = ({ quantiles }: HonestTail): { share: number; score: number }[] =>
  quantiles.map((score, at) => ({ share: SHARES[at], score }));

/** The score that has a strength, to a thousandth; strengths beyond what any score reaches give the largest that is looked at. */
export function scoreAt(tail: HonestTail, strength: number): number {
  let [low, high] = [-50, 200];
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (strengthOf(tail, middle) < strength) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of honest subjects that look at least like that, (0, 1]. Monotone in the score. */
export function honestShare({ n, quantiles, scale }: HonestTail, score: number): number {
  const assumed = assumedShare(score / ASSUMED_SCALE);
  if (quantiles.length === 0) return assumed;
  const own = ownShare(quantiles, scale, score);
  return Math.exp((n * Math.log(own) + ASSUMED * Math.log(assumed)) / (n + ASSUMED));
}

/** Strength of a signal (contracts: 1 − strength of honest subjects look at least like that). */
export const strengthOf = (tail: HonestTail, score: number): number => 1 - honestShare(tail, score);

/** The strength of the best of several looks: what honest subjects reach in one of them. */
export const strengthOfLooks = (strength: number, looks: number): number => Math.max(0, 1 - looks * (1 - strength));

function ownShare(quantiles: readonly number[], scale: number, score: number): number {
  const at = quantiles.findIndex((quantile) => score < quantile);
  if (at === 0) return 1 - SHARES[0] * Math.exp(Math.min(0, score - quantiles[0])); // below the median nothing is a finding
  if (at < 0) {
    const beyond = 1 - SHARES[quantiles.length - 1];
    return beyond * (1 + (SHAPE * (score - quantiles[quantiles.length - 1])) / scale) ** (-1 / SHAPE);
  }
  const [low, high] = [quantiles[at - 1], quantiles[at]];
  const part = high > low ? (score - low) / (high - low) : 1;
  return Math.exp((1 - part) * Math.log(1 - SHARES[at - 1]) + part * Math.log(1 - SHARES[at]));
}

/** Upper share of Student's distribution with four degrees of freedom, in closed form. */
function assumedShare(t: number): number {
  const root = t / Math.sqrt(4 + t * t);
  const share = 0.5 - 0.75 * (root - root ** 3 / 3);
  return Math.min(1, Math.max(1e-12, share));
}
