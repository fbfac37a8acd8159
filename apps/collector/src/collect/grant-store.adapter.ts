import type { DataSource, EntityManager } from 'typeorm';
import { GrantVault } from '@app/database';
import { GrantStore, type Grant } from '@app/platforms';

interface GrantRecord {
  brand_id: number;
  product: string;
  principal_id: string;
  account_ids: string[];
  access_token: Buffer;
  refresh_token: Buffer | null;
  app_id: string | null;
  app_secret: Buffer | null;
  access_expires_at: Date | null;
  refresh_expires_at: Date | null;
}

const COLUMNS = `brand_id, product, principal_id, account_ids, access_token, refresh_token, app_id, app_secret, access_expires_at, refresh_expires_at`;
const PLACE = 'brand_id = $1 AND product = $2 AND principal_id = $3';

/** Grants in the state store: sealed there, and renewed by one process at a time (the row's lock is held while the platform answers). */
export class GrantStoreAdapter extends GrantStore {
  private readonly vault: GrantVault;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
  ) {
    super();
    this.vault = new GrantVault(secret);
  }

  async list(brandId: number, product: string): Promise<Map<string, Grant>> {
    const records = (await this.dataSource.query(
      `SELECT ${COLUMNS} FROM platform_grant WHERE brand_id = $1 AND product = $2 ORDER BY granted_at, principal_id`,
      [brandId, product],
    )) as GrantRecord[];
    const grants = new Map<string, Grant>();
    for (const record of records) {
      const grant = this.open(record);
      for (const accountId of record.account_ids) grants.set(accountId, grant);
    }
    return grants;
  }

  renew(grant: Grant, renew: (stored: Grant) => Promise<Grant>): Promise<Grant> {
    return this.dataSource.transaction(async (tx) => {
      const place = [grant.brandId, grant.product, grant.principalId];
      const [record] = (await tx.query(`SELECT ${COLUMNS} FROM platform_grant WHERE ${PLACE} FOR UPDATE`, place)) as GrantRecord[];
      const stored = record ? this.open(record) : grant;
      const renewed = await renew(stored);
      if (renewed !== stored && record) await this.save(tx, renewed);
      return renewed;
    });
  }

  private async save(tx: EntityManager, grant: Grant): Promise<void> {
    const { brandId, product, principalId, accessToken, refreshToken, accessExpiresAt, refreshExpiresAt } = grant;
    const place = { brandId, product, principalId };
    await tx.query(
      `UPDATE platform_grant SET access_token = $4, refresh_token = $5, access_expires_at = $6, refresh_expires_at = $7 WHERE ${PLACE}`,
      [
        brandId,
        product,
        principalId,
        this.vault.seal(accessToken, { ...place, field: 'accessToken' }),
        refreshToken === null ? null : this.vault.seal(refreshToken, { ...place, field: 'refreshToken' }),
        accessExpiresAt === null ? null : new Date(accessExpiresAt),
        refreshExpiresAt === null ? null : new Date(refreshExpiresAt),
      ],
    );
  }

  private open(record: GrantRecord): Grant {
    const { brand_id: brandId, product, principal_id: principalId } = record;
    const place = { brandId, product, principalId };
    const text = (box: Buffer | null, field: 'accessToken' | 'refreshToken' | 'appSecret'): string | null =>
      box === null ? null : this.vault.open(box, { ...place, field }).reveal();
    return {
      ...place,
      accessToken: text(record.access_token, 'accessToken') ?? '',
      refreshToken: text(record.refresh_token, 'refreshToken'),
      appId: record.app_id,
      appSecret: text(record.app_secret, 'appSecret'),
      accessExpiresAt: record.access_expires_at?.getTime() ?? null,
      refreshExpiresAt: record.refresh_expires_at?.getTime() ?? null,
    };
  }
}
