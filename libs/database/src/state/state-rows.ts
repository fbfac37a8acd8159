import type { CostKind, DeclarationKind, GrantProduct, OwnerKind, Platform, ScoreWeights, Source, Tier, ValueLine } from '@app/contracts';

export type { GrantProduct };

/**
 * Rows of the state import kinds, as @app/ingest hands them over after checking their shape. Field names are those of the files. Plain dates
 * are business days `YYYY-MM-DD`, instants epoch ms, money decimal strings. Undefined and null both mean "not given".
 */
type Given<T> = T | null | undefined;

/** Identity dealerId + validFrom. Without validFrom the row holds since ever (1970-01-01). */
export interface DealerRow {
  dealerId: string;
  name: string;
  adcode: string;
  salesRegion?: Given<string>;
  group?: Given<string>;
  status?: Given<string>;
  validFrom?: Given<string>;
}

/** Identity platform + accountId + validFrom. Without validFrom the row holds since ever. ownerKind defaults to dealer with a dealerId, else brand. */
export interface AccountRow {
  platform: Platform;
  accountId: string;
  name: string;
  handle?: Given<string>;
  unionId?: Given<string>;
  dealerId?: Given<string>;
  ownerKind?: Given<OwnerKind>;
  declaredTier?: Given<Tier>;
  validFrom?: Given<string>;
}

/** Identity path (`大区/小区`). Missing ancestors are made. */
export interface RegionRow {
  path: string;
  validFrom?: Given<string>;
  validTo?: Given<string>;
}

/** Identity fromMonth. What is not given takes the default (DEFAULT_POLICY); a changed row becomes the next version. */
export interface PolicyRow {
  fromMonth: string;
  visitGapMinutes?: Given<number>;
  minVisits?: Given<number>;
  minVisitDwellSeconds?: Given<number>;
  minSessionMinutes?: Given<number>;
  consecutiveSessions?: Given<number>;
  sourceOrder?: Given<Source[]>;
  minCoverage?: Given<number>;
  minKnownWeight?: Given<number>;
  cadenceMinSessionMinutes?: Given<number>;
  minPeers?: Given<number>;
  weights?: Given<ScoreWeights>;
  headTierCny?: Given<string>;
  baseTierCny?: Given<string>;
  tierDownMonths?: Given<number>;
  tierDownMargin?: Given<number>;
  toleranceShare?: Given<number>;
  toleranceCount?: Given<number>;
  toleranceFollowers?: Given<number>;
  toleranceLeads?: Given<number>;
  previewHours?: Given<number>;
  requiredCostKinds?: Given<CostKind[]>;
  cpaCny?: Given<Partial<Record<Platform, string>>>;
}

/** Identity viewer: an id that a platform shows instead of a person ('' is the blank one). In force until validTo. */
export interface SentinelRow {
  viewer: string;
  validFrom?: Given<string>;
  validTo?: Given<string>;
}

/** Identity day. */
export interface CalendarRow {
  day: string;
  working: boolean;
}

/** Identity platform + line + validFrom. A changed row becomes the next version. */
export interface RateCardRow {
  platform: Platform;
  line: ValueLine;
  unitPriceCny: string;
  discount: string;
  validFrom: string;
  validTo?: Given<string>;
  sourceNote?: Given<string>;
  sample?: Given<boolean>;
}

/** Identity costId. Either accountId + platform or dealerId. */
export interface CostRow {
  costId: string;
  accountId?: Given<string>;
  platform?: Given<Platform>;
  dealerId?: Given<string>;
  day: string;
  kind: CostKind;
  amountCny: string;
}

/** Identity platform + accountId + yearTo: value of the twelve months that end with that day, of before the account was observed (申报). */
export interface OpeningValueRow {
  platform: Platform;
  accountId: string;
  yearTo: string;
  valueCny: string;
  sourceNote: string;
}

/** Identity declarationId. Scope: platform + accountId, dealerId, or neither (the brand). `viewer` may be several exported keys with spaces between. */
export interface DeclarationRow {
  declarationId: string;
  kind: DeclarationKind;
  platform?: Given<Platform>;
  accountId?: Given<string>;
  dealerId?: Given<string>;
  from: number;
  to: number;
  viewer?: Given<string>;
  detail?: Given<string>;
}

/** Identity product + principalId; short form platform + accountId + openId (the platform's first product). Instants epoch ms. */
export interface GrantRow {
  product?: Given<GrantProduct>;
  principalId?: Given<string>;
  platform?: Given<Platform>;
  accountId?: Given<string>;
  openId?: Given<string>;
  /** Account ids on the product's platform. */
  accounts?: Given<string[]>;
  accessToken: string;
  refreshToken?: Given<string>;
  appId?: Given<string>;
  appSecret?: Given<string>;
  accessExpiresAt?: Given<number>;
  refreshExpiresAt?: Given<number>;
  scopes?: Given<string[]>;
}

/** A grant as `export` gives it: what it is for, never a token. */
export interface GrantListRow {
  product: GrantProduct;
  principalId: string;
  accounts: string[];
  appId: string | null;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  scopes: string[];
}

/** Row type per state import kind. */
export interface StateRows {
  dealers: DealerRow;
  accounts: AccountRow;
  regions: RegionRow;
  policies: PolicyRow;
  sentinels: SentinelRow;
  calendar: CalendarRow;
  'rate-cards': RateCardRow;
  costs: CostRow;
  declarations: DeclarationRow;
  'opening-values': OpeningValueRow;
  grants: GrantRow;
}
export type StateKind = keyof StateRows;
export const STATE_KINDS = [
  'dealers',
  'accounts',
  'regions',
  'policies',
  'sentinels',
  'calendar',
  'rate-cards',
  'costs',
  'declarations',
  'opening-values',
  'grants',
] as const satisfies readonly StateKind[];

/** Row type per kind on the way out: the same fields, grants without tokens. */
export type ListedRow<K extends StateKind> = K extends 'grants' ? GrantListRow : StateRows[K];

/** The day from which a row without validFrom holds. */
export const SINCE_EVER = '1970-01-01';
