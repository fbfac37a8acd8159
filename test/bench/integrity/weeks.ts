import { WorldDealer, WorldSession } from './world/shapes';

/** What a simple rule looks at: one dealer's week beside the same dealer's reference days, in logarithms. */
export interface Week {
  dealer: WorldDealer;
  week: number;
  /** Highest robust z of a session, per figure; own reference of at least ten sessions, else null. */
  z: Record<Figure, number> | null;
  /** Mean of ln(figure) of the week less the reference's median. */
  change: Record<Figure, number> | null;
  sessions: WorldSession[];
  /** A session of this week was tampered with. */
  inflated: boolean;
}

export const FIGURES = ['views', 'likes', 'comments', 'follows', 'likeRatio', 'commentRatio', 'followRatio', 'stay', 'peakRatio'] as const;
export type Figure = (typeof FIGURES)[number];

const READ: Record<Figure, (session: WorldSession) => number> = {
  views: (one) => Math.log(one.views + 1),
  likes: (one) => Math.log(one.likes + 1),
  comments: (one) => Math.log(one.comments + 1),
  follows: (one) => Math.log(one.follows + 1),
  likeRatio: (one) => Math.log((one.likes + 1) / (one.views + 20)),
  commentRatio: (one) => Math.log((one.comments + 1) / (one.views + 20)),
  followRatio: (one) => Math.log((one.follows + 0.5) / (one.views + 20)),
  stay: (one) => Math.log((one.watchSeconds + 1) / (one.views + 1)),
  peakRatio: (one) => Math.log((one.peakConcurrent + 1) / (one.averageConcurrent + 1)),
};
/** Ratios sink as well as rise when numbers are bought. */
const TWO_SIDED: ReadonlySet<Figure> = new Set(['likeRatio', 'commentRatio', 'followRatio', 'stay', 'peakRatio']);

const LEAST_REFERENCE = 10;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Each week of the test days of a dealer; weeks without a session are left out, they are no finding. */
export function weeksOf(dealer: WorldDealer, testFrom: number, days: number): Week[] {
  const weeks: Week[] = [];
  const reference = dealer.sessions.filter(({ day }) => day < testFrom);
  for (let week = 0, from = testFrom; from < days; week++, from += 7) {
    const sessions = dealer.sessions.filter(({ day }) => day >= from && day < from + 7);
    if (sessions.length === 0) continue;
    const known = reference.length >= LEAST_REFERENCE;
    const [z, change] = known ? compared(sessions, reference) : [null, null];
    weeks.push({ dealer, week, z, change, sessions, inflated: isInflated(dealer, sessions) });
  }
  return weeks;
}

const isInflated = ({ injection }: WorldDealer, sessions: readonly WorldSession[]): boolean =>
  injection !== null && sessions.some(({ sessionId }) => injection.sessions.has(sessionId));

function compared(sessions: readonly WorldSession[], reference: readonly WorldSession[]): [Record<Figure, number>, Record<Figure, number>] {
  const z: Partial<Record<Figure, number>> = {};
  const change: Partial<Record<Figure, number>> = {};
  for (const figure of FIGURES) {
    const own = reference.map(READ[figure]);
    // what a world does not simulate says nothing
    if (own.some(Number.isNaN)) {
      z[figure] = change[figure] = 0;
      continue;
    }
    const middle = median(own);
    const spread = Math.max(0.05, 1.4826 * median(own.map((value) => Math.abs(value - middle))));
    const deviations = sessions.map((one) => (READ[figure](one) - middle) / spread);
    z[figure] = Math.max(...deviations.map((one) => (TWO_SIDED.has(figure) ? Math.abs(one) : one)));
    change[figure] = (deviations.reduce((all, one) => all + one, 0) / deviations.length) * spread;
  }
  return [z as Record<Figure, number>, change as Record<Figure, number>];
}
