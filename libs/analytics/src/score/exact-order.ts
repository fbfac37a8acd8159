import { Fraction, approximation, compare, farApart } from './fraction';

/** Known values in ascending order: places of their owners, and where each run of equal ones begins (the last entry: the end). */
export interface ExactOrder {
  places: Uint32Array;
  runs: number[];
}

/**
 * Orders values exactly. Approximations order what is far apart; what stands close together is compared by fractions, in the spans in which each is
 * close to the next.
 */
export function exactOrder(values: readonly (Fraction | null)[]): ExactOrder {
  const keys = new Float64Array(values.length);
  const known = new Uint32Array(values.length);
  let [count, isFinite] = [0, true];
  for (let place = 0; place < values.length; place++) {
    const value = values[place];
    if (value === null) continue;
    keys[place] = approximation(value);
    isFinite &&= Number.isFinite(keys[place]);
    known[count++] = place;
  }
  const places = known.subarray(0, count);
  places.sort((a, b) => keys[a] - keys[b]);
  const runs: number[] = [];
  let from = 0;
  for (let end = 1; end <= places.length; end++) {
    if (end < places.length && (!isFinite || !farApart(keys[places[end - 1]], keys[places[end]]))) continue;
    settle({ places, from, end }, values, runs);
    from = end;
  }
  runs.push(places.length);
  return { places, runs };
}

/** Orders one span of values that stand close together, and tells where its equal ones begin. */
function settle(
  { places, from, end }: { places: Uint32Array; from: number; end: number },
  values: readonly (Fraction | null)[],
  runs: number[],
): void {
  runs.push(from);
  if (end - from < 2) return;
  const span = places.subarray(from, end);
  const first = values[span[0]]!;
  if (span.every((place) => isSame(values[place]!, first))) return;
  span.sort((a, b) => compare(values[a]!, values[b]!));
  for (let at = 1; at < span.length; at++) if (compare(values[span[at - 1]]!, values[span[at]]!) !== 0) runs.push(from + at);
}

const isSame = (a: Fraction, b: Fraction): boolean => a === b || (a.n === b.n && a.d === b.d);
