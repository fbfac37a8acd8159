import { randomBytes } from 'node:crypto';
import { VitrineError } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { actorNow } from '../audit/acting';
import { recordAct } from '../audit/act.repository';
import { IngestKeyEntity } from '../entities/ingest-key.entity';
import { SealVault } from '../seal/seal-vault';

export const INGEST_KEY_PURPOSE = 'ingest-keys';
export const ingestKeyPlace = (keyId: string | number) => ['ingest-key', keyId];

/** What a key may bring; empty lists mean everything of its brand. Accounts are `platform/accountId`. */
export interface IngestScope {
  kinds: string[];
  accounts: string[];
}

/** A key as people see it; its secret is shown once, when it is made. */
export interface ListedIngestKey extends IngestScope {
  keyId: string;
  name: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
  replacedBy: string | null;
  lastUsedAt: number | null;
}

export interface MadeIngestKey {
  key: ListedIngestKey;
  /** Never again to be had. */
  secret: string;
}

/** A key that may sign at this moment, with what its signatures are checked by. */
export interface UsableIngestKey extends IngestScope {
  keyId: string;
  brandId: number;
  name: string;
  secret: Buffer;
}

/** The keys with which other systems sign deliveries of facts (docs/ingest.md). Secrets are sealed. */
export class IngestKeyRepository {
  readonly #vault: SealVault;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
  ) {
    this.#vault = new SealVault(secret, INGEST_KEY_PURPOSE);
  }

  create(brandId: number, key: IngestScope & { name: string; expiresAt: number }): Promise<MadeIngestKey> {
    return this.dataSource.transaction(async (tx) => {
      const made = await this.store(tx, brandId, key);
      await record(tx, brandId, 'ingest-key.create', { before: null, after: made.key });
      return made;
    });
  }

  async list(brandId: number): Promise<ListedIngestKey[]> {
    const found = await this.dataSource
      .getRepository(IngestKeyEntity)
      .find({ where: { brandId }, order: { createdAt: 'ASC', keyId: 'ASC' } });
    return found.map(listed);
  }

  /** Ends a key at once. Again: no change. Throws `not_found`. */
  revoke(brandId: number, keyId: string, now: number): Promise<ListedIngestKey> {
    return this.dataSource.transaction(async (tx) => {
      const before = listed(await this.get(tx, brandId, keyId));
      const [, changed] = (await tx.query(
        'UPDATE ingest_key SET revoked_at = to_timestamp($3::numeric / 1000) WHERE brand_id = $1 AND key_id = $2 AND revoked_at IS NULL',
        [brandId, keyId, now],
      )) as [unknown, number];
      const after = listed(await this.get(tx, brandId, keyId));
      if (changed > 0) await record(tx, brandId, 'ingest-key.revoke', { before, after });
      return after;
    });
  }

  /** Makes a key of the same scope; the former one ends at `overlapUntil`, or earlier if it would have. Throws `not_found`, `conflict` for one that is over. */
  rotate(brandId: number, keyId: string, times: { now: number; overlapUntil: number; expiresAt: number }): Promise<MadeIngestKey> {
    return this.dataSource.transaction(async (tx) => {
      await tx.query('SELECT FROM ingest_key WHERE key_id = $1 FOR UPDATE', [keyId]);
      const former = await this.get(tx, brandId, keyId);
      if (former.revokedAt !== null || former.replacedBy !== null || former.expiresAt.getTime() <= times.now) throw over(keyId);
      const { name, kinds, accounts } = former;
      const made = await this.store(tx, brandId, { name, kinds, accounts, expiresAt: times.expiresAt });
      await tx.query(
        'UPDATE ingest_key SET replaced_by = $2, expires_at = least(expires_at, to_timestamp($3::numeric / 1000)) WHERE key_id = $1',
        [keyId, made.key.keyId, times.overlapUntil],
      );
      await record(tx, brandId, 'ingest-key.rotate', { before: listed(former), after: made.key });
      return made;
    });
  }

  /** The key of that id if it may sign now; null for an unknown, ended or revoked one. */
  async findUsable(keyId: string, now: number): Promise<UsableIngestKey | null> {
    const found = await this.dataSource.getRepository(IngestKeyEntity).findOneBy({ keyId });
    if (!found || found.revokedAt !== null || found.expiresAt.getTime() <= now) return null;
    const { brandId, name, kinds, accounts } = found;
    return { keyId, brandId, name, kinds, accounts, secret: this.#vault.open(found.sealedSecret, ingestKeyPlace(keyId)) };
  }

  async markUsed(keyId: string, now: number): Promise<void> {
    await this.dataSource.query('UPDATE ingest_key SET last_used_at = to_timestamp($2::numeric / 1000) WHERE key_id = $1', [keyId, now]);
  }

  private async store(tx: EntityManager, brandId: number, key: IngestScope & { name: string; expiresAt: number }): Promise<MadeIngestKey> {
    const keyId = `ik_${randomBytes(9).toString('hex')}`;
    const secret = `iks_${randomBytes(32).toString('base64url')}`;
    const { name, kinds, accounts, expiresAt } = key;
    const sealedSecret = this.#vault.seal(secret, ingestKeyPlace(keyId));
    await tx.insert(IngestKeyEntity, { keyId, brandId, name, kinds, accounts, sealedSecret, expiresAt: new Date(expiresAt) });
    return { key: listed(await this.get(tx, brandId, keyId)), secret };
  }

  private async get(tx: EntityManager, brandId: number, keyId: string): Promise<IngestKeyEntity> {
    const found = await tx.findOneBy(IngestKeyEntity, { keyId, brandId });
    if (found) return found;
    throw new VitrineError(
      'not_found',
      { zh: '没有这个接入密钥', en: 'There is no such ingest key' },
      { remedy: { zh: '用 vitrine ingest-keys list 查看', en: 'See vitrine ingest-keys list' } },
    );
  }
}

/** Never the secret; when a key was last used is no decision. */
async function record(
  tx: EntityManager,
  brandId: number,
  action: string,
  { before, after }: { before: ListedIngestKey | null; after: ListedIngestKey },
): Promise<void> {
  const told = (key: ListedIngestKey | null) => key && { ...key, lastUsedAt: undefined };
  await recordAct(tx, {
    brandId,
    actor: actorNow(),
    action,
    subject: `ingest-key/${after.keyId}`,
    before: told(before),
    after: told(after),
    reason: null,
  });
}

const listed = (entity: IngestKeyEntity): ListedIngestKey => ({
  keyId: entity.keyId,
  name: entity.name,
  kinds: entity.kinds,
  accounts: entity.accounts,
  createdAt: entity.createdAt.getTime(),
  expiresAt: entity.expiresAt.getTime(),
  revokedAt: entity.revokedAt?.getTime() ?? null,
  replacedBy: entity.replacedBy,
  lastUsedAt: entity.lastUsedAt?.getTime() ?? null,
});

const over = (keyId: string) =>
  new VitrineError(
    'conflict',
    { zh: `接入密钥 ${keyId} 已失效或已被替换`, en: `The ingest key ${keyId} is over, or replaced already` },
    { remedy: { zh: '用 vitrine ingest-keys create 新建', en: 'Make a new one with vitrine ingest-keys create' } },
  );
