import { SYSTEM_ACTOR } from '@app/contracts';
import { placeLegalHold, releaseLegalHold } from '@app/privacy';
import { findCase, listCases, setHold } from './case.repository';
import { isUndecided } from './case-states';
import type { CaseStores } from './case-stores';
import { accountOf } from './case-subject';

/** Visits of a window may have begun before it, and what is compared with lies before it as well. */
const BEFORE_MS = 31 * 86_400_000;

/**
 * Keeps the facts of a case from retention and deletion while it is open. A case that touches the whole brand, or an account of which no fact has come,
 * holds nothing. Called again it does nothing.
 */
export async function keepFacts({ dataSource, warehouse }: CaseStores, brandId: number, caseId: string): Promise<void> {
  const found = await findCase(dataSource, brandId, caseId);
  const account = found && accountOf(found.subject);
  if (!found || !account || found.holdId !== null) return;
  const ask = { brandId, actor: SYSTEM_ACTOR, reason: `case ${caseId}` };
  try {
    const hold = await placeLegalHold({ dataSource, warehouse }, ask, { account, from: found.from - BEFORE_MS, to: found.to, caseId });
    await setHold(dataSource, found, hold.holdId);
  } catch (error) {
    if ((error as { code?: string }).code !== 'not_found') throw error;
  }
}

/** Lets the facts of a case go, once it is at its end. */
export async function letFactsGo({ dataSource }: Pick<CaseStores, 'dataSource'>, brandId: number, caseId: string): Promise<void> {
  const found = await findCase(dataSource, brandId, caseId);
  if (!found || found.holdId === null) return;
  try {
    await releaseLegalHold(dataSource, { brandId, actor: SYSTEM_ACTOR, reason: `case ${caseId} is closed` }, found.holdId);
  } catch (error) {
    // a person has released it already
    if ((error as { code?: string }).code !== 'not_found') throw error;
  }
  await setHold(dataSource, found, null);
}

/** Lets the facts of every case go that is at its end: decided for good, or confirmed and past the time for an appeal. */
export async function letEndedGo(stores: Pick<CaseStores, 'dataSource' | 'clock'>, brandId: number): Promise<void> {
  const now = stores.clock.now();
  for (const record of await listCases(stores.dataSource, brandId, { order: 'opened' })) {
    if (record.holdId === null || isUndecided(record.state) || record.state === 'appealed') continue;
    if (record.state !== 'confirmed' || (record.appealUntil ?? 0) <= now) await letFactsGo(stores, brandId, record.caseId);
  }
}
