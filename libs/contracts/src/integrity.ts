import type { Bilingual, Platform, ValueLine } from './platform';

/**
 * Which data a detector needs: T1 totals per session or day, T2 the same per minute, T3 pseudonymous entries and comments, T4 device or network. A
 * subject without it is not assessable, never clean.
 */
export const DATA_TIERS = ['T1', 'T2', 'T3', 'T4'] as const;
export type DataTier = (typeof DATA_TIERS)[number];

/** Families of detectors: only signals of different families confirm each other. */
export const DETECTOR_FAMILIES = [
  'physics',
  'data',
  'ratio',
  'shape',
  'viewer',
  'policy',
  'network',
  'self',
  'text',
  'growth',
  'audience',
  'source',
] as const;
export type DetectorFamily = (typeof DETECTOR_FAMILIES)[number];

/** Who a signal is about. */
export type SignalSubject =
  | { kind: 'session'; platform: Platform; accountId: string; sessionId: string }
  | { kind: 'account'; platform: Platform; accountId: string }
  | { kind: 'dealer'; dealerId: string }
  | { kind: 'brand' };

/** Half open, ISO instants. */
export interface SignalWindow {
  from: string;
  to: string;
}

/** One figure of the evidence beside what it is compared with. Null: there is no such reference. */
export interface SignalFigure {
  /** Machine name in camelCase, `likesPerView`; the texts of the evidence say it in words. */
  name: string;
  label: Bilingual;
  value: number | null;
  /** What the subject's own history lets expect. */
  ownReference: number | null;
  /** What its peers (same platform and size class) show in the same span. */
  peerReference: number | null;
  /** Share of honest subjects that lie below the value, 0–1. */
  honestQuantile: number | null;
}

/** A minute that carries the finding; `at` is its start, ISO. */
export interface SignalMinute {
  at: string;
  value: number | null;
  expected: number | null;
  text?: Bilingual;
}

/** A row that carries the finding, as its query gives it. Viewers appear as numbers of the list (1, 2, …), never by a key. */
export type SignalRow = Record<string, string | number | boolean | null>;

/** Units of one line that the detector holds for inorganic. `item` is a session, a video, or null: of the account's day. */
export interface InorganicUnits {
  kind: 'units';
  platform: Platform;
  accountId: string;
  origin: 'session' | 'video' | null;
  item: string | null;
  line: ValueLine;
  /** Business day. */
  day: string;
  units: number;
  low: number;
  high: number;
  /** How it was measured, where not by the detector's own claim: `reactions`, `level`. 0 units then say that nothing is in excess. */
  measure?: string;
}

/**
 * Entries that the detector holds for inorganic: by the query that lists them (columns viewerKey, enteredAt as epoch ms, entryKey, account). Only the
 * server runs it; no answer carries the rows.
 */
export interface InorganicEntries {
  kind: 'entries';
  platform: Platform;
  accountId: string;
  count: number;
  low: number;
  high: number;
  sql: string;
  parameters: SignalParameters;
}
export type Inorganic = InorganicUnits | InorganicEntries;

/** Values of the placeholders of a query: numbers of 64 bits as decimal strings. */
export type SignalParameters = Record<string, string | number | readonly (string | number)[]>;

/** What a detector saw, in words that a dealer can check, with the query that shows it. */
export interface SignalEvidence {
  text: Bilingual;
  figures: SignalFigure[];
  minutes?: SignalMinute[];
  rows?: SignalRow[];
  removes?: Inorganic[];
  /** What was declared and how much of the finding it explains; the excess is what was scored. */
  declared?: { declarationId: string; kind: string; text: Bilingual }[];
  /** Plain ClickHouse SQL with placeholders `{name: Type}`; run with `parameters` it gives `rows` (or `minutes`). */
  sql: string;
  parameters: SignalParameters;
  /** SHA-256 of sql and parameters, hex. */
  sqlHash: string;
}

/** One detector's finding about one subject and window (domain.md 7.1). */
export interface Signal {
  /**
   * Derived from detector, version, subject and the beginning of the window (of what stands as long as anybody looks: its month): the same finding has the
   * same id.
   */
  signalId: string;
  detector: string;
  version: number;
  family: DetectorFamily;
  subject: SignalSubject;
  /** The dealer who owns the subject in the window; null where nobody or several do. */
  dealerId: string | null;
  window: SignalWindow;
  /** Calibrated: one honest subject in 1/(1 − strength) looks at least like that. 0–1. */
  strength: number;
  dataTier: DataTier;
  evidence: SignalEvidence;
}

/** A detector has no opinion about a subject, and why. */
export interface NotAssessable {
  detector: string;
  subject: SignalSubject;
  reason: Bilingual;
}

/** Evidence as the report tells it; `sql` and `parameters`, here and in `removes`, only to whoever sees the whole brand. */
export type ReportedEvidence = Omit<SignalEvidence, 'sql' | 'parameters' | 'removes'> &
  Partial<Pick<SignalEvidence, 'sql' | 'parameters'>> & {
    removes?: (InorganicUnits | (Omit<InorganicEntries, 'sql' | 'parameters'> & Partial<Pick<InorganicEntries, 'sql' | 'parameters'>>))[];
  };

/** A row of the report `signals` (contracts.md). */
export type SignalReportRow = Pick<Signal, 'signalId' | 'detector' | 'version' | 'subject' | 'window' | 'strength' | 'dataTier'> & {
  evidence: ReportedEvidence;
};

/** What a scan has spent, in seconds of the clock. */
export interface ScanCost {
  /** Reading the state and what is kept, and keeping what was found. */
  state: number;
  keep: number;
  /** What several detectors share, in the order in which it was first asked for; each with what it waited for itself. */
  facts: { name: string; seconds: number }[];
  /** Statements of the fact store by name, the most expensive first. `rows`: of their answers. */
  statements: { name: string; count: number; rows: number; seconds: number }[];
}

/** What a scan did. */
export interface ScanSummary {
  scanId: string;
  brand: string;
  window: SignalWindow;
  mode: 'full' | 'incremental';
  /** `seconds`: from its beginning to its end. Two run at once, and the first that needs a fact waits for it (`cost`). */
  detectors: { detector: string; version: number; subjects: number; signals: number; notAssessable: number; seconds: number }[];
  cost: ScanCost;
  signals: number;
  notAssessable: number;
  /** Subjects that nobody could assess, by detector and reason, with how many they are. */
  reasons: { detector: string; reason: Bilingual; subjects: number }[];
  seconds: number;
}
