import { type Account, type Exclusion, type ReportName, addDays } from '@app/contracts';
import type { ReportContext } from './report-context';
import { trailingFrom } from './tier-report';

/** Rolling numbers and runs look at what was before the period. */
const BEFORE_DAYS = 31;

/**
 * Cases whose exclusions count in a report of some accounts: of entries when they lie in the period or the 31 days before it, of units when they lie in
 * the days that are read. Ascending; none in the raw basis.
 */
export function countedCases(context: ReportContext, name: ReportName, shown: (account: Account) => boolean): string[] {
  const accounts = new Set(context.accounts.filter(shown).map(({ accountKey }) => accountKey));
  const counted = countedExclusions(context, name).filter(({ accountKey }) => accounts.has(accountKey));
  return [...new Set(counted.map(({ caseId }) => caseId))].sort();
}

/** The exclusions themselves, of all accounts. */
export function countedExclusions(context: ReportContext, name: ReportName): Exclusion[] {
  const { state, basis, period } = context;
  if (basis === 'raw' || !state.exclusions?.length) return [];
  const since = {
    entries: name === 'value' || name === 'tiers' ? null : addDays(period.fromDay, -BEFORE_DAYS),
    units: name === 'showroom' || name === 'footfall' ? null : name === 'value' ? period.fromDay : trailingFrom(context),
  };
  return state.exclusions.filter(({ kind, fromDay, toDay }) => {
    const first = since[kind];
    return first !== null && fromDay < period.toDay && toDay >= first;
  });
}
