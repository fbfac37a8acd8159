import type { Bilingual, Platform, Tier } from './platform';
import type { Subject } from './reports';
import type { MatrixStructure, TierSpan } from './tiers';

/** The tiers of one account, month by month. */
export interface TierHistory extends Subject {
  platform: Platform;
  accountId: string;
  spans: TierSpan[];
}

/** How far an account is from the next tier, at the end of a month. What cannot be told is null, with the reason. */
export interface TierDistance extends Subject {
  month: string;
  earnedTier: Tier | null;
  effectiveTier: Tier | null;
  projected: boolean;
  declared: boolean;
  trailingValueCny: string | null;
  nextTier: Tier | null;
  boundCny: string | null;
  /** What is missing to the bound in the window, without projection; '0': reached, but only the projection's end will show it. */
  gapCny: string | null;
  /** Middle value of a session of the trailing window, and over how many sessions with a known value. */
  medianSessionCny: string | null;
  sessionsKnown: number;
  /** Sessions at that value that fill the gap. */
  sessions: number | null;
  /** Mean value of the last three whole months. */
  paceCny: string | null;
  /** Months at that pace until the window reaches the bound, older months dropping out; at most 12. */
  months: number | null;
  reasons: Partial<Record<'nextTier' | 'sessions' | 'months', Bilingual>>;
}

/** Structure of a dealer, a region or the brand. */
export interface StructureRow extends Subject, MatrixStructure {
  month: string;
}
