import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Action, Actor, ApiKey, Grant } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { unknownApiKey } from '../identity-errors';
import { instant, iso, type Reads } from '../identity-parts';
import { hashToken, newToken } from '../token/opaque-token';

/** `vk_<18 hex digits>_<43 letters>`: the first part finds the row, the second is the secret. */
const SHAPE = /^(vk_[0-9a-f]{18})_([\w-]{43})$/;
const PREFIX = 'vk_';
/** Writing down each use would be a write per request. */
const USED_EVERY_MS = 60_000;

export const looksLikeApiKey = (bearer: string): boolean => bearer.startsWith(PREFIX);

/** A key that may be used now. */
export interface UsableApiKey {
  keyId: string;
  name: string;
  owner: Actor;
  brandCode: string;
  actions: Action[];
  grants: Grant[];
}

export interface NewApiKey {
  name: string;
  owner: Actor;
  actions: readonly Action[];
  grants: readonly Grant[];
  expiresAt: number;
}

const LISTED = `key_id AS "keyId", name, owner, actions, grants, ${iso('created_at')} AS "createdAt", ${iso('expires_at')} AS "expiresAt",
  ${iso('revoked_at')} AS "revokedAt", replaced_by AS "replacedBy", ${iso('last_used_at')} AS "lastUsedAt"`;

/** Keys of programs. */
export class ApiKeyRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(brandId: number): Promise<ApiKey[]> {
    return this.dataSource.query(`SELECT ${LISTED} FROM api_key WHERE brand_id = $1 ORDER BY created_at, key_id`, [brandId]) as Promise<
      ApiKey[]
    >;
  }

  async insert(tx: EntityManager, brandId: number, key: NewApiKey, now: number): Promise<{ key: ApiKey; secret: string }> {
    const keyId = `${PREFIX}${randomBytes(9).toString('hex')}`;
    const secret = newToken();
    await tx.query(
      `INSERT INTO api_key (key_id, brand_id, name, secret_hash, owner, actions, grants, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, ${instant('$8')}, ${instant('$9')})`,
      [keyId, brandId, key.name, hashToken(secret), JSON.stringify(key.owner), key.actions, JSON.stringify(key.grants), now, key.expiresAt],
    );
    return { key: await this.get(tx, brandId, keyId), secret: `${keyId}_${secret}` };
  }

  /** Throws `not_found`: also for a key of another brand. */
  async get(reads: Reads, brandId: number, keyId: string): Promise<ApiKey> {
    const [key] = (await reads.query(`SELECT ${LISTED} FROM api_key WHERE brand_id = $1 AND key_id = $2`, [brandId, keyId])) as ApiKey[];
    if (key) return key;
    throw unknownApiKey();
  }

  /** The same, locked until the end of the transaction. */
  async hold(tx: EntityManager, brandId: number, keyId: string): Promise<ApiKey> {
    await tx.query('SELECT FROM api_key WHERE brand_id = $1 AND key_id = $2 FOR UPDATE', [brandId, keyId]);
    return this.get(tx, brandId, keyId);
  }

  async revoke(tx: EntityManager, keyId: string, now: number): Promise<void> {
    await tx.query(`UPDATE api_key SET revoked_at = ${instant('$2')} WHERE key_id = $1 AND revoked_at IS NULL`, [keyId, now]);
  }

  /** Ends the keys that somebody made; the ids of those that ended by it. */
  async revokeOf(tx: EntityManager, brandId: number, owner: { ownerId: string; now: number }): Promise<string[]> {
    const [rows] = (await tx.query(
      `UPDATE api_key SET revoked_at = ${instant('$3')}
       WHERE brand_id = $1 AND owner ->> 'kind' = 'user' AND owner ->> 'id' = $2 AND revoked_at IS NULL
       RETURNING key_id AS "keyId"`,
      [brandId, owner.ownerId, owner.now],
    )) as [{ keyId: string }[], number];
    return rows.map(({ keyId }) => keyId);
  }

  /** `replacedBy` is in force beside it until `until`. */
  async replace(tx: EntityManager, keyId: string, { replacedBy, until }: { replacedBy: string; until: number }): Promise<void> {
    await tx.query(`UPDATE api_key SET replaced_by = $2, expires_at = least(expires_at, ${instant('$3')}) WHERE key_id = $1`, [
      keyId,
      replacedBy,
      until,
    ]);
  }

  /** Null: no such key, the wrong secret, revoked or expired, or its maker may not sign in any more. */
  async findUsable(bearer: string, now: number): Promise<UsableApiKey | null> {
    const [, keyId, secret] = SHAPE.exec(bearer) ?? [];
    if (keyId === undefined || secret === undefined) return null;
    const [found] = (await this.dataSource.query(
      `SELECT k.key_id AS "keyId", k.name, k.owner, b.code AS "brandCode", k.actions, k.grants, k.secret_hash AS hash
       FROM api_key k JOIN brand b ON b.brand_id = k.brand_id
       WHERE k.key_id = $1 AND k.revoked_at IS NULL AND k.expires_at > ${instant('$2')}
         AND (
           k.owner ->> 'kind' <> 'user'
           OR EXISTS (SELECT FROM app_user u WHERE u.user_id::text = k.owner ->> 'id' AND u.brand_id = k.brand_id AND u.state = 'active')
         )`,
      [keyId, now],
    )) as (UsableApiKey & { hash: string })[];
    if (!found || !timingSafeEqual(Buffer.from(found.hash), Buffer.from(hashToken(secret)))) return null;
    const { name, owner, brandCode, actions, grants } = found;
    return { keyId, name, owner, brandCode, actions, grants };
  }

  async markUsed(keyId: string, now: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_key SET last_used_at = ${instant('$2')} WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < ${instant('$3')})`,
      [keyId, now, now - USED_EVERY_MS],
    );
  }
}
