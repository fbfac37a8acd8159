import { PRODUCT_PLATFORM, type GrantProduct, type Platform } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { PlatformGrantEntity } from '../entities/platform-grant.entity';
import { ensureAccounts } from './account-store';
import type { BoxPlace, GrantVault } from './grant-vault';
import { checkText, given } from './row-checks';
import type { GrantRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';

const FIRST_PRODUCT: Readonly<Record<Platform, GrantProduct>> = {
  douyin: 'douyin-open',
  kuaishou: 'kuaishou-open',
  channels: 'channels-app',
};

/** A grant on its way in: the tokens are in the clear, so it must not leave this folder, be logged or be thrown. */
export interface GrantItem {
  product: GrantProduct;
  principalId: string;
  accountIds: string[];
  accessToken: string;
  refreshToken: string | null;
  appId: string | null;
  appSecret: string | null;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  scopes: string[];
}

const identity = ({ product, principalId }: { product: string; principalId: string }) => JSON.stringify([product, principalId]);

export async function grantStore(tx: EntityManager, brandId: number, vault: GrantVault): Promise<KindStore<GrantRow, GrantItem>> {
  const entities = await tx.findBy(PlatformGrantEntity, { brandId });
  return {
    stored: new Map(entities.map((entity) => [identity(entity), openedItem(entity, vault)])),
    identity,
    judge: judgeGrant,
    write: async (tx, items) => {
      const accounts = items.flatMap((item) =>
        item.accountIds.map((accountId) => ({ platform: PRODUCT_PLATFORM[item.product], accountId })),
      );
      await ensureAccounts(tx, brandId, accounts);
      for (const item of items)
        await tx.upsert(PlatformGrantEntity, sealedEntity(brandId, item, vault), ['brandId', 'product', 'principalId']);
    },
  };
}

/** What is stored, for comparison. A box of a former secret reads as '' and is replaced by the next import. */
function openedItem(entity: PlatformGrantEntity, vault: GrantVault): GrantItem {
  const open = (box: Buffer | null, field: BoxPlace['field']) => {
    if (box === null) return null;
    try {
      return vault.open(box, { ...entity, field }).reveal();
    } catch {
      return '';
    }
  };
  return {
    product: entity.product,
    principalId: entity.principalId,
    accountIds: entity.accountIds,
    accessToken: open(entity.accessToken, 'accessToken') ?? '',
    refreshToken: open(entity.refreshToken, 'refreshToken'),
    appId: entity.appId,
    appSecret: open(entity.appSecret, 'appSecret'),
    accessExpiresAt: entity.accessExpiresAt?.getTime() ?? null,
    refreshExpiresAt: entity.refreshExpiresAt?.getTime() ?? null,
    scopes: entity.scopes,
  };
}

function judgeGrant(row: GrantRow): Judgement<GrantItem> {
  const short = row.platform && given(row.openId) ? FIRST_PRODUCT[row.platform] : null;
  const product = row.product ?? short;
  const principalId = given(row.principalId) ?? given(row.openId);
  if (!product || !principalId)
    return refuse(
      'product',
      '请填写 product + principalId，或 platform + accountId + openId',
      'Give product and principalId, or platform, accountId and openId',
    );
  const wrong = checkText('principalId', principalId);
  if (wrong) return wrong;
  if (row.accessToken.trim() === '') return refuse('accessToken', '授权令牌不能为空', 'The access token must not be blank');
  const accountIds = [...new Set([...(row.accounts ?? []), row.accountId ?? ''].map((id) => id.trim()).filter((id) => id !== ''))].sort();
  return {
    item: {
      product,
      principalId,
      accountIds,
      accessToken: row.accessToken,
      refreshToken: given(row.refreshToken),
      appId: given(row.appId),
      appSecret: given(row.appSecret),
      accessExpiresAt: row.accessExpiresAt ?? null,
      refreshExpiresAt: row.refreshExpiresAt ?? null,
      scopes: [...(row.scopes ?? [])],
    },
  };
}

function sealedEntity(brandId: number, item: GrantItem, vault: GrantVault) {
  const { product, principalId } = item;
  const seal = (text: string | null, field: BoxPlace['field']) =>
    text === null ? null : vault.seal(text, { brandId, product, principalId, field });
  return {
    brandId,
    product,
    principalId,
    platform: PRODUCT_PLATFORM[product],
    accountIds: item.accountIds,
    accessToken: vault.seal(item.accessToken, { brandId, product, principalId, field: 'accessToken' }),
    refreshToken: seal(item.refreshToken, 'refreshToken'),
    appId: item.appId,
    appSecret: seal(item.appSecret, 'appSecret'),
    accessExpiresAt: item.accessExpiresAt === null ? null : new Date(item.accessExpiresAt),
    refreshExpiresAt: item.refreshExpiresAt === null ? null : new Date(item.refreshExpiresAt),
    scopes: item.scopes,
    // new tokens are a new authorisation: what ended before does not hold any more
    revokedAt: null,
    revokedCode: null,
    renewals: 0,
  };
}
