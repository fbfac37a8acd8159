import { Decimal } from 'decimal.js';

/** Decimals wide enough that no sum or product of money here is ever rounded. Rounding, where asked for, is half away from zero. */
export const ExactDecimal = Decimal.clone({ precision: 120, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -200, toExpPos: 200 });
export type ExactDecimal = InstanceType<typeof ExactDecimal>;

/** Exact sum of decimal strings; '0' of none. Amounts that fit are added as whole numbers: rankings add up tens of thousands. */
export const sumCny = (amounts: Iterable<string>): string => {
  const all = Array.isArray(amounts) ? (amounts as readonly string[]) : [...amounts];
  return smallSum(all) ?? decimalSum(all);
};

const decimalSum = (amounts: readonly string[]): string => {
  let sum = new ExactDecimal(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return exactText(sum);
};

const PLAIN = /^-?\d+(\.\d+)?$/;
/** Numbers below 2^49 have an error under a quarter when they are scaled: rounded, they are the whole number that the digits say. */
const SAFE = 2 ** 49;

/** The sum as a whole number of its smallest places; null where amounts, or their sum, are too large (or are written otherwise) for that. */
function smallSum(amounts: readonly string[]): string | null {
  let places = 0;
  for (const amount of amounts) {
    if (!PLAIN.test(amount)) return null;
    const point = amount.indexOf('.');
    if (point >= 0) places = Math.max(places, amount.length - point - 1);
  }
  if (places > 10) return null;
  const scale = 10 ** places;
  let sum = 0;
  for (const amount of amounts) {
    const scaled = Number(amount) * scale;
    sum += Math.round(scaled);
    if (Math.abs(scaled) >= SAFE || Math.abs(sum) >= SAFE) return null;
  }
  return placedText(sum, places);
}

/** A whole number of the smallest of so many places, as `exactText` writes it. */
function placedText(whole: number, places: number): string {
  if (whole === 0) return '0';
  if (places === 0) return String(whole);
  const digits = String(Math.abs(whole)).padStart(places + 1, '0');
  let end = digits.length;
  while (end > digits.length - places && digits[end - 1] === '0') end--;
  const point = digits.length - places;
  return `${whole < 0 ? '-' : ''}${digits.slice(0, point)}${end === point ? '' : `.${digits.slice(point, end)}`}`;
}

/** Whole units × the product of the factors, as exact text. What fits is multiplied as whole numbers: rankings price a hundred thousand rows. */
export function multiplier(...factors: string[]): (units: bigint) => string {
  const factor = factors.reduce((product, own) => product.times(own), new ExactDecimal(1));
  const places = factor.decimalPlaces();
  const whole = places > 15 ? NaN : factor.times(10 ** places).toNumber();
  return (units) => {
    const product = Number(units) * whole;
    // below 2^53 both are exact, and so is their product
    return Math.abs(product) <= Number.MAX_SAFE_INTEGER ? placedText(product, places) : exactText(factor.times(String(units)));
  };
}

/** The exact decimal without trailing zeros or exponent; never `-0`. */
export const exactText = (value: ExactDecimal): string => (value.isZero() ? '0' : value.toFixed());

/** A ratio with four places, or null when the divisor is 0. */
export const ratioText = (top: Decimal.Value, bottom: Decimal.Value): string | null =>
  new ExactDecimal(bottom).isZero() ? null : new ExactDecimal(top).div(bottom).toFixed(4);
