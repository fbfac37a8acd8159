import type { Week } from '../weeks';
import { isolationScores } from './isolation-forest';
import { featuresOf, peerZ, robustZ, sevenRules } from './simple-rules';

/** A way to give each week a score; null where it cannot judge. */
export interface Scorer {
  name: string;
  score: (weeks: readonly Week[], seed: number) => (number | null)[];
}

export const SCORERS: Scorer[] = [
  { name: 'robust z', score: (weeks) => weeks.map(robustZ) },
  {
    name: 'peer z',
    score: (weeks) => {
      const scores = peerZ(weeks);
      return weeks.map((week) => scores.get(week) ?? null);
    },
  },
  { name: 'seven rules', score: (weeks) => weeks.map(sevenRules) },
  { name: 'isolation forest', score: forest },
];

function forest(weeks: readonly Week[], seed: number): (number | null)[] {
  const rows = weeks.map(featuresOf);
  const known = rows.filter((row) => row !== null);
  const scores = isolationScores(known, seed);
  let at = 0;
  return rows.map((row) => (row === null ? null : scores[at++]));
}
