/** The value below which `share` of the values lie (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export interface PairedTimes {
  /** Median of the ratios of the pairs. */
  ratio: number;
  /** Medians, ms. */
  numerator: number;
  denominator: number;
  runs: number;
}

/**
 * How many times longer `numerator` takes. Both once to warm up, then in pairs that follow each other at once, each pair in the other order: what
 * disturbs the machine disturbs both.
 */
export async function pairedRatio(
  runs: number,
  numerator: () => Promise<unknown>,
  denominator: () => Promise<unknown>,
): Promise<PairedTimes> {
  await denominator();
  await numerator();
  const pairs: [number, number][] = [];
  for (let run = 0; run < runs; run++) {
    if (run % 2 === 0) pairs.push([await milliseconds(numerator), await milliseconds(denominator)]);
    else {
      const under = await milliseconds(denominator);
      pairs.push([await milliseconds(numerator), under]);
    }
  }
  return {
    ratio: median(pairs.map(([over, under]) => over / under)),
    numerator: median(pairs.map(([over]) => over)),
    denominator: median(pairs.map(([, under]) => under)),
    runs,
  };
}

/** Small questions are asked often, large ones three times. */
export const runsFor = (ms: number): number => (ms < 100 ? 21 : ms < 500 ? 9 : ms < 2000 ? 5 : 3);

/** Median of as many runs as fit its size, after one that warms up. */
export async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const runs = runsFor(await milliseconds(work));
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await milliseconds(work));
  return median(times);
}
