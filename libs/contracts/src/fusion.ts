import type { DataTier, DetectorFamily, Inorganic, Signal, SignalSubject, SignalWindow } from './integrity';
import type { Bilingual, ValueLine } from './platform';

/** What a correction is of: units of a value line, or entries. */
export type CorrectedMetric = ValueLine | 'entries';

/** high: at least two independent families agree and the probability is large; medium: worth a look; low: nothing to act on. */
export type FusionLevel = 'high' | 'medium' | 'low';

/** What one family of detectors adds to the answer. */
export interface FamilyEvidence {
  family: DetectorFamily;
  /** Strongest signal of the family after the number of looks is taken into account, 0–1. */
  strength: number;
  detectors: string[];
  /** Decimal orders of magnitude beyond one honest subject in ten, 0–4: what the weight multiplies. */
  surprise: number;
  weight: number;
  /** weight × surprise: log-odds. */
  contribution: number;
}

/** One reason for or against the dealer's own hand in it; `contribution` in log-odds. */
export interface AttributionReason {
  reason: string;
  text: Bilingual;
  contribution: number;
}

/** A figure as reported and without what is held for inorganic. low ≤ value ≤ high ≤ reported. */
export interface Correction {
  metric: CorrectedMetric;
  reported: number;
  corrected: { value: number; low: number; high: number };
  basis: 'entries' | 'units';
}

/** A line of the case contract: the figure of a signal that speaks loudest. */
export interface FusedReason {
  signalId: string;
  detector: string;
  version: number;
  family: DetectorFamily;
  strength: number;
  text: Bilingual;
  figure: string | null;
  value: number | null;
  ownReference: number | null;
  peerReference: number | null;
  honestQuantile: number | null;
}

/** Something honest that could explain the finding; whyRejected null: it could not be rejected. */
export interface Confounder {
  considered: Bilingual;
  whyRejected: Bilingual | null;
}

/** Units of a line that a session or video reported on a business day. */
export interface ReportedItem {
  origin: 'session' | 'video';
  item: string;
  line: ValueLine;
  day: string;
  reported: number;
}

/** What the caller knows beside the signals; everything may be left out. */
export interface FusionContext {
  subject?: SignalSubject;
  window?: SignalWindow;
  /** As reported in the window; absent or null: unknown, and not corrected. */
  reported?: Partial<Record<CorrectedMetric, number | null>>;
  /** How many sessions the window has: of many looks one is remarkable by chance. Default 1. */
  sessions?: number;
  /** The same by session or video, as far as known: nothing takes more off one than it has. */
  items?: readonly ReportedItem[];
  /**
   * Distinct entries by session (null: of none) and the set of signals that name them, counted by the store; without it lists of one session count as one
   * within another.
   */
  namedEntries?: readonly { signalIds: readonly string[]; item: string | null; entries: number }[];
  /** Signals of the same account in the week before and in the week after, none of which overlaps the window: what is bought is bought for weeks. */
  beside?: readonly (readonly Signal[])[];
  /** Incentive of the window with and without the inflated part, decimal strings; null or absent: unknown. */
  gain?: { reportedCny: string; correctedCny: string } | null;
  /** Detectors that people's decisions have demoted: their signals are shown and add nothing. */
  demoted?: readonly string[];
  /** The dealer told of strange traffic before it was found. */
  selfReported?: boolean;
}

/** Signals of one subject and window in one answer. Nothing here decides anything: people do. */
export interface Fusion {
  model: { name: string; version: number; fittedOn: string };
  /** Probability that part of the numbers is inorganic. */
  inorganic: number;
  /** Probability that it is inorganic and the dealer's own doing; never above `inorganic`. */
  attributable: number;
  level: FusionLevel;
  /** Best data that a signal rests on; null without signals. */
  tier: DataTier | null;
  /** Log-odds without any signal. */
  base: number;
  /** Share of the window's sessions with a signal, what it adds, in log-odds. */
  persistence: { share: number; weight: number; contribution: number };
  /** How much the louder of the weeks beside says, 0–1, what it adds, in log-odds. */
  beside: { share: number; weight: number; contribution: number };
  /** The strongest first. */
  families: FamilyEvidence[];
  attribution: AttributionReason[];
  corrections: Correction[];
  /** The first of `corrections`; null where no figure can be corrected. */
  metric: CorrectedMetric | null;
  reported: number | null;
  corrected: { value: number; low: number; high: number } | null;
  /** The strongest first. */
  reasons: FusedReason[];
  confounders: Confounder[];
  removes: Inorganic[];
}
