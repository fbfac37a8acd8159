import type { ValueLine } from '@app/contracts';
import { Fraction, fraction } from '../score/fraction';
import { LIVE_PERSON, type ValueUnitRow } from '../value/value.reader';

const SESSION_REACTIONS: readonly string[] = ['comment', 'share', 'follow'] satisfies ValueLine[];
const VIDEO_REACTIONS: readonly string[] = ['like', 'comment', 'share', 'favorite'] satisfies ValueLine[];
const REACH: readonly string[] = ['live_view', 'video_play', LIVE_PERSON];

/** What a unit is to engagement: a reaction, reach (views, plays, persons where there are no views), or nothing. */
export function engagementTerm({ line, origin, counts }: Pick<ValueUnitRow, 'line' | 'origin' | 'counts'>): 'reaction' | 'reach' | null {
  if (!counts) return null;
  if (REACH.includes(line)) return 'reach';
  const reactions = origin === 'session' ? SESSION_REACTIONS : origin === 'video' ? VIDEO_REACTIONS : [];
  return reactions.includes(line) ? 'reaction' : null;
}

export interface Engagement {
  /** Reactions per 1,000 views and plays; null without any. */
  perThousand: Fraction | null;
  /** Persons stand in where a platform gives no views. */
  personsForViews: boolean;
}

/**
 * Engagement (domain.md 6.1): 1,000 × (session comments + shares + follows, video likes + comments + shares + favorites) ÷ (views + plays), gross
 * but for what cases remove.
 * Live likes stay out: one viewer taps thousands.
 */
export function engagementOf(rows: readonly Pick<ValueUnitRow, 'line' | 'origin' | 'gross' | 'excluded' | 'counts'>[]): Engagement {
  let [reactions, reach, persons] = [0n, 0n, 0n];
  for (const row of rows) {
    const term = engagementTerm(row);
    const units = row.gross - (row.excluded ?? 0n);
    if (term === 'reaction') reactions += units;
    if (term === 'reach') reach += units;
    if (term === 'reach' && row.line === LIVE_PERSON) persons += units;
  }
  return { perThousand: reach <= 0n ? null : fraction(1000n * reactions, reach), personsForViews: persons > 0n };
}
