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
import { monthGoesOn } from './privacy-errors';
import type { PrivacyStores } from './privacy-stores';
import { addedUp, seesSmallGroups } from './suppression';

const COLUMN: Readonly<Record<ViewerTrait, string>> = {
  trafficSource: 'traffic_source',
  adcode: 'adcode',
  device: 'device',
  isNewAccount: `multiIf(is_new_account = 1, 'true', is_new_account = 0, 'false', '')`,
};

/** Each entry once, whichever sources told it; each viewer of an account once, under the value of most of their entries (then the latest, then the text). */
const groupsSql = (trait: ViewerTrait): string => `
SELECT
  toString(account_key) AS account,
  value,
  toString(count()) AS viewers,
  toString(sum(entries)) AS entries
FROM (
  SELECT
    account_key,
    viewer_key,
    argMax(value, (times, latest, value)) AS value,
    sum(times) AS entries
  FROM (
    SELECT
      account_key,
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
      account_key,
      viewer_key,
      value
  )
  GROUP BY
    account_key,
    viewer_key
)
GROUP BY
  account_key,
  value
ORDER BY
  account_key,
  value`;

/** Of so many accounts one answer of the store holds every group. */
const ACCOUNTS_AT_ONCE = 200;
const MOST_GROUPS = 1_000_000;

/** Which accounts of the scope are asked about. None of them: all. */
export interface TraitQuery {
  trait: ViewerTrait;
  month: string;
  platform?: string;
  accountId?: string;
  dealerId?: string;
}

/**
 * Breakdowns of viewers by what entries say of them. Below the auditor small groups are hidden in each account's month, and an answer adds up what is left: so
 * whatever is asked, and taken from one another, is made of the answers about single accounts (docs/adr/0033).
 */
export class ViewerTraitService {
  private readonly states: StateReader;

  constructor(private readonly stores: PrivacyStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /**
   * Fails closed without a scope; accounts outside it count nowhere. Identified viewers only, without sentinels and declared staff. Throws unprocessable for a
   * month that is not over, below the auditor.
   */
  async breakdown(
    asker: { principal: Pick<Principal, 'role'>; brand: Brand; scope: BrandScope },
    query: TraitQuery,
  ): Promise<TraitBreakdown> {
    const isWhole = seesSmallGroups(asker.principal.role);
    // of a month that goes on, two answers would differ by the viewers who came between them
    if (!isWhole && monthPeriod(query.month, asker.brand.zone).to > this.stores.clock.now()) throw monthGoesOn();
    const parts = await this.groups(asker.brand, checkedScope(asker.scope), query);
    return { trait: query.trait, month: query.month, ...addedUp(parts, isWhole) };
  }

  /** Groups of each account, of those that have any. */
  private async groups({ brandId, zone }: Brand, scope: BrandScope, query: TraitQuery): Promise<TraitGroup[][]> {
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
    const of = { brandId, month: monthNumber(query.month), sentinels: state.sentinelKeys.map(BigInt), ...staffColumns(state) };
    const parts = new Map<string, TraitGroup[]>();
    for (let at = 0; at < accounts.length; at += ACCOUNTS_AT_ONCE) {
      const rows = await this.stores.warehouse.query<{ account: string; value: string; viewers: string; entries: string }>({
        name: 'privacy.viewer_traits',
        sql: groupsSql(query.trait),
        params: { ...of, accounts: accounts.slice(at, at + ACCOUNTS_AT_ONCE) },
        maxRows: MOST_GROUPS,
      });
      for (const { account, value, viewers, entries } of rows)
        parts.set(account, [
          ...(parts.get(account) ?? []),
          { value: value === '' ? null : value, viewers: Number(viewers), entries: Number(entries) },
        ]);
    }
    return [...parts.values()];
  }
}
