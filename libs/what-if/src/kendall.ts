/** How two orders of the same subjects agree. */
export interface Agreement {
  /** Kendall's tau-b, −1 to 1; null when one of the orders has ties only. */
  tau: number | null;
  /** Share of the pairs that the first order tells apart and the second leaves in that order; null without such pairs. */
  pairsKept: number | null;
}

/** Compares two rankings of the same subjects, place by place; equal numbers share a rank. O(n log n). */
export function agreement(first: readonly number[], second: readonly number[]): Agreement {
  const order = first.map((_, at) => at).sort((a, b) => first[a] - first[b] || second[a] - second[b]);
  const pairs = pairsOf(first.length);
  const tiedFirst = tiedPairs(order, (at) => String(first[at]));
  const tiedBoth = tiedPairs(order, (at) => `${first[at]} ${second[at]}`);
  const bySecond = [...order].sort((a, b) => second[a] - second[b]);
  const tiedSecond = tiedPairs(bySecond, (at) => String(second[at]));
  const discordant = inversions(order.map((at) => second[at]));
  const concordant = pairs - tiedFirst - tiedSecond + tiedBoth - discordant;
  const spread = Math.sqrt((pairs - tiedFirst) * (pairs - tiedSecond));
  return {
    tau: spread === 0 ? null : (concordant - discordant) / spread,
    pairsKept: pairs === tiedFirst ? null : concordant / (pairs - tiedFirst),
  };
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** Pairs of neighbours in a sorted order that have one key. */
function tiedPairs(order: readonly number[], keyOf: (at: number) => string): number {
  let [pairs, run] = [0, 0];
  let last: string | null = null;
  for (const at of order) {
    const key = keyOf(at);
    run = key === last ? run + 1 : 0;
    pairs += run;
    last = key;
  }
  return pairs;
}

/** Pairs that stand in the wrong order: counted while they are merged. */
function inversions(values: number[]): number {
  let found = 0;
  let from = values;
  let into = new Array<number>(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || from[left] <= from[right])) into[at] = from[left++];
        else {
          found += middle - left;
          into[at] = from[right++];
        }
      }
    }
    [from, into] = [into, from];
  }
  return found;
}
