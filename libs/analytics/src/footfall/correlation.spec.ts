import fc from 'fast-check';
import { effectivePoints, measured, normalQuantile } from './confidence';
import { Pairs, correlationOfDeviations, midranks, pearson, spearman, withinGroups } from './correlation';

/** Anscombe's first set. */
const ANSCOMBE: Pairs = {
  x: [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
  y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
};
const TIED: Pairs = { x: [1, 2, 2, 3, 3, 3, 4, 5, 5, 9], y: [2, 1, 4, 4, 3, 7, 6, 6, 9, 8] };
/** A dealer of a few and one of hundreds: within each, nothing; over all, size alone gives 0.999. */
const SMALL: Pairs = { x: [1, 2, 3, 4, 6], y: [2, 1, 4, 3, 6] };
const LARGE: Pairs = { x: [101, 103, 102, 105, 104], y: [210, 205, 207, 201, 209] };

const bounds = ({ low, high }: { low: number | null; high: number | null }) => [low, high];

describe('correlation, against values that were computed elsewhere', () => {
  it("Pearson's r and its Fisher interval of Anscombe's first set", () => {
    const value = pearson(ANSCOMBE)!;
    expect(value).toBeCloseTo(0.81642051634484, 13);
    const at = (confidence: number) => bounds(measured(value, { kind: 'pearson', points: 11, confidence }));
    expect(at(0.95)).toEqual([expect.closeTo(0.424391213393215, 12), expect.closeTo(0.950693253786561, 12)]);
    expect(at(0.99)).toEqual([expect.closeTo(0.231046310323429, 12), expect.closeTo(0.967820799978797, 12)]);
  });

  it("Spearman's ρ of intelligence and television is −29 ÷ 165; ties share a rank", () => {
    const hours = { x: [106, 100, 86, 101, 99, 103, 97, 113, 112, 110], y: [7, 27, 2, 50, 28, 29, 20, 12, 6, 17] };
    expect(spearman(hours)).toBeCloseTo(-29 / 165, 14);
    expect(midranks(TIED.x)).toEqual([1, 2.5, 2.5, 5, 5, 5, 7, 8.5, 8.5, 10]);
    expect(spearman(TIED)).toBeCloseTo(0.826150702718031, 13);
  });

  it("Spearman's interval is wider than Pearson's by the factor of Bonett and Wright", () => {
    const interval = measured(spearman(TIED)!, { kind: 'spearman', points: 10, confidence: 0.95 });
    expect(bounds(interval)).toEqual([expect.closeTo(0.307652374141457, 12), expect.closeTo(0.966341123848185, 12)]);
  });

  it('pooling by deviations is the partial correlation given the dealer: size alone is no correlation', () => {
    const all = pearson({ x: [...SMALL.x, ...LARGE.x], y: [...SMALL.y, ...LARGE.y] })!;
    expect(all).toBeCloseTo(0.999119939005417, 13);
    const within = correlationOfDeviations(withinGroups([SMALL, LARGE]))!;
    expect(within).toBeCloseTo(-0.079095571822422, 13);
    const interval = measured(within, { kind: 'pearson', points: 10, controls: 1, confidence: 0.95 });
    expect(bounds(interval)).toEqual([expect.closeTo(-0.706125169802663, 12), expect.closeTo(0.617460787041744, 12)]);
  });

  it('weeks that resemble the one before are worth fewer points; a missing week parts them', () => {
    const series = { x: [3, 4, 6, 5, 8, 9, 9, 11], y: [2, 2, 5, 4, 6, 6, 8, 7] };
    expect(effectivePoints({ ...series, weeks: [0, 1, 2, 3, 4, 5, 6, 7] })).toBeCloseTo(4.5154139426415, 12);
    expect(effectivePoints({ ...series, weeks: [0, 2, 4, 6, 8, 10, 12, 14] })).toBe(8);
  });

  it('quantiles of the normal distribution', () => {
    for (const [share, point] of [
      [0.975, 1.95996398454005],
      [0.995, 2.5758293035489],
      [0.6, 0.2533471031358],
      [0.025, -1.95996398454005],
    ])
      expect(normalQuantile(share)).toBeCloseTo(point, 12);
  });

  it('no interval without freedom, no width at a perfect correlation', () => {
    expect(bounds(measured(0.5, { kind: 'pearson', points: 3, confidence: 0.95 }))).toEqual([null, null]);
    expect(bounds(measured(0.5, { kind: 'pearson', points: 5, controls: 2, confidence: 0.95 }))).toEqual([null, null]);
    expect(bounds(measured(-1, { kind: 'spearman', points: 9, confidence: 0.95 }))).toEqual([-1, -1]);
  });
});

describe('correlation, always', () => {
  const points = fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { minLength: 2, maxLength: 30 });
  const pairsOf = (list: [number, number][]): Pairs => ({ x: list.map(([x]) => x), y: list.map(([, y]) => y) });
  const near = (a: number | null, b: number | null) => (a === null || b === null ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 9));

  it('is the same both ways, lies in −1 … 1, and is null only for a constant series', () => {
    fc.assert(
      fc.property(points, (list) => {
        const { x, y } = pairsOf(list);
        for (const measure of [pearson, spearman]) {
          const value = measure({ x, y });
          expect(measure({ x: y, y: x })).toBe(value);
          expect(value === null).toBe(new Set(x).size === 1 || new Set(y).size === 1);
          if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('does not change under affine maps, and turns its sign under falling ones', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), fc.integer({ min: -100, max: 100 }), (list, factor, shift) => {
        const { x, y } = pairsOf(list);
        const moved = x.map((value) => factor * value + shift);
        near(pearson({ x: moved, y }), pearson({ x, y }));
        const falling = pearson({ x: x.map((value) => shift - factor * value), y });
        near(falling, pearson({ x, y }) === null ? null : -pearson({ x, y })!);
      }),
    );
  });

  it("Spearman's ρ does not change under monotone maps, within dealers neither", () => {
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 4 }), (lists) => {
        const groups = lists.map(pairsOf);
        const bent = groups.map(({ x, y }, at) => ({ x: x.map((value) => value ** 3 + at), y: y.map((value) => Math.log(1 + value)) }));
        for (const [at, group] of groups.entries()) expect(spearman(bent[at])).toBe(spearman(group));
        near(correlationOfDeviations(withinGroups(bent, midranks)), correlationOfDeviations(withinGroups(groups, midranks)));
      }),
    );
  });

  it("a dealer's own level plays no part in the pooled correlation", () => {
    fc.assert(
      fc.property(fc.array(points, { minLength: 2, maxLength: 4 }), fc.nat(1000), (lists, level) => {
        const groups = lists.map(pairsOf);
        const raised = groups.map(({ x, y }, at) => ({ x: x.map((value) => value + at * level), y: y.map((value) => value + at * level) }));
        near(correlationOfDeviations(withinGroups(raised)), correlationOfDeviations(withinGroups(groups)));
      }),
    );
  });

  it('an interval holds its value and grows with the confidence and with fewer points', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), fc.integer({ min: 5, max: 200 }), (value, count) => {
        for (const kind of ['pearson', 'spearman'] as const) {
          const wide = measured(value, { kind, points: count, confidence: 0.99 });
          const usual = measured(value, { kind, points: count, confidence: 0.95 });
          const fewer = measured(value, { kind, points: count - 1, confidence: 0.95 });
          expect(usual.low! < value && value < usual.high!).toBe(true);
          expect(wide.low! < usual.low! && usual.high! < wide.high!).toBe(true);
          expect(fewer.low! < usual.low! && usual.high! < fewer.high!).toBe(true);
        }
      }),
    );
  });
});
