import { GRANT_PRODUCTS, type GrantProduct } from '@app/contracts';
import type { DataSource } from 'typeorm';

/** Products that have a grant for an account, by `platform/accountId`, in the order of the products. Revoked ones are no source any more. */
export async function grantedProducts(dataSource: DataSource, brandId: number): Promise<Map<string, GrantProduct[]>> {
  const rows = (await dataSource.query(
    `SELECT DISTINCT platform, unnest(account_ids) AS "accountId", product
     FROM platform_grant
     WHERE brand_id = $1 AND revoked_at IS NULL`,
    [brandId],
  )) as { platform: string; accountId: string; product: GrantProduct }[];
  const found = new Map<string, GrantProduct[]>();
  const inOrder = [...rows].sort((a, b) => GRANT_PRODUCTS.indexOf(a.product) - GRANT_PRODUCTS.indexOf(b.product));
  for (const { platform, accountId, product } of inOrder) {
    const key = `${platform}/${accountId}`;
    found.set(key, [...(found.get(key) ?? []), product]);
  }
  return found;
}
