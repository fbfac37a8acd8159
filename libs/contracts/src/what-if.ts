import type { Bilingual, Platform, Tier, ValueLine } from './platform';
import type { Basis, Level, Subject } from './reports';

/** A price that is supposed: of every card of the line that reaches into what is looked at, or, without one, of a card that always holds. */
export interface SupposedPrice {
  platform: Platform;
  line: ValueLine;
  unitPriceCny?: string;
  discount?: string;
}

/** What is asked of the past: which period, under which policy and prices, and how the ranking stands when prices move a little. */
export interface WhatIfQuery {
  brand?: string;
  month?: string;
  from?: string;
  to?: string;
  level: Level;
  regions?: 'adcode' | 'sales';
  platform?: Platform;
  tier?: Tier;
  basis?: Basis;
  /** Fields of a policy (those of the import kind `policies`, or `weights.showroom`, `cpaCny.douyin`) over every policy that takes part. */
  policy?: Record<string, unknown>;
  prices?: readonly SupposedPrice[];
  /** Rows of the import kind `rate-cards`, as if they were imported. */
  rateCards?: readonly Record<string, unknown>[];
  stability?: StabilityQuery;
  /** A rank that moves at least so far is counted in the summary. Default 10. */
  rankStep?: number;
}

export interface StabilityQuery {
  /** Share by which prices and discounts move up and down. Default 0.1. */
  share?: string;
  /** Seeded draws beside the corners. Default 40. */
  draws?: number;
  seed?: number;
}

/** A figure now and as supposed. */
export interface Move<Value> {
  before: Value;
  after: Value;
}

/** What would change of one subject. Null is unknown, never 0; money is an exact decimal string. */
export interface WhatIfRow extends Subject {
  rank: Move<number | null>;
  /** Places upwards: before − after; null where one of the two is unranked or the known parts are others. */
  places: number | null;
  score: Move<number | null>;
  valueCny: Move<string | null>;
  showroomVisitors: Move<number | null>;
  earnedTier: Move<Tier | null>;
  trailingValueCny: Move<string | null>;
  tierCounts?: Move<Record<Tier, number>>;
  reasons: Bilingual[];
}

export interface WhatIfSummary {
  subjects: number;
  /** Subjects of which any figure changes. */
  changed: number;
  ranksUp: number;
  ranksDown: number;
  /** Ranks that move by at least `rankStep`. */
  rankStep: number;
  ranksByStep: number;
  entersRanking: number;
  leavesRanking: number;
  tiersChanged: number;
  tiersUp: number;
  tiersDown: number;
  /** Sum over the rows. */
  valueCny: Move<string | null>;
}

/** Where the rank of one subject lies while prices move. */
export interface RankInterval {
  subject: Subject;
  rank: number;
  lowest: number;
  highest: number;
  /** Trials in which it is in the head tier, of all. */
  headTrials: number;
}

/** How the ranking of one league stands while prices move by ± a share. */
export interface StabilityScenario {
  /** Which prices move: `all`, or `platform/line`. */
  moves: string;
  trials: number;
  /** Kendall's tau-b against the ranking as supposed: mean and least of the trials, four places. */
  tau: { mean: number; least: number } | null;
  /** Share of the pairs that keep their order, four places: mean and least. */
  pairsKept: { mean: number; least: number } | null;
  /** Subjects that leave, or enter, the first tenth in some trial. */
  leavesTopTenth: string[];
  entersTopTenth: string[];
  leavesHead: string[];
  entersHead: string[];
  /** Sum of all values: least and greatest of the trials, exact. */
  valueCny: { least: string; greatest: string } | null;
}

export interface Stability {
  share: string;
  draws: number;
  seed: number;
  /** Subjects of the league that is looked at: the one with the most. */
  ranked: number;
  scenarios: StabilityScenario[];
  /** Over all trials in which everything moves; widest first. */
  intervals: RankInterval[];
}

export interface WhatIfReport {
  rows: WhatIfRow[];
  summary: WhatIfSummary;
  stability: Stability | null;
  meta: WhatIfMeta;
}

export interface WhatIfMeta {
  brand: string;
  month: string | null;
  /** Half-open, ISO instants. */
  from: string;
  to: string;
  level: Level;
  basis: Basis;
  /** Version of the policy whose fields are supposed to be others. */
  policyVersion: number;
  /** Versions of the rate cards in force before, `douyin/live_view/2026-01-01#2`. */
  rateCards: string[];
  /** Sample rate cards are in use: never for settlement. */
  sampleRates: boolean;
  dataInstant: string;
  /** What was supposed, spelled out. */
  supposed: { policy: Record<string, unknown>; prices: string[] };
  /** `quick`: from what is kept; `visits`: visits were formed anew. */
  work: 'quick' | 'visits';
  seconds: number;
  notes: Bilingual[];
}

/** How far a long question has come. */
export interface WhatIfProgress {
  stage: 'reading' | 'visits' | 'comparing' | 'stability';
  done: number;
  of: number;
}

/** A question whose visits have to be formed anew is answered later. */
export interface WhatIfJob {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  progress: WhatIfProgress;
  startedAt: string;
  endedAt: string | null;
  result: WhatIfReport | null;
  error: { code: string; text: Bilingual } | null;
}
