/** Bounds between `classes` classes of about as many values each: a value is in the class of how many bounds it is at or above. Rising, without repeats. */
export function quantileBounds(values: readonly number[], classes: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (!sorted.length) return [];
  const bounds = Array.from({ length: classes - 1 }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / classes)]);
  return [...new Set(bounds)].filter((bound) => bound > sorted[0]);
}

/** Class of a value: 0 the lowest. */
export const classOf = (value: number, bounds: readonly number[]): number => bounds.filter((bound) => value >= bound).length;
