import type { CaseRow } from './cases';
import type { Fusion } from './fusion';
import type { DataTier, DetectorFamily, Signal, SignalSubject, SignalWindow } from './integrity';
import type { LiveSession } from './live';
import type { Bilingual, Platform } from './platform';
import type { ReconciliationRow } from './reconciliation';

/** What a detector says of the subject: it found something, it looked and found nothing, or it had no opinion. */
export const INSPECTION_OUTCOMES = ['found', 'silent', 'not-assessable'] as const;
export type InspectionOutcome = (typeof INSPECTION_OUTCOMES)[number];

/** A value that a detector works with, in words. */
export interface InspectedParameter {
  name: string;
  value: number;
  unit: string;
  text: Bilingual;
}

/** A share (0–1) of a distribution, and the deviation that it lies below. */
export interface InspectedQuantile {
  share: number;
  deviation: number;
}

/** Some subjects of a distribution: how many they are, shares ascending. */
export interface InspectedQuantiles {
  count: number;
  quantiles: InspectedQuantile[];
}

/**
 * Where the subject lies among honest ones by one claim of a detector. Deviations are in spreads of honest subjects: 0 is as expected, the larger the more
 * suspicious. `own`: its honest past; `peers`: rooms of its size; null: too few are known.
 */
export interface InspectedDistribution {
  claim: string;
  label: Bilingual;
  unit: 'session' | 'week' | 'weeks';
  /** Oldest first, at most 60. `at`: ISO; `item`: the session; `quantile`: share of honest peers below. */
  subject: { at: string; item: string | null; deviation: number; quantile: number }[];
  own: InspectedQuantiles | null;
  peers: InspectedQuantiles | null;
}

/** A room of the overlap graph. `name` and ids null: a partner that the asker may not see. */
export interface OverlapNode {
  /** Place in `nodes`. */
  id: number;
  subject: boolean;
  platform: Platform | null;
  accountId: string | null;
  name: string | null;
  /** Distinct viewers in the period. */
  viewers: number;
  /** Named by a finding of a ring or a group together with the subject. */
  ring: boolean;
}

/** Viewers that two rooms share. */
export interface OverlapEdge {
  a: number;
  b: number;
  /** Of the subject's viewers in the period, those that were seen in both rooms. */
  shared: number;
  /** As many as the sizes of the rooms alone let expect; null: between two others, where it is not known. */
  expected: number | null;
  /** Detectors whose findings name the pair. */
  detectors: string[];
}

/** Who shares viewers with the subject: at most fifty rooms, the subject first, never a viewer. `note`: why there is nothing, or not all. */
export interface InspectedOverlaps {
  nodes: OverlapNode[];
  edges: OverlapEdge[];
  note: Bilingual | null;
}

/** One detector's whole answer about a subject. `reasons`: what it could not assess, the account or some of its broadcasts. */
export interface InspectedDetector {
  detector: string;
  version: number;
  family: DetectorFamily;
  tier: DataTier;
  title: Bilingual;
  text: Bilingual;
  weaknesses: Bilingual;
  parameters: InspectedParameter[];
  minimumSample: InspectedParameter[];
  outcome: InspectionOutcome;
  reasons: { reason: Bilingual; subjects: number }[];
  signals: Signal[];
  /** The claims that stand out most first, at most six; empty: it compares with no distribution. */
  distributions: InspectedDistribution[];
}

/** A room or one of its broadcasts, looked at by everything there is (深度技检). */
export interface Inspection {
  subject: Extract<SignalSubject, { kind: 'account' | 'session' }>;
  accountName: string;
  /** Who owns it at the end of the period; null: nobody. */
  dealerId: string | null;
  dealerName: string | null;
  period: SignalWindow;
  /** By the measure of this full scan: what it has learnt of honest peers. */
  scan: { scanId: string; window: SignalWindow; at: string };
  madeAt: string;
  zone: string;
  detectors: InspectedDetector[];
  fusion: Omit<Fusion, 'removes'>;
  /** Broadcasts with findings, the strongest first, at most `broadcastsShown`; of a broadcast: that one. */
  broadcasts: LiveSession[];
  broadcastsWithFindings: number;
  /** Figures that two sources tell of it, the largest difference first, at most 100; `compared` is how many there are. */
  reconciliation: { rows: ReconciliationRow[]; compared: number; beyond: number };
  /** Null: no entries are known of the room. */
  overlaps: InspectedOverlaps | null;
  cases: CaseRow[];
  /** SHA-256 of everything above, hex: printed on every page of the evidence pack and written into the audit log. */
  sha256: string;
}
