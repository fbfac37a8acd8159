import { Platform, RateCard, ValueLine, addDays, rateCardName } from '@app/contracts';
import { ExactDecimal, exactText } from './exact-decimal';
import { activeCards } from './rate-cards';

/** The price of a line on a platform over a span of days on which no card begins or ends. */
export interface SpanPrice {
  /** The platform has a card for the line at all. */
  used: boolean;
  price: string | null;
  discount: string | null;
  /** The version that gives the price, and whether it is a sample. */
  card: string | null;
  sample: boolean;
  /** A line that another one with a price displaces: live_viewer beside live_view (domain.md 4.2). */
  displaced: boolean;
}

/** Prices that are constant from each of `starts` to the next: what lets the store sum units without knowing prices. */
export interface PriceSpans {
  /** Days, ascending, the first is the first of the window; every given edge is one. */
  starts: string[];
  /** The same object for the same question. */
  priceOf(platform: Platform | '', line: string, start: string): SpanPrice;
  /** Can a used line be without price on some day of the window? Only then the days themselves are of interest. */
  hasGaps: boolean;
}

const covers = (card: RateCard, day: string): boolean => card.validFrom <= day && (card.validTo === null || day <= card.validTo);

/** Cuts the days [fromDay, toDay) at every edge and wherever a card begins or ends. */
export function priceSpans(cards: readonly RateCard[], fromDay: string, toDay: string, edges: readonly string[]): PriceSpans {
  const active = activeCards(cards);
  const lines = new Map<string, RateCard[]>();
  for (const card of active) {
    const key = `${card.platform} ${card.line}`;
    lines.set(key, [...(lines.get(key) ?? []), card]);
  }
  const cuts = active.flatMap((card) => [card.validFrom, ...(card.validTo === null ? [] : [addDays(card.validTo, 1)])]);
  const starts = [...new Set([fromDay, ...[...edges, ...cuts].filter((day) => fromDay < day && day < toDay)])].sort();
  const cardsOf = (platform: string, line: string): RateCard[] => lines.get(`${platform} ${line}`) ?? [];
  const known = new Map<string, SpanPrice>();
  const priceOf = (platform: Platform | '', line: ValueLine | string, start: string): SpanPrice => {
    const key = `${platform} ${line} ${start}`;
    const price = known.get(key) ?? foundPrice(platform, line, start);
    known.set(key, price);
    return price;
  };
  const foundPrice = (platform: Platform | '', line: ValueLine | string, start: string): SpanPrice => {
    const own = cardsOf(platform, line);
    const card = own.find((candidate) => covers(candidate, start));
    return {
      used: own.length > 0,
      price: card ? exactText(new ExactDecimal(card.unitPriceCny)) : null,
      discount: card ? exactText(new ExactDecimal(card.discount)) : null,
      card: card ? rateCardName(card) : null,
      sample: card?.sample ?? false,
      displaced: line === 'live_viewer' && cardsOf(platform, 'live_view').some((rival) => covers(rival, start)),
    };
  };
  const hasGaps = [...lines.values()].some((own) => starts.some((start) => !own.some((card) => covers(card, start))));
  return { starts, priceOf, hasGaps };
}
