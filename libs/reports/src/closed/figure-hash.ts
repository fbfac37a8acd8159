import { canonicalJson, sha256Hex } from '@app/database';
import type { KeptFigure } from './kept-figure';

/**
 * The hash of a row of a close: over its place in the close, its subject and the canonical form of its content. It holds nothing of a store's own (no
 * ids or numbers that are given out, no instants), so that the same figures have it in every store: rate cards count without the number of their version,
 * which tells how often a price was corrected before.
 */
export function hashOfFigure({ report, level, regions, basis, place, subject, content }: Omit<KeptFigure, 'hash'>): string {
  const parsed = JSON.parse(content, (key, value: unknown) => (key === 'rateCards' ? unnumbered(value) : value)) as unknown;
  return sha256Hex(canonicalJson([report, level, regions, basis, place, subject, parsed]));
}

/** Does a row say what it said when it was written? */
export function isAsWritten(figure: KeptFigure): boolean {
  try {
    return hashOfFigure(figure) === figure.hash;
  } catch {
    return false; // no JSON any more
  }
}

const unnumbered = (cards: unknown): unknown =>
  Array.isArray(cards) ? [...new Set(cards.map((card) => String(card).replace(/#\d+$/, '')))] : cards;
