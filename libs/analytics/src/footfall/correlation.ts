/** Two series of one length: what was seen together stands at one place. */
export interface Pairs {
  x: readonly number[];
  y: readonly number[];
}

export const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Deviations from the mean. */
export function centred(values: readonly number[]): number[] {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

/** Correlation of deviations (already centred): −1 to 1; null where one side has none. */
export function correlationOfDeviations({ x, y }: Pairs): number | null {
  const sum = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);
  const [xx, yy] = [sum(x, x), sum(y, y)];
  if (xx === 0 || yy === 0) return null;
  return Math.max(-1, Math.min(1, sum(x, y) / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** Pearson's r of two series; null under two points or where one is constant. */
export function pearson({ x, y }: Pairs): number | null {
  if (x.length < 2 || isConstant(x) || isConstant(y)) return null;
  return correlationOfDeviations({ x: centred(x), y: centred(y) });
}

/** Ranks from 1; equal values share the mean of their places. */
export function midranks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let first = 0; first < order.length;) {
    let after = first + 1;
    while (after < order.length && values[order[after]] === values[order[first]]) after++;
    for (let place = first; place < after; place++) ranks[order[place]] = (first + 1 + after) / 2;
    first = after;
  }
  return ranks;
}

/** Spearman's ρ: Pearson's r of the midranks, which is right with ties as well. */
export const spearman = ({ x, y }: Pairs): number | null => pearson({ x: midranks(x), y: midranks(y) });

/** Deviations of every group from its own means, one after another: how large a group is plays no part. */
export function withinGroups(
  groups: readonly Pairs[],
  scale: (values: readonly number[]) => readonly number[] = (values) => values,
): Pairs {
  return { x: groups.flatMap(({ x }) => centred(scale(x))), y: groups.flatMap(({ y }) => centred(scale(y))) };
}

/** Means of the groups, a point each: whether the large have more of both. */
export const betweenGroups = (groups: readonly Pairs[]): Pairs => ({
  x: groups.map(({ x }) => meanOf(x)),
  y: groups.map(({ y }) => meanOf(y)),
});
