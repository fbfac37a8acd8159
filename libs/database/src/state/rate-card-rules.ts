import type { RateCard } from '@app/contracts';
import { spanOfBoth, tailOf, type DaySpan } from './closed-months';
import { checkDays, decimalText, given } from './row-checks';
import type { RateCardRow } from './state-rows';
import { refuse, type Judgement } from './upsert';

/** A card without its version: that is given when it is written. */
export type RateCardItem = Omit<RateCard, 'version'>;

/**
 * More than this for one unit is a slip (a price per thousand, a total, a moved decimal point): the dearest line, a lead, costs some hundred yuan
 * (docs/adr/0022).
 */
export const MAX_UNIT_PRICE_CNY = 10_000;
const PRICE_PLACES = 6;
const DISCOUNT_PLACES = 4;

export const rateCardIdentity = ({ platform, line, validFrom }: RateCardItem): string => JSON.stringify([platform, line, validFrom]);

/** A card without version, in fixed key order and decimal form, so that equal cards compare equal. */
export function rateCardItem(card: RateCardItem): RateCardItem {
  const { platform, line, validFrom, validTo, sample, sourceNote } = card;
  const unitPriceCny = decimalText(card.unitPriceCny, PRICE_PLACES) ?? card.unitPriceCny;
  const discount = decimalText(card.discount, DISCOUNT_PLACES) ?? card.discount;
  return { platform, line, unitPriceCny, discount, validFrom, validTo, sample, sourceNote };
}

/** A row as a card, or why not; `current` holds the cards in force with the rows before it applied. */
export function judgeRateCard(row: RateCardRow, current: ReadonlyMap<string, RateCardItem>): Judgement<RateCardItem> {
  const wrong = checkDays(row.validFrom, given(row.validTo));
  if (wrong) return wrong;
  const price = decimalText(row.unitPriceCny, PRICE_PLACES);
  if (price === null || Number(price) < 0)
    return refuse(
      'unitPriceCny',
      `单价 ${shown(row.unitPriceCny)} 应为不小于 0、最多六位小数的数字，请更正`,
      `The unit price ${shown(row.unitPriceCny)} must be 0 or more, with at most six decimals: correct it`,
    );
  if (Number(price) > MAX_UNIT_PRICE_CNY) return absurd(price);
  const discount = decimalText(row.discount, DISCOUNT_PLACES);
  if (discount === null || Number(discount) <= 0 || Number(discount) > 1)
    return refuse(
      'discount',
      `折扣 ${shown(row.discount)} 应大于 0 且不超过 1，最多四位小数：五折写作 0.5`,
      `The discount ${shown(row.discount)} must be above 0 and at most 1, with at most four decimals: write half price as 0.5`,
    );
  const { platform, line, validFrom } = row;
  const item = rateCardItem({
    platform,
    line,
    unitPriceCny: price,
    discount,
    validFrom,
    validTo: given(row.validTo),
    sample: row.sample ?? false,
    sourceNote: given(row.sourceNote),
  });
  for (const other of current.values())
    if (rateCardIdentity(other) !== rateCardIdentity(item) && clash(item, other)) return overlapping(item, other);
  return { item };
}

/** The days whose price (or mark as a sample) is another one after a card was given, changed or ended; null when none is. */
export function changedDays(before: RateCardItem | undefined, after: RateCardItem): DaySpan | null {
  const span = (card: RateCardItem): DaySpan => ({ from: card.validFrom, to: card.validTo });
  if (!before) return span(after);
  const same = before.unitPriceCny === after.unitPriceCny && before.discount === after.discount && before.sample === after.sample;
  return same ? tailOf(before.validTo, after.validTo) : spanOfBoth(span(before), span(after));
}

const LIVE_COUNTS = ['live_view', 'live_viewer'];

/** Two prices for one line on one day, or views and viewers both priced on one platform and day (domain.md 4.2). */
export function clash(a: RateCardItem, b: RateCardItem): boolean {
  if (a.platform !== b.platform) return false;
  if (a.line !== b.line && !(LIVE_COUNTS.includes(a.line) && LIVE_COUNTS.includes(b.line))) return false;
  return (a.validTo === null || b.validFrom <= a.validTo) && (b.validTo === null || a.validFrom <= b.validTo);
}

const shown = (text: string): string => String(text).slice(0, 40);

function absurd(price: string) {
  return refuse(
    'unitPriceCny',
    `单价 ${price} 元超过上限 ${MAX_UNIT_PRICE_CNY} 元：刊例价按每一次（每人、每分钟、每条线索）计，请检查是否填成千次价或总价，或小数点错位`,
    `The unit price ${price} CNY is above ${MAX_UNIT_PRICE_CNY} CNY: prices are per single unit (view, person, minute, lead). Check for a price per thousand, a total, or a moved decimal point`,
  );
}

function overlapping(item: RateCardItem, other: RateCardItem) {
  const span = `${other.line} ${other.validFrom} – ${other.validTo ?? '…'}`;
  return refuse(
    'validFrom',
    `${item.line} ${item.validFrom} – ${item.validTo ?? '…'} 与刊例价 ${span} 的有效期重叠：请先为其填写 validTo，或更正本行日期`,
    `${item.line} ${item.validFrom} – ${item.validTo ?? '…'} overlaps the card ${span}: give that card a validTo first, or correct the days of this row`,
  );
}
