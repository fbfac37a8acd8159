import type { Actor } from './actor';
import type { Basis, Level, ReportName } from './reports';

/** Reports whose figures a close holds. */
export const FROZEN_REPORTS = ['showroom', 'value', 'tiers', 'ranking'] as const satisfies readonly ReportName[];
export type FrozenReport = (typeof FROZEN_REPORTS)[number];

/** What decided the figures beside the facts: the SHA-256 of each part of the state, as far as it reaches into the month. */
export type CloseVersions = Readonly<Record<string, string>>;

/**
 * A month as it was frozen (docs/adr/0026). Never changed: a restatement is a new close that names the one that it restates. `figuresHash` and `hash`
 * depend on figures and versions only, so that the same facts closed again give them again; `recordHash` covers everything else that the record says.
 */
export interface Close {
  closeId: string;
  brandId: number;
  month: string;
  /** Place in the brand's chain, from 1. */
  sequence: number;
  /** 0: the first close of the month; n: its n-th restatement. */
  restatement: number;
  closedAt: string;
  closedBy: Actor;
  /** Who asked for it, where another one had to confirm. */
  requestedBy: Actor | null;
  reason: string | null;
  /** Before the end of its preview. */
  forced: boolean;
  policyVersion: number;
  /** Names of the rate cards that took part, `platform/line/validFrom#version`. */
  rateCards: string[];
  versions: CloseVersions;
  dataInstant: string;
  /** Deliveries that the figures hold: all up to the horizon but for the open ones. */
  deliveries: { horizon: string; open: string[] };
  /** Rows kept, the head of each report among them. */
  figureRows: number;
  figuresHash: string;
  previousHash: string;
  hash: string;
  recordHash: string;
  restates: string | null;
}

/** A span in which dealers may look at a month before it is closed. ISO instants. */
export interface PreviewWindow {
  month: string;
  from: string;
  until: string;
  openedBy: Actor;
}

/** One figure that differs. Values as they are written in reports, null unknown; `difference` is new − old, null where one of them is no number. */
export interface FigureChange {
  report: FrozenReport;
  level: Level;
  regions: 'adcode' | 'sales' | null;
  basis: Basis;
  subject: string;
  name: string;
  figure: string;
  old: string | null;
  new: string | null;
  difference: string | null;
}

/** What differs now from a close. To whoever sees a part of the brand: in the rows of their own accounts and dealers; values of the brand are null. */
export interface PendingRestatement {
  figures: number | null;
  accounts: number | null;
  /** Adjusted value of the brand: closed, now, and the difference (null where one of them is unknown). */
  closedValueCny: string | null;
  valueCny: string | null;
  differenceCny: string | null;
}

export interface MonthStatus {
  month: string;
  state: 'preview' | 'closed';
  preview: PreviewWindow | null;
  close: Close | null;
  /** Null: the close says what live figures say. */
  pending: PendingRestatement | null;
}

/** Somebody asked for a close; another person confirms or rejects. */
export interface CloseRequest {
  requestId: string;
  month: string;
  kind: 'close' | 'restate';
  reason: string | null;
  force: boolean;
  requestedBy: Actor;
  requestedAt: string;
  state: 'open' | 'confirmed' | 'rejected';
  decidedBy: Actor | null;
  decidedAt: string | null;
  closeId: string | null;
}
