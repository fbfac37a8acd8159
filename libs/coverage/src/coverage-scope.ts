import { seenBy } from '@app/access';
import { businessDay, dayStart, isDay, addDays, VitrineError, type Brand, type Platform } from '@app/contracts';
import { StateReader } from '@app/database';
import { checkedScope, inScope, withUndeclared, type BrandScope, type ReportStores } from '@app/reports';
import { accountKey } from '@app/warehouse';

/** What is asked for: an account's id or `platform/id`, a platform; business days `from` ≤ day < `to`, by default the last 30 whole ones. */
export interface CoverageQuery {
  brand?: string;
  account?: string;
  platform?: Platform;
  from?: string;
  to?: string;
  /** Part of a name or id. */
  q?: string;
}

export interface ScopedAccount {
  accountKey: string;
  platform: Platform;
  accountId: string;
  name: string;
}

/** The accounts that an answer is about, and how both stores are asked for them only. */
export interface ScopedAccounts {
  brand: Brand;
  accounts: ScopedAccount[];
  fromDay: string;
  toDay: string;
  now: number;
  /** For the fact store; absent: all accounts of the brand. */
  accountKeys: readonly string[] | undefined;
  /** For the state store. */
  accountIds: readonly string[];
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;

/** The one place that says which accounts an asker sees: every query of coverage and health is made for its answer. Throws bad_input for days that are none. */
export async function scopedAccounts(stores: ReportStores, scope: BrandScope, query: CoverageQuery): Promise<ScopedAccounts> {
  checkedScope(scope);
  const reader = new StateReader(stores.dataSource, stores.secret);
  const brand = await reader.brand(query.brand);
  const state = await withUndeclared(stores.warehouse, await reader.state(brand.brandId));
  const known = new Map<string, ScopedAccount>(
    state.accounts.map(({ accountKey: key, platform, accountId, name }) => [key, { accountKey: key, platform, accountId, name }]),
  );
  for (const account of await grantedAccounts(stores, brand.brandId))
    if (!known.has(account.accountKey)) known.set(account.accountKey, account);
  const now = stores.clock.now();
  const span = spanAsked(query, businessDay(now, brand.zone));
  const from = dayStart(span.fromDay, brand.zone);
  const seen = seenBy(scope, state, { from, to: Math.max(from + 1, dayStart(span.toDay, brand.zone)) });
  const accounts = [...known.values()].filter((account) => inScope(seen.accounts, account.accountKey) && isAsked(account, query));
  if (query.account !== undefined && accounts.length === 0)
    throw new VitrineError('not_found', { en: 'There is no such account.', zh: '没有该账号。' });
  const all = scope === 'all' && accounts.length === known.size;
  return {
    brand,
    accounts,
    ...span,
    now,
    accountKeys: all ? undefined : accounts.map((account) => account.accountKey),
    accountIds: accounts.map(({ accountId }) => accountId),
  };
}

/** Accounts with a permission are expected to bring facts before the first one has come. */
async function grantedAccounts({ dataSource }: ReportStores, brandId: number): Promise<ScopedAccount[]> {
  const rows = (await dataSource.query(
    'SELECT DISTINCT platform, unnest(account_ids) AS "accountId" FROM platform_grant WHERE brand_id = $1',
    [brandId],
  )) as { platform: Platform; accountId: string }[];
  return rows.map(({ platform, accountId }) => ({
    accountKey: accountKey(brandId, platform, accountId).toString(),
    platform,
    accountId,
    name: accountId,
  }));
}

function isAsked({ platform, accountId, name }: ScopedAccount, query: CoverageQuery): boolean {
  if (query.platform !== undefined && query.platform !== platform) return false;
  if (query.account !== undefined && query.account !== accountId && query.account !== `${platform}/${accountId}`) return false;
  const part = query.q?.trim().toLowerCase();
  return !part || name.toLowerCase().includes(part) || accountId.toLowerCase().includes(part);
}

/** A day that has not ended is not expected yet. */
function spanAsked({ from, to }: CoverageQuery, today: string): { fromDay: string; toDay: string } {
  const wrong = [from, to].some((day) => day !== undefined && !isDay(day));
  const toDay = to === undefined || to > today ? today : to;
  const fromDay = from ?? addDays(toDay, -DEFAULT_DAYS);
  if (!wrong && fromDay <= toDay && fromDay >= addDays(toDay, -MOST_DAYS)) return { fromDay, toDay };
  throw new VitrineError(
    'bad_input',
    { en: 'from and to are no span of days.', zh: 'from 与 to 不是有效的日期区间。' },
    {
      remedy: {
        en: `Write days like 2026-10-01, the first not after the second, at most ${MOST_DAYS} days.`,
        zh: `请写成 2026-10-01 的形式，from 不晚于 to，最多 ${MOST_DAYS} 天。`,
      },
    },
  );
}
