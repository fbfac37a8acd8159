import type { RateCard } from '@app/contracts';
import { IsNull, type EntityManager } from 'typeorm';
import { RateCardEntity } from '../entities/rate-card.entity';
import { checkDays, decimalText, given } from './row-checks';
import type { RateCardRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';

/** A card without its version: that is given when it is written. */
export type RateCardItem = Omit<RateCard, 'version'>;

const PRICE_PLACES = 6;
const DISCOUNT_PLACES = 4;
const identity = ({ platform, line, validFrom }: RateCardItem) => JSON.stringify([platform, line, validFrom]);

export async function rateCardStore(tx: EntityManager, brandId: number): Promise<KindStore<RateCardRow, RateCardItem>> {
  const active = await activeRateCards(tx, brandId);
  return {
    stored: new Map(active.map((card) => [identity(card), rateCardItem(card)])),
    identity,
    judge: judgeRateCard,
    write: (tx, items) => writeRateCards(tx, brandId, items),
  };
}

/** The cards in force, by platform, line and first day. */
export async function activeRateCards(tx: EntityManager, brandId: number): Promise<RateCard[]> {
  const found = await tx.find(RateCardEntity, {
    where: { brandId, supersededAt: IsNull() },
    order: { platform: 'ASC', line: 'ASC', validFrom: 'ASC' },
  });
  return found.map((entity) => ({ ...rateCardItem(entity), version: entity.version }));
}

/** A card without version, in fixed key order and decimal form, so that equal cards compare equal. */
export function rateCardItem(card: RateCardItem): RateCardItem {
  const { platform, line, validFrom, validTo, sample, sourceNote } = card;
  const unitPriceCny = decimalText(card.unitPriceCny, PRICE_PLACES) ?? card.unitPriceCny;
  const discount = decimalText(card.discount, DISCOUNT_PLACES) ?? card.discount;
  return { platform, line, unitPriceCny, discount, validFrom, validTo, sample, sourceNote };
}

function judgeRateCard(row: RateCardRow, current: ReadonlyMap<string, RateCardItem>): Judgement<RateCardItem> {
  const wrong = checkDays(row.validFrom, given(row.validTo));
  if (wrong) return wrong;
  const price = decimalText(row.unitPriceCny, PRICE_PLACES);
  if (price === null || Number(price) < 0)
    return refuse('unitPriceCny', '单价应为不小于 0、最多六位小数的数字', 'The unit price must be 0 or more, with at most six decimals');
  const discount = decimalText(row.discount, DISCOUNT_PLACES);
  if (discount === null || Number(discount) <= 0 || Number(discount) > 1)
    return refuse(
      'discount',
      '折扣应大于 0 且不超过 1，最多四位小数',
      'The discount must be above 0 and at most 1, with at most four decimals',
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
  for (const other of current.values()) if (identity(other) !== identity(item) && clash(item, other)) return overlapping(item, other);
  return { item };
}

const LIVE_COUNTS = ['live_view', 'live_viewer'];

/** Two prices for one line on one day, or views and viewers both priced on one platform and day (domain.md 4.2). */
function clash(a: RateCardItem, b: RateCardItem): boolean {
  if (a.platform !== b.platform) return false;
  if (a.line !== b.line && !(LIVE_COUNTS.includes(a.line) && LIVE_COUNTS.includes(b.line))) return false;
  return (a.validTo === null || b.validFrom <= a.validTo) && (b.validTo === null || a.validFrom <= b.validTo);
}

function overlapping(item: RateCardItem, other: RateCardItem) {
  const span = `${other.line} ${other.validFrom} – ${other.validTo ?? '…'}`;
  return refuse(
    'validFrom',
    `与已有刊例价 ${span} 的有效期重叠：请先为其填写 validTo，或更正本行日期`,
    `Overlaps the card ${span}: give that card a validTo first, or correct the days of this row (${item.line})`,
  );
}

/** A price is never edited: the former version is superseded and the next one written. */
async function writeRateCards(tx: EntityManager, brandId: number, items: RateCardItem[]): Promise<void> {
  const supersededAt = new Date();
  for (const { platform, line, validFrom } of items)
    await tx.update(RateCardEntity, { brandId, platform, line, validFrom, supersededAt: IsNull() }, { supersededAt });
  for (const item of items) {
    const { platform, line, validFrom } = item;
    const latest = (await tx.maximum(RateCardEntity, 'version', { brandId, platform, line, validFrom })) ?? 0;
    await tx.insert(RateCardEntity, { brandId, ...item, version: latest + 1 });
  }
}
