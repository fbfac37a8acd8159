import { median, type Week } from '../weeks';

const STARTS = 10;
/** Ends of the bins of stay, seconds. */
const STAYS = [5, 10, 20, 40, 80, 160, 320, 640, 1280, Infinity];

/** How the entries of one broadcast spread over when they came (share of its length) and how long they stayed. */
export interface StayShape {
  counts: Float64Array;
  total: number;
  add(start: number, dwellSeconds: number): void;
}

export function shapeOf(): StayShape {
  const counts = new Float64Array(STARTS * STAYS.length);
  return {
    counts,
    total: 0,
    add(start, dwellSeconds) {
      const row = Math.min(STARTS - 1, Math.max(0, Math.floor(start * STARTS)));
      counts[row * STAYS.length + STAYS.findIndex((end) => dwellSeconds < end)]++;
      this.total++;
    },
  };
}

/**
 * FLOCK's form alone (WWW'17): how far the joint shape of start and stay lies from that of other broadcasts of like size, without its removal of views. Robust z
 * within the size class, since small broadcasts differ by chance.
 */
export function flockScores(shapes: ReadonlyMap<string, StayShape>): Map<string, number> {
  const classes = new Map<number, [string, StayShape][]>();
  for (const one of shapes) {
    const size = Math.floor(Math.log2(one[1].total + 1));
    classes.set(size, [...(classes.get(size) ?? []), one]);
  }
  const scores = new Map<string, number>();
  for (const members of classes.values()) {
    const mean = new Float64Array(STARTS * STAYS.length);
    for (const [, { counts, total }] of members) counts.forEach((count, at) => (mean[at] += count / total / members.length));
    const distances = members.map(([, shape]) => divergence(shape, mean));
    const middle = median(distances);
    const spread = Math.max(1e-4, 1.4826 * median(distances.map((value) => Math.abs(value - middle))));
    members.forEach(([sessionId], at) => scores.set(sessionId, (distances[at] - middle) / spread));
  }
  return scores;
}

/** Jensen–Shannon. */
function divergence({ counts, total }: StayShape, mean: Float64Array): number {
  let sum = 0;
  counts.forEach((count, at) => {
    const p = count / total;
    const middle = (p + mean[at]) / 2;
    if (p > 0) sum += 0.5 * p * Math.log(p / middle);
    if (mean[at] > 0) sum += 0.5 * mean[at] * Math.log(mean[at] / middle);
  });
  return sum;
}

/** A week is as strange as the strangest of its broadcasts. */
export const flockWeeks = (weeks: readonly Week[], scores: ReadonlyMap<string, number>): (number | null)[] =>
  weeks.map(({ sessions }) => Math.max(...sessions.map(({ sessionId }) => scores.get(sessionId) ?? -Infinity)));
