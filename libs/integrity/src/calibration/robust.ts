/** Pure robust statistics. None of them changes its input; of nothing the answer is NaN. */

/** Linear between order statistics; `sorted` ascending. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

// of an array at once: the iterator of the general form costs ten times as much
export const ascending = (values: Iterable<number>): Float64Array =>
  (Array.isArray(values) ? new Float64Array(values as number[]) : Float64Array.from(values)).sort();

export const median = (values: Iterable<number>): number => quantileOf(ascending(values), 0.5);

/** Makes the median absolute deviation of a normal sample its standard deviation. */
const NORMAL = 1.4826;

/** Spread about the median in the unit of the values: a standard deviation that a few outliers do not move. 0 for a constant series. */
export function spread(values: readonly number[], centre = median(values)): number {
  return NORMAL * median(values.map((value) => Math.abs(value - centre)));
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * Slope and intercept by Theil and Sen: the median of all slopes. Up to a quarter of the points may be anything. Null for fewer than three points or no
 * two different x.
 */
export function robustLine(points: readonly (readonly [number, number])[]): { slope: number; intercept: number } | null {
  if (points.length < 3) return null;
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++)
    for (let j = i + 1; j < points.length; j++) {
      const run = points[j][0] - points[i][0];
      if (run !== 0) slopes.push((points[j][1] - points[i][1]) / run);
    }
  if (slopes.length === 0) return null;
  const slope = median(slopes);
  return { slope, intercept: median(points.map(([x, y]) => y - slope * x)) };
}
