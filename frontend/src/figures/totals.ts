import { add, parseDecimal, type Decimal } from './decimal';

/** Exact sum of what is known, as a decimal string; null when nothing is. Thousands of figures are added up scale by scale: none is shifted for itself. */
export function sumKnown(values: readonly (string | number | null)[]): string | null {
  const sums = new Map<number, bigint>();
  for (const value of values) {
    const decimal = parseDecimal(value);
    if (decimal) sums.set(decimal.scale, (sums.get(decimal.scale) ?? 0n) + decimal.digits);
  }
  const [first, ...others] = [...sums].map(([scale, digits]): Decimal => ({ digits, scale }));
  return first ? plainDecimal(others.reduce(add, first)) : null;
}

/** As decimal text, with all of its digits. */
export function plainDecimal({ digits, scale }: Decimal): string {
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, '0');
  const cut = text.length - scale;
  return `${negative ? '-' : ''}${text.slice(0, cut)}${scale ? `.${text.slice(cut)}` : ''}`;
}
