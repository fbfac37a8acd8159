import type { Actor } from './actor';
import type { Fusion, FusionLevel } from './fusion';
import type { DataTier, DetectorFamily, Signal, SignalMinute, SignalRow, SignalSubject, SignalWindow } from './integrity';
import type { Bilingual, Platform } from './platform';

/** Where a case stands (domain.md 7.2). `confirmed` may be appealed; `upheld` and `overturned` end an appeal. */
export const CASE_STATES = [
  'open',
  'in_review',
  'confirmed',
  'dismissed',
  'inconclusive',
  'third_party',
  'appealed',
  'upheld',
  'overturned',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What a reviewer may find. `third_party`: inflated, but not by the dealer: left out of the figures, never penalised. */
export const CASE_OUTCOMES = ['confirmed', 'dismissed', 'inconclusive', 'third_party'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** Why a case exists: detectors spoke, it was drawn from those that none spoke about, or a person opened it. */
export const CASE_ORIGINS = ['signals', 'sample', 'person'] as const;
export type CaseOrigin = (typeof CASE_ORIGINS)[number];

export interface CaseReason {
  code: string;
  outcome: CaseOutcome;
  text: Bilingual;
  /** The reviewer has evidence of who did it, apart from what detectors say: a penalty may stand on it. */
  attributes?: true;
}

/** Reason codes of decisions. */
export const CASE_REASONS: readonly CaseReason[] = [
  { code: 'detectors-agree', outcome: 'confirmed', text: { zh: '多个独立检测一致', en: 'Independent detectors agree' } },
  { code: 'physically-impossible', outcome: 'confirmed', text: { zh: '数据自相矛盾', en: 'The figures contradict each other' } },
  { code: 'admitted', outcome: 'confirmed', attributes: true, text: { zh: '经销商承认', en: 'The dealer admits it' } },
  { code: 'purchase-proved', outcome: 'confirmed', attributes: true, text: { zh: '有购买凭证', en: 'A purchase is proved' } },
  { code: 'own-people', outcome: 'confirmed', attributes: true, text: { zh: '本店人员所为', en: 'Done by people of the shop' } },
  { code: 'file-edited', outcome: 'confirmed', attributes: true, text: { zh: '导出文件被改动', en: 'An export was edited' } },
  { code: 'honest-cause', outcome: 'dismissed', text: { zh: '有正当原因', en: 'There is an honest cause' } },
  { code: 'data-fault', outcome: 'dismissed', text: { zh: '数据采集问题', en: 'A fault of the data' } },
  { code: 'declared', outcome: 'dismissed', text: { zh: '已申报', en: 'It was declared' } },
  { code: 'not-enough-data', outcome: 'inconclusive', text: { zh: '数据不足', en: 'Not enough data' } },
  { code: 'contradicting-evidence', outcome: 'inconclusive', text: { zh: '证据相互矛盾', en: 'The evidence contradicts itself' } },
  { code: 'framed', outcome: 'third_party', text: { zh: '他人恶意刷量', en: 'Somebody else did it to the dealer' } },
  { code: 'platform-purge', outcome: 'third_party', text: { zh: '平台清理或故障', en: 'A purge or a fault of the platform' } },
];

/** One finding of a case, as the dealer may see it: figures and minutes, no viewer, no query. `stands` false: an appeal has struck it. */
export interface CaseFinding {
  signalId: string;
  detector: string;
  version: number;
  family: DetectorFamily;
  strength: number;
  window: SignalWindow;
  text: Bilingual;
  figures: Signal['evidence']['figures'];
  minutes?: SignalMinute[];
  rows?: SignalRow[];
  stands: boolean;
  sqlHash: string;
  /** For reviewers only. */
  sql?: string;
  parameters?: Signal['evidence']['parameters'];
}

/** What a case says leaves the figures, by account: units by line and day, and how many entries. Never which viewers. */
export interface CaseRemoves {
  platform: Platform;
  accountId: string;
  kind: 'entries' | 'units';
  origin: 'session' | 'video' | null;
  item: string | null;
  line: string | null;
  day: string | null;
  count: number;
  low: number;
  high: number;
}

export const CASE_EFFECTS = ['exclude', 'warn', 'penalty'] as const;
export type CaseEffectKind = (typeof CASE_EFFECTS)[number];
/** A penalty is `proposed` by one person and confirmed or rejected by another; every effect that is in force can be ended. */
export const EFFECT_STATES = ['proposed', 'in_force', 'rejected', 'ended'] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

export interface CaseEffect {
  effectId: string;
  kind: CaseEffectKind;
  state: EffectState;
  dealerId: string | null;
  /** Months whose settlement a penalty touches. */
  months: string[];
  reason: string;
  madeAt: string;
  madeBy: Actor | null;
  confirmedBy: Actor | null;
  endedAt: string | null;
  endedBy: Actor | null;
  endReason: string | null;
}

/** One step of a case: never changed, never removed. */
export interface CaseStep {
  seq: number;
  at: string;
  /** Null: told to nobody but reviewers. */
  actor: Actor | null;
  step: string;
  from: CaseState | null;
  to: CaseState;
  reason: string | null;
}

/** What is at stake, an estimate: money by the prices of the days, entries, and viewers who would lose their visits. Null is unknown. */
export interface CaseRisk {
  valueCny: string | null;
  entries: number;
  visitors: number | null;
}

/** A row of the queue. */
export interface CaseRow {
  caseId: string;
  subject: SignalSubject;
  accountName: string | null;
  dealerIds: string[];
  period: SignalWindow;
  origin: CaseOrigin;
  state: CaseState;
  outcome: CaseOutcome | null;
  reasonCode: string | null;
  inorganic: number | null;
  attributable: number | null;
  level: FusionLevel | null;
  tier: DataTier | null;
  detectors: string[];
  families: DetectorFamily[];
  risk: CaseRisk;
  openedAt: string;
  /** Until when it is to be decided: end of a working day. */
  dueAt: string;
  decidedAt: string | null;
  /** Until when an appeal may be filed; null: not now. */
  appealUntil: string | null;
  /** Whoever works on it, until when. Reviewers only. */
  claim: { actor: Actor; until: string } | null;
  linkedTo: string | null;
}

/** A case as auditor and dealer see it (integrity.md, case contract). */
export interface IntegrityCase extends CaseRow, Pick<Fusion, 'metric' | 'reported' | 'corrected' | 'reasons' | 'confounders'> {
  /** How the two probabilities come about: model, families, attribution, every corrected figure. Null: no signal. */
  fusion: Omit<Fusion, 'removes'> | null;
  /** SHA-256 over the hashes of its findings' queries, in order. */
  sqlHash: string;
  removes: CaseRemoves[];
  findings: CaseFinding[];
  effects: CaseEffect[];
  appeals: Appeal[];
  rectifications: Rectification[];
  log: CaseStep[];
}

/** A person opens a case, or one is drawn. */
export interface CaseOpening {
  subject: SignalSubject;
  window: SignalWindow;
  origin: Exclude<CaseOrigin, 'signals'>;
  reason: string;
}

export interface CaseDecision {
  outcome: CaseOutcome;
  reasonCode: string;
  reason: string;
  /** Findings that the decision stands on; absent: all. */
  signalIds?: string[];
  /** Leave what they remove out of the adjusted figures. Only for `confirmed` and `third_party`; absent: yes where there is something. */
  exclude?: boolean;
  /** A warning to the dealer; only for `confirmed`. */
  warn?: boolean;
}

/** What a decision would do; nothing is written. */
export interface CasePreview {
  removes: CaseRemoves[];
  risk: CaseRisk;
  /** By account and line, what is reported and what would be left. */
  lines: { platform: Platform; accountId: string; line: string; reported: string; adjusted: string }[];
  /** Ranking of the month before and after, of accounts whose place moves, the case's own first. Null: the brand's ranking is not shown to the asker. */
  ranking:
    { month: string; platform: Platform; accountId: string; rank: { before: number | null; after: number | null }; own: boolean }[] | null;
  notes: Bilingual[];
}

export const APPEAL_GROUNDS = ['data', 'explanation', 'identity', 'procedure'] as const;
/** `data`: the figures are wrong (the platform is asked again); `explanation`: there is an honest cause; `identity`: not us; `procedure`. */
export type AppealGround = (typeof APPEAL_GROUNDS)[number];
export const APPEAL_STATES = ['filed', 'upheld', 'overturned', 'withdrawn'] as const;
export type AppealState = (typeof APPEAL_STATES)[number];

export interface AppealFile {
  fileId: string;
  name: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  uploadedAt: string;
}

/** A dealer's objection against findings of a case (none named: against all). */
export interface Appeal {
  appealId: string;
  caseId: string;
  signalIds: string[];
  ground: AppealGround;
  text: string;
  state: AppealState;
  filedAt: string;
  filedBy: Actor;
  dueAt: string;
  decidedAt: string | null;
  decidedBy: Actor | null;
  reason: string | null;
  /** Findings that the decision strikes. */
  struck: string[];
  /** Accounts that were asked for again, for appeals that correct data; null: none was asked for. */
  repull: { requestedAt: string; accounts: number } | null;
  files: AppealFile[];
}

export const RECTIFICATION_STATES = ['open', 'answered', 'closed'] as const;
export type RectificationState = (typeof RECTIFICATION_STATES)[number];

/** An order to a dealer to put something right (整改单). The same detector firing again opens it anew. */
export interface Rectification {
  rectificationId: string;
  caseId: string;
  dealerId: string;
  detectors: string[];
  text: string;
  dueAt: string;
  state: RectificationState;
  answer: string | null;
  openedAt: string;
  closedAt: string | null;
  reopened: number;
}

/** Cases by state, and those that are late. */
export interface CaseSummary {
  states: Record<CaseState, number>;
  late: number;
  unclaimed: number;
  appealsFiled: number;
  rectificationsOpen: number;
}
