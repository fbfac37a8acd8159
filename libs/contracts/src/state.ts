import type { CostKind, DeclarationKind, OwnerKind, Platform, Source, Tier, ValueLine } from './platform';
import type { GrantProduct } from './product';

/** A brand: the tenant. `brandId` is the number that every fact carries; `zone` is the IANA zone of its business days. */
export interface Brand {
  brandId: number;
  code: string;
  name: string;
  zone: string;
}

/** A policy version (domain.md 2.6): starts at a month's first instant and rules whole months until the next one. Thresholds are data. */
export interface Policy {
  version: number;
  /** First business month it rules, `YYYY-MM`. */
  fromMonth: string;
  visitGapMinutes: number;
  minVisits: number;
  minVisitDwellSeconds: number;
  minSessionMinutes: number;
  /** Length of the run that `consecutive` asks for. */
  consecutiveSessions: number;
  sourceOrder: Source[];
  /** Coverage under which a part of the score is unknown, 0–1. */
  minCoverage: number;
  /** Known weight under which a score is unknown and the account unranked. */
  minKnownWeight: number;
  /** Sessions shorter than this do not count for cadence. */
  cadenceMinSessionMinutes: number;
  /** Smallest peer group before the ladder falls back. */
  minPeers: number;
  weights: ScoreWeights;
  headTierCny: string;
  baseTierCny: string;
  /** Months in a row below a bound (and its margin) in whose last an account falls out of the tier; 1: at once. */
  tierDownMonths: number;
  /** Share of a bound by which the value may lie below it before a month counts as below, 0 ≤ margin < 1. */
  tierDownMargin: number;
  /**
   * What two sources may tell apart of one figure (docs/adr/0020): a difference counts when it is above both this share of the counted value, at most
   * four decimals, and this many; of follower totals, and of a day's leads, above so many.
   */
  toleranceShare: number;
  toleranceCount: number;
  toleranceFollowers: number;
  toleranceLeads: number;
  /** How long dealers may look at a month before it is closed, where no end is given (docs/adr/0026). */
  previewHours: number;
  requiredCostKinds: CostKind[];
  /** Public price of one arrival per platform, decimal string; absent is unknown. */
  cpaCny: Partial<Record<Platform, string>>;
}
export interface ScoreWeights {
  showroom: number;
  value: number;
  loyalty: number;
  engagement: number;
  cadence: number;
  growth: number;
}

/** The policy that rules where a brand has stored none (domain.md 3, 5, 6). */
export const DEFAULT_POLICY: Policy = {
  version: 0,
  fromMonth: '1970-01',
  visitGapMinutes: 30,
  minVisits: 4,
  minVisitDwellSeconds: 0,
  minSessionMinutes: 0,
  consecutiveSessions: 4,
  sourceOrder: ['correction', 'api-final', 'ads-api', 'file', 'feed', 'api-provisional'],
  minCoverage: 0.8,
  minKnownWeight: 50,
  cadenceMinSessionMinutes: 30,
  minPeers: 5,
  weights: { showroom: 35, value: 25, loyalty: 15, engagement: 10, cadence: 10, growth: 5 },
  headTierCny: '5000000',
  baseTierCny: '1000000',
  tierDownMonths: 1,
  tierDownMargin: 0,
  toleranceShare: 0.02,
  toleranceCount: 1,
  toleranceFollowers: 3,
  toleranceLeads: 0,
  previewHours: 48,
  requiredCostKinds: [],
  cpaCny: {},
};

/** One account. `accountKey` (decimal string of a UInt64) is the key of its facts in the warehouse. `undeclared` accounts have facts but no declaration. */
export interface Account {
  accountKey: string;
  platform: Platform;
  accountId: string;
  name: string;
  handle: string | null;
  undeclared: boolean;
}

/** Who owned an account in [from, to) (epoch ms; `to` null = still), with what was declared for that span. `dealerId` null = unassigned. */
export interface Ownership {
  accountKey: string;
  dealerId: string | null;
  ownerKind: OwnerKind;
  declaredTier: Tier | null;
  from: number;
  to: number | null;
}

/** Where a dealer stood in [from, to): GB/T 2260 code, node of the sales-region tree (its path, `大区/小区`), group. */
export interface DealerPlacement {
  dealerId: string;
  name: string;
  adcode: string;
  salesRegion: string | null;
  group: string | null;
  status: string;
  from: number;
  to: number | null;
}

/** A price per unit of exposure. Plain dates are business days, both ends included; `validTo` null = open. Money as decimal strings. */
export interface RateCard {
  platform: Platform;
  line: ValueLine;
  unitPriceCny: string;
  discount: string;
  validFrom: string;
  validTo: string | null;
  version: number;
  sample: boolean;
  sourceNote: string | null;
}

/** A version of a rate card, as every answer about money names it: `douyin/live_view/2026-01-01#2`. */
export const rateCardName = (card: Pick<RateCard, 'platform' | 'line' | 'validFrom' | 'version'>): string =>
  `${card.platform}/${card.line}/${card.validFrom}#${card.version}`;

/** A cost row. Either an account's (accountKey) or a dealer's (dealerId). */
export interface Cost {
  costId: string;
  accountKey: string | null;
  dealerId: string | null;
  day: string;
  kind: CostKind;
  amountCny: string;
}

/** A year's value that the brand enters for an account of before it was observed (申报): of the twelve months that end with `yearTo` (business day, included). */
export interface OpeningValue {
  accountKey: string;
  yearTo: string;
  valueCny: string;
  sourceNote: string;
}

/** What a dealer or brand stated. Scope: one account, all accounts of a dealer, or the brand (both null). Staff viewers are kept as keys only. */
export interface Declaration {
  declarationId: string;
  kind: DeclarationKind;
  accountKey: string | null;
  dealerId: string | null;
  from: number;
  /** Equal to `from`: an instant. */
  to: number;
  /** Viewer keys (one per platform that the scope can have), decimal strings of UInt64. */
  viewerKeys: string[];
  detail: string | null;
}

/**
 * What a confirmed case removes from one account (domain.md 7.3), for as long as it holds. The list itself is in the fact store, by `exclusionId`
 * (decimal string of a UInt64), and never changes.
 */
export interface Exclusion {
  exclusionId: string;
  caseId: string;
  /** Entries by their identity, or units by session or video, line and day. */
  kind: ExclusionKind;
  accountKey: string;
  /** Distinct rows of the list. */
  rows: number;
  /** First and last business day of what is listed. */
  fromDay: string;
  toDay: string;
}
export type ExclusionKind = 'entries' | 'units';

/** Everything of one brand that reports need beside the facts: one consistent reading of the state store. */
export interface BrandState {
  brand: Brand;
  policies: Policy[];
  /** Of a state that somebody supposes (what if): the policies under which rows are kept. Absent: `policies`. */
  keptPolicies?: Policy[];
  accounts: Account[];
  ownerships: Ownership[];
  placements: DealerPlacement[];
  rateCards: RateCard[];
  costs: Cost[];
  declarations: Declaration[];
  /** Absent: none. */
  openingValues?: readonly OpeningValue[];
  /** Those that hold. Absent: none. */
  exclusions?: readonly Exclusion[];
  /** Keys of the sentinel ids of the policy's list, per platform hashing, decimal strings of UInt64 (always holds the key of the blank id). */
  sentinelKeys: string[];
  /**
   * Instants (epoch ms) at which the brand's viewer key changes and the entries of the 31 days before carry the next key (domain.md 8), ascending.
   * Absent: it never does.
   */
  viewerKeyChanges?: readonly number[];
  /** First day with a grant or file source per account (business day), where known: coverage counts from here. */
  grantedFrom: Record<string, string>;
  /** The connections of accounts: what they bring is expected from their first business day on. Absent: told by what came on the platform. */
  connections?: readonly ConnectedProduct[];
}

/** A product through which an account is connected, with the connection's first business day. */
export interface ConnectedProduct {
  accountKey: string;
  product: GrantProduct;
  since: string;
}

/** An account belonged to `group` (account key, dealer id, region, brand) in [from, to). The one mechanism by which figures go to levels. */
export interface Membership {
  accountKey: string;
  group: string;
  from: number;
  to: number;
}
