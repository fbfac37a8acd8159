import type { Bilingual, ValueLine } from './platform';
import type { ReportName, ReportQuery, ScorePart, Subject } from './reports';

/** Parameters of the same question about another figure, as `GET /api/v1/explain/:figure` takes them; `figure` is the path. */
export type FigureLink = Record<string, string>;

/** A figure of a report and whom it is about; the question of the report, and what to show of the rows behind it. */
export interface ExplainQuery extends Omit<ReportQuery, 'name' | 'accountId' | 'dealerId'> {
  /** Key of the metric catalogue. */
  figure: string;
  /** Where several reports hold the figure; default: the first. */
  report?: ReportName;
  /** `platform:accountId`, dealer id, or region; none at the level of the brand. */
  subject?: string;
  /** Where the figure is one of several: of a part of the score, of a line of value. */
  part?: ScorePart;
  line?: ValueLine;
  /** Another period, another subject of the same level: a score is then split into what changed. */
  againstMonth?: string;
  againstSubject?: string;
  /** One viewer of the figure's rows, as these name it: its visits, all of them, in pages. Of figures whose rows are viewers. */
  viewer?: string;
  limit?: number;
  cursor?: string;
  /** Each row with what is behind it, down to the deliveries. Default: yes. */
  nested?: boolean;
}

/** What a figure is computed from. `explain` null: it is no figure of its own. */
export interface ExplainInput {
  name: Bilingual;
  value: string | number | boolean | null;
  explain: FigureLink | null;
}

/** A sum or formula carried out again over the rows; `holds` is exact equality. */
export interface ExplainCheck {
  name: Bilingual;
  expected: string;
  found: string;
  holds: boolean;
}

export const EXPLAIN_ROW_KINDS = [
  'account',
  'case',
  'cost',
  'day',
  'dealer',
  'delivery',
  'entry',
  'follower-reading',
  'lead',
  'line',
  'month',
  'part',
  'peer',
  'ranked',
  'session',
  'video',
  'viewer',
  'visit',
  'week',
] as const;
export type ExplainRowKind = (typeof EXPLAIN_ROW_KINDS)[number];

/** A row behind a figure, with the rows behind itself. `amount`: what it adds to the figure; null: nothing. */
export interface ExplainRow {
  kind: ExplainRowKind;
  id: string;
  amount: string | null;
  fields: Record<string, string | number | boolean | null>;
  explain?: FigureLink;
  rows?: ExplainRow[];
  /** Rows behind it that are not shown here. */
  more?: number;
}

/** The part's share of a score: 100 × weight × percentile ÷ known weight. Fractions are exact (`n/d`), decimals are rounded to four places. */
export interface ScoreContribution {
  part: ScorePart;
  weight: number;
  percentile: string | null;
  contribution: string | null;
  contributionDecimal: string | null;
  reason: Bilingual | null;
}

export const WATERFALL_SIDES = ['policy', 'you', 'peers'] as const;
export type WaterfallSide = (typeof WATERFALL_SIDES)[number];

/** One signed step; `part` null: of no part of its own; `member`: of a mean over dealers. */
export interface ExplainStep {
  side: WaterfallSide | 'members';
  kind: 'change' | 'knowledge' | 'renormalised';
  part: ScorePart | null;
  member: string | null;
  name: Bilingual;
  change: string;
  changeDecimal: string;
}

/** From `from` (the other period or subject) to `to` (the asked one); the steps add up exactly. Null scores: nothing to split, with the reason. */
export interface ExplainWaterfall {
  against: { month: string | null; subject: string };
  from: string | null;
  to: string | null;
  difference: string | null;
  differenceDecimal: string | null;
  sides: Partial<Record<WaterfallSide, string>>;
  steps: ExplainStep[];
  reason: Bilingual | null;
  notes: Bilingual[];
}

export interface ExplainRows {
  /** What one row is, and what the amounts add up to. */
  of: Bilingual;
  rows: ExplainRow[];
  total: number;
  nextCursor: string | null;
}

/** Everything behind one figure. */
export interface Explanation {
  figure: string;
  report: ReportName;
  name: Bilingual;
  definition: Bilingual;
  unit: Bilingual | null;
  subject: Subject;
  month: string | null;
  from: string;
  to: string;
  level: string;
  basis: string;
  /** As the report gives it; JSON text where the report gives a list. */
  value: string | number | boolean | null;
  /** Why it is unknown. */
  reason: Bilingual | null;
  formula: { words: Bilingual; filled: string };
  versions: { policy: number; rateCards: string[]; dataInstant: string; closed: unknown };
  coverage: { share: number | null; accountsKnown: number | null; accountsTotal: number | null };
  inputs: ExplainInput[];
  checks: ExplainCheck[];
  contributions: ScoreContribution[];
  waterfall: ExplainWaterfall | null;
  rows: ExplainRows;
  notes: Bilingual[];
}
