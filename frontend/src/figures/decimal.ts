/** An exact decimal: digits × 10^-scale. Money arrives as decimal strings and is never turned into a float. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** Reads a decimal string or a finite number; null for anything else. */
export function parseDecimal(value: string | number | null | undefined): Decimal | null {
  const match = value === null || value === undefined ? null : NUMBER.exec(String(value).trim());
  if (!match) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Divides by 10^places, exactly. A negative count multiplies. */
export function shift(value: Decimal, places: number): Decimal {
  const scale = value.scale + places;
  return scale >= 0 ? { digits: value.digits, scale } : { digits: value.digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Rounds half away from zero (domain.md 4.1); the result has exactly `places` decimals. */
export function round(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return { digits: value.digits * 10n ** BigInt(places - value.scale), scale: places };
  return { digits: divideRounded(value.digits, 10n ** BigInt(value.scale - places)), scale: places };
}

/** a ÷ b with `places` decimals, half away from zero; null when b is 0. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal | null {
  if (b.digits === 0n) return null;
  const scale = Math.max(a.scale, b.scale);
  const top = a.digits * 10n ** BigInt(scale - a.scale + places);
  return { digits: divideRounded(top, b.digits * 10n ** BigInt(scale - b.scale)), scale: places };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: a.digits * 10n ** BigInt(scale - a.scale) - b.digits * 10n ** BigInt(scale - b.scale), scale };
}

export function add(a: Decimal, b: Decimal): Decimal {
  return subtract(a, { digits: -b.digits, scale: b.scale });
}

/** Negative, 0 or positive, like a sort function. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const { digits } = subtract(a, b);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

/** Plain digits with thousands separators: `-1,234.50`. */
export function grouped(value: Decimal): string {
  const text = absolute(value.digits)
    .toString()
    .padStart(value.scale + 1, '0');
  const cut = text.length - value.scale;
  const whole = text.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = value.scale ? `.${text.slice(cut)}` : '';
  return `${value.digits < 0n ? '-' : ''}${whole}${fraction}`;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function divideRounded(top: bigint, bottom: bigint): bigint {
  const negative = top < 0n !== bottom < 0n;
  const [a, b] = [absolute(top), absolute(bottom)];
  const result = (2n * a + b) / (2n * b);
  return negative ? -result : result;
}
