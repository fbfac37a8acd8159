import type { Platform } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { PlatformGrantEntity } from '../entities/platform-grant.entity';
import { GrantVault, type BoxPlace, type SecretText } from './grant-vault';
import type { GrantProduct } from './state-rows';

/** A permission to collect. Tokens show themselves only through `reveal()`. Instants epoch ms. */
export interface Grant {
  product: GrantProduct;
  principalId: string;
  platform: Platform;
  accountIds: string[];
  accessToken: SecretText;
  refreshToken: SecretText | null;
  appId: string | null;
  appSecret: SecretText | null;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  scopes: string[];
}

/** Tokens that a platform gave when the former ones were refreshed. */
export interface RefreshedTokens {
  accessToken: string;
  refreshToken?: string | null;
  accessExpiresAt?: number | null;
  refreshExpiresAt?: number | null;
}

/** What collectors read grants through, and give refreshed tokens back to. */
export class GrantRepository {
  readonly #vault: GrantVault;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
  ) {
    this.#vault = new GrantVault(secret);
  }

  /** The brand's grants, of one product if it is given. Throws `conflict` when they were sealed under another secret. */
  async listGrants(brandId: number, product?: GrantProduct): Promise<Grant[]> {
    const found = await this.dataSource.getRepository(PlatformGrantEntity).find({
      where: { brandId, ...(product ? { product } : {}) },
      order: { product: 'ASC', principalId: 'ASC' },
    });
    return found.map((entity) => this.opened(entity));
  }

  /** Keeps refreshed tokens; what is undefined stays as it was. */
  async saveTokens(brandId: number, product: GrantProduct, principalId: string, tokens: RefreshedTokens): Promise<void> {
    const seal = (text: string, field: BoxPlace['field']) => this.#vault.seal(text, { brandId, product, principalId, field });
    const instant = (ms: number | null) => (ms === null ? null : new Date(ms));
    await this.dataSource.getRepository(PlatformGrantEntity).update(
      { brandId, product, principalId },
      {
        accessToken: seal(tokens.accessToken, 'accessToken'),
        ...(tokens.refreshToken ? { refreshToken: seal(tokens.refreshToken, 'refreshToken') } : {}),
        ...(tokens.accessExpiresAt === undefined ? {} : { accessExpiresAt: instant(tokens.accessExpiresAt) }),
        ...(tokens.refreshExpiresAt === undefined ? {} : { refreshExpiresAt: instant(tokens.refreshExpiresAt) }),
      },
    );
  }

  private opened(entity: PlatformGrantEntity): Grant {
    const open = (box: Buffer, field: BoxPlace['field']) => this.#vault.open(box, { ...entity, field });
    const { product, principalId, platform, accountIds, appId, scopes } = entity;
    return {
      product,
      principalId,
      platform,
      accountIds,
      accessToken: open(entity.accessToken, 'accessToken'),
      refreshToken: entity.refreshToken && open(entity.refreshToken, 'refreshToken'),
      appId,
      appSecret: entity.appSecret && open(entity.appSecret, 'appSecret'),
      accessExpiresAt: entity.accessExpiresAt?.getTime() ?? null,
      refreshExpiresAt: entity.refreshExpiresAt?.getTime() ?? null,
      scopes,
    };
  }
}
