import type { DataSource } from 'typeorm';
import { PRODUCT_PLATFORM, type Brand, type GrantProduct } from '@app/contracts';
import type { Grant, GrantStore } from '@app/platforms';

interface Kept<T> {
  until: number;
  value: Promise<T>;
}

/** What every job needs to know and what seldom changes: brands, grants, who an account belongs to. Kept for a while, per process. */
export class KnownAccounts {
  private readonly kept = new Map<string, Kept<unknown>>();

  constructor(
    private readonly parts: {
      dataSource: DataSource;
      grants: GrantStore;
      brandOf: (brandId: number) => Promise<Brand>;
      /** Real ms. */
      keepMs: number;
    },
  ) {}

  brand(brandId: number): Promise<Brand> {
    return this.keep(`brand ${brandId}`, () => this.parts.brandOf(brandId));
  }

  /** Grants by account. */
  grants(brandId: number, product: GrantProduct): Promise<Map<string, Grant>> {
    return this.keep(grantsKey(brandId, product), () => this.parts.grants.list(brandId, product));
  }

  /** The grant of an account; one that is not known yet, or has ended, is looked up anew. */
  async grant(brandId: number, product: GrantProduct, accountId: string): Promise<Grant | null> {
    const asked = this.grants(brandId, product);
    const known = (await asked).get(accountId);
    if (known && !known.revoked) return known;
    const key = grantsKey(brandId, product);
    if (this.kept.get(key)?.value === asked) this.kept.delete(key); // else somebody looked anew already
    return (await this.grants(brandId, product)).get(accountId) ?? null;
  }

  forgetGrants(brandId: number, product: GrantProduct): void {
    this.kept.delete(grantsKey(brandId, product));
  }

  /** Among whom calls are shared fairly: an account's dealer, else the account. */
  async share(brandId: number, product: GrantProduct, accountId: string): Promise<string> {
    const dealers = await this.keep(`dealers ${brandId}`, () => this.dealers(brandId));
    return dealers.get(`${PRODUCT_PLATFORM[product]} ${accountId}`) ?? accountId;
  }

  private async dealers(brandId: number): Promise<Map<string, string>> {
    const rows = (await this.parts.dataSource.query(
      `SELECT DISTINCT ON (platform, account_id) platform || ' ' || account_id AS account, dealer_id AS dealer
       FROM account_ownership WHERE brand_id = $1 AND dealer_id IS NOT NULL ORDER BY platform, account_id, valid_from DESC`,
      [brandId],
    )) as { account: string; dealer: string }[];
    return new Map(rows.map(({ account, dealer }) => [account, dealer]));
  }

  private keep<T>(key: string, load: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.kept.get(key) as Kept<T> | undefined;
    if (known && known.until > now) return known.value;
    const value = load();
    this.kept.set(key, { until: now + this.parts.keepMs, value });
    value.catch(() => this.kept.delete(key)); // a failure is told to who asked, and not kept
    return value;
  }
}

const grantsKey = (brandId: number, product: GrantProduct): string => `grants ${brandId} ${product}`;
