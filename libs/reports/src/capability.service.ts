import { seenBy } from '@app/access';
import {
  LINE_NEEDS,
  METRIC_NEEDS,
  METRICS,
  VitrineError,
  type AccountCapabilities,
  type Bilingual,
  type CapabilityName,
  type CapabilitySource,
  type Needs,
  type UnknownFigure,
} from '@app/contracts';
import { StateReader } from '@app/database';
import { capabilityFor, capabilitySources } from '@app/platforms';
import { withUndeclared } from './brand-facts.reader';
import { deliveredCapabilities } from './delivered-figures.reader';
import { grantedProducts } from './granted-products.reader';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope } from './scope';

/** What each account's sources can give, and which figures are unknown for want of one. */
export class CapabilityService {
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Accounts in scope; `account`: the id of one, or `platform/id`. Throws not_found where there is none. */
  async list(scope: BrandScope, account?: string, brandCode?: string): Promise<AccountCapabilities[]> {
    checkedScope(scope);
    const { warehouse, dataSource } = this.stores;
    const brand = await this.reader.brand(brandCode);
    const state = await withUndeclared(warehouse, await this.reader.state(brand.brandId));
    const now = this.stores.clock.now();
    const seen = seenBy(scope, state, { from: now, to: now + 1 });
    const wanted = state.accounts.filter(
      ({ accountKey, platform, accountId }) =>
        inScope(seen.accounts, accountKey) && (account === undefined || account === accountId || account === `${platform}/${accountId}`),
    );
    if (account !== undefined && wanted.length === 0)
      throw new VitrineError('not_found', { en: 'There is no such account.', zh: '没有该账号。' });
    const granted = await grantedProducts(dataSource, brand.brandId);
    const delivered = await deliveredCapabilities(warehouse, brand.brandId);
    return wanted.map(({ accountKey, platform, accountId, name }) => {
      const products = granted.get(`${platform}/${accountId}`) ?? [];
      const sources = capabilitySources(platform, products, delivered.get(accountKey) ?? new Set<CapabilityName>());
      return { platform, accountId, name, products, capabilities: sources, unknown: unknownOf(sources) };
    });
  }
}

/** Figures and lines that no source of the account can give. */
function unknownOf(sources: readonly CapabilitySource[]): UnknownFigure[] {
  const lacking = (needs: Needs): Bilingual | null => {
    const capability = capabilityFor(needs, sources);
    return capability === true ? null : capability.reason;
  };
  const figures = METRICS.map(({ key, name }) => ({ key, name, reason: lacking(METRIC_NEEDS[key] ?? null) }));
  const lines = Object.entries(LINE_NEEDS).map(([key, needs]) => ({ key, name: null, reason: lacking(needs) }));
  return [...figures, ...lines].flatMap(({ key, name, reason }) => (reason === null ? [] : [{ key, name, reason }]));
}
