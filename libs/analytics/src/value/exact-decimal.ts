import { Decimal } from 'decimal.js';

/** Decimals wide enough that no sum or product of money here is ever rounded. Rounding, where asked for, is half away from zero. */
export const ExactDecimal = Decimal.clone({ precision: 120, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -200, toExpPos: 200 });
export type ExactDecimal = InstanceType<typeof ExactDecimal>;

/** Exact sum of decimal strings; '0' of none. */
export const sumCny = (amounts: Iterable<string>): string => {
  let sum = new ExactDecimal(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return exactText(sum);
};

/** The exact decimal without trailing zeros or exponent; never `-0`. */
export const exactText = (value: ExactDecimal): string => (value.isZero() ? '0' : value.toFixed());

/** A ratio with four places, or null when the divisor is 0. */
export const ratioText = (top: Decimal.Value, bottom: Decimal.Value): string | null =>
  new ExactDecimal(bottom).isZero() ? null : new ExactDecimal(top).div(bottom).toFixed(4);
