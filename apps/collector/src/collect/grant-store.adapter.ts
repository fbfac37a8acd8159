import type { DataSource, EntityManager } from 'typeorm';
import { GrantVault, SealVault, halfOfLock, holdInTransaction } from '@app/database';
import { GrantStore, PlatformError, type Grant } from '@app/platforms';
import { PRODUCT_PLATFORM, type GrantProduct } from '@app/contracts';
import { SystemClock, type Clock } from '@app/config';

interface GrantRecord {
  brand_id: number;
  product: GrantProduct;
  principal_id: string;
  account_ids: string[];
  access_token: Buffer;
  refresh_token: Buffer | null;
  app_id: string | null;
  app_secret: Buffer | null;
  access_expires_at: Date | null;
  refresh_expires_at: Date | null;
  renewals: number;
  revoked_at: Date | null;
  revoked_code: string | null;
}

const COLUMNS = `brand_id, product, principal_id, account_ids, access_token, refresh_token, app_id, app_secret, access_expires_at,
  refresh_expires_at, renewals, revoked_at, revoked_code`;
const PLACE = 'brand_id = $1 AND product = $2 AND principal_id = $3';

/** WeChat allows so many renewals by force a day, so far apart; what is more is answered with the token that the platform holds. */
const FORCED_A_DAY = 20;
const FORCED_APART_MS = 30_000;
const DAY_MS = 86_400_000;
/** A token that runs out within this time is asked for anew. */
const AHEAD_MS = 120_000;

/** Grants in the state store: sealed there, and renewed by one process at a time (the row's lock is held while the platform answers). */
export class GrantStoreAdapter extends GrantStore {
  private readonly vault: GrantVault;
  private readonly appVault: SealVault;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
    this.vault = new GrantVault(secret);
    this.appVault = new SealVault(secret, 'app-tokens');
  }

  async list(brandId: number, product: string): Promise<Map<string, Grant>> {
    // of two grants of an account the one that stands is used, then the newer one
    const records = (await this.dataSource.query(
      `SELECT ${COLUMNS} FROM platform_grant WHERE brand_id = $1 AND product = $2
       ORDER BY revoked_at IS NULL, granted_at, principal_id`,
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
      const record = await this.locked(tx, grant);
      const stored = record ? this.open(record) : grant;
      if (stored.revoked)
        throw new PlatformError(PRODUCT_PLATFORM[stored.product as GrantProduct], 'mark-revoked', stored.revoked.code, 'grant');
      const renewed = await renew(stored);
      if (renewed !== stored && record) await this.save(tx, renewed);
      return renewed;
    });
  }

  async revoke(grant: Grant, { at, code }: { at: number; code: string }): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const record = await this.locked(tx, grant);
      // another access token: somebody has authorised anew, or refreshed, since
      if (!record || record.revoked_at !== null || this.open(record).accessToken !== grant.accessToken) return;
      await tx.query(`UPDATE platform_grant SET revoked_at = $4, revoked_code = $5 WHERE ${PLACE}`, [
        ...placeOf(grant),
        new Date(at),
        code,
      ]);
    });
  }

  override renewApp(grant: Grant, force: boolean, fetch: (force: boolean) => Promise<Grant>): Promise<Grant> {
    // of the brand's own: who names another brand's app must know its secret, which only the platform can tell
    const appId = `${grant.brandId}/${grant.appId ?? grant.principalId}`;
    if (!force) return this.sharedToken(grant, appId, fetch);
    return this.dataSource.transaction(async (tx) => {
      await holdInTransaction(tx, { lock: 'appToken', of: halfOfLock(`${grant.product} ${appId}`) });
      const held = await this.heldToken(tx, grant.product, appId);
      const now = this.clock.now();
      if (held && held.token !== grant.accessToken && held.expiresAt > now)
        return { ...grant, accessToken: held.token, accessExpiresAt: held.expiresAt };
      const forced = held?.forced.filter((at) => at > now - DAY_MS && at <= now) ?? [];
      const mayForce = forced.length < FORCED_A_DAY && (forced.at(-1) ?? 0) <= now - FORCED_APART_MS;
      const plain = await fetch(false);
      // what was not asked by force does not count: mostly the platform hands out another token by itself
      const forcing = mayForce && plain.accessToken === grant.accessToken;
      const fresh = forcing ? await fetch(true) : plain;
      const expiresAt = fresh.accessExpiresAt ?? now + FORCED_APART_MS;
      await tx.query(
        `INSERT INTO app_token (product, app_id, token, expires_at, forced_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (product, app_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, forced_at = excluded.forced_at`,
        [
          grant.product,
          appId,
          this.appVault.seal(fresh.accessToken, ['app-token', grant.product, appId]),
          new Date(expiresAt),
          [...forced, ...(forcing ? [now] : [])].map((at) => new Date(at)),
        ],
      );
      return fresh;
    });
  }

  /** Unforced, the platform gives every process the same token: one asks, and two at once do no harm. */
  private async sharedToken(grant: Grant, appId: string, fetch: (force: boolean) => Promise<Grant>): Promise<Grant> {
    const held = await this.heldToken(this.dataSource.manager, grant.product, appId);
    if (held && held.token !== grant.accessToken && held.expiresAt - AHEAD_MS > this.clock.now())
      return { ...grant, accessToken: held.token, accessExpiresAt: held.expiresAt };
    const fresh = await fetch(false);
    if (fresh.accessExpiresAt !== null)
      await this.dataSource.query(
        `INSERT INTO app_token (product, app_id, token, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (product, app_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at`,
        [grant.product, appId, this.appVault.seal(fresh.accessToken, ['app-token', grant.product, appId]), new Date(fresh.accessExpiresAt)],
      );
    return fresh;
  }

  private async heldToken(tx: EntityManager, product: string, appId: string) {
    const [row] = (await tx.query('SELECT token, expires_at, forced_at FROM app_token WHERE product = $1 AND app_id = $2', [
      product,
      appId,
    ])) as { token: Buffer; expires_at: Date; forced_at: Date[] }[];
    if (!row) return null;
    const token = this.appVault.open(row.token, ['app-token', product, appId]).toString('utf8');
    return { token, expiresAt: row.expires_at.getTime(), forced: row.forced_at.map((at) => at.getTime()) };
  }

  private async locked(tx: EntityManager, grant: Grant): Promise<GrantRecord | undefined> {
    const sql = `SELECT ${COLUMNS} FROM platform_grant WHERE ${PLACE} FOR UPDATE`;
    return ((await tx.query(sql, placeOf(grant))) as GrantRecord[])[0];
  }

  private async save(tx: EntityManager, grant: Grant): Promise<void> {
    const { brandId, product, principalId, accessToken, refreshToken, accessExpiresAt, refreshExpiresAt } = grant;
    const place = { brandId, product, principalId };
    await tx.query(
      `UPDATE platform_grant SET access_token = $4, refresh_token = $5, access_expires_at = $6, refresh_expires_at = $7, renewals = $8
       WHERE ${PLACE}`,
      [
        ...placeOf(grant),
        this.vault.seal(accessToken, { ...place, field: 'accessToken' }),
        refreshToken === null ? null : this.vault.seal(refreshToken, { ...place, field: 'refreshToken' }),
        accessExpiresAt === null ? null : new Date(accessExpiresAt),
        refreshExpiresAt === null ? null : new Date(refreshExpiresAt),
        grant.renewals ?? 0,
      ],
    );
  }

  /** Boxes are opened when somebody looks into them: a list of thousands of grants mostly tells whose there are. */
  private open(record: GrantRecord): Grant {
    const { brand_id: brandId, product, principal_id: principalId } = record;
    const place = { brandId, product, principalId };
    const opened = new Map<string, string | null>();
    const text = (box: Buffer | null, field: 'accessToken' | 'refreshToken' | 'appSecret'): string | null => {
      if (box === null) return null;
      if (!opened.has(field)) opened.set(field, this.vault.open(box, { ...place, field }).reveal());
      return opened.get(field) ?? null;
    };
    return {
      ...place,
      accountIds: record.account_ids,
      get accessToken() {
        return text(record.access_token, 'accessToken') ?? '';
      },
      get refreshToken() {
        return text(record.refresh_token, 'refreshToken');
      },
      appId: record.app_id,
      get appSecret() {
        return text(record.app_secret, 'appSecret');
      },
      accessExpiresAt: record.access_expires_at?.getTime() ?? null,
      refreshExpiresAt: record.refresh_expires_at?.getTime() ?? null,
      renewals: record.renewals,
      revoked: record.revoked_at === null ? null : { at: record.revoked_at.getTime(), code: record.revoked_code ?? '' },
    };
  }
}

const placeOf = ({ brandId, product, principalId }: Grant): unknown[] => [brandId, product, principalId];
