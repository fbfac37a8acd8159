import { PROPOSAL_KINDS, type Actor, type ProposalKind } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';
import { activeVersions, differing, namedItems } from './versioned-kinds';

export const isVersioned = (kind: string): kind is ProposalKind => (PROPOSAL_KINDS as readonly string[]).includes(kind);

/** Runs an import that acts at once, and writes down which versions it ended and began. An import that changes nothing leaves no trace. */
export async function recordedImport<Result>(
  tx: EntityManager,
  { kind, brandId, actor }: { kind: ProposalKind; brandId: number; actor: Actor },
  work: () => Promise<Result>,
): Promise<Result> {
  const before = await activeVersions(tx, kind, brandId);
  const result = await work();
  const { ended, begun } = differing(before, await activeVersions(tx, kind, brandId));
  if (ended.length + begun.length === 0) return result;
  await recordAct(tx, {
    brandId,
    actor,
    action: `${kind}.import`,
    subject: kind,
    before: namedItems(ended),
    after: namedItems(begun),
    reason: null,
  });
  return result;
}
