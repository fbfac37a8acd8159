import type { RateCard } from '@app/contracts';

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
