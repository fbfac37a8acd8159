/** Viewers of one account and month by their number of visits. Index 0 is two visits, 4 is six. */
export interface VisitCounts {
  /** Viewers with exactly two, three, four, five, six visits. */
  viewers: readonly [number, number, number, number, number];
  /** Of those with exactly three, four, five: whose last visit lies in the last days of the month. */
  late: readonly [number, number, number];
  /** Of those with exactly four: whose visits have equal pauses. And of those with exactly five. */
  even: readonly [number, number];
}

export interface VisitExcess {
  /** Viewers with exactly four visits that two, three, five and six let expect. */
  expected: number;
  excess: number;
  /** n4 ÷ √(n3 · n5); honest rooms have about 1.07. Null where a side is empty. */
  ratio: number | null;
  /** Deviations in units of chance: of the number, of late last visits, of equal pauses; and the most that they say together. */
  z: { count: number; late: number; even: number; score: number };
}

/** How much honest curves differ from a smooth one, beside chance: relative. */
const CURVE = 0.08;
const PLACES = [2, 3, 5, 6] as const;
/** Honest rooms have a little more at four than the smooth curve says. */
const HONEST = 1.07 / 1.0;
/** Share of equal pauses among honest viewers with four visits, where those with five say nothing yet; and its weight in viewers. */
const EVEN_PRIOR = 0.06;
const PRIOR_WEIGHT = 15;

/** How many more viewers stop at exactly four visits than the curve through two, three, five and six lets expect, and how they came to be. */
export function visitExcess({ viewers, late, even }: VisitCounts): VisitExcess {
  const [n2, n3, n4, n5, n6] = viewers;
  const { at4, variance } = curveAt4([n2, n3, n5, n6]);
  const expected = at4 * bumpOf(n3, n5, at4);
  const count = (n4 - expected) / Math.sqrt(expected + (CURVE ** 2 + variance) * expected ** 2 + 0.5);
  const lateUsual = (late[0] + late[2] + 0.3 * 4) / (n3 + n5 + 4);
  const lateZ = (late[1] - n4 * lateUsual) / Math.sqrt(n4 * lateUsual * (1 - lateUsual) + n4 ** 2 * 0.002 + 1);
  const evenUsual = Math.max(0.02, (even[1] + EVEN_PRIOR * PRIOR_WEIGHT) / (n5 + PRIOR_WEIGHT));
  const evenZ = (even[0] - n4 * evenUsual) / Math.sqrt(n4 * evenUsual * (1 - evenUsual) + n4 ** 2 * 0.002 + 1);
  const both = (other: number) => (count + other) / Math.SQRT2;
  return {
    ...{ expected, excess: Math.max(0, n4 - expected) },
    ratio: n3 > 0 && n5 > 0 ? n4 / Math.sqrt(n3 * n5) : null,
    z: { count, late: lateZ, even: evenZ, score: count < 0.5 ? Math.min(count, 0.5) : Math.max(count, both(lateZ), both(evenZ)) },
  };
}

/** Between neighbours of three and five a convex curve lies below their mean: the honest ratio is reached half by the curve itself. */
const bumpOf = (n3: number, n5: number, at4: number): number => {
  const middle = Math.sqrt((n3 + 0.5) * (n5 + 0.5));
  return Math.min(HONEST, Math.max(1, (HONEST * middle) / Math.max(at4, 1e-9)));
};

/** Straight line through the logarithms at 2, 3, 5, 6, weighted by what chance leaves of them and by nearness to four; its value at four. */
function curveAt4(counts: readonly number[]): { at4: number; variance: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  counts.forEach((count, at) => {
    const x = PLACES[at] - 4;
    const weight = (count + 0.5) / (Math.abs(x) === 1 ? 1 : 3);
    const y = Math.log(count + 0.5);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  });
  const det = w * wxx - wx * wx;
  const intercept = det > 1e-9 ? (wxx * wy - wx * wxy) / det : wy / w;
  return { at4: Math.exp(intercept), variance: det > 1e-9 ? wxx / det : 1 / w };
}
