// held here: a look-up of the global costs more than the arithmetic where the code runs inside a sandbox
const { cos, exp, imul, log, sqrt, PI } = Math;

/** A 32-bit hash of some integers: the root of every number of the world, so that each is a pure function of what it is about. */
export function mix(...parts: number[]): number {
  let h = 0x9e3779b9;
  for (const part of parts) {
    h = imul(h ^ (part | 0), 0x85ebca6b);
    h ^= h >>> 13;
    h = imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** A number in [0, 1) that depends on nothing but the parts. */
export function unit(...parts: number[]): number {
  return mix(...parts) / 4294967296;
}

/** A stream of numbers in [0, 1) (mulberry32) that starts from the parts. */
export function generator(...parts: number[]): () => number {
  let state = mix(...parts);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A log-normal factor with mean 1. */
export function spread(random: () => number, sigma: number): number {
  const z = sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
  return exp(sigma * z - (sigma * sigma) / 2);
}

/** A number drawn evenly from [low, high). */
export function between(random: () => number, low: number, high: number): number {
  return low + random() * (high - low);
}
