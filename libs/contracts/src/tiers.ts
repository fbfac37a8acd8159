import type { Bilingual, Platform, Tier } from './platform';

/** How the earned tier stands to the declared one; `otherKind`: both below the bounds, outer against incubating. */
export const TIER_AGREEMENTS = ['same', 'earnedHigher', 'earnedLower', 'otherKind'] as const;
export type TierAgreement = (typeof TIER_AGREEMENTS)[number];

/** Why a span of a tier history begins. */
export const TIER_REASONS = [
  'firstKnown',
  'valueRose',
  'valueFell',
  'ownerChanged',
  'boundsChanged',
  'projected',
  'projectionEnded',
  'openingValue',
  'openingEnded',
  'held',
  'holdEnded',
  'declaredTierChanged',
  'noValue',
  'shortlyObserved',
  'unchanged',
] as const;
export type TierReasonCode = (typeof TIER_REASONS)[number];

export interface TierReason extends Bilingual {
  code: TierReasonCode;
}

/** Months `from` to `to` (both included) with one tier, and why they begin. Figures are those of `from`. */
export interface TierSpan {
  from: string;
  to: string;
  /** In force: after hysteresis. */
  tier: Tier | null;
  earnedTier: Tier | null;
  declaredTier: Tier | null;
  trailingValueCny: string | null;
  /** The year's value that was compared with the bounds: observed, with its declared part, or projected. Cut off after ten places. */
  yearValueCny: string | null;
  daysObserved: number;
  projected: boolean;
  declared: boolean;
  reason: TierReason;
}

/** Accounts and value of one part of a matrix; `share` of the known trailing value, four places. */
export interface MatrixPart {
  accounts: number;
  valueCny: string;
  share: number | null;
}

/** How much hangs on few: Herfindahl index (Σ share²; 1: all on one, 1 ÷ n: evenly spread) and the shares of the largest and the five largest. */
export interface Concentration {
  subjects: number;
  herfindahl: number | null;
  top1Share: number | null;
  top5Share: number | null;
}

export const FINDING_CODES = [
  'outerWithoutHead',
  'noHead',
  'outerHeavy',
  'tiersSound',
  'onePlatform',
  'platformHeavy',
  'platformsSpread',
  'fewAccounts',
  'fewDealers',
  'accountsConcentrated',
  'accountsLeaning',
  'accountsSpread',
  'dealersConcentrated',
  'dealersLeaning',
  'dealersSpread',
  'nothingKnown',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** A judgement in plain words, and what to do. `warning`: act; `watch`: keep an eye on it; `good`: as it should be; `unknown`: cannot be told. */
export interface MatrixFinding extends Bilingual {
  code: FindingCode;
  severity: 'warning' | 'watch' | 'good' | 'unknown';
  action: Bilingual;
}

/** Health of a matrix (domain.md 5.4). Shares are of the known trailing value; null when there is none. */
export interface MatrixStructure {
  accounts: number;
  accountsKnown: number;
  trailingValueCny: string | null;
  tiers: Record<Tier, MatrixPart>;
  platforms: (MatrixPart & { platform: Platform })[];
  topPlatform: Platform | null;
  topPlatformShare: number | null;
  byAccount: Concentration;
  byDealer: Concentration;
  structureWarning: boolean;
  findings: MatrixFinding[];
}
