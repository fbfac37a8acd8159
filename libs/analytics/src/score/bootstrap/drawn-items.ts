import type { RandomStream } from './random-stream';

/**
 * Things that are drawn again with Poisson(1) weights (visitors, sessions), each with some measures: how many, the sums of each measure, the sums of products
 * of each two (of three measures: 11, 12, 13, 22, 23, 33). Sums of any sets of things add up.
 */
export interface Items {
  count: number;
  sums: readonly number[];
  products: readonly number[];
}

/** The things of which a share of each measure is left, of each the same: what cases remove is not drawn again. */
export function lessened({ count, sums, products }: Items, shares: readonly number[]): Items {
  const factors = shares.flatMap((own, at) => shares.slice(at).map((other) => own * other));
  return { count, sums: sums.map((sum, at) => sum * shares[at]), products: products.map((product, at) => product * factors[at]) };
}

/** Things that are ready to be drawn: the mean of each measure, and a root of the covariance (lower triangle, row by row). */
export interface DrawableItems {
  count: number;
  means: Float64Array;
  root: Float64Array;
}

export function drawable({ count, sums, products }: Items): DrawableItems {
  const size = sums.length;
  const means = Float64Array.from(sums, (sum) => (count > 0 ? sum / count : 0));
  const covariance = (row: number, column: number): number => {
    const place = column * size - (column * (column - 1)) / 2 + (row - column);
    return count > 0 ? products[place] / count - means[row] * means[column] : 0;
  };
  const root = new Float64Array((size * (size + 1)) / 2);
  const at = (row: number, column: number) => (row * (row + 1)) / 2 + column;
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let rest = covariance(row, column);
      for (let k = 0; k < column; k++) rest -= root[at(row, k)] * root[at(column, k)];
      // what only floating point leaves of a variance is none
      const isNothing = row === column && rest <= 1e-12 * means[row] ** 2;
      if (row === column) root[at(row, row)] = isNothing ? 0 : Math.sqrt(rest);
      else root[at(row, column)] = root[at(column, column)] > 0 ? rest / root[at(column, column)] : 0;
    }
  return { count, means, root };
}

/**
 * One draw of the weighted sums, added to `into`. How many things are drawn is Poisson(count), exactly what Poisson(1) weights add up to; given that number
 * they are so many drawn from all with repetition, whose sums have these means and covariances. That the sums of many are normal is the only approximation:
 * nothing is approximate where all things are equal. `drawn`: how many, where somebody else has drawn that.
 */
export function drawSums(
  { count, means, root }: DrawableItems,
  random: RandomStream,
  into: Float64Array,
  drawn = random.poisson(count),
): void {
  const spread = Math.sqrt(drawn);
  const normals = into.length === 2 ? TWO : THREE;
  for (let measure = 0; measure < into.length; measure++) normals[measure] = random.normal();
  for (let row = 0, place = 0; row < into.length; row++) {
    let away = 0;
    for (let column = 0; column <= row; column++) away += root[place++] * normals[column];
    into[row] += drawn * means[row] + spread * away;
  }
}
const TWO = new Float64Array(2);
const THREE = new Float64Array(3);
