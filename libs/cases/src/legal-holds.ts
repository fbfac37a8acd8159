import { SYSTEM_ACTOR, type BrandState, type LegalHold, type Period, type Platform } from '@app/contracts';
import { listLegalHolds, placeLegalHold, releaseLegalHold } from '@app/privacy';
import type { CaseRecord } from './case-record';
import { findCase, listCases, setHold } from './case.repository';
import { isUndecided } from './case-states';
import type { CaseStores } from './case-stores';
import { accountOf, touchedBy } from './case-subject';

/** Visits of a window may have begun before it, and what is compared with lies before it as well. */
const BEFORE_MS = 31 * 86_400_000;

type Account = { platform: Platform; accountId: string };

/** Accounts whose facts a case needs: its own, or those that its dealer held in its window. Of a case about the whole brand none. */
function accountsOf(record: Pick<CaseRecord, 'subject' | 'from' | 'to'>, state: BrandState): Account[] {
  const { subject } = record;
  const own = accountOf(subject);
  if (own) return [own];
  if (subject.kind !== 'dealer') return [];
  const keys = new Set(touchedBy(subject, record, state).accountKeys);
  return state.accounts.filter(({ accountKey }) => keys.has(accountKey)).map(({ platform, accountId }) => ({ platform, accountId }));
}

/** What is to be done about the holds of a case on one account: a wider one is placed where none covers the span, the narrower end. A person's release stands. */
export function heldAnew(
  holds: readonly Pick<LegalHold, 'holdId' | 'platform' | 'accountId' | 'from' | 'to' | 'placedBy' | 'releasedAt' | 'releasedBy'>[],
  { platform, accountId }: Account,
  span: Period,
): { place: boolean; end: string[] } {
  const own = holds.filter((one) => one.platform === platform && one.accountId === accountId && one.placedBy.kind === 'system');
  const live = own.filter(({ releasedAt }) => releasedAt === null);
  const covered = live.some(({ from, to }) => Date.parse(from) <= span.from && Date.parse(to) >= span.to);
  const released = own.some(({ releasedBy }) => releasedBy !== null && releasedBy.kind !== 'system');
  return covered || released ? { place: false, end: [] } : { place: true, end: live.map(({ holdId }) => holdId) };
}

/**
 * Keeps the facts of a case from retention and deletion while it is open, over all of its span as signals join. A case that touches the whole brand, or an
 * account of which no fact has come, holds nothing. Called again it does nothing.
 */
export async function keepFacts(stores: CaseStores, state: BrandState, caseId: string): Promise<void> {
  const { dataSource, warehouse } = stores;
  const { brandId } = state.brand;
  const found = await findCase(dataSource, brandId, caseId);
  if (!found) return;
  const span = { from: found.from - BEFORE_MS, to: found.to };
  const holds = await listLegalHolds(dataSource, brandId, { all: true, caseId });
  for (const account of accountsOf(found, state)) {
    const { place, end } = heldAnew(holds, account, span);
    if (!place) continue;
    const ask = { brandId, actor: SYSTEM_ACTOR, reason: `case ${caseId}` };
    try {
      const { holdId } = await placeLegalHold({ dataSource, warehouse }, ask, { account, ...span, caseId });
      await setHold(dataSource, found, holdId);
    } catch (error) {
      if ((error as { code?: string }).code !== 'not_found') throw error;
    }
    await release(stores, { brandId, holdIds: end, reason: `case ${caseId} is held for longer` });
  }
}

async function release(
  { dataSource }: Pick<CaseStores, 'dataSource'>,
  { brandId, holdIds, reason }: { brandId: number; holdIds: readonly string[]; reason: string },
): Promise<void> {
  for (const holdId of holdIds)
    try {
      await releaseLegalHold(dataSource, { brandId, actor: SYSTEM_ACTOR, reason }, holdId);
    } catch (error) {
      // a person has released it already
      if ((error as { code?: string }).code !== 'not_found') throw error;
    }
}

/** Lets the facts of a case go, once it is at its end. */
export async function letFactsGo(stores: Pick<CaseStores, 'dataSource'>, brandId: number, caseId: string): Promise<void> {
  const found = await findCase(stores.dataSource, brandId, caseId);
  if (!found || found.holdId === null) return;
  const holds = (await listLegalHolds(stores.dataSource, brandId, { caseId })).filter((one) => one.placedBy.kind === 'system');
  await release(stores, { brandId, holdIds: holds.map(({ holdId }) => holdId), reason: `case ${caseId} is closed` });
  await setHold(stores.dataSource, found, null);
}

/** Lets the facts of every case go that is at its end: decided for good, or confirmed and past the time for an appeal. */
export async function letEndedGo(stores: Pick<CaseStores, 'dataSource' | 'clock'>, brandId: number): Promise<void> {
  const now = stores.clock.now();
  for (const record of await listCases(stores.dataSource, brandId, { held: true, order: 'opened' })) {
    if (isUndecided(record.state) || record.state === 'appealed') continue;
    if (record.state !== 'confirmed' || (record.appealUntil ?? 0) <= now) await letFactsGo(stores, brandId, record.caseId);
  }
}
