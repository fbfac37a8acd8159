import { SCORE_PARTS, type RankingPart, type RankingRow, type ScorePart } from '@app/contracts';

export interface Contribution {
  metric: ScorePart;
  /** Points of the score: weight × percentile × 100 ÷ known weight; null when the part is unknown. */
  points: number | null;
  part: RankingPart;
}

/** The parts in the fixed order of the score with the points each brings (domain.md 6.3). They add up to the score. */
export function contributions(row: Pick<RankingRow, 'parts' | 'weightKnown'>): Contribution[] {
  return SCORE_PARTS.flatMap((metric) => {
    const part = row.parts.find((candidate) => candidate.metric === metric);
    if (!part) return [];
    const known = part.percentile !== null && row.weightKnown > 0;
    return [{ metric, part, points: known ? (part.weight * part.percentile! * 100) / row.weightKnown : null }];
  });
}

/** The known part with the most points still to gain, with that number; null when nothing is known. */
export function largestGap(row: Pick<RankingRow, 'parts' | 'weightKnown'>): { part: RankingPart; points: number } | null {
  let best: { part: RankingPart; points: number } | null = null;
  for (const { part, points } of contributions(row)) {
    if (points === null) continue;
    const gap = (part.weight * 100) / row.weightKnown - points;
    if (!best || gap > best.points) best = { part, points: gap };
  }
  return best;
}
