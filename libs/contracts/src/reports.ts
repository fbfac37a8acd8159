import type { Bilingual, CostKind, OwnerKind, Platform, Tier, ValueLine } from './platform';
import type { MatrixStructure, TierAgreement } from './tiers';

export const REPORTS = ['showroom', 'value', 'tiers', 'ranking', 'footfall', 'signals'] as const;
export type ReportName = (typeof REPORTS)[number];
export const LEVELS = ['account', 'dealer', 'region', 'brand'] as const;
export type Level = (typeof LEVELS)[number];
export const BASES = ['raw', 'adjusted'] as const;
export type Basis = (typeof BASES)[number];

/** Group of what no dealer owns: every level has this row, so that levels add up to the brand. */
export const UNASSIGNED = 'unassigned';

/** Who a row is about. Which fields are set depends on the level; names are for people. */
export interface Subject {
  level: Level;
  accountId?: string;
  platform?: Platform;
  dealerId?: string | null;
  adcode?: string;
  salesRegion?: string;
  brand?: string;
  name: string;
  dealerName?: string | null;
  ownerKind?: OwnerKind;
  declaredTier?: Tier | null;
  undeclared?: boolean;
}

/** Unknown figures are null; why, per field. */
export type Reasons = Partial<Record<string, Bilingual>>;

/** Virtual showroom traffic of one subject and month (domain.md 3). Ratios have four places. */
export interface ShowroomRow extends Subject {
  month: string;
  viewers: number | null;
  visits: number | null;
  entries: number;
  showroomVisitors: number | null;
  consecutiveVisitors: number | null;
  rollingShowroomVisitors: number | null;
  showroomVisitorsOn2Days: number | null;
  grabbers: number | null;
  loyalShare: number | null;
  dwellRatio: number | null;
  meanDwellShowroom: number | null;
  meanDwellOthers: number | null;
  identifiability: number | null;
  showroomVisitorsLow: number | null;
  showroomVisitorsHigh: number | null;
  /** Platform viewers ÷ identified viewers over the sessions that have both; null when none has. */
  seenFactor: number | null;
  /** Sessions left out of `consecutive`: without identifiable entry, or shorter than the policy's minimum. */
  skippedSessions: number;
  sessions: number;
  coverage: number | null;
  accountsKnown: number;
  accountsTotal: number;
  reasons: Reasons;
}

/** One line of value at one price. Units are whole; money and prices are exact decimal strings. */
export interface ValueLineRow {
  line: ValueLine;
  platform: Platform;
  units: number;
  grossUnits: number;
  excludedUnits: number;
  unitPriceCny: string | null;
  discount: string | null;
  valueCny: string | null;
  /** Value of all units, and of those left out; null without a price. */
  grossCny: string | null;
  excludedCny: string | null;
  /** Versions that gave the price, `douyin/live_view/2026-01-01#2`. */
  rateCards: string[];
  /** One of them is a sample: never for settlement. */
  sample: boolean;
  paidUnknown: boolean;
  /** Why the value is unknown; null where it is known. */
  reason: Bilingual | null;
}
/** What one kind of cost has to do with the pass line. */
export interface CostShareRow {
  kind: CostKind;
  amountCny: string;
  /** Of the whole cost, four places; null when that is 0. */
  share: string | null;
  /** What this kind alone would have to be for the cost to meet the line; null when the others are above it already, or the line is unknown. */
  toPassCny: string | null;
}
export interface ValueRow extends Subject {
  month: string;
  lines: ValueLineRow[];
  /** Sum of what is known; null when nothing is. With `missing` entries it is "at least". */
  valueCny: string | null;
  grossCny: string | null;
  excludedCny: string | null;
  costCny: string | null;
  costComplete: boolean;
  missingCostKinds: string[];
  effectiveViews: number;
  costPerViewCny: string | null;
  passLine: boolean | null;
  /** What the cost may reach: a third of the effective views at public prices. A third need not end: rounded once to ten places, half away from zero. */
  passLineCny: string | null;
  /** Cost − passLineCny, rounded the same way; at most 0 passes. */
  passLineGapCny: string | null;
  /** By kind, the largest first. */
  costs: CostShareRow[];
  /** Required kinds without any row, with their months. */
  missingCosts: { kind: CostKind; months: string[] }[];
  roiValue: string | null;
  roiCpa: string | null;
  missing: { line: ValueLine; platform: Platform; days: string[] }[];
  unpricedLines: { line: ValueLine; platform: Platform; units: number }[];
  /** Counters that began inside the window without an earlier reading: in no day. */
  openingUnits: Partial<Record<ValueLine, number>>;
  sample: boolean;
  coverage: number | null;
  accountsKnown: number;
  accountsTotal: number;
  reasons: Reasons;
}

export interface TierRow extends Subject {
  month: string;
  trailingValueCny: string | null;
  /** Units of a used line lack a price on some day of the window: the value is at least this. Closes of before do not say it. */
  trailingAtLeast?: boolean;
  earnedTier: Tier | null;
  effectiveTier: Tier | null;
  projected: boolean;
  daysObserved: number;
  /** At dealer, region and brand level: accounts per earned tier. */
  tierCounts?: Record<Tier, number>;
  structureWarning?: boolean;
  /** The tier rests upon an opening value that the brand entered (申报). */
  declared: boolean;
  /** The year's value that was compared with the bounds: observed, with its declared part, or projected. Null at the other levels. */
  yearValueCny: string | null;
  /** Earned against declared tier; null where either is unknown. */
  agreement: TierAgreement | null;
  /** At dealer, region and brand level: accounts per agreement. */
  agreements?: Record<TierAgreement, number>;
  /** At dealer, region and brand level. */
  structure?: MatrixStructure;
  reasons: Reasons;
}

export const SCORE_PARTS = ['showroom', 'value', 'loyalty', 'engagement', 'cadence', 'growth'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];
export interface RankingPart {
  metric: ScorePart;
  weight: number;
  value: string | null;
  /** Exact fraction as a decimal with four places. */
  percentile: number | null;
  peers: number;
  peerGroup: string | null;
  smallGroup: boolean;
  reason: Bilingual | null;
  /** The percentile as an exact fraction, `9/10`: with the weights it gives the score again. */
  percentileExact?: string | null;
  /** What a part of several figures is made of (loyalty: loyal share, dwell ratio); its percentile is the mean of theirs. */
  components?: RankingComponent[];
}
/** One figure of a part of the score, with its own peers. */
export interface RankingComponent {
  metric: 'loyalShare' | 'dwellRatio';
  /** Four places; the percentile compares exactly. */
  value: string;
  percentileExact: string;
  peers: number;
  peerGroup: string;
}
export interface RankingRow extends Subject {
  month: string;
  rank: number | null;
  score: number | null;
  weightKnown: number;
  partial: boolean;
  parts: RankingPart[];
  showroomVisitors: number | null;
  showroomVisitorsLow: number | null;
  showroomVisitorsHigh: number | null;
  /** VST ÷ (viewers − grabbers), four places. */
  loyalShare: number | null;
  valueCny: string | null;
  valueAtLeast: boolean;
  trailingValueCny: string | null;
  earnedTier: Tier | null;
  projected: boolean;
  tierCounts?: Record<Tier, number>;
  accountsKnown: number;
  accountsTotal: number;
  coverage: number | null;
  reasons: Reasons;
  /** The score as an exact fraction; null with the score. */
  scoreExact?: string | null;
  /** Rank in the previous comparable period; null when there was none (new, or unranked then), with the reason. */
  rankBefore?: number | null;
  /** Places climbed since then (positive) or lost. Null when either rank is unknown, or was among others that know the same parts. */
  rankChange?: number | null;
  /** Rank among the rows that the query's filters choose, of its league; and how many of these are ranked. Only with such a filter. */
  cohortRank?: number | null;
  cohortSize?: number | null;
  /** The rank lies between these with nine chances in ten (bootstrap, docs/adr/0024). Only with `confidence`. */
  rankLow?: number | null;
  rankHigh?: number | null;
  /** Rank and score before exclusions; only where the basis is adjusted and something is excluded. */
  rawRank?: number | null;
  rawScore?: number | null;
}

/** What a report that is answered out of a close says of it. */
export interface ClosedMeta {
  closeId: string;
  closedAt: string;
  hash: string;
  /** 0: never restated. */
  restatement: number;
  /** Figures of this answer that are another number now: a restatement is pending. */
  pendingFigures: number;
}

export interface ReportMeta {
  report: ReportName;
  brand: string;
  month: string | null;
  /** Half-open, ISO instants. */
  from: string;
  to: string;
  level: Level;
  basis: Basis;
  policyVersion: number;
  dataInstant: string;
  coverage: number | null;
  accountsKnown: number;
  accountsTotal: number;
  sampleRates: boolean;
  /** Versions of rate cards in force on a day that the figures are made of, on the platforms of the accounts: `douyin/live_view/2026-01-01#2`. */
  rateCards: string[];
  /** Cases whose exclusions count in the rows, ascending. Absent or empty: none, or the raw basis. */
  exclusions?: string[];
  notes: Bilingual[];
  /** The span as one period: `2026-10-05`, `2026-W41`, `2026-10`, `2026-Q4`, `2026`, `live`; null for other spans. */
  period?: string | null;
  /** The period that rank changes look back to, half open, ISO instants. Rankings only. */
  before?: { from: string; to: string };
  /** Newest business day with facts of each platform, where everything is told at one data instant (live score). */
  newestDays?: Partial<Record<Platform, string>>;
  /** The month is closed: rows are those of the close. */
  closed?: ClosedMeta;
  /** Dealers may look at the month, and its figures are provisional. */
  preview?: { from: string; until: string };
  /** Rankings, where it was asked for and the brand allows it: the others as places. */
  neighbours?: Neighbour[];
}

/** Somebody else in a ranking: no id, no name; the number means nothing outside of the answer. `score` is rounded. */
export interface Neighbour {
  name: Bilingual;
  rank: number;
  score: number | null;
}
export interface Report<Row> {
  rows: Row[];
  meta: ReportMeta;
}

/** What a report is asked for. Days and months are the brand's business days. */
export interface ReportQuery {
  name: ReportName;
  /** Code of the brand; may be left out where there is only one. */
  brand?: string;
  month?: string;
  from?: string;
  to?: string;
  /**
   * A day `2026-10-05`, ISO week `2026-W41`, month `2026-10`, quarter `2026-Q4` or year `2026`; or `live`: the last 30 business days up to the data instant.
   * In place of month, from and to.
   */
  period?: string;
  level: Level;
  regions?: 'adcode' | 'sales';
  platform?: Platform;
  tier?: Tier;
  basis: Basis;
  dealerId?: string;
  accountId?: string;
  /** Path of the sales-region tree, `大区` or `大区/小区`: what stands in it at the end of the period. */
  salesRegion?: string;
  /** First digits of a GB/T 2260 code: two for a province, four for a city, six for a county. */
  adcode?: string;
  /** Dealer group. */
  group?: string;
  /** Rankings: also between which places each rank lies. */
  confidence?: boolean;
  /** Rankings of accounts or dealers, for whoever sees a part of the brand: also the others, as places without names. */
  neighbours?: boolean;
  /** Answer out of what was known at this instant: ISO 8601 with a zone, or epoch ms. */
  asOf?: string;
}
