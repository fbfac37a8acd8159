// read once: a test's sandbox looks up each global anew, millions of times here
const { cos, exp, floor, imul, log, max, min, pow, round, sin, sqrt } = Math;

/** Seeded draws of a generated world: the same seed and the same names give the same world on every machine. */
export class Random {
  private spare: number | null = null;

  private constructor(private state: Uint32Array) {}

  static of(seed: number, ...names: readonly (string | number)[]): Random {
    return new Random(Uint32Array.from([1, 2, 3, 4], (salt) => hashed(`${seed}/${salt}/${names.join('/')}`)));
  }

  /** In [0, 1), by xoshiro128**. */
  uniform(): number {
    const s = this.state;
    const mixed = imul(rotated(imul(s[1], 5), 7), 9);
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 11);
    return (mixed >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + floor(this.uniform() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[floor(this.uniform() * from.length)];
  }

  /** `count` different ones, in random order. */
  sample<T>(from: readonly T[], count: number): T[] {
    const left = [...from];
    for (let at = 0; at < min(count, left.length); at++) {
      const other = this.whole(at, left.length - 1);
      [left[at], left[other]] = [left[other], left[at]];
    }
    return left.slice(0, count);
  }

  normal(mean = 0, deviation = 1): number {
    if (this.spare !== null) {
      const kept = this.spare;
      this.spare = null;
      return mean + deviation * kept;
    }
    const radius = sqrt(-2 * log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * sin(angle);
    return mean + deviation * radius * cos(angle);
  }

  /** Student's t: the days of real series have heavier tails than a normal one. */
  heavy(freedom: number): number {
    return this.normal() / sqrt(this.gamma(freedom / 2) / (freedom / 2));
  }

  logNormal(median: number, deviation: number): number {
    return median * exp(this.normal(0, deviation));
  }

  exponential(mean: number): number {
    return -mean * log(1 - this.uniform());
  }

  /** Mean = shape, by Marsaglia and Tsang. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * pow(1 - this.uniform(), 1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = pow(1 + c * x, 3);
      if (v > 0 && log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
  }

  /** Exact below 30, by a rounded normal above: what is counted there is far from 0. */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0;
    if (mean > 30) return max(0, round(this.normal(mean, sqrt(mean))));
    const limit = exp(-mean);
    let product = this.uniform();
    let count = 0;
    while (product > limit) {
      product *= this.uniform();
      count++;
    }
    return count;
  }

  /** A count whose variance is mean + mean² ÷ clump: people do things in bursts. */
  clumped(mean: number, clump: number): number {
    return mean > 0 ? this.poisson((mean * this.gamma(clump)) / clump) : 0;
  }

  binomial(count: number, probability: number): number {
    if (count <= 0 || probability <= 0) return 0;
    if (probability >= 1) return count;
    const mean = count * probability;
    const deviation = sqrt(mean * (1 - probability));
    if (deviation > 4) return min(count, max(0, round(this.normal(mean, deviation))));
    if (probability > 0.5) return count - this.binomial(count, 1 - probability);
    // from one hit to the next: as many steps as there are hits, however many could have been
    const miss = log(1 - probability);
    let hits = 0;
    for (let at = floor(log(1 - this.uniform()) / miss); at < count; at += 1 + floor(log(1 - this.uniform()) / miss)) hits++;
    return hits;
  }
}

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** FNV-1a with a last mixing, so that neighbouring names give unlike streams. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
