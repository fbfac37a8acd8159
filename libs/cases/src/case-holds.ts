import type { Actor } from '@app/contracts';
import { insertHold, listHolds, lockSettlements, recordAct, releaseHold } from '@app/database';
import type { EntityManager } from 'typeorm';
import type { CaseRecord } from './case-record';
import { holdsSettlement } from './case-states';
import { monthsOf } from './case-desk';

/**
 * Makes the holds on settlements what the state of a case asks for: its dealers' months wait while a person looks at it and while it is appealed
 * (docs/adr/0030), and go on when that ends. Holds that a person placed are left alone.
 */
export async function holdSettlements(
  tx: EntityManager,
  record: CaseRecord,
  { actor, zone }: { actor: Actor; zone: string },
): Promise<void> {
  const { brandId, caseId, state, dealerIds } = record;
  await lockSettlements(tx, brandId);
  const cause = state === 'appealed' ? 'appeal' : 'case';
  const wanted = holdsSettlement(state)
    ? dealerIds.flatMap((dealerId) => monthsOf(record, zone).map((month) => ({ dealerId, month, cause })))
    : [];
  const held = (await listHolds(tx, brandId)).filter(
    (hold) => hold.about === caseId && hold.cause !== 'manual' && hold.releasedAt === null,
  );
  const same = (a: { dealerId: string; month: string | null; cause: string }, b: typeof a) =>
    a.dealerId === b.dealerId && a.month === b.month && a.cause === b.cause;
  const reason = cause === 'appeal' ? `申诉中 appeal open: ${caseId}` : `核查中 in review: ${caseId}`;
  for (const hold of held.filter((one) => !wanted.some((other) => same(one, other)))) {
    const after = await releaseHold(tx, brandId, hold.holdId, { releasedBy: actor, releaseReason: `case ${caseId}: ${state}` });
    const subject = `dealer/${hold.dealerId}`;
    await recordAct(tx, { ...{ brandId, actor, subject, before: null, after, reason: caseId }, action: 'settlement.release' });
  }
  for (const { dealerId, month } of wanted.filter((one) => !held.some((other) => same(other, one)))) {
    const after = await insertHold(tx, brandId, { dealerId, month, cause, about: caseId, reason }, actor);
    await recordAct(tx, { ...{ brandId, actor, subject: `dealer/${dealerId}`, before: null, after, reason }, action: 'settlement.hold' });
  }
}
