import { honestTail, strengthOf, type HonestTail } from '../../calibration/tail';

/** How far above a border values count as piled, and how far around it others tell what would be there without it. In the unit of the values. */
export interface PileWidths {
  band: number;
  around: number;
}
export interface Pile {
  above: number;
  expected: number;
  score: number;
}

/** Below so many values above and around nothing is said. */
const LEAST_AROUND = 8;

/** Values that lie just above a border, and what their neighbours on both sides let expect. Pure. */
export function pileAt(values: readonly number[], border: number, { band, around }: PileWidths): Pile | null {
  const inside = (from: number, to: number): number => values.filter((value) => value >= from && value < to).length;
  const above = inside(border, border + band);
  const beside = inside(border - around, border) + inside(border + band, border + band + around);
  if (above + beside < LEAST_AROUND) return null;
  const expected = ((beside + 1) * band) / (2 * around);
  return { above, expected, score: (above - expected) / Math.sqrt(expected + 0.5) };
}

/** Borders that nobody pays for, on either side of the real one: what piles up there is chance, and people's liking for round numbers. */
const PLACEBOS = 40;

/** What a whole network shows at a border, by what it shows at borders that mean nothing. Null: too few values. Pure. */
export function networkPile(values: readonly number[], border: number, widths: PileWidths): (Pile & { strength: number }) | null {
  const found = pileAt(values, border, widths);
  if (!found) return null;
  const step = widths.band / 2;
  const placebos: number[] = [];
  for (let at = 1; at <= PLACEBOS; at++)
    for (const side of [-1, 1]) {
      // whatever touches the real border's pile is no placebo
      const place = border + side * (widths.around + 2 * widths.band + at * step);
      const pile = pileAt(values, place, widths);
      if (pile) placebos.push(pile.score);
    }
  const tail: HonestTail = honestTail(placebos);
  return { ...found, strength: strengthOf(tail, found.score) };
}

/** Whether a pile has come with a border: the share just above it among all around, since the policy that has it began against before. Spreads of chance. Pure. */
export function pileJump(before: Pile | null, since: Pile | null): number | null {
  if (!before || !since) return null;
  const whole = (pile: Pile): number => pile.above + pile.expected;
  const ratio = (pile: Pile): number => Math.log((pile.above + 0.5) / (pile.expected + 0.5));
  const noise = (pile: Pile): number => 1 / (pile.above + 0.5) + 1 / (whole(pile) + 0.5);
  return (ratio(since) - ratio(before)) / Math.sqrt(noise(since) + noise(before));
}
