import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { deriveKey } from '@app/config';
import { VitrineError, type GrantProduct } from '@app/contracts';

/** What an authorisation was begun for. */
export interface StateSubject {
  brandId: number;
  product: GrantProduct;
  accountIds: string[];
  /** Tencent Ads: the brands of the advertiser that are asked for. */
  platformBrandIds: string[];
  redirectUri: string;
  acknowledgedAt: number;
  acknowledgedBy: string;
}

/** An owner has this long to log in and agree. */
export const STATE_LIFE_MS = 15 * 60_000;
const KEEP_MS = 86_400_000;
const COLUMNS = `brand_id AS "brandId", product, account_ids AS "accountIds", platform_brand_ids AS "platformBrandIds", redirect_uri AS "redirectUri",
  acknowledged_at AS "acknowledgedAt", acknowledged_by AS "acknowledgedBy"`;
type Row = Omit<StateSubject, 'acknowledgedAt'> & { acknowledgedAt: Date };

/**
 * States of authorisations under way (RFC 6749 10.12): random, bound by an HMAC to brand, product, accounts and address, kept as a hash, good
 * once and for 15 minutes.
 */
export class OAuthStates {
  readonly #key: Buffer;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
  ) {
    this.#key = deriveKey(secret, 'oauth-state');
  }

  async make(subject: StateSubject, now: number): Promise<{ state: string; expiresAt: number }> {
    const nonce = randomBytes(24).toString('base64url');
    const state = `${nonce}.${this.boundTo(nonce, subject)}`;
    const expiresAt = now + STATE_LIFE_MS;
    await this.dataSource.query('DELETE FROM oauth_state WHERE expires_at < $1', [new Date(now - KEEP_MS)]);
    await this.dataSource.query(
      `INSERT INTO oauth_state (state_hash, brand_id, product, account_ids, platform_brand_ids, redirect_uri, acknowledged_at, acknowledged_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        hashed(state),
        subject.brandId,
        subject.product,
        subject.accountIds,
        subject.platformBrandIds,
        subject.redirectUri,
        new Date(subject.acknowledgedAt),
        subject.acknowledgedBy,
        new Date(expiresAt),
      ],
    );
    return { state, expiresAt };
  }

  /** Uses a state up. Throws `bad_input` when it is not ours, for another product, used or too old: all alike, for a guesser learns nothing. */
  async take(state: string, product: GrantProduct, now: number): Promise<StateSubject> {
    const used = await this.used(
      `UPDATE oauth_state SET used_at = $2 WHERE state_hash = $1 AND product = $3 AND used_at IS NULL AND expires_at > $2 RETURNING ${COLUMNS}`,
      [hashed(state), new Date(now), product],
    );
    const [nonce, bound] = state.split('.');
    if (!used || bound === undefined || !same(bound, this.boundTo(nonce, used))) throw stateUnknown();
    return used;
  }

  /** Uses up the newest authorisation that was begun: for a person who pastes the code alone into a terminal of this installation. */
  async takeNewest(brandId: number, product: GrantProduct, now: number): Promise<StateSubject | null> {
    return this.used(
      `UPDATE oauth_state SET used_at = $2 WHERE state_hash = (
         SELECT state_hash FROM oauth_state WHERE brand_id = $1 AND product = $3 AND used_at IS NULL AND expires_at > $2
         ORDER BY expires_at DESC LIMIT 1 FOR UPDATE)
       RETURNING ${COLUMNS}`,
      [brandId, new Date(now), product],
    );
  }

  private async used(sql: string, parameters: unknown[]): Promise<StateSubject | null> {
    // TypeORM answers an UPDATE … RETURNING with [rows, count]
    const [[row]] = (await this.dataSource.query(sql, parameters)) as [Row[], number];
    return row ? { ...row, acknowledgedAt: row.acknowledgedAt.getTime() } : null;
  }

  private boundTo(nonce: string, { brandId, product, accountIds, platformBrandIds, redirectUri }: StateSubject): string {
    const subject = JSON.stringify([nonce, brandId, product, accountIds, platformBrandIds, redirectUri]);
    return createHmac('sha256', this.#key).update(subject).digest('base64url').slice(0, 22);
  }
}

const hashed = (state: string): Buffer => createHash('sha256').update(state).digest();
const same = (left: string, right: string): boolean => timingSafeEqual(hashed(left), hashed(right));

const stateUnknown = (): VitrineError =>
  new VitrineError(
    'bad_input',
    {
      zh: '授权链接无效、已使用或已过期（15 分钟内有效，只能用一次）',
      en: 'This authorisation is unknown, was used already, or has expired (it is good once, for 15 minutes)',
    },
    { remedy: { zh: '请重新运行 vitrine connect 并打开新的链接', en: 'Run `vitrine connect` again and open the new address' } },
  );
