import { SCORE_PARTS, type RankingPart, type ScorePart } from '@app/contracts';
import fc from 'fast-check';
import { contributions, largestGap } from './score';

const WEIGHTS: Record<ScorePart, number> = { showroom: 35, value: 25, loyalty: 15, engagement: 10, cadence: 10, growth: 5 };
const rowOf = (percentiles: (number | null)[]) => {
  const parts = SCORE_PARTS.map((metric, index): RankingPart => ({
    metric,
    weight: WEIGHTS[metric],
    value: null,
    percentile: percentiles[index],
    peers: 5,
    peerGroup: null,
    smallGroup: false,
    reason: null,
  }));
  return { parts, weightKnown: parts.reduce((sum, part) => sum + (part.percentile === null ? 0 : part.weight), 0) };
};

describe('parts of a score', () => {
  it('add up to the score: 100 × Σ known weight × p ÷ Σ known weight', () =>
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 6, maxLength: 6 }), (percentiles) => {
        const row = rowOf(percentiles);
        const score = row.weightKnown
          ? (100 * row.parts.reduce((sum, part) => sum + part.weight * (part.percentile ?? 0), 0)) / row.weightKnown
          : 0;
        expect(contributions(row).reduce((sum, entry) => sum + (entry.points ?? 0), 0)).toBeCloseTo(score, 8);
      }),
    ));
  it('an unknown part has no points', () => expect(contributions(rowOf([null, 1, 1, 1, 1, 1]))[0].points).toBeNull());
  it('the next step is the part with the most points to gain, not the lowest percentile', () => {
    const gap = largestGap(rowOf([0.5, 0.9, 0.9, 0.9, 0.9, 0.1]));
    expect(gap?.part.metric).toBe('showroom');
    expect(gap?.points).toBeCloseTo(17.5);
  });
  it('nothing known, nothing to advise', () => expect(largestGap(rowOf([null, null, null, null, null, null]))).toBeNull());
});
