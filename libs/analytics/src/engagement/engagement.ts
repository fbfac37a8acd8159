import type { ValueLine } from '@app/contracts';
import { Fraction, fraction } from '../score/fraction';
import { LIVE_PERSON, type ValueUnitRow } from '../value/value.reader';

const SESSION_REACTIONS: readonly string[] = ['comment', 'share', 'follow'] satisfies ValueLine[];
const VIDEO_REACTIONS: readonly string[] = ['like', 'comment', 'share', 'favorite'] satisfies ValueLine[];
const REACH: readonly string[] = ['live_view', 'video_play', LIVE_PERSON];

export interface Engagement {
  /** Reactions per 1,000 views and plays; null without any. */
  perThousand: Fraction | null;
  /** Persons stand in where a platform gives no views. */
  personsForViews: boolean;
}

/**
 * Engagement (domain.md 6.1): 1,000 × (session comments + shares + follows, video likes + comments + shares + favorites) ÷ (views + plays), gross.
 * Live likes stay out: one viewer taps thousands.
 */
export function engagementOf(rows: readonly Pick<ValueUnitRow, 'line' | 'origin' | 'gross' | 'counts'>[]): Engagement {
  let [reactions, reach, persons] = [0n, 0n, 0n];
  for (const { line, origin, gross, counts } of rows) {
    if (!counts) continue;
    if (origin === 'session' && SESSION_REACTIONS.includes(line)) reactions += gross;
    if (origin === 'video' && VIDEO_REACTIONS.includes(line)) reactions += gross;
    if (REACH.includes(line)) reach += gross;
    if (line === LIVE_PERSON) persons += gross;
  }
  return { perThousand: reach <= 0n ? null : fraction(1000n * reactions, reach), personsForViews: persons > 0n };
}
