// Figures of a benchmark of findings: pure, so that each has its own test.

export interface Judged {
  score: number;
  positive: boolean;
}

const byScore = (judged: readonly Judged[]): Judged[] => [...judged].sort((a, b) => b.score - a.score);

/** Chance that a positive scores above a negative, ties half; null when one side is empty. */
export function areaUnderCurve(judged: readonly Judged[]): number | null {
  const sorted = byScore(judged).reverse();
  const positives = judged.filter(({ positive }) => positive).length;
  const negatives = judged.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let ranks = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to].score === sorted[from].score) to++;
    const shared = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (sorted[at].positive) ranks += shared;
    from = to;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Positives among the `count` highest; of equal scores at the edge, the share that falls inside is counted. */
export function hitsAmong(judged: readonly Judged[], count: number): number {
  const sorted = byScore(judged);
  const edge = sorted[Math.min(count, sorted.length) - 1]?.score;
  if (edge === undefined) return 0;
  const above = sorted.filter(({ score }) => score > edge);
  const equal = sorted.filter(({ score }) => score === edge);
  const places = Math.min(count, sorted.length) - above.length;
  const hits = (of: readonly Judged[]): number => of.filter(({ positive }) => positive).length;
  return hits(above) + (hits(equal) * places) / Math.max(1, equal.length);
}

/** The least score that at most `rate` of these honest scores lie above. */
export function thresholdAt(honest: readonly number[], rate: number): number {
  const sorted = [...honest].sort((a, b) => b - a);
  return sorted[Math.floor(sorted.length * rate)] ?? -Infinity;
}

/** Share of the pairs that stand in the same order less those in the other: Kendall's tau-b; null when a side is constant. */
export function kendallTau(a: readonly number[], b: readonly number[]): number | null {
  let same = 0;
  let tiedA = 0;
  let tiedB = 0;
  let pairs = 0;
  for (let one = 0; one < a.length; one++)
    for (let other = one + 1; other < a.length; other++) {
      const sign = Math.sign(a[one] - a[other]) * Math.sign(b[one] - b[other]);
      same += sign;
      pairs++;
      if (a[one] === a[other]) tiedA++;
      if (b[one] === b[other]) tiedB++;
    }
  const scale = Math.sqrt((pairs - tiedA) * (pairs - tiedB));
  return scale === 0 ? null : same / scale;
}
