import { isSeen, seenBy } from '@app/access';
import { Account, AccountListRow, BrandState, DealerListRow, Platform, VitrineError } from '@app/contracts';
import { StateReader, isAdcode, placeName } from '@app/database';
import { withUndeclared } from './brand-facts.reader';
import { ownershipAt } from './report-context';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope } from './scope';
import { dealerNames } from './subjects';

/** Who there is: accounts and dealers as they stand now. */
export class DirectoryService {
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Accounts in scope, undeclared ones included and marked; `q`: part of a name or id. */
  async accounts(scope: BrandScope, q?: string, brand?: string): Promise<AccountListRow[]> {
    checkedScope(scope);
    const state = await this.state(brand);
    const now = this.stores.clock.now();
    const names = dealerNames(state, now);
    const seen = seenBy(scope, state, { from: now, to: now + 1 });
    return state.accounts
      .filter((account) => inScope(seen.accounts, account.accountKey))
      .map((account) => accountRow(state, account, names, now))
      .filter((row) => matches(q, row.name, row.accountId, row.handle, row.dealerName));
  }

  /** Throws not_found for an account outside brand or scope. */
  async getAccount(scope: BrandScope, platform: Platform, accountId: string, brand?: string): Promise<AccountListRow> {
    const row = (await this.accounts(scope, undefined, brand)).find(
      (found) => found.platform === platform && found.accountId === accountId,
    );
    if (!row) throw new VitrineError('not_found', { en: 'There is no such account.', zh: '没有该账号。' });
    return row;
  }

  /** Dealers as they stand now, with how many accounts they own that the asker may see. Of accounts that were named one by one: their dealers. */
  async dealers(scope: BrandScope, q?: string, brand?: string): Promise<DealerListRow[]> {
    checkedScope(scope);
    const state = await this.state(brand);
    const now = this.stores.clock.now();
    const owned = new Map<string, number>();
    const seen = seenBy(scope, state, { from: now, to: now + 1 });
    for (const { accountKey } of state.accounts.filter((account) => inScope(seen.accounts, account.accountKey))) {
      const dealerId = ownershipAt(state, accountKey, now)?.dealerId;
      if (dealerId) owned.set(dealerId, (owned.get(dealerId) ?? 0) + 1);
    }
    const latest = new Map<string, BrandState['placements'][number]>();
    for (const placement of [...state.placements].sort((a, b) => a.from - b.from))
      if (!latest.has(placement.dealerId) || placement.from <= now) latest.set(placement.dealerId, placement);
    return [...latest.values()]
      .filter(({ dealerId }) => isSeen(seen.dealers, dealerId) || owned.has(dealerId))
      .map(({ dealerId, name, adcode, salesRegion, group, status }) => ({
        dealerId,
        name,
        adcode,
        place: isAdcode(adcode) ? placeName(adcode) : adcode,
        salesRegion,
        group,
        status,
        accounts: owned.get(dealerId) ?? 0,
      }))
      .filter((row) => matches(q, row.name, row.dealerId, row.place, row.salesRegion, row.group));
  }

  /** Throws not_found for a dealer outside brand or scope. */
  async getDealer(scope: BrandScope, dealerId: string, brand?: string): Promise<DealerListRow> {
    const row = (await this.dealers(scope, undefined, brand)).find((found) => found.dealerId === dealerId);
    if (!row) throw new VitrineError('not_found', { en: 'There is no such dealer.', zh: '没有该经销商。' });
    return row;
  }

  private async state(code?: string): Promise<BrandState> {
    const brand = await this.reader.brand(code);
    return withUndeclared(this.stores.warehouse, await this.reader.state(brand.brandId));
  }
}

function accountRow(state: BrandState, account: Account, names: Map<string, string>, now: number): AccountListRow {
  const own = ownershipAt(state, account.accountKey, now);
  return {
    platform: account.platform,
    accountId: account.accountId,
    name: account.name,
    handle: account.handle,
    dealerId: own?.dealerId ?? null,
    dealerName: own?.dealerId ? (names.get(own.dealerId) ?? own.dealerId) : null,
    ownerKind: own?.ownerKind ?? 'brand',
    declaredTier: own?.declaredTier ?? null,
    undeclared: account.undeclared,
  };
}

function matches(q: string | undefined, ...texts: (string | null)[]): boolean {
  const wanted = q?.trim().toLowerCase();
  return !wanted || texts.some((text) => text?.toLowerCase().includes(wanted));
}
