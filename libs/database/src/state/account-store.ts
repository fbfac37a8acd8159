import type { Actor, OwnerKind, Platform, Tier } from '@app/contracts';
import { accountKey } from '@app/warehouse';
import type { EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';
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

export async function accountStore(tx: EntityManager, brandId: number, actor: Actor): Promise<KindStore<AccountRow, AccountItem>> {
  const dealers = await dealerIds(tx, brandId);
  const stored = await storedAccounts(tx, brandId);
  const identity = ({ platform, accountId, validFrom }: AccountItem) => JSON.stringify([platform, accountId, validFrom]);
  return {
    stored: new Map(stored.map((item) => [identity(item), item])),
    identity,
    judge: (row) => judgeAccount(row, dealers),
    write: async (tx, items) => {
      await writeAccounts(tx, brandId, items);
      await recordTiers(tx, { brandId, actor }, declaredTiers(stored, items));
    },
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

interface DeclaredTier {
  account: string;
  validFrom: string;
  before: Tier | null;
  after: Tier | null;
}

/** Declarations that say another tier than the one in force on their first day. */
function declaredTiers(stored: readonly AccountItem[], items: readonly AccountItem[]): DeclaredTier[] {
  const nameOf = ({ platform, accountId }: AccountItem): string => `${platform}/${accountId}`;
  const spans = new Map<string, AccountItem[]>();
  for (const item of stored) spans.set(nameOf(item), [...(spans.get(nameOf(item)) ?? []), item]);
  return items
    .map((item) => {
      const inForce = (spans.get(nameOf(item)) ?? []).filter(({ validFrom }) => validFrom <= item.validFrom).at(-1);
      return { account: nameOf(item), validFrom: item.validFrom, before: inForce?.declaredTier ?? null, after: item.declaredTier };
    })
    .filter(({ before, after }) => before !== after);
}

async function recordTiers(
  tx: EntityManager,
  { brandId, actor }: { brandId: number; actor: Actor },
  tiers: readonly DeclaredTier[],
): Promise<void> {
  if (tiers.length === 0) return;
  const said = (which: 'before' | 'after') => tiers.map((one) => ({ account: one.account, validFrom: one.validFrom, tier: one[which] }));
  const subject = tiers.length === 1 ? tiers[0].account : `${tiers.length} accounts`;
  await recordAct(tx, { brandId, actor, action: 'tier.declare', subject, before: said('before'), after: said('after'), reason: null });
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
