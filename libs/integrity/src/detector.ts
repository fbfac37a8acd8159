import type {
  Bilingual,
  BrandState,
  DataTier,
  DeclarationKind,
  DetectorFamily,
  IncentiveRules,
  Inorganic,
  NotAssessable,
  Period,
  Platform,
  SignalFigure,
  SignalMinute,
  SignalParameters,
  SignalRow,
  SignalSubject,
} from '@app/contracts';
import type { NamedQuery } from '@app/warehouse';
import type { EntryReading } from './facts/viewer-entries.sql';
import type { InspectionWatch } from './watch';

/** What a parameter is, in words of the documentation. */
export interface DetectorParameter {
  value: number;
  unit: string;
  text: Bilingual;
}

/**
 * One way of looking for inflated numbers. A detector declares what it is and what it needs; `run` looks at a window and gives findings and the subjects
 * that it cannot assess. It keeps nothing, throws nothing for bad data, and reads the store by few statements, never by one per subject. Adding one:
 * docs/integrity.md.
 */
export interface Detector {
  /** camelCase, unique, never changed: it is part of every signal's identity. */
  name: string;
  /** Raised whenever the same data would give another finding. */
  version: number;
  family: DetectorFamily;
  tier: DataTier;
  title: Bilingual;
  /** What it looks for and how, in two or three sentences for whoever has to answer to it. */
  text: Bilingual;
  /** Where it is weak: shown beside its findings. */
  weaknesses: Bilingual;
  /** Import kinds that it reads. */
  inputs: readonly string[];
  parameters: Readonly<Record<string, DetectorParameter>>;
  /** Below this a subject is not assessable. */
  minimumSample: Readonly<Record<string, DetectorParameter>>;
  /** Its findings are about many accounts at once: incremental scans leave it out. */
  wholeBrand?: true;
  run(scope: DetectorScope): Promise<Findings>;
}

export interface Findings {
  findings: Finding[];
  notAssessable: Omit<NotAssessable, 'detector'>[];
}

/** A signal as a detector gives it: the frame adds what is the detector's, ids and hashes. */
export interface Finding {
  subject: SignalSubject;
  window: Period;
  /** What is found stands as long as anybody looks: its window is that of the scan. Then it is the same finding for a month (`occasionOf`). */
  standing?: true;
  /** Calibrated (see `calibration/`), 0–1. Under `SIGNAL_FLOOR` it is dropped. */
  strength: number;
  evidence: {
    text: Bilingual;
    figures: SignalFigure[];
    minutes?: SignalMinute[];
    rows?: SignalRow[];
    removes?: Inorganic[];
    declared?: { declarationId: string; kind: string; text: Bilingual }[];
    /** May say `facts(table)`; what is kept says `table FINAL`. Placeholders as in `parameters`. */
    sql: string;
    parameters: SignalParameters;
  };
}

/** Weaker findings are no signals: nine honest subjects in ten look less than that. */
export const SIGNAL_FLOOR = 0.9;

/** An account as the state knows it, with the key of its facts. */
export interface ScannedAccount {
  /** Decimal string. */
  key: string;
  platform: Platform;
  accountId: string;
}

/** A declaration as far as it touches an account (its own, its dealer's while it owns the account, or the brand's). Epoch ms, half open. */
export interface DeclaredSpan {
  declarationId: string;
  kind: DeclarationKind;
  from: number;
  to: number;
  detail: string;
  scope: 'account' | 'dealer' | 'brand';
}

/** Where a scan keeps entries that it has read once, as long as it runs. */
export interface StagedEntries {
  /** Reads the entries of chunks; the same chunks, each with the name of the table that holds them. */
  fill<Chunk extends EntryReading & { accounts: string[]; entries: number }>(
    scope: DetectorScope,
    chunks: readonly Chunk[],
  ): Promise<Chunk[]>;
  /** The id of a session that statements over that table know by a number. */
  sessionOf(number: string | number): string;
}

/** What a detector may ask. One scope serves all detectors of a scan: what several need is read once. */
export interface DetectorScope {
  brandId: number;
  brand: string;
  zone: string;
  /** What is judged. */
  window: Period;
  /** From when facts are read for own histories: some weeks before `window.from`. */
  historyFrom: number;
  /**
   * Before it facts are own history, from it they are judged: the beginning of the window's first business week; later where the brand has no month of
   * facts before the window.
   */
  judgedFrom: number;
  /** Trust in sources, the least trusted first: for the placeholder `{sourcesLastFirst: Array(String)}`, which `query` fills in. */
  sourcesLastFirst: readonly string[];
  /**
   * Accounts whose findings are asked for: all, or those that deliveries have touched since the last scan. Others may be read as peers, but give no
   * finding (the frame drops them).
   */
  accounts: readonly ScannedAccount[];
  /** All accounts of the brand: peers. */
  peers: readonly ScannedAccount[];
  /** Whether the subjects of a run are part of it only. */
  incremental: boolean;
  state: BrandState;
  /** Every version of the brand's incentive rules; absent: nobody has read them. */
  incentives?: readonly IncentiveRules[];
  /** Declarations that touch an account, oldest first. */
  declared(accountKey: string): readonly DeclaredSpan[];
  /** The dealer that owns an account at an instant; null: nobody. */
  dealerAt(accountKey: string, instant: number): string | null;
  accountOf(key: string): ScannedAccount | undefined;
  /** Runs a query of the store; `brandId`, `zone` and `sourcesLastFirst` are always given. Names begin with `integrity.`. */
  query<Row>(query: NamedQuery): Promise<Row[]>;
  /** Absent: each look reads entries where they lie. Readers of facts use it, not detectors. */
  staging?: StagedEntries;
  /** Something that several detectors of the scan need, made once: `scope.shared('sessions', () => readSessions(scope))`. */
  shared<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
  /**
   * What honest peers look like (quantiles, common movement): made by a full scan from `peers` and kept as JSON; an incremental scan is given what the
   * last full one has kept, so that it reads its own accounts only and judges them by the same measure. `make` runs where nothing is kept.
   */
  reference<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
  signal?: AbortSignal;
  /** Somebody looks at one account: what it is compared with is told, beside the findings. */
  watch?: InspectionWatch;
}
