import {
  DEFAULT_POLICY,
  PLATFORMS,
  VitrineError,
  businessDay,
  dayStart,
  type Account,
  type ConnectedProduct,
  type Brand,
  type BrandState,
  type Cost,
  type DealerPlacement,
  type Declaration,
  type OpeningValue,
  type Ownership,
  type Policy,
} from '@app/contracts';
import { accountKey, type ViewerKeys } from '@app/warehouse';
import type { DataSource, EntityManager } from 'typeorm';
import { AccountEntity } from '../entities/account.entity';
import { BrandEntity } from '../entities/brand.entity';
import { PlatformGrantEntity } from '../entities/platform-grant.entity';
import { storedExclusions } from '../exclusions/exclusion.repository';
import { loadViewerKeys } from '../viewer-keys/viewer-key.repository';
import { storedAccounts, type AccountItem } from './account-store';
import { storedDealers } from './dealer-store';
import { storedDeclarations } from './declaration-store';
import { storedOpeningValues } from './opening-value-store';
import { storedCosts, storedSentinels } from './plain-stores';
import { activePolicies } from './policy-store';
import { activeRateCards } from './rate-card-store';
import { readAsOf } from './state-history';

/** Reads the state that reports need. */
export class StateReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly secret: string,
  ) {}

  /** The brand of a code, or the only one. Throws `not_found` for an unknown code or an empty store, `bad_input` when the code is needed. */
  async brand(code?: string): Promise<Brand> {
    const brands = await this.listBrands();
    if (code !== undefined) {
      const found = brands.find((brand) => brand.code === code);
      if (!found) throw unknownBrand(code);
      return found;
    }
    if (brands.length === 0) throw noBrand();
    if (brands.length > 1) throw whichBrand(brands);
    return brands[0];
  }

  async listBrands(): Promise<Brand[]> {
    const found = await this.dataSource.getRepository(BrandEntity).find({ order: { code: 'ASC' } });
    return found.map(({ brandId, code, name, zone }) => ({ brandId, code, name, zone }));
  }

  /**
   * Everything of one brand, from one snapshot of the store. Accounts that only facts know are not in it. The first policy is DEFAULT_POLICY
   * unless the brand's own begin with 1970-01. With `asOf` (epoch ms, not in the future) it is what was recorded by that instant: the same at
   * every later asking. Throws `not_found` for a brand that is (or was) unknown.
   */
  state(brandId: number, asOf?: number): Promise<BrandState> {
    const read = (tx: EntityManager) => this.read(tx, brandId);
    return asOf === undefined ? this.dataSource.transaction('REPEATABLE READ', read) : readAsOf(this.dataSource, { brandId, asOf }, read);
  }

  private async read(tx: EntityManager, brandId: number): Promise<BrandState> {
    const brand = await tx.findOneBy(BrandEntity, { brandId });
    if (!brand) throw unknownBrand(String(brandId));
    const { code, name, zone } = brand;
    const owned = await storedAccounts(tx, brandId);
    const keys = await loadViewerKeys(tx, this.secret, brandId);
    return {
      brand: { brandId, code, name, zone },
      policies: withDefault(await activePolicies(tx, brandId)),
      accounts: await accountsOf(tx, brandId, owned),
      ownerships: ownershipsOf(brandId, owned, zone),
      placements: await placementsOf(tx, brandId, zone),
      rateCards: await activeRateCards(tx, brandId),
      costs: await costsOf(tx, brandId),
      declarations: await declarationsOf(tx, brandId),
      openingValues: await openingValuesOf(tx, brandId),
      exclusions: await storedExclusions(tx, brandId),
      sentinelKeys: await sentinelKeysOf(tx, brandId, keys),
      ...(keys.changes.length > 0 ? { viewerKeyChanges: keys.changes } : {}),
      ...connected(await connectionsOf(tx, brandId, zone)),
    };
  }
}

/** The keys of the listed ids under every version of the brand's key; an id that is listed as a key has that one. */
async function sentinelKeysOf(tx: EntityManager, brandId: number, keys: ViewerKeys): Promise<string[]> {
  const inForce = (await storedSentinels(tx, brandId)).filter(({ validTo }) => validTo === null);
  const made = inForce.flatMap(({ viewer }) => PLATFORMS.flatMap((platform) => keys.everyKeyOf(platform, viewer) ?? []));
  return [...new Set(['0', ...made.map(String)])].sort();
}

function withDefault(stored: Policy[]): Policy[] {
  return stored[0]?.fromMonth === DEFAULT_POLICY.fromMonth ? stored : [DEFAULT_POLICY, ...stored];
}

const keyText = (brandId: number, { platform, accountId }: Pick<AccountItem, 'platform' | 'accountId'>) =>
  accountKey(brandId, platform, accountId).toString();

/** Names come from an account's latest row. */
async function accountsOf(tx: EntityManager, brandId: number, owned: AccountItem[]): Promise<Account[]> {
  const latest = new Map(owned.map((item) => [keyText(brandId, item), item]));
  const found = await tx.find(AccountEntity, { where: { brandId }, order: { platform: 'ASC', accountId: 'ASC' } });
  return found.map(({ accountKey: key, platform, accountId }) => {
    const item = latest.get(key);
    return { accountKey: key, platform, accountId, name: item?.name ?? accountId, handle: item?.handle ?? null, undeclared: !item };
  });
}

/** Ends each span where the next one of the same subject begins. Rows come sorted by subject and start. */
function spans<Row extends { validFrom: string }>(rows: Row[], subject: (row: Row) => string, zone: string) {
  return rows.map((row, i) => {
    const next = rows[i + 1];
    const ends = next !== undefined && subject(next) === subject(row);
    return { row, from: dayStart(row.validFrom, zone), to: ends ? dayStart(next.validFrom, zone) : null };
  });
}

function ownershipsOf(brandId: number, owned: AccountItem[], zone: string): Ownership[] {
  return spans(owned, (row) => keyText(brandId, row), zone).map(({ row, from, to }) => ({
    accountKey: keyText(brandId, row),
    dealerId: row.dealerId,
    ownerKind: row.ownerKind,
    declaredTier: row.declaredTier,
    from,
    to,
  }));
}

async function placementsOf(tx: EntityManager, brandId: number, zone: string): Promise<DealerPlacement[]> {
  const rows = await storedDealers(tx, brandId);
  return spans(rows, (row) => row.dealerId, zone).map(({ row, from, to }) => {
    const { dealerId, name, adcode, salesRegion, group, status } = row;
    return { dealerId, name, adcode, salesRegion, group, status, from, to };
  });
}

async function costsOf(tx: EntityManager, brandId: number): Promise<Cost[]> {
  return (await storedCosts(tx, brandId)).map(({ platform, accountId, ...cost }) => ({
    ...cost,
    accountKey: platform && accountId ? keyText(brandId, { platform, accountId }) : null,
  }));
}

async function declarationsOf(tx: EntityManager, brandId: number): Promise<Declaration[]> {
  return (await storedDeclarations(tx, brandId)).map(({ platform, accountId, ...declaration }) => ({
    ...declaration,
    accountKey: platform && accountId ? keyText(brandId, { platform, accountId }) : null,
  }));
}

async function openingValuesOf(tx: EntityManager, brandId: number): Promise<OpeningValue[]> {
  return (await storedOpeningValues(tx, brandId)).map(({ platform, accountId, ...value }) => ({
    accountKey: keyText(brandId, { platform, accountId }),
    ...value,
  }));
}

async function connectionsOf(tx: EntityManager, brandId: number, zone: string): Promise<ConnectedProduct[]> {
  const grants = await tx.find(PlatformGrantEntity, {
    select: { product: true, principalId: true, platform: true, accountIds: true, grantedAt: true },
    where: { brandId },
    order: { product: 'ASC', principalId: 'ASC' },
  });
  return grants.flatMap(({ platform, product, accountIds, grantedAt }) =>
    accountIds.map((accountId) => ({
      accountKey: keyText(brandId, { platform, accountId }),
      product,
      since: businessDay(grantedAt.getTime(), zone),
    })),
  );
}

/** The connections, and the first day of any of an account's. */
function connected(connections: ConnectedProduct[]): Pick<BrandState, 'connections' | 'grantedFrom'> {
  const grantedFrom: Record<string, string> = {};
  for (const { accountKey: key, since } of connections)
    if (grantedFrom[key] === undefined || since < grantedFrom[key]) grantedFrom[key] = since;
  return { grantedFrom, connections };
}

/** The not_found of a brand that nobody has. */
export function unknownBrand(code: string): VitrineError {
  return new VitrineError(
    'not_found',
    { zh: `没有品牌 ${code}`, en: `There is no brand ${code}` },
    { remedy: { zh: '请检查 --brand 的取值', en: 'Check the value of --brand' } },
  );
}

function noBrand(): VitrineError {
  return new VitrineError(
    'not_found',
    { zh: '还没有品牌', en: 'There is no brand yet' },
    {
      remedy: {
        zh: '请先导入数据（例如 import dealers），或运行 npm run quickstart。',
        en: 'Import something first (such as dealers), or run npm run quickstart.',
      },
    },
  );
}

function whichBrand(brands: Brand[]): VitrineError {
  const codes = brands.map(({ code }) => code).join(', ');
  return new VitrineError(
    'bad_input',
    { zh: `有多个品牌：${codes}`, en: `There are several brands: ${codes}` },
    { remedy: { zh: '请用 --brand 指定一个', en: 'Name one with --brand' } },
  );
}
