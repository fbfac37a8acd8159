import type { RateCard } from '@app/contracts';

/** Rate cards as parallel columns, ready to be query parameters. `rival` 1: a live_view card listed under live_viewer, which it displaces. */
export interface RateCardColumns {
  cardPlatform: string[];
  cardLine: string[];
  cardPrice: string[];
  cardDiscount: string[];
  cardFrom: string[];
  cardTo: string[];
  cardRival: number[];
}

/** Last day that ClickHouse's Date holds. */
const OPEN_END = '2149-06-06';
const EPOCH = '1970-01-01';

/** The cards in force: of each (platform, line, validFrom) the highest version; the later validFrom first, so that the first cover of a day is its price. */
export function activeCards(cards: readonly RateCard[]): RateCard[] {
  const active = new Map<string, RateCard>();
  for (const card of cards) {
    const identity = `${card.platform} ${card.line} ${card.validFrom}`;
    const known = active.get(identity);
    if (!known || card.version > known.version) active.set(identity, card);
  }
  return [...active.values()].sort((a, b) => (a.validFrom < b.validFrom ? 1 : a.validFrom > b.validFrom ? -1 : 0));
}

/** Columns of the active cards. live_viewer is never priced together with live_view on one platform and day (domain.md 4.2). */
export function rateCardColumns(cards: readonly RateCard[]): RateCardColumns {
  const active = activeCards(cards);
  const rivals = active.filter((card) => card.line === 'live_view').map((card) => ({ ...card, line: 'live_viewer' as const }));
  const all = [...active.map((card) => ({ card, rival: 0 })), ...rivals.map((card) => ({ card, rival: 1 }))];
  return {
    cardPlatform: all.map(({ card }) => card.platform),
    cardLine: all.map(({ card }) => card.line),
    cardPrice: all.map(({ card }) => card.unitPriceCny),
    cardDiscount: all.map(({ card }) => card.discount),
    cardFrom: all.map(({ card }) => (card.validFrom < EPOCH ? EPOCH : card.validFrom)),
    cardTo: all.map(({ card }) => (card.validTo === null || card.validTo > OPEN_END ? OPEN_END : card.validTo)),
    cardRival: all.map(({ rival }) => rival),
  };
}
