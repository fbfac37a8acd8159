import type { Actor } from './actor';
import type { Platform } from './platform';

/** What entries say of the viewers themselves. */
export const VIEWER_TRAITS = ['trafficSource', 'adcode', 'device', 'isNewAccount'] as const;
export type ViewerTrait = (typeof VIEWER_TRAITS)[number];

/** Viewers that share a value of a trait; each viewer of an account counts once, under the value of most of their entries. `value` null: unknown. */
export interface TraitGroup {
  value: string | null;
  viewers: number;
  entries: number;
}

/**
 * A breakdown of the viewers of one month, added up over accounts: who came to two counts in both. `others`: what is hidden, account by account: groups of fewer
 * than five viewers, and what is put to them so that none can be computed from the rest; null when every group is shown. `withheld`: no group can be shown.
 * Totals are never hidden.
 */
export interface TraitBreakdown {
  trait: ViewerTrait;
  month: string;
  total: { viewers: number; entries: number };
  groups: TraitGroup[];
  others: { viewers: number; entries: number } | null;
  withheld: boolean;
}

/** What became of a person's rows. Instants ISO 8601. `removed`: rows by table; `held`: entries and comments that stay while a legal hold lasts. */
export interface ErasureReceipt {
  erasureId: string;
  platform: Platform;
  requestedAt: string;
  requestedBy: Actor;
  reason: string;
  state: 'running' | 'held' | 'done';
  blocked: boolean;
  removed: Record<string, number>;
  held: number;
  /** Business months of which entries were removed, closed ones apart: their figures stay. */
  months: string[];
  closedMonths: string[];
  finishedAt: string | null;
}

/** Facts that neither retention nor a deletion touches. Instants ISO 8601, half open. */
export interface LegalHold {
  holdId: string;
  subject: 'brand' | 'account';
  platform: Platform | null;
  accountId: string | null;
  from: string;
  to: string;
  caseId: string | null;
  reason: string;
  placedAt: string;
  placedBy: Actor;
  releasedAt: string | null;
  releasedBy: Actor | null;
  releaseReason: string | null;
}

/** What retention does with one table. `cutoff`: instant (ISO 8601) before which rows go; `due`: rows; `waits`: why rows that are due stay. */
export interface RetentionRow {
  table: string;
  keptMonths: number | null;
  cutoff: string | null;
  due: number;
  waits: { zh: string; en: string } | null;
}

/** A host as sessions name them; masked for who may not see it whole. `ref` is what a reveal is asked with. */
export interface StaffName {
  ref: string;
  platform: Platform;
  accountId: string;
  name: string;
  masked: boolean;
  sessions: number;
}
