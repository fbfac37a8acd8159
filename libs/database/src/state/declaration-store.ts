import { PLATFORMS, type DeclarationKind, type Platform } from '@app/contracts';
import type { ViewerKeys } from '@app/warehouse';
import type { EntityManager } from 'typeorm';
import { DeclarationEntity } from '../entities/declaration.entity';
import { dealerIds, ensureAccounts } from './account-store';
import { scopeAccount } from './plain-stores';
import { checkText, given, unknownDealer } from './row-checks';
import type { DeclarationRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';
import { upsertMany } from './upsert-many';

/** A declaration as stored; `from`, `to` epoch ms, viewers as keys (decimal strings of UInt64). */
export interface DeclarationItem {
  declarationId: string;
  kind: DeclarationKind;
  platform: Platform | null;
  accountId: string | null;
  dealerId: string | null;
  from: number;
  to: number;
  viewerKeys: string[];
  detail: string | null;
}

export async function declarationStore(
  tx: EntityManager,
  brandId: number,
  keys: ViewerKeys,
): Promise<KindStore<DeclarationRow, DeclarationItem>> {
  const dealers = await dealerIds(tx, brandId);
  const stored = await storedDeclarations(tx, brandId);
  return {
    stored: new Map(stored.map((item) => [item.declarationId, item])),
    identity: (item) => item.declarationId,
    judge: (row) => judgeDeclaration(row, dealers, keys),
    write: async (tx, items) => {
      await ensureAccounts(tx, brandId, items.flatMap(scopeAccount));
      await upsertMany(
        tx,
        DeclarationEntity,
        items.map(({ from, to, ...item }) => ({ brandId, ...item, fromAt: new Date(from), toAt: new Date(to) })),
      );
    },
  };
}

export async function storedDeclarations(tx: EntityManager, brandId: number): Promise<DeclarationItem[]> {
  const found = await tx.find(DeclarationEntity, { where: { brandId }, order: { declarationId: 'ASC' } });
  return found.map(({ declarationId, kind, platform, accountId, dealerId, fromAt, toAt, viewerKeys, detail }) => ({
    declarationId,
    kind,
    platform,
    accountId,
    dealerId,
    from: fromAt.getTime(),
    to: toAt.getTime(),
    viewerKeys,
    detail,
  }));
}

function judgeDeclaration(row: DeclarationRow, dealers: ReadonlySet<string>, keys: ViewerKeys): Judgement<DeclarationItem> {
  const platform = row.platform ?? null;
  const accountId = given(row.accountId);
  const dealerId = given(row.dealerId);
  const viewer = given(row.viewer);
  const wrong = checkText('declarationId', row.declarationId);
  if (wrong) return wrong;
  if ((platform === null) !== (accountId === null) || (accountId !== null && dealerId !== null))
    return refuse(
      'accountId',
      '范围应为 platform + accountId、dealerId，或都不填（整个品牌）',
      'The scope is platform and accountId, or dealerId, or neither (the brand)',
    );
  if (dealerId !== null && !dealers.has(dealerId)) return unknownDealer(dealerId);
  if (row.to < row.from) return refuse('to', '结束时间早于开始时间，请更正', 'The end is before the start: correct the instants');
  if ((row.kind === 'staff') !== (viewer !== null))
    return refuse('viewer', '仅 staff 申报需要且必须填写 viewer', 'A staff declaration needs a viewer; the other kinds have none');
  const viewerKeys = viewer === null ? [] : staffKeys(viewer, platform, keys);
  if (viewerKeys === null)
    return refuse(
      'viewer',
      '该观众标识为空，或由其他密钥生成，请更正',
      'The viewer is blank, or was hashed with a key of another brand: correct it',
    );
  const { declarationId, kind, from, to } = row;
  return { item: { declarationId, kind, platform, accountId, dealerId, from, to, viewerKeys, detail: given(row.detail) } };
}

/** Every key per platform that the scope can have: what a person is called on each is hashed on its own. Null when a key cannot be made. */
function staffKeys(viewer: string, platform: Platform | null, keys: ViewerKeys): string[] | null {
  const exported = /^vk\d+:[0-9a-f]{16}( vk\d+:[0-9a-f]{16})*$/.test(viewer) ? viewer.split(' ') : [viewer];
  const made = exported.flatMap((one) => (platform ? [platform] : PLATFORMS).flatMap((each) => keys.everyKeyOf(each, one) ?? [null]));
  if (made.some((key) => key === null || key === 0n)) return null;
  return [...new Set(made.map(String))].sort();
}
