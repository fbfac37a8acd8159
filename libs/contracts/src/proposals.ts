import type { Actor } from './actor';
import type { Platform, ValueLine } from './platform';
import type { Policy, RateCard } from './state';

/** What is changed by proposals: versions that are never edited, each activated by a second person. */
export const PROPOSAL_KINDS = ['rate-cards', 'policies'] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];
/** `open` waits for a second person; the others are decided for good. */
export const PROPOSAL_STATES = ['open', 'active', 'rejected', 'withdrawn'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** A row as it would be stored: the version is given when it is. */
export type ProposedRow = Omit<RateCard, 'version'> | Omit<Policy, 'version'>;

/** A proposed change of rate cards or policies. Instants are ISO 8601. */
export interface Proposal {
  proposalId: string;
  kind: ProposalKind;
  state: ProposalState;
  rows: ProposedRow[];
  reason: string | null;
  proposedBy: Actor;
  proposedAt: string;
  decidedBy: Actor | null;
  decidedAt: string | null;
  /** Why it was decided so. */
  decision: string | null;
  /** Versions that it made: `douyin/live_view/2026-01-01#2`, of policies `#3`. */
  versions: string[];
}

/** One row of a proposal against what was in force when it was proposed. */
export interface ProposalChange {
  /** `douyin/live_view/2026-01-01`, of a policy its first month. */
  subject: string;
  /** The version that it would replace, or whose place it takes from its first day on; null: there was none. */
  base: string | null;
  fields: { field: string; before: unknown; after: unknown }[];
}

/** What a proposal would reach. Days are business days, both ends included; `to` null: without end. */
export interface ProposalReach {
  platforms: Platform[];
  lines: ValueLine[];
  from: string;
  to: string | null;
  /** Closed months inside: their figures stay until they are restated. */
  closedMonths: string[];
  /** Accounts on these platforms. */
  accounts: number;
}

/** What others changed since: the proposal was made upon `base`, now `now` is in force. */
export interface ProposalConflict {
  subject: string;
  base: string | null;
  now: string | null;
  fields: { field: string; before: unknown; after: unknown }[];
}

export interface ProposalPreview extends Proposal {
  changes: ProposalChange[];
  reach: ProposalReach;
  /** Of an open proposal; it cannot be activated while there is one. */
  conflicts: ProposalConflict[];
}
