import type { Bilingual, OwnerKind, Platform, Tier, ValueLine } from './platform';

export const REPORTS = ['showroom', 'value', 'tiers', 'ranking', 'signals'] as const;
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
  paidUnknown: boolean;
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
  earnedTier: Tier | null;
  effectiveTier: Tier | null;
  projected: boolean;
  daysObserved: number;
  /** At dealer, region and brand level: accounts per earned tier. */
  tierCounts?: Record<Tier, number>;
  structureWarning?: boolean;
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
  notes: Bilingual[];
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
  level: Level;
  regions?: 'adcode' | 'sales';
  platform?: Platform;
  tier?: Tier;
  basis: Basis;
  dealerId?: string;
  accountId?: string;
  /** Answer out of what was known at this instant: ISO 8601 with a zone, or epoch ms. */
  asOf?: string;
}
