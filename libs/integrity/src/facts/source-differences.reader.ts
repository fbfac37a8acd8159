import { ReconciliationReader, compareSources, toldFigures, type Compared, type ToldValue } from '@app/analytics';
import { businessDay, businessMonth, tolerancesOf, type Period } from '@app/contracts';
import { policyOf } from '@app/database';
import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, readOnce } from './account-filter';

/**
 * Figures of sessions, videos and days that two sources tell, beside each other, as the policy at the end of the window compares them: all that are beyond its
 * tolerances, and of each account and figure one that is not, which says that it could be compared.
 */
export function readSourceDifferences(scope: DetectorScope, accounts: readonly ScannedAccount[], span: Period): Promise<Compared[]> {
  return readOnce(scope, `sourceDifferences/${span.from}`, accounts, async () => {
    const policy = policyOf(scope.state.policies, businessMonth(scope.window.to - 1, scope.zone));
    const query: DetectorScope['query'] = (named) => scope.query({ ...named, name: `integrity.${named.name}`, maxSeconds: 300 });
    const { params } = accountFilter(scope, accounts);
    const window = { ...span, fromDay: businessDay(span.from, scope.zone), toDay: businessDay(span.to, scope.zone) };
    const reader = new ReconciliationReader({ query }, { brandId: scope.brandId, zone: scope.zone, ...window, ...params });
    const asked = new Set(accounts.map(({ key }) => key));
    const tolerances = tolerancesOf(policy);
    const found: Compared[] = [];
    // a network with two sources of everything has millions that agree
    const compared = new Set<string>();
    for (const told of await reader.figures(policy.sourceOrder)) {
      if (!asked.has(told.accountKey)) continue;
      const place = `${told.accountKey}/${told.figure}`;
      for (const row of compareSources(told, policy.sourceOrder, tolerances)) {
        if (row.beyond || !compared.has(place)) found.push(row);
        compared.add(place);
      }
    }
    return found;
  });
}

/** What every source tells of the figures of things of accounts, in the order of the statement. */
export async function readToldValues(
  scope: DetectorScope,
  about: { accounts: readonly string[]; subjects: readonly string[]; figures: readonly string[] } & Period,
): Promise<ToldValue[]> {
  if (about.accounts.length === 0) return [];
  return scope.query<ToldValue>({
    name: 'integrity.told_figures',
    sql: toldFigures('many'),
    params: { ...about, brandId: scope.brandId, accounts: about.accounts.map((key) => BigInt(key)) },
    maxSeconds: 300,
    maxRows: 0,
  });
}
