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

// medians are taken millions of times: one buffer for all, and no more order than the middle needs
let buffer = new Float64Array(256);

/** Median; of nothing NaN. */
export function median(values: Iterable<number>): number {
  const list = Array.isArray(values) ? (values as readonly number[]) : [...values];
  fit(list.length);
  for (let at = 0; at < list.length; at++) buffer[at] = list[at];
  return middleOf(list.length);
}

/** Makes the median absolute deviation of a normal sample its standard deviation. */
const NORMAL = 1.4826;

/** Spread about the median in the unit of the values: a standard deviation that a few outliers do not move. 0 for a constant series. */
export function spread(values: readonly number[], centre = median(values)): number {
  fit(values.length);
  for (let at = 0; at < values.length; at++) buffer[at] = Math.abs(values[at] - centre);
  return NORMAL * middleOf(values.length);
}

function fit(size: number): void {
  if (buffer.length < size) buffer = new Float64Array(size * 2);
}

function middleOf(size: number): number {
  if (size === 0) return NaN;
  const upper = selected(size, size >> 1);
  if (size % 2 === 1) return upper;
  let lower = -Infinity; // what lies before the upper middle is not above it
  for (let at = 0; at < size >> 1; at++) if (buffer[at] > lower) lower = buffer[at];
  return (lower + upper) / 2;
}

/** The value at a place of the order (Hoare's selection); before it stands nothing larger. */
function selected(size: number, place: number): number {
  let [low, high] = [0, size - 1];
  while (low < high) {
    const pivot = buffer[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (buffer[i] < pivot) i++;
      while (buffer[j] > pivot) j--;
      if (i <= j) {
        const held = buffer[i];
        buffer[i++] = buffer[j];
        buffer[j--] = held;
      }
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return buffer[place];
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
