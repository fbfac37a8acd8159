/** An exact rational number; `d` is positive. Scores and percentiles are compared exactly, so they never pass through floating point. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  if (bottom === 0n) throw new RangeError('a fraction needs a denominator');
  const divisor = gcd(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom) || 1n;
  const sign = bottom < 0n ? -1n : 1n;
  return { n: (sign * top) / divisor, d: (sign * bottom) / divisor };
}

/**
 * A fraction that is spelled out when somebody needs it exactly; `approximate` lies within one part in 10^12 of it. Thousands of scores are
 * ordered by their approximations, and only those that are nearly equal by their fractions.
 */
export class LazyFraction implements Fraction {
  #exact: Fraction | undefined;
  readonly #compute: () => Fraction;

  constructor(
    readonly approximate: number,
    compute: () => Fraction,
  ) {
    this.#compute = compute;
  }

  get n(): bigint {
    return this.exact().n;
  }

  get d(): bigint {
    return this.exact().d;
  }

  exact(): Fraction {
    this.#exact ??= this.#compute();
    return this.#exact;
  }
}

/** Reads a plain decimal: `12.34`, `-0.5`. Numbers are taken by their shortest decimal text. Throws RangeError for anything else. */
export function fractionOf(decimal: string | number): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(decimal));
  if (!match) throw new RangeError('not a plain decimal');
  const [, sign, whole, places = '', exponent = '0'] = match;
  const shift = Number(exponent) - places.length;
  const digits = BigInt(`${sign}${whole}${places}`);
  return shift >= 0 ? fraction(digits * 10n ** BigInt(shift)) : fraction(digits, 10n ** BigInt(-shift));
}

/** The same, spelled out only when it is needed. Of amounts that the product made itself: a text that is no decimal fails late. */
export const lazyDecimal = (decimal: string): Fraction => new LazyFraction(Number(decimal), () => fractionOf(decimal));

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);

/** Within one part in 10^12; not finite where it is beyond floating point. */
export const approximation = (value: Fraction): number =>
  value instanceof LazyFraction ? value.approximate : Number(value.n) / Number(value.d);

/** Are two numbers so far apart that their exact values stand in the same order? Approximations err by far less. Never so for what is not finite. */
export const farApart = (a: number, b: number): boolean => Math.abs(a - b) > 1e-9 * (Math.abs(a) + Math.abs(b));

/** Negative: a < b; 0: equal; positive: a > b. Exact: floating point decides only where it is far from its own error. */
export const compare = (a: Fraction, b: Fraction): number => {
  const [left, right] = [approximation(a), approximation(b)];
  return farApart(left, right) ? left - right : compareExactly(a, b);
};
const compareExactly = (a: Fraction, b: Fraction): number => {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
export const mean = (values: readonly Fraction[]): Fraction | null =>
  values.length === 0 ? null : divide(values.reduce(add), fraction(values.length));

/** Rounded once to `places`, half away from zero, as a plain decimal. */
export function toDecimal(value: Fraction, places: number): string {
  const scale = 10n ** BigInt(places);
  const size = value.n < 0n ? -value.n : value.n;
  const rounded = (size * scale * 2n + value.d) / (value.d * 2n);
  const digits = rounded.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const sign = value.n < 0n && rounded > 0n ? '-' : '';
  return places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-places)}`;
}

/** Rounded once to `places`, as a number for JSON. Exact: floating point rounds only where it is far from the half. */
export function toNumber(value: Fraction, places: number): number {
  const scaled = approximation(value) * 10 ** places;
  const part = Math.abs(scaled) % 1;
  const isSafe = Math.abs(scaled) < 1e9 && Math.abs(part - 0.5) > 1e-2;
  return isSafe ? (Math.sign(scaled) * Math.round(Math.abs(scaled))) / 10 ** places || 0 : Number(toDecimal(value, places));
}
