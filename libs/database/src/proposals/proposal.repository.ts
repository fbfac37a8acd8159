import { sameActor, type Actor, type Proposal, type ProposalKind, type ProposalPreview, type ProposalState } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';
import { closedMonths } from '../state/closed-months';
import { holdInTransaction } from '../locks/locks';
import type { PolicyRow, RateCardRow } from '../state/state-rows';
import { changesOf, conflictsOf, reachOf } from './proposal-changes';
import {
  changedSince,
  decidedAlready,
  nothingChanges,
  onlyTheProposer,
  refusedRows,
  secondPersonNeeded,
  unknownProposal,
} from './proposal-errors';
import { PROPOSAL_COLUMNS, proposalOf, type ProposalRow, type StoredProposal } from './proposal-row';
import { activeVersions, baseOf, canonicalItem, differing, namedItems, writeVersions, type NamedVersion } from './versioned-kinds';

/** A change as it is asked for: rows with the fields of the import kind. */
export interface ProposalAsk {
  kind: ProposalKind;
  rows: readonly (RateCardRow | PolicyRow)[];
  actor: Actor;
  reason: string | null;
}

/** A decision about a proposal. */
export interface ProposalDecision {
  actor: Actor;
  reason: string | null;
  /** There is nobody else who could be the second person: only whoever knows that says so. */
  alone?: boolean;
}

/**
 * Proposed changes of rate cards and policies: one person proposes, another activates or rejects, the first may withdraw. What is activated is exactly
 * what was proposed, upon exactly what was in force then: when that has changed, it is refused with what changed. Every step is in the audit log.
 */
export class ProposalRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Throws `unprocessable` with every row that breaks a rule, `conflict` when the rows change nothing. Writes no price and no policy. */
  propose(brandId: number, { kind, rows, actor, reason }: ProposalAsk): Promise<ProposalPreview> {
    return this.locked(brandId, async (tx) => {
      const before = await activeVersions(tx, kind, brandId);
      const items = await this.tried(tx, { kind, brandId, rows });
      const base = unique(items.flatMap((item) => baseOf(kind, item, before)));
      const [row] = (await tx.query(
        `INSERT INTO proposal (brand_id, kind, items, base, reason, proposed_by, proposed_at)
         VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $6::jsonb, clock_timestamp())
         RETURNING ${PROPOSAL_COLUMNS}`,
        [brandId, kind, JSON.stringify(items), JSON.stringify(base), reason, JSON.stringify(actor)],
      )) as ProposalRow[];
      const proposal = proposalOf(row);
      const preview = await previewOf(tx, brandId, proposal);
      await recordAct(tx, {
        brandId,
        actor,
        action: 'proposal.propose',
        subject: subjectOf(proposal),
        before: namedItems(base),
        after: items,
        reason,
      });
      return preview;
    });
  }

  /** The newest first, those before `before` (a proposal id). */
  async list(
    brandId: number,
    { state, kind, limit, before }: { state?: ProposalState; kind?: ProposalKind; limit: number; before?: string },
  ): Promise<Proposal[]> {
    const rows = (await this.dataSource.query(
      `SELECT ${PROPOSAL_COLUMNS}
       FROM proposal
       WHERE brand_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR kind = $3) AND ($4::bigint IS NULL OR proposal_id < $4)
       ORDER BY proposal_id DESC
       LIMIT $5`,
      [brandId, state ?? null, kind ?? null, before ?? null, limit],
    )) as ProposalRow[];
    return rows.map((row) => proposalOf(row).proposal);
  }

  async count(brandId: number, { state, kind }: { state?: ProposalState; kind?: ProposalKind }): Promise<number> {
    const [{ total }] = (await this.dataSource.query(
      'SELECT count(*)::int AS total FROM proposal WHERE brand_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR kind = $3)',
      [brandId, state ?? null, kind ?? null],
    )) as { total: number }[];
    return total;
  }

  /** What it changes and reaches, and what stands in its way. Throws `not_found`. */
  get(brandId: number, proposalId: string): Promise<ProposalPreview> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => previewOf(tx, brandId, await found(tx, brandId, proposalId)));
  }

  /** Writes the rows as new versions. Throws `forbidden` to who proposed it, `conflict` when what it was made upon has changed, or it is decided. */
  activate(brandId: number, proposalId: string, { actor, reason, alone }: ProposalDecision): Promise<Proposal> {
    return this.locked(brandId, async (tx) => {
      const stored = await openOne(tx, brandId, proposalId);
      const { proposal, base } = stored;
      const { kind, rows } = proposal;
      if ((!alone && sameActor(proposal.proposedBy, actor)) || actor.kind === 'system') throw secondPersonNeeded();
      const before = await activeVersions(tx, kind, brandId);
      const conflicts = conflictsOf({ kind, rows, base }, before);
      if (conflicts.length > 0) throw changedSince(proposalId, conflicts);
      const { rejected } = await writeVersions(tx, { kind, brandId }, rows);
      if (rejected.length > 0) throw refusedRows('conflict', rejected);
      const { ended, begun } = differing(before, await activeVersions(tx, kind, brandId));
      if (begun.length === 0) throw nothingChanges();
      const decided = await decide(tx, stored, { state: 'active', actor, reason, versions: begun.map(({ name }) => name) });
      await recordAct(tx, {
        brandId,
        actor,
        action: 'proposal.activate',
        subject: subjectOf(stored),
        before: namedItems(ended),
        after: namedItems(begun),
        reason,
      });
      return decided;
    });
  }

  /** Throws `forbidden` to who proposed it (who withdraws instead), `conflict` when it is decided. */
  reject(brandId: number, proposalId: string, { actor, reason }: ProposalDecision): Promise<Proposal> {
    return this.end(brandId, proposalId, { state: 'rejected', actor, reason });
  }

  /** Throws `forbidden` to anybody but who proposed it, `conflict` when it is decided. */
  withdraw(brandId: number, proposalId: string, { actor, reason }: ProposalDecision): Promise<Proposal> {
    return this.end(brandId, proposalId, { state: 'withdrawn', actor, reason });
  }

  private end(brandId: number, proposalId: string, decision: ProposalDecision & { state: 'rejected' | 'withdrawn' }): Promise<Proposal> {
    return this.locked(brandId, async (tx) => {
      const stored = await openOne(tx, brandId, proposalId);
      const { state, actor, reason } = decision;
      const own = sameActor(stored.proposal.proposedBy, actor);
      if (state === 'rejected' && own) throw secondPersonNeeded();
      if (state === 'withdrawn' && !own) throw onlyTheProposer();
      const decided = await decide(tx, stored, { ...decision, versions: [] });
      const action = state === 'rejected' ? 'proposal.reject' : 'proposal.withdraw';
      await recordAct(tx, { brandId, actor, action, subject: subjectOf(stored), before: null, after: null, reason });
      return decided;
    });
  }

  /** The rows as they would be stored: written and taken back. */
  private async tried(tx: EntityManager, { kind, brandId, rows }: { kind: ProposalKind; brandId: number; rows: ProposalAsk['rows'] }) {
    const before = await activeVersions(tx, kind, brandId);
    await tx.query('SAVEPOINT proposed');
    const { rejected } = await writeVersions(tx, { kind, brandId }, rows);
    if (rejected.length > 0) throw refusedRows('unprocessable', rejected);
    const { begun } = differing(before, await activeVersions(tx, kind, brandId));
    await tx.query('ROLLBACK TO SAVEPOINT proposed');
    if (begun.length === 0) throw nothingChanges();
    return begun.map(({ item }) => canonicalItem(kind, item));
  }

  /** One change of a brand's state after the other, as with imports. */
  private locked<Result>(brandId: number, work: (tx: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (tx) => {
      await holdInTransaction(tx, { lock: 'state', of: brandId });
      return work(tx);
    });
  }
}

const subjectOf = ({ proposal }: StoredProposal): string => `proposal/${proposal.proposalId}`;
const unique = (versions: readonly NamedVersion[]): NamedVersion[] =>
  [...new Map(versions.map((version) => [version.name, version])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));

async function found(tx: EntityManager, brandId: number, proposalId: string): Promise<StoredProposal> {
  if (!/^\d{1,18}$/.test(proposalId)) throw unknownProposal();
  const [row] = (await tx.query(`SELECT ${PROPOSAL_COLUMNS} FROM proposal WHERE brand_id = $1 AND proposal_id = $2`, [
    brandId,
    proposalId,
  ])) as ProposalRow[];
  if (!row) throw unknownProposal();
  return proposalOf(row);
}

async function openOne(tx: EntityManager, brandId: number, proposalId: string): Promise<StoredProposal> {
  const stored = await found(tx, brandId, proposalId);
  if (stored.proposal.state !== 'open') throw decidedAlready(stored.proposal);
  return stored;
}

async function decide(
  tx: EntityManager,
  { proposal }: StoredProposal,
  { state, actor, reason, versions }: ProposalDecision & { state: ProposalState; versions: string[] },
): Promise<Proposal> {
  const [[row]] = (await tx.query(
    `UPDATE proposal SET state = $2, decided_by = $3::jsonb, decided_at = clock_timestamp(), decision = $4, versions = $5
     WHERE proposal_id = $1
     RETURNING ${PROPOSAL_COLUMNS}`,
    [proposal.proposalId, state, JSON.stringify(actor), reason, versions],
  )) as [ProposalRow[], number];
  return proposalOf(row).proposal;
}

async function previewOf(tx: EntityManager, brandId: number, stored: StoredProposal): Promise<ProposalPreview> {
  const { proposal, base } = stored;
  const { kind, rows } = proposal;
  const active = await activeVersions(tx, kind, brandId);
  const counted = (await tx.query('SELECT platform, count(*)::int AS accounts FROM account WHERE brand_id = $1 GROUP BY platform', [
    brandId,
  ])) as { platform: string; accounts: number }[];
  return {
    ...proposal,
    changes: changesOf(kind, rows, base),
    reach: reachOf({
      kind,
      rows,
      base,
      policyMonths: kind === 'policies' ? active.map(({ subject }) => subject) : [],
      closed: await closedMonths(tx, brandId),
      accounts: new Map(counted.map(({ platform, accounts }) => [platform, accounts])),
    }),
    conflicts: proposal.state === 'open' ? conflictsOf({ kind, rows, base }, active) : [],
  };
}
