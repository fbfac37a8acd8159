import { Account, BrandState, Subject, UNASSIGNED } from '@app/contracts';
import { isAdcode, placeName } from '@app/database';
import { ReportContext, ownershipAt } from './report-context';

const UNASSIGNED_NAME = '未归属 Unassigned';

/** Names the groups of a context: who each row is about, as it stands at the end of the period. */
export function subjectsOf(context: ReportContext): Map<string, Subject> {
  const at = context.period.to - 1;
  const accounts = new Map(context.accounts.map((account) => [account.accountKey, account]));
  const dealers = dealerNames(context.state, at);
  return new Map([...context.groups.keys()].map((group) => [group, subjectOf(context, group, accounts.get(group), dealers)]));
}

function subjectOf(context: ReportContext, group: string, account: Account | undefined, dealers: Map<string, string>): Subject {
  const { level, state, regions } = context;
  if (level === 'account' && account) return accountSubject(state, account, context.period.to - 1, dealers);
  if (level === 'brand') return { level, brand: state.brand.code, name: state.brand.name };
  const name = group === UNASSIGNED ? UNASSIGNED_NAME : null;
  if (level === 'dealer') return { level, dealerId: group === UNASSIGNED ? null : group, name: name ?? dealers.get(group) ?? group };
  if (regions === 'sales') return { level, salesRegion: group, name: name ?? group };
  return { level, adcode: group, name: name ?? (isAdcode(group) ? placeName(group) : group) };
}

function accountSubject(state: BrandState, account: Account, at: number, dealers: Map<string, string>): Subject {
  const own = ownershipAt(state, account.accountKey, at);
  return {
    level: 'account',
    accountId: account.accountId,
    platform: account.platform,
    name: account.name,
    dealerId: own?.dealerId ?? null,
    dealerName: own?.dealerId ? (dealers.get(own.dealerId) ?? own.dealerId) : null,
    ownerKind: own?.ownerKind,
    declaredTier: own?.declaredTier ?? null,
    undeclared: account.undeclared,
  };
}

/** Names of dealers at an instant; of one not placed then, its latest name. */
export function dealerNames(state: BrandState, at: number): Map<string, string> {
  const names = new Map<string, string>();
  for (const placement of [...state.placements].sort((a, b) => a.from - b.from))
    if (!names.has(placement.dealerId) || placement.from <= at) names.set(placement.dealerId, placement.name);
  return names;
}
