import type { Platform, RateCard, ValueLine } from '@app/contracts';

/** A price as it is typed. */
export interface RateText {
  platform: Platform;
  line: ValueLine;
  unitPriceCny: string;
  discount: string;
  /** Business day. */
  validFrom: string;
  sourceNote: string;
}

/** A new row, empty or like a card that is in force. */
export const emptyRate = (card?: RateCard): RateText => ({
  platform: card?.platform ?? 'douyin',
  line: card?.line ?? 'live_view',
  unitPriceCny: card?.unitPriceCny ?? '',
  discount: card?.discount ?? '1',
  validFrom: card?.validFrom ?? '',
  sourceNote: card?.sample ? '' : (card?.sourceNote ?? ''),
});

export type RateProblem = 'price' | 'discount' | 'day';

/** What the server would refuse of a row: a price of at most six places, a discount above 0 and at most 1 of at most four, a day. */
export function rateProblems({ unitPriceCny, discount, validFrom }: RateText): RateProblem[] {
  const problems: RateProblem[] = [];
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(unitPriceCny.trim())) problems.push('price');
  if (!/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/.test(discount.trim()) || Number(discount) === 0) problems.push('discount');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(validFrom)) problems.push('day');
  return problems;
}

/** Rows of the import kind: a note that is empty is left out. */
export const rateRows = (rows: readonly RateText[]): Record<string, string>[] =>
  rows.map(({ sourceNote, ...row }) => ({
    ...row,
    unitPriceCny: row.unitPriceCny.trim(),
    discount: row.discount.trim(),
    ...(sourceNote.trim() ? { sourceNote: sourceNote.trim() } : {}),
  }));
