import { seenBy } from '@app/access';
import { accountSessions } from '@app/analytics';
import { Platform, SessionListRow, businessMonth } from '@app/contracts';
import { StateReader, policyOf } from '@app/database';
import { accountKey } from '@app/warehouse';
import { withUndeclared } from './brand-facts.reader';
import { periodOf } from './report-period';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope } from './scope';

/** What is asked: a month, or business days `from` to `to` (the day after the last). */
export interface SessionListQuery {
  month?: string;
  from?: string;
  to?: string;
  brand?: string;
}

/** The live sessions of an account, each with its identifiability. */
export class SessionListService {
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Latest first. An account outside the scope has none. */
  async sessions(scope: BrandScope, platform: Platform, accountId: string, query: SessionListQuery): Promise<SessionListRow[]> {
    checkedScope(scope);
    const { warehouse, clock } = this.stores;
    const brand = await this.reader.brand(query.brand);
    const key = accountKey(brand.brandId, platform, accountId).toString();
    const now = clock.now();
    const { from, to } = periodOf(query, businessMonth(now, brand.zone), brand.zone);
    const state = await withUndeclared(warehouse, await this.reader.state(brand.brandId));
    if (!inScope(seenBy(scope, state, { from, to }).accounts, key)) return [];
    const policy = policyOf(state.policies, businessMonth(to - 1, brand.zone));
    return accountSessions(warehouse, { state, policy, period: { from, to }, accountKey: key, dataInstant: now });
  }
}
