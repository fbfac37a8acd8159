import { DEFAULT_POLICY, type Policy } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { PlatformGrantEntity } from '../entities/platform-grant.entity';
import { loadViewerKeys } from '../viewer-keys/viewer-key.repository';
import { storedAccounts } from './account-store';
import { storedDealers } from './dealer-store';
import { storedDeclarations } from './declaration-store';
import { storedOpeningValues } from './opening-value-store';
import { storedCalendar, storedCosts, storedSentinels } from './plain-stores';
import { policyItem } from './policy-rules';
import { activePolicies } from './policy-store';
import { rateCardItem } from './rate-card-rules';
import { activeRateCards } from './rate-card-store';
import { storedRegions } from './region-store';
import { SINCE_EVER, type ListedRow, type StateKind } from './state-rows';

type Lister<K extends StateKind> = (tx: EntityManager, brandId: number, secret: string) => Promise<ListedRow<K>[]>;

/** "Since ever" goes out as it came in: not given. */
const since = <Row extends { validFrom: string }>(row: Row) => ({ ...row, validFrom: row.validFrom === SINCE_EVER ? null : row.validFrom });

const LISTERS: { [K in StateKind]: Lister<K> } = {
  dealers: async (tx, brandId) => (await storedDealers(tx, brandId)).map(since),
  accounts: async (tx, brandId) => (await storedAccounts(tx, brandId)).map(since),
  regions: async (tx, brandId) => (await storedRegions(tx, brandId)).map(since),
  policies: async (tx, brandId) => (await activePolicies(tx, brandId)).map(policyItem),
  sentinels: async (tx, brandId) => (await storedSentinels(tx, brandId)).map(since),
  calendar: storedCalendar,
  'rate-cards': async (tx, brandId) => (await activeRateCards(tx, brandId)).map(rateCardItem),
  costs: storedCosts,
  'opening-values': storedOpeningValues,
  declarations: async (tx, brandId, secret) => {
    const keys = await loadViewerKeys(tx, secret, brandId);
    return (await storedDeclarations(tx, brandId)).map(({ viewerKeys, ...row }) => ({
      ...row,
      viewer: viewerKeys.length > 0 ? viewerKeys.map((key) => keys.exported(BigInt(key))).join(' ') : null,
    }));
  },
  grants: listGrantRows,
};

async function listGrantRows(tx: EntityManager, brandId: number): Promise<ListedRow<'grants'>[]> {
  const found = await tx.find(PlatformGrantEntity, { where: { brandId }, order: { product: 'ASC', principalId: 'ASC' } });
  return found.map(({ product, principalId, accountIds, appId, accessExpiresAt, refreshExpiresAt, scopes }) => ({
    product,
    principalId,
    accounts: accountIds,
    appId,
    accessExpiresAt: accessExpiresAt?.getTime() ?? null,
    refreshExpiresAt: refreshExpiresAt?.getTime() ?? null,
    scopes,
  }));
}

/**
 * The current state of a kind as rows with the fields of its files: importing them into an empty store gives the same state. Staff viewers come
 * as exported keys; grants come without tokens, so they cannot be imported again. Superseded policies and rate cards are left out.
 */
export function listState<K extends StateKind>(dataSource: DataSource, secret: string, brandId: number, kind: K): Promise<ListedRow<K>[]> {
  const list: Lister<K> = LISTERS[kind];
  return dataSource.transaction('REPEATABLE READ', (tx) => list(tx, brandId, secret));
}

/** The policy that rules a business month `YYYY-MM`: the latest that begins in or before it. */
export function policyOf(policies: readonly Policy[], month: string): Policy {
  return policies.filter((policy) => policy.fromMonth <= month).sort((a, b) => (a.fromMonth < b.fromMonth ? 1 : -1))[0] ?? DEFAULT_POLICY;
}
