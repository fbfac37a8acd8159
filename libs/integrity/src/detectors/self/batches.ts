/** The most instants (ascending, epoch ms) that lie within any span of a length; `from` is the first of them. Of none: 0. */
export function largestBatch(instants: readonly number[], lengthMs: number): { count: number; from: number } {
  let best = { count: 0, from: 0 };
  let first = 0;
  for (let last = 0; last < instants.length; last++) {
    while (instants[last] - instants[first] >= lengthMs) first++;
    if (last - first + 1 > best.count) best = { count: last - first + 1, from: instants[first] };
  }
  return best;
}
