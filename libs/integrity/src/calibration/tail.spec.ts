import * as fc from 'fast-check';
import { drawsOf } from '../../../../test/support/honest-accounts';
import { prevalenceOf, strengthOfBreach } from './prevalence';
import { honestShare, honestTail, strengthOf, strengthOfLooks } from './tail';

const normals = (n: number, seed: number): number[] => {
  const { normal } = drawsOf(seed);
  return Array.from({ length: n }, normal);
};

describe('honest tails', () => {
  it('a strength of .99 is reached by one in a hundred honest subjects that were not learnt from', () => {
    const tail = honestTail(normals(4000, 1));
    const others = normals(20_000, 2).map((score) => strengthOf(tail, score));
    for (const strength of [0.9, 0.99, 0.999]) {
      const share = others.filter((one) => one >= strength).length / others.length;
      expect(share).toBeGreaterThan(0.4 * (1 - strength));
      expect(share).toBeLessThan(1.6 * (1 - strength));
    }
  });

  it('one cheater in a hundred among the reference costs strength, and no more than that share', () => {
    const clean = normals(3000, 3);
    const mixed = clean.map((score, at) => (at % 100 === 0 ? 12 : score));
    expect(strengthOf(honestTail(clean), 6)).toBeGreaterThan(0.999);
    expect(strengthOf(honestTail(mixed), 6)).toBeGreaterThan(0.985);
    expect(strengthOf(honestTail(mixed), 1.5)).toBeCloseTo(strengthOf(honestTail(clean), 1.5), 1);
  });

  it('nobody seen: nothing ordinary is a finding, and the extraordinary still is one', () => {
    const nobody = honestTail([]);
    expect(strengthOf(nobody, 1.9)).toBeLessThan(0.9);
    expect(strengthOf(nobody, 12)).toBeGreaterThan(0.999);
    expect(strengthOf(honestTail([0, 0, 0]), 0)).toBeLessThan(0.9);
  });

  it('is monotone in the score, in (0, 1]', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 9, noNaN: true }), { maxLength: 400 }),
        fc.double({ min: -9, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 9, noNaN: true }),
        (scores, low, more) => {
          const tail = honestTail(scores);
          const [a, b] = [honestShare(tail, low), honestShare(tail, low + more)];
          expect(b).toBeLessThanOrEqual(a + 1e-12);
          expect(b).toBeGreaterThan(0);
          expect(a).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  it('several looks cost: the best of ten is ten times as likely', () => {
    expect(strengthOfLooks(0.999, 10)).toBeCloseTo(0.99);
    expect(strengthOfLooks(0.5, 10)).toBe(0);
  });

  it('a breach is as strong as it is rare, and nobody seen is not never', () => {
    expect(strengthOfBreach(prevalenceOf(4000, []), 0.5)).toBeGreaterThan(0.9999);
    expect(strengthOfBreach(prevalenceOf(10, []), 0.5)).toBeGreaterThan(0.99);
    expect(strengthOfBreach(prevalenceOf(10, []), 0.5)).toBeLessThan(0.9995);
    const common = prevalenceOf(
      1000,
      Array.from({ length: 200 }, (_, at) => at / 200),
    );
    expect(strengthOfBreach(common, 0.1)).toBeLessThan(0.9);
    expect(strengthOfBreach(common, 2)).toBeGreaterThan(strengthOfBreach(common, 0.5));
  });
});
