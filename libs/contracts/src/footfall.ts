import type { Bilingual } from './platform';
import type { Reasons, Subject } from './reports';

/** What the interval of the lag that was chosen beforehand says: both rise together, one rises as the other falls, or nothing is shown. */
export const ASSOCIATIONS = ['together', 'opposite', 'not-shown'] as const;
export type FootfallAssociation = (typeof ASSOCIATIONS)[number];

/** Correlation of the weeks in which both are known, footfall `lagWeeks` weeks after traffic. Four places; intervals hold 95 %. Null with its reason. */
export interface FootfallLag {
  lagWeeks: number;
  weeksPaired: number;
  /** Weeks that are independent of one another, two places. */
  effectiveWeeks: number | null;
  pearson: number | null;
  pearsonLow: number | null;
  pearsonHigh: number | null;
  spearman: number | null;
  spearmanLow: number | null;
  spearmanHigh: number | null;
  reason: Bilingual | null;
}

/** One point to draw: of a dealer a week (its Monday; null is unknown), of several dealers one dealer with the means of its weeks. */
export interface FootfallPoint {
  week: string | null;
  dealerId: string | null;
  weeklyShowroomVisitors: number | null;
  footfallVisitors: number | null;
}

/**
 * How offline visitors of a dealer go with its virtual showroom traffic, week by week. At region and brand level pooled over dealers, by the deviations
 * of each dealer from its own mean. Fields without lag are of the lag that was chosen beforehand.
 */
export interface FootfallRow extends Subject {
  month: string;
  /** First and last week that was looked at, by their Mondays. */
  fromWeek: string;
  toWeek: string;
  lagWeeks: number;
  weeksPaired: number;
  /** Weeks of the span without a whole week of footfall, or without traffic of a whole window. Of several dealers: of all of them. */
  weeksMissing: number;
  effectiveWeeks: number | null;
  pearson: number | null;
  pearsonLow: number | null;
  pearsonHigh: number | null;
  spearman: number | null;
  spearmanLow: number | null;
  spearmanHigh: number | null;
  footfallAssociation: FootfallAssociation | null;
  /** The strongest of `lagsTested` lags, its interval widened for having been looked for (Bonferroni). */
  bestLagWeeks: number | null;
  lagsTested: number;
  bestPearson: number | null;
  bestPearsonLow: number | null;
  bestPearsonHigh: number | null;
  /** Dealers in the figure, and those of them that have both figures in some week. */
  dealers: number;
  dealersPaired: number;
  /** Correlation of the dealers' means: do those with more traffic have more footfall? Null at dealer level. */
  betweenPearson: number | null;
  betweenPearsonLow: number | null;
  betweenPearsonHigh: number | null;
  lags: FootfallLag[];
  points: FootfallPoint[];
  /** Of the newest week. */
  coverage: number | null;
  accountsKnown: number;
  accountsTotal: number;
  reasons: Reasons;
}
