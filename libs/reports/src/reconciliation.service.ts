import { seenBy } from '@app/access';
import { Compared, ReconciliationReader, ToldFigure, accountSessions, bySize, compareSources } from '@app/analytics';
import { BrandState, Policy, ReconciliationRow, Source, businessDay, tolerancesOf } from '@app/contracts';
import { StateReader, policyOf } from '@app/database';
import { withUndeclared } from './brand-facts.reader';
import { PeriodQuery, ReportPeriod, newestCompleteMonth, periodOf } from './report-period';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope } from './scope';

export interface ReconciliationReport {
  rows: ReconciliationRow[];
  meta: {
    report: 'reconciliation';
    brand: string;
    month: string | null;
    from: string;
    to: string;
    policyVersion: number;
    compared: number;
    beyond: number;
  };
}

/** What two sources tell of one figure: which counts, how far the other is off. */
export class ReconciliationService {
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** The largest difference first. Throws bad_input for a bad period, not_found for an unknown brand; fails closed without a scope. */
  async report(scope: BrandScope, query: PeriodQuery & { brand?: string }): Promise<ReconciliationReport> {
    checkedScope(scope);
    const { warehouse, clock } = this.stores;
    const brand = await this.reader.brand(query.brand);
    const period = periodOf(query, newestCompleteMonth(clock.now(), brand.zone), brand.zone);
    const state = await withUndeclared(warehouse, await this.reader.state(brand.brandId));
    const policy = policyOf(state.policies, period.lastMonth);
    const reader = new ReconciliationReader(warehouse, { brandId: brand.brandId, zone: brand.zone, ...period });
    const told = [
      ...(await reader.figures(policy.sourceOrder)),
      ...(await this.feed(await reader.fedAccounts(), { state, policy, period })),
    ];
    const accounts = new Map(state.accounts.map((account) => [account.accountKey, account]));
    const tolerances = tolerancesOf(policy);
    const seen = seenBy(scope, state, period);
    const compared = told
      .filter(({ accountKey }) => inScope(seen.accounts, accountKey))
      .flatMap((figure) => compareSources(figure, orderFor(figure, policy.sourceOrder), tolerances))
      .sort(bySize);
    const rows = compared.map(({ accountKey, ...row }: Compared): ReconciliationRow => {
      const account = accounts.get(accountKey);
      return {
        platform: account?.platform ?? 'douyin',
        accountId: account?.accountId ?? accountKey,
        name: account?.name ?? accountKey,
        ...row,
      };
    });
    const beyond = rows.filter((row) => row.beyond).length;
    const { month, fromDay, toDay } = period;
    const span = { month, from: fromDay, to: toDay, policyVersion: policy.version };
    return { rows, meta: { report: 'reconciliation', brand: brand.code, ...span, compared: rows.length, beyond } };
  }

  /** Entries of a feed against the views of the same broadcast: what a room's feed saw is at most what the platform counted. */
  private async feed(
    accountKeys: readonly string[],
    asked: { state: BrandState; policy: Policy; period: ReportPeriod },
  ): Promise<ToldFigure[]> {
    const found: ToldFigure[] = [];
    for (const accountKey of accountKeys) {
      const sessions = await accountSessions(this.stores.warehouse, { ...asked, accountKey, dataInstant: this.stores.clock.now() });
      for (const { sessionId, startedAt, views, entries } of sessions) {
        if (views === null || entries === null) continue;
        const day = businessDay(startedAt, asked.state.brand.zone);
        const values = [
          { source: 'api-final' as const, value: views },
          { source: 'feed' as const, value: entries },
        ];
        found.push({ accountKey, figure: 'feedEntries', subject: sessionId, day, values });
      }
    }
    return found;
  }
}

/** The platform's count is the measure of a feed, whatever the policy prefers elsewhere. */
const orderFor = ({ figure }: ToldFigure, order: readonly Source[]): readonly Source[] =>
  figure === 'feedEntries' ? ['api-final', 'feed'] : order;
