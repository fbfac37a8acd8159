import type { Bilingual, Platform, Source } from './platform';
import type { Policy } from './state';

/** Figures that two sources may tell of one thing. `feedEntries`: entries that the feed saw against the platform's views. */
export const RECONCILED_FIGURES = [
  'views',
  'uniqueViewers',
  'peakConcurrent',
  'averageDwellSeconds',
  'impressions',
  'impressionViewers',
  'likes',
  'comments',
  'shares',
  'follows',
  'leads',
  'plays',
  'favorites',
  'followers',
  'dailyLeads',
  'feedEntries',
] as const;
export type ReconciledFigure = (typeof RECONCILED_FIGURES)[number];

/** A difference counts when it is above both. */
export interface Tolerance {
  absolute: number;
  relative: number;
}

/** What is no difference yet, by a policy. A feed never sees more than the platform counts, whatever a policy says. */
export function tolerancesOf({ toleranceShare, toleranceCount, toleranceFollowers, toleranceLeads }: ToleranceRules): Tolerances {
  const usual: Tolerance = { absolute: toleranceCount, relative: toleranceShare };
  return {
    ...(Object.fromEntries(RECONCILED_FIGURES.map((figure) => [figure, usual])) as Tolerances),
    followers: { absolute: toleranceFollowers, relative: 0 },
    dailyLeads: { absolute: toleranceLeads, relative: 0 },
    feedEntries: { absolute: 0, relative: 0 },
  };
}
export type Tolerances = Record<ReconciledFigure, Tolerance>;
type ToleranceRules = Pick<Policy, 'toleranceShare' | 'toleranceCount' | 'toleranceFollowers' | 'toleranceLeads'>;

/** One figure of one account as two sources tell it. Differences are other − counted; `relative` to the counted value, null where that is 0. */
export interface ReconciliationRow {
  platform: Platform;
  accountId: string;
  name: string;
  figure: ReconciledFigure;
  /** Session, video (of its last reading), or business day. */
  subject: string;
  day: string;
  countedSource: Source;
  countedValue: number;
  otherSource: Source;
  otherValue: number;
  difference: number;
  relative: number | null;
  tolerance: Tolerance;
  beyond: boolean;
  why: Bilingual;
}
