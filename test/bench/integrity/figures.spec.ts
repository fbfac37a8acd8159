import fc from 'fast-check';
import { areaUnderCurve, hitsAmong, kendallTau, thresholdAt, type Judged } from './figures';

const judged = fc.array(fc.record({ score: fc.integer({ min: -5, max: 5 }), positive: fc.boolean() }), { maxLength: 40 });

describe('figures of the integrity benchmark', () => {
  it('the area is the share of pairs in which the positive stands above, ties half', () => {
    fc.assert(
      fc.property(judged, (rows) => {
        const good = rows.filter((row) => row.positive);
        const bad = rows.filter((row) => !row.positive);
        const pairs = good.flatMap((one) =>
          bad.map((other): number => (one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0)),
        );
        const expected = pairs.length === 0 ? null : pairs.reduce((all, one) => all + one, 0) / pairs.length;
        const answer = areaUnderCurve(rows);
        if (expected === null) expect(answer).toBeNull();
        else expect(answer).toBeCloseTo(expected, 10);
      }),
    );
  });

  it('hits among the highest: all of them among all, and never more than places', () => {
    fc.assert(
      fc.property(judged, fc.integer({ min: 1, max: 50 }), (rows, count) => {
        const hits = hitsAmong(rows, count);
        expect(hits).toBeLessThanOrEqual(Math.min(count, rows.length) + 1e-9);
        expect(hitsAmong(rows, rows.length || 1)).toBeCloseTo(rows.filter((row) => row.positive).length, 10);
      }),
    );
    const equal: Judged[] = [true, false, true, false].map((positive) => ({ score: 1, positive }));
    expect(hitsAmong(equal, 2)).toBe(1);
  });

  it('at most the asked share of the honest lies above the threshold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (honest, rate) => {
          const threshold = thresholdAt(honest, rate);
          expect(honest.filter((score) => score > threshold).length / honest.length).toBeLessThanOrEqual(rate + 1e-12);
        },
      ),
    );
  });

  it('the same order is 1, the reverse −1, a constant unknown', () => {
    expect(kendallTau([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(kendallTau([1, 2, 3], [6, 5, 4])).toBe(-1);
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNull();
  });
});
