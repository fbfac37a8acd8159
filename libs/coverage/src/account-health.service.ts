import {
  HEALTH_ACTIONS,
  PRODUCT_PLATFORM,
  type AccountHealth,
  type Brand,
  type Connection,
  type GrantProduct,
  type HealthSummary,
} from '@app/contracts';
import type { BrandScope, ReportStores } from '@app/reports';
import { accountHealth, summaryOf } from './account-health';
import type { CoverageQuery, ScopedAccounts } from './coverage-scope';
import { CoverageService } from './coverage.service';
import { grouped } from './grouped';

/** Who lists the connections of a brand. */
export interface ConnectionList {
  list(brand: Brand): Promise<Connection[]>;
}

/** Kinds that a connection brings. */
const KINDS = ['sessions', 'videos', 'followers', 'leads'] as const;

/** How every account stands, and what has to be done about it. */
export class AccountHealthService {
  private readonly coverage: CoverageService;

  constructor(
    private readonly stores: ReportStores,
    private readonly connections: ConnectionList,
  ) {
    this.coverage = new CoverageService(stores);
  }

  /** Accounts in scope, those first that need somebody most. */
  async list(scope: BrandScope, query: CoverageQuery): Promise<AccountHealth[]> {
    return (await this.answer(scope, query)).accounts;
  }

  /** The same in a few lines. */
  async summary(scope: BrandScope, query: CoverageQuery): Promise<HealthSummary> {
    const { accounts, span } = await this.answer(scope, query);
    return summaryOf(accounts, span);
  }

  /** Both, from one reading. */
  async overview(scope: BrandScope, query: CoverageQuery): Promise<{ summary: HealthSummary; accounts: AccountHealth[] }> {
    const { accounts, span } = await this.answer(scope, query);
    return { summary: summaryOf(accounts, span), accounts };
  }

  private async answer(
    scope: BrandScope,
    query: CoverageQuery,
  ): Promise<{ accounts: AccountHealth[]; span: { from: string; to: string } }> {
    const { scoped, evidence, rows } = await this.coverage.answer(scope, query, KINDS);
    const [connections, followers, letters, granted] = await Promise.all([
      this.connections.list(scoped.brand),
      this.followers(scoped),
      this.letters(scoped),
      this.grantedAt(scoped),
    ]);
    const streams = grouped([...evidence.streams.values()], ({ product, accountId }) => `${PRODUCT_PLATFORM[product]}/${accountId}`);
    const own = new Map<string, Connection[]>();
    for (const connection of connections)
      for (const accountId of connection.accounts) {
        const key = `${PRODUCT_PLATFORM[connection.product]}/${accountId}`;
        own.set(key, [...(own.get(key) ?? []), connection]);
      }
    const covered = grouped(rows, ({ platform, accountId }) => `${platform}/${accountId}`);
    const accounts = scoped.accounts.map((account) => {
      const key = `${account.platform}/${account.accountId}`;
      const facts = {
        account,
        rows: covered.get(key) ?? [],
        connections: own.get(key) ?? [],
        streams: streams.get(key) ?? [],
        grantedAt: granted.get(key) ?? new Map<GrantProduct, number>(),
        followers: followers.get(account.accountKey) ?? null,
        openDeadLetters: letters.get(key) ?? 0,
      };
      return accountHealth(facts, scoped.now);
    });
    return {
      accounts: accounts.sort((a, b) => urgency(a) - urgency(b) || orderOf(a, b)),
      span: { from: scoped.fromDay, to: scoped.toDay },
    };
  }

  private async followers({ brand, accountKeys }: ScopedAccounts): Promise<Map<string, number>> {
    const rows = await this.stores.warehouse.query<{ accountKey: string; followers: string }>({
      name: 'newest_followers',
      sql: `
SELECT
  toString(account_key) AS accountKey,
  argMax(total, day) AS followers
FROM facts(follower_readings)
WHERE brand_id = {brandId: UInt32} AND retracted = 0${accountKeys ? ' AND account_key IN {accounts: Array(UInt64)}' : ''}
GROUP BY account_key`,
      params: { brandId: brand.brandId, accounts: (accountKeys ?? []).map(BigInt) },
    });
    return new Map(rows.map(({ accountKey, followers }) => [accountKey, Number(followers)]));
  }

  private async letters({ brand, accountIds }: ScopedAccounts): Promise<Map<string, number>> {
    const rows = (await this.stores.dataSource.query(
      `SELECT product, account_id AS "accountId", count(*)::int AS letters FROM dead_letter
       WHERE brand_id = $1 AND state = 'open' AND account_id = ANY($2::text[]) GROUP BY product, account_id`,
      [brand.brandId, accountIds],
    )) as { product: GrantProduct; accountId: string; letters: number }[];
    const found = new Map<string, number>();
    for (const { product, accountId, letters } of rows) {
      const key = `${PRODUCT_PLATFORM[product]}/${accountId}`;
      found.set(key, (found.get(key) ?? 0) + letters);
    }
    return found;
  }

  private async grantedAt({ brand, accountIds }: ScopedAccounts): Promise<Map<string, Map<GrantProduct, number>>> {
    const rows = (await this.stores.dataSource.query(
      `SELECT product, account_ids AS "accountIds", (extract(epoch FROM granted_at) * 1000)::float8 AS at FROM platform_grant
       WHERE brand_id = $1 AND account_ids && $2::text[]`,
      [brand.brandId, accountIds],
    )) as { product: GrantProduct; accountIds: string[]; at: number }[];
    const found = new Map<string, Map<GrantProduct, number>>();
    for (const { product, accountIds: accounts, at } of rows)
      for (const accountId of accounts) {
        const key = `${PRODUCT_PLATFORM[product]}/${accountId}`;
        found.set(key, (found.get(key) ?? new Map<GrantProduct, number>()).set(product, at));
      }
    return found;
  }
}

/** Place of the most urgent thing to do; who has nothing to do comes last. */
const urgency = ({ todo }: AccountHealth): number => (todo[0] ? HEALTH_ACTIONS.indexOf(todo[0].action) : HEALTH_ACTIONS.length);
const orderOf = (a: AccountHealth, b: AccountHealth): number => {
  const [first, second] = [a, b].map(({ platform, accountId }) => `${platform}/${accountId}`) as [string, string];
  return first < second ? -1 : first > second ? 1 : 0;
};
