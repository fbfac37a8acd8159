import { addDays, businessDay, type BrandState, type Platform } from '@app/contracts';
import { findCase } from './case.repository';
import type { CaseRecord } from './case-record';
import type { CaseStores } from './case-stores';
import { appealsOf, setRepull } from './effect.repository';

/** Has the platforms asked again for the accounts and days of a case, as an appeal wants it that says the data is wrong. Throws when they cannot be asked. */
export async function askAgain(
  { repull, dataSource, clock }: CaseStores,
  { brand, ...state }: Pick<BrandState, 'brand' | 'accounts' | 'ownerships'>,
  { record: { subject, from, to }, appealId }: { record: Pick<CaseRecord, 'subject' | 'from' | 'to'>; appealId: string },
): Promise<void> {
  if (!repull || subject.kind === 'brand') return;
  const accounts: { platform: Platform; accountId: string }[] =
    subject.kind === 'dealer'
      ? state.accounts.filter(({ accountKey }) =>
          state.ownerships.some((own) => own.accountKey === accountKey && own.dealerId === subject.dealerId),
        )
      : [subject];
  const days = { fromDay: businessDay(from, brand.zone), toDay: addDays(businessDay(to - 1, brand.zone), 1) };
  const asked = await repull(brand.brandId, { accounts: accounts.map(({ platform, accountId }) => ({ platform, accountId })), ...days });
  await setRepull(dataSource, brand.brandId, appealId, { requestedAt: new Date(clock.now()).toISOString(), accounts: asked });
}

/** Asks for every open appeal for which nobody could be asked when it was filed. What cannot be asked now either waits for the next time. */
export async function askUnasked(stores: CaseStores, state: BrandState): Promise<void> {
  if (!stores.repull) return;
  const { brandId } = state.brand;
  const waiting = (await appealsOf(stores.dataSource, brandId, {})).filter(
    ({ ground, repull, state: of }) => ground === 'data' && repull === null && of === 'filed',
  );
  for (const { caseId, appealId } of waiting) {
    const record = await findCase(stores.dataSource, brandId, caseId);
    if (!record) continue;
    try {
      await askAgain(stores, state, { record, appealId });
    } catch {
      return; // the queue is away: the appeal still says that nobody was asked
    }
  }
}
