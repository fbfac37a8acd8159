import * as fc from 'fast-check';
import { TEST_SEED } from '../../../../test/support/seeded';
import { ascending, median, quantileOf, robustLine, spread } from './robust';

describe('robust statistics', () => {
  it('the selected middle is the middle of the order, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
          minLength: 1,
          maxLength: 700,
        }),
        (values) => {
          const given = [...values];
          expect(median(values)).toBeCloseTo(quantileOf(ascending(values), 0.5), 6);
          expect(median(new Set(values))).toBeCloseTo(quantileOf(ascending(new Set(values)), 0.5), 6);
          expect(values).toEqual(given);
        },
      ),
      { seed: TEST_SEED, numRuns: 200 },
    );
  });

  it('of nothing there is none, of one it is that, of constants no spread', () => {
    expect(median([])).toBeNaN();
    expect([median([7]), spread([7, 7, 7])]).toEqual([7, 0]);
    expect(spread([1, 2, 3, 4, 1000])).toBeCloseTo(1.4826);
  });

  it('a line through mostly true points is not moved by the others', () => {
    const points = Array.from({ length: 20 }, (_, x) => [x, x % 5 === 0 ? 500 : 2 * x + 1] as const);
    expect(robustLine(points)!.slope).toBeCloseTo(2, 0);
    expect(robustLine([[1, 2]])).toBeNull();
    expect(
      robustLine([
        [1, 2],
        [1, 3],
        [1, 4],
      ]),
    ).toBeNull();
  });
});
