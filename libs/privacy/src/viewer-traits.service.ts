import { seenBy } from '@app/access';
import { staffColumns } from '@app/analytics';
import {
  monthNumber,
  monthPeriod,
  type Brand,
  type Principal,
  type TraitBreakdown,
  type TraitGroup,
  type ViewerTrait,
} from '@app/contracts';
import { StateReader } from '@app/database';
import { type BrandScope, checkedScope, inScope, withUndeclared } from '@app/reports';
import type { PrivacyStores } from './privacy-stores';
import { seesSmallGroups, shownGroups } from './suppression';

const COLUMN: Readonly<Record<ViewerTrait, string>> = {
  trafficSource: 'traffic_source',
  adcode: 'adcode',
  device: 'device',
  isNewAccount: `multiIf(is_new_account = 1, 'true', is_new_account = 0, 'false', '')`,
};

/** Each entry once, whichever sources told it; each viewer once, under the value of most of their entries (then the latest, then the text). */
const groupsSql = (trait: ViewerTrait): string => `
SELECT
  value,
  toString(count()) AS viewers,
  toString(sum(entries)) AS entries
FROM (
  SELECT
    viewer_key,
    argMax(value, (times, latest, value)) AS value,
    sum(times) AS entries
  FROM (
    SELECT
      viewer_key,
      value,
      count() AS times,
      max(entered_at) AS latest
    FROM (
      SELECT
        account_key,
        viewer_key,
        entered_at,
        max(toString(${COLUMN[trait]})) AS value
      FROM facts(entries)
      WHERE brand_id = {brandId: UInt32}
        AND month = {month: UInt32}
        AND account_key IN {accounts: Array(UInt64)}
        AND viewer_key != 0
        AND NOT has({sentinels: Array(UInt64)}, viewer_key)
        AND NOT arrayExists(
          (v, a, f, t) -> v = viewer_key AND (a = 0 OR a = account_key) AND toUnixTimestamp64Milli(entered_at) >= f AND toUnixTimestamp64Milli(entered_at) <= t,
          {staffViewers: Array(UInt64)}, {staffAccounts: Array(UInt64)}, {staffFrom: Array(Int64)}, {staffTo: Array(Int64)}
        )
      GROUP BY
        account_key,
        viewer_key,
        entered_at
    )
    GROUP BY
      viewer_key,
      value
  )
  GROUP BY viewer_key
)
GROUP BY value
ORDER BY value`;

/** Which accounts of the scope are asked about. None of them: all. */
export interface TraitQuery {
  trait: ViewerTrait;
  month: string;
  platform?: string;
  accountId?: string;
  dealerId?: string;
}

/** Breakdowns of viewers by what entries say of them; small groups are hidden below the auditor (docs/adr/0033). */
export class ViewerTraitService {
  private readonly states: StateReader;

  constructor(private readonly stores: PrivacyStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Fails closed without a scope; accounts outside it count nowhere. Identified viewers only, without sentinels and declared staff. */
  async breakdown(
    asker: { principal: Pick<Principal, 'role'>; brand: Brand; scope: BrandScope },
    query: TraitQuery,
  ): Promise<TraitBreakdown> {
    const all = await this.groups(asker.brand, checkedScope(asker.scope), query);
    const sum = (of: (group: TraitGroup) => number): number => all.reduce((total, group) => total + of(group), 0);
    const total = { viewers: sum(({ viewers }) => viewers), entries: sum(({ entries }) => entries) };
    const shown = seesSmallGroups(asker.principal.role)
      ? {
          groups: [...all].sort((a, b) => b.viewers - a.viewers || ((a.value ?? '') < (b.value ?? '') ? -1 : 1)),
          others: null,
          withheld: false,
        }
      : shownGroups(all);
    return { trait: query.trait, month: query.month, total, ...shown };
  }

  private async groups({ brandId, zone }: Brand, scope: BrandScope, query: TraitQuery): Promise<TraitGroup[]> {
    const state = await withUndeclared(this.stores.warehouse, await this.states.state(brandId));
    const period = monthPeriod(query.month, zone);
    const { accounts: seen } = seenBy(scope, state, period);
    const owned = new Set(
      state.ownerships
        .filter(({ dealerId, from, to }) => dealerId === query.dealerId && from < period.to && (to ?? Infinity) > period.from)
        .map(({ accountKey }) => accountKey),
    );
    const accounts = state.accounts
      .filter(({ accountKey, platform, accountId }) => {
        if (!inScope(seen, accountKey)) return false;
        if (query.platform !== undefined && platform !== query.platform) return false;
        if (query.accountId !== undefined && accountId !== query.accountId) return false;
        return query.dealerId === undefined || owned.has(accountKey);
      })
      .map(({ accountKey }) => BigInt(accountKey));
    if (accounts.length === 0) return [];
    const rows = await this.stores.warehouse.query<{ value: string; viewers: string; entries: string }>({
      name: 'privacy.viewer_traits',
      sql: groupsSql(query.trait),
      params: { brandId, month: monthNumber(query.month), accounts, sentinels: state.sentinelKeys.map(BigInt), ...staffColumns(state) },
    });
    return rows.map(({ value, viewers, entries }) => ({
      value: value === '' ? null : value,
      viewers: Number(viewers),
      entries: Number(entries),
    }));
  }
}
