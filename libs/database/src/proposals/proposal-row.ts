import type { Actor, Proposal, ProposalKind, ProposalState, ProposedRow } from '@app/contracts';
import { canonicalItem, type NamedVersion } from './versioned-kinds';

export const PROPOSAL_COLUMNS =
  'proposal_id, kind, items, base, reason, proposed_by, proposed_at, state, decided_by, decided_at, decision, versions';

export interface ProposalRow {
  proposal_id: string;
  kind: ProposalKind;
  items: ProposedRow[];
  base: NamedVersion[];
  reason: string | null;
  proposed_by: Actor;
  proposed_at: Date;
  state: ProposalState;
  decided_by: Actor | null;
  decided_at: Date | null;
  decision: string | null;
  versions: string[];
}

/** A proposal with the versions that were in force when it was made. */
export interface StoredProposal {
  proposal: Proposal;
  base: NamedVersion[];
}

export function proposalOf(row: ProposalRow): StoredProposal {
  return {
    base: row.base.map((version) => ({ ...version, item: canonicalItem(row.kind, version.item) })),
    proposal: {
      proposalId: String(row.proposal_id),
      kind: row.kind,
      state: row.state,
      rows: row.items.map((item) => canonicalItem(row.kind, item)),
      reason: row.reason,
      proposedBy: row.proposed_by,
      proposedAt: row.proposed_at.toISOString(),
      decidedBy: row.decided_by,
      decidedAt: row.decided_at?.toISOString() ?? null,
      decision: row.decision,
      versions: row.versions,
    },
  };
}
