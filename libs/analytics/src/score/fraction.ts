/** An exact rational number; `d` is positive. Scores and percentiles are compared exactly, so they never pass through floating point. */
export interface Fraction {
  n: bigint;
  d: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  if (bottom === 0n) throw new RangeError('a fraction needs a denominator');
  const divisor = gcd(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom) || 1n;
  const sign = bottom < 0n ? -1n : 1n;
  return { n: (sign * top) / divisor, d: (sign * bottom) / divisor };
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

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);
/** Negative: a < b; 0: equal; positive: a > b. Exact: floating point decides only where it is far from its own error. */
export const compare = (a: Fraction, b: Fraction): number => {
  const [left, right] = [Number(a.n) / Number(a.d), Number(b.n) / Number(b.d)];
  if (Math.abs(left - right) > 1e-9 * (Math.abs(left) + Math.abs(right))) return left - right;
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

/** Rounded once to `places`, as a number for JSON. */
export const toNumber = (value: Fraction, places: number): number => Number(toDecimal(value, places));
