import type { CaseRow } from './cases';
import type { Fusion } from './fusion';
import type { DataTier, DetectorFamily, Signal, SignalSubject, SignalWindow } from './integrity';
import type { LiveSession } from './live';
import type { Bilingual } from './platform';
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
  cases: CaseRow[];
  /** SHA-256 of everything above, hex: printed on every page of the evidence pack and written into the audit log. */
  sha256: string;
}
