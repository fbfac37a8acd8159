import { createHash } from 'node:crypto';
import { wilsonInterval, type ShareInterval } from './wilson';

export interface SampleAsked {
  /** Dealers that no signal and no open case is about. */
  unflagged: readonly string[];
  /** The audit round, `2026-W45`: each draws anew. */
  round: string;
  /** Written down with the round, so that anybody can draw it again; nobody chooses dealers. */
  seed: string;
  /** Places of the round: a tenth of them is drawn. Without: a tenth of the unflagged dealers. */
  places?: number;
}

const TENTH = 0.1;

/**
 * The unflagged dealers that go to review in a round: a draw that depends on seed, round and dealer only, so that who else is on the list, and in which order,
 * decides nothing but the cut.
 */
export function auditSample({ unflagged, round, seed, places }: SampleAsked): string[] {
  const dealers = [...new Set(unflagged)];
  const count = Math.min(dealers.length, Math.ceil((places ?? dealers.length) * TENTH));
  const drawn = (dealerId: string): string => createHash('sha256').update(`${seed}\0${round}\0${dealerId}`).digest('hex');
  return dealers
    .map((dealerId) => ({ dealerId, at: drawn(dealerId) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, count)
    .map(({ dealerId }) => dealerId);
}

export interface RecallAsked {
  /** Flagged dealers whose case held. */
  foundRight: number;
  unflagged: number;
  /** Reviewed ones of the random draw, and those of them that turned out inflated. */
  sampled: number;
  sampledInflated: number;
}

/** Of the inflated dealers the share that was flagged, and how many were not. */
export interface RecallEstimate extends ShareInterval {
  missed: ShareInterval;
}

/**
 * Share of the inflated dealers that were flagged, by what a random draw of the others showed. The interval is that of the draw (Wilson): what was found is
 * counted, what was missed is estimated. Null without a reviewed draw, or where nobody is inflated at all.
 */
export function estimatedRecall({ foundRight, unflagged, sampled, sampledInflated }: RecallAsked): RecallEstimate | null {
  const rate = wilsonInterval(sampledInflated, sampled);
  if (rate === null) return null;
  // those of the draw are known one by one, only the rest is estimated
  const rest = Math.max(0, unflagged - sampled);
  const missed = {
    value: sampledInflated + rest * rate.value,
    low: sampledInflated + rest * rate.low,
    high: sampledInflated + rest * rate.high,
  };
  const recall = (missing: number): number => (foundRight + missing === 0 ? 1 : foundRight / (foundRight + missing));
  if (foundRight === 0 && missed.high === 0) return null;
  return { value: recall(missed.value), low: recall(missed.high), high: recall(missed.low), missed };
}
