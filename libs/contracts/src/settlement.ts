import type { Actor } from './actor';
import type { Bilingual, Platform, Tier } from './platform';

/**
 * Figures of a closed month that a rule may ask about; those of a dealer, from the adjusted basis. `penalties`: those of cases that are in force for the
 * month, as they stand when it is settled; never unknown.
 */
export const INCENTIVE_FIGURES = [
  'rank',
  'score',
  'showroomVisitors',
  'loyalShare',
  'valueCny',
  'trailingValueCny',
  'roiValue',
  'coverage',
  'passLine',
  'penalties',
] as const;
export type IncentiveFigure = (typeof INCENTIVE_FIGURES)[number];
export const INCENTIVE_COMPARISONS = ['<', '<=', '=', '>=', '>'] as const;
export type IncentiveComparison = (typeof INCENTIVE_COMPARISONS)[number];

/** `value`: a plain decimal, or `true`/`false` for the pass line. */
export interface IncentiveCondition {
  figure: IncentiveFigure;
  is: IncentiveComparison;
  value: string;
}

interface RuleBase {
  ruleId: string;
  name: Bilingual;
  /** All of them must hold; none: always. */
  when?: IncentiveCondition[];
}
/** An amount for each of the dealer's accounts of an effective tier at the end of the month. */
export interface TierRule extends RuleBase {
  kind: 'tier';
  tier: Tier;
  platform?: Platform;
  amountCny: string;
}
/** An amount per showroom visitor beyond `from`, up to `upTo` of them. */
export interface ShowroomRule extends RuleBase {
  kind: 'showroom';
  rateCny: string;
  from?: string;
  upTo?: string;
}
/** A share (0–1, four places) of the communication value beyond `fromCny`, up to `upToCny` of value. */
export interface ValueRule extends RuleBase {
  kind: 'value';
  share: string;
  fromCny?: string;
  upToCny?: string;
}
/** An amount, or a share of what the tier, VST and value rules give, added. */
export interface BonusRule extends RuleBase {
  kind: 'bonus';
  amountCny?: string;
  share?: string;
}
/** As a bonus, taken off. What is paid is never below 0. */
export interface MalusRule extends RuleBase {
  kind: 'malus';
  amountCny?: string;
  share?: string;
}
export type IncentiveRule = TierRule | ShowroomRule | ValueRule | BonusRule | MalusRule;

/** A version of a brand's incentive rules: rules whole months from `fromMonth` on, never edited. `upToCny`: the most that one dealer gets in a month. */
export interface IncentiveRules {
  version: number;
  fromMonth: string;
  rules: IncentiveRule[];
  upToCny: string | null;
}

/** One rule applied to one dealer. `amountCny` has two places, signed; null: a figure that it asks about is unknown. */
export interface SettlementLine {
  ruleId: string;
  kind: IncentiveRule['kind'];
  name: Bilingual;
  /** What was counted: accounts, showroom visitors, value in CNY. Null for bonus and malus, or unknown. */
  quantity: string | null;
  rate: string | null;
  amountCny: string | null;
  /** Where the amount comes from, with the numbers filled in; or why it is 0 or unknown. */
  how: Bilingual;
}

export const HOLD_CAUSES = ['case', 'appeal', 'sample', 'unknown', 'manual'] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

/** Why a dealer's sheet is not paid. */
export interface SettlementHold {
  cause: HoldCause;
  /** Case or appeal, account, rate card, or rule that it is about. */
  about: string | null;
  reason: Bilingual;
}

/** The settlement sheet of one dealer and month (结算单). Amounts have two places; `payableCny` is null while held. */
export interface SettlementSheet {
  dealerId: string;
  dealerName: string;
  lines: SettlementLine[];
  /** Sum of the known lines, between 0 and the rules' upper bound. */
  totalCny: string;
  /** What an approved sheet of the same month, out of an earlier close, already gave. */
  settledCny: string;
  /** total − settled: negative is to be paid back. Null while held. */
  payableCny: string | null;
  holds: SettlementHold[];
}

export const SETTLEMENT_STATES = ['draft', 'approved', 'withdrawn'] as const;
export type SettlementState = (typeof SETTLEMENT_STATES)[number];

/** The settlement of one brand and month, out of one close. An approved one is never changed; a restated month is settled by the difference. */
export interface Settlement {
  settlementId: string;
  month: string;
  sequence: number;
  closeId: string;
  closeHash: string;
  rulesVersion: number;
  state: SettlementState;
  preparedAt: string;
  preparedBy: Actor;
  decidedAt: string | null;
  decidedBy: Actor | null;
  reason: string | null;
  /** Sums over all dealers. Null for whoever sees only some of them. */
  totalCny: string | null;
  payableCny: string | null;
  heldDealers: number | null;
  /** SHA-256 over close, rules and sheets. */
  hash: string;
}

/** A decision that a rule whose figure is unknown gives a dealer nothing in a month: without it the unknown figure holds the dealer. */
export interface SettlementWaiver {
  waiverId: string;
  dealerId: string;
  month: string;
  ruleId: string;
  reason: string;
  waivedAt: string;
  waivedBy: Actor;
}

/** A hold that an open case, an appeal or a person placed on a dealer's settlements. `month` null: on every month. */
export interface PlacedHold {
  holdId: string;
  dealerId: string;
  month: string | null;
  cause: Extract<HoldCause, 'case' | 'appeal' | 'manual'>;
  about: string | null;
  reason: string;
  placedAt: string;
  placedBy: Actor;
  releasedAt: string | null;
  releasedBy: Actor | null;
  releaseReason: string | null;
}
