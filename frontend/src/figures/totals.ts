import { add, parseDecimal, type Decimal } from './decimal';

/** Exact sum of what is known, as a decimal string; null when nothing is. */
export function sumKnown(values: (string | number | null)[]): string | null {
  let sum: Decimal | null = null;
  for (const value of values) {
    const decimal = parseDecimal(value);
    if (decimal) sum = sum ? add(sum, decimal) : decimal;
  }
  return sum && plainDecimal(sum);
}

/** As decimal text, with all of its digits. */
export function plainDecimal({ digits, scale }: Decimal): string {
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, '0');
  const cut = text.length - scale;
  return `${negative ? '-' : ''}${text.slice(0, cut)}${scale ? `.${text.slice(cut)}` : ''}`;
}
