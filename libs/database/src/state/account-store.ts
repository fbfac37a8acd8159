import type { OwnerKind, Platform, Tier } from '@app/contracts';
import { accountKey } from '@app/warehouse';
import type { EntityManager } from 'typeorm';
import { AccountOwnershipEntity } from '../entities/account-ownership.entity';
import { AccountEntity } from '../entities/account.entity';
import { DealerEntity } from '../entities/dealer.entity';
import { checkDays, checkText, given, unknownDealer } from './row-checks';
import { SINCE_EVER, type AccountRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';
import { upsertMany } from './upsert-many';

/** One span of an account as stored. */
export interface AccountItem {
  platform: Platform;
  accountId: string;
  validFrom: string;
  name: string;
  handle: string | null;
  unionId: string | null;
  dealerId: string | null;
  ownerKind: OwnerKind;
  declaredTier: Tier | null;
}

export async function accountStore(tx: EntityManager, brandId: number): Promise<KindStore<AccountRow, AccountItem>> {
  const dealers = await dealerIds(tx, brandId);
  const identity = ({ platform, accountId, validFrom }: AccountItem) => JSON.stringify([platform, accountId, validFrom]);
  return {
    stored: new Map((await storedAccounts(tx, brandId)).map((item) => [identity(item), item])),
    identity,
    judge: (row) => judgeAccount(row, dealers),
    write: (tx, items) => writeAccounts(tx, brandId, items),
  };
}

export async function dealerIds(tx: EntityManager, brandId: number): Promise<Set<string>> {
  return new Set((await tx.findBy(DealerEntity, { brandId })).map(({ dealerId }) => dealerId));
}

export async function storedAccounts(tx: EntityManager, brandId: number): Promise<AccountItem[]> {
  const found = await tx.find(AccountOwnershipEntity, {
    where: { brandId },
    order: { platform: 'ASC', accountId: 'ASC', validFrom: 'ASC' },
  });
  return found.map(({ platform, accountId, validFrom, name, handle, unionId, dealerId, ownerKind, declaredTier }) => ({
    platform,
    accountId,
    validFrom,
    name,
    handle,
    unionId,
    dealerId,
    ownerKind,
    declaredTier,
  }));
}

function judgeAccount(row: AccountRow, dealers: ReadonlySet<string>): Judgement<AccountItem> {
  const validFrom = given(row.validFrom) ?? SINCE_EVER;
  const dealerId = given(row.dealerId);
  const wrong = checkText('accountId', row.accountId) ?? checkText('name', row.name) ?? checkDays(validFrom, null);
  if (wrong) return wrong;
  if (dealerId !== null && !dealers.has(dealerId)) return unknownDealer(dealerId);
  const ownerKind = row.ownerKind ?? (dealerId === null ? 'brand' : 'dealer');
  if (ownerKind === 'brand' && dealerId !== null)
    return refuse(
      'ownerKind',
      '品牌自有账号不能同时属于经销商：请去掉 dealerId，或改用 dealer / staff',
      'A brand-owned account has no dealer: drop dealerId, or use dealer or staff',
    );
  const { platform, accountId, name } = row;
  return {
    item: {
      platform,
      accountId,
      validFrom,
      name,
      handle: given(row.handle),
      unionId: given(row.unionId),
      dealerId,
      ownerKind,
      declaredTier: row.declaredTier ?? null,
    },
  };
}

async function writeAccounts(tx: EntityManager, brandId: number, items: AccountItem[]): Promise<void> {
  await ensureAccounts(tx, brandId, items);
  await upsertMany(
    tx,
    AccountOwnershipEntity,
    items.map((item) => ({ brandId, ...item })),
  );
}

/** Makes the accounts that are not there yet; without ownership rows they are undeclared. */
export async function ensureAccounts(
  tx: EntityManager,
  brandId: number,
  accounts: readonly { platform: Platform; accountId: string }[],
): Promise<void> {
  const keyed = accounts.map(({ platform, accountId }) => {
    const key = accountKey(brandId, platform, accountId).toString();
    return [key, { brandId, platform, accountId, accountKey: key }] as const;
  });
  await upsertMany(tx, AccountEntity, [...new Map(keyed).values()], 'keep');
}
