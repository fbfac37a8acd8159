import type { BrandState, DealerPlacement, Period, SignalSubject } from '@app/contracts';
import { accountKey } from '@app/warehouse';

/** Who a subject touches over its window. */
export interface Touched {
  accountKeys: string[];
  /** Dealers that owned its account some time of the window, or the dealer itself. */
  dealerIds: string[];
  dealerGroups: string[];
}

/** The account of a subject that has one. */
export const accountOf = (subject: SignalSubject) =>
  subject.kind === 'session' || subject.kind === 'account' ? { platform: subject.platform, accountId: subject.accountId } : null;

const overlaps = (a: { from: number; to: number | null }, b: Period): boolean => a.from < b.to && b.from < (a.to ?? Infinity);

/** Dealers and accounts of a subject over its window, by the state. */
export function touchedBy(subject: SignalSubject, span: Period, state: BrandState): Touched {
  const account = accountOf(subject);
  const key = account ? accountKey(state.brand.brandId, account.platform, account.accountId).toString() : null;
  const owners = state.ownerships.filter((own) => own.accountKey === key && overlaps(own, span)).flatMap(({ dealerId }) => dealerId ?? []);
  const dealerIds = subject.kind === 'dealer' ? [subject.dealerId] : [...new Set(owners)].sort();
  const held = state.ownerships.filter((own) => own.dealerId !== null && dealerIds.includes(own.dealerId) && overlaps(own, span));
  const stood = state.placements.filter((one: DealerPlacement) => dealerIds.includes(one.dealerId) && overlaps(one, span));
  return {
    accountKeys: key !== null ? [key] : [...new Set(held.map((own) => own.accountKey))],
    dealerIds,
    dealerGroups: [...new Set(stood.flatMap(({ group }) => group ?? []))],
  };
}

/** Does the brand know the subject? */
export function isKnown(subject: SignalSubject, state: BrandState): boolean {
  const account = accountOf(subject);
  if (account) return state.accounts.some((one) => one.platform === account.platform && one.accountId === account.accountId);
  return subject.kind === 'brand' || (subject.kind === 'dealer' && state.placements.some(({ dealerId }) => dealerId === subject.dealerId));
}

/**
 * The parts of a case's window in which its account was in hands that `isOwn` knows, epoch ms, half open. Null: all of it, or a subject without an account.
 */
export function ownTime(
  { subject, from, to }: { subject: SignalSubject } & Period,
  state: BrandState,
  isOwn: (accountKey: string, span: Period) => boolean,
): Period[] | null {
  const account = accountOf(subject);
  if (!account) return null;
  const key = accountKey(state.brand.brandId, account.platform, account.accountId).toString();
  if (isOwn(key, { from, to })) return null;
  return state.ownerships
    .filter((own) => own.accountKey === key && own.dealerId !== null && overlaps(own, { from, to }))
    .map((own) => ({ from: Math.max(from, own.from), to: Math.min(to, own.to ?? to) }))
    .filter((span) => isOwn(key, span));
}
