import fc from 'fast-check';
import { agreement } from './kendall';

/** Straight from the definition: every pair. */
function byPairs(first: number[], second: number[]) {
  let [concordant, discordant, tiedFirst, tiedSecond, pairs] = [0, 0, 0, 0, 0];
  for (let a = 0; a < first.length; a++)
    for (let b = 0; b < a; b++) {
      const [x, y] = [Math.sign(first[a] - first[b]), Math.sign(second[a] - second[b])];
      pairs++;
      if (x === 0) tiedFirst++;
      if (y === 0) tiedSecond++;
      if (x * y > 0) concordant++;
      if (x * y < 0) discordant++;
    }
  const spread = Math.sqrt((pairs - tiedFirst) * (pairs - tiedSecond));
  return {
    tau: spread === 0 ? null : (concordant - discordant) / spread,
    pairsKept: pairs === tiedFirst ? null : concordant / (pairs - tiedFirst),
  };
}

describe("Kendall's agreement of two rankings", () => {
  it('is what counting every pair gives, ties included', () => {
    const ranks = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 30 });
    fc.assert(
      fc.property(ranks, (pairs) => {
        const [first, second] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        expect(agreement(first, second)).toEqual(byPairs(first, second));
      }),
    );
  });

  it('is 1 for the same order, −1 for the reverse, unknown without two ranks', () => {
    expect(agreement([1, 2, 3, 4], [10, 20, 30, 40])).toEqual({ tau: 1, pairsKept: 1 });
    expect(agreement([1, 2, 3, 4], [4, 3, 2, 1])).toEqual({ tau: -1, pairsKept: 0 });
    expect(agreement([1], [1])).toEqual({ tau: null, pairsKept: null });
    expect(agreement([1, 1], [1, 2])).toEqual({ tau: null, pairsKept: null });
  });
});
