import type { DataSource } from 'typeorm';
import {
  businessDay,
  PRODUCT_NAME,
  type Bilingual,
  type Brand,
  type Connection,
  type ConnectionState,
  type GrantProduct,
} from '@app/contracts';
import { OAUTH_FLOWS, type NeededScope } from '@app/platforms';

/** A grant without its tokens. Instants are epoch ms. */
export interface GrantFacts {
  product: GrantProduct;
  principalId: string;
  accounts: string[];
  scopes: string[];
  hasRefreshToken: boolean;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  renewals: number;
  revokedAt: number | null;
  revokedCode: string | null;
  termsAcknowledgedAt: number | null;
  termsAcknowledgedBy: string | null;
}

const DAY_MS = 86_400_000;
/** So long before its end an owner is asked to authorise again. */
const WARN_MS = 14 * DAY_MS;
/** Platforms refuse signatures and tokens long before a clock is off by a day; WeChat's and Tencent's limit is five minutes. */
export const CLOCK_TOLERANCE_MS = 120_000;

const flowOf = (product: GrantProduct) => (product === 'channels-app' ? null : OAUTH_FLOWS[product]);

/** Permissions that the product needs and the grant lacks; none when the platform does not say what was granted. */
export function missingScopes(product: GrantProduct, granted: readonly string[]): NeededScope[] {
  return granted.length === 0 ? [] : (flowOf(product)?.needs ?? []).filter(({ scope }) => !granted.includes(scope));
}

/** What a person sees of a grant, and has to do about it. `clockAheadMs`: of our clock before the platform's, null: not seen. */
export function connectionOf(grant: GrantFacts, at: { now: number; zone: string; clockAheadMs: number | null }): Connection {
  const { now, zone, clockAheadMs } = at;
  const limit = flowOf(grant.product)?.renewalLimit ?? null;
  const renewalsLeft = limit === null ? null : Math.max(0, limit - grant.renewals);
  // a channels app makes its tokens itself; a renewable permission ends only when its renewals do
  const endsAt = grant.product === 'channels-app' ? null : grant.hasRefreshToken ? grant.refreshExpiresAt : grant.accessExpiresAt;
  const final = !grant.hasRefreshToken || (limit !== null && renewalsLeft === 0);
  const state = stateOf(grant, { now, endsAt, final });
  const authoriseBy = endsAt !== null && (final || endsAt <= now) ? businessDay(endsAt, zone) : null;
  const connection: Connection = {
    product: grant.product,
    principalId: grant.principalId,
    accounts: grant.accounts,
    state,
    accessDaysLeft: daysLeft(grant.accessExpiresAt, now),
    refreshDaysLeft: grant.hasRefreshToken ? daysLeft(grant.refreshExpiresAt, now) : null,
    renewalsLeft,
    authoriseBy,
    missingScopes: missingScopes(grant.product, grant.scopes).map(({ scope, serves }) => ({ scope, serves: [...serves] })),
    revokedAt: isoOf(grant.revokedAt),
    revokedCode: grant.revokedCode,
    termsAcknowledgedAt: isoOf(grant.termsAcknowledgedAt),
    termsAcknowledgedBy: grant.termsAcknowledgedBy,
    clockAheadSeconds: clockAheadMs === null ? null : Math.round(clockAheadMs / 1_000),
    todo: [],
  };
  return { ...connection, todo: todoOf(connection, clockAheadMs) };
}

function stateOf(grant: GrantFacts, { now, endsAt, final }: { now: number; endsAt: number | null; final: boolean }): ConnectionState {
  if (grant.revokedAt !== null) return 'revoked';
  if (endsAt !== null && endsAt <= now) return 'expired';
  if (endsAt !== null && final && endsAt <= now + WARN_MS) return 'ending';
  return missingScopes(grant.product, grant.scopes).length > 0 ? 'incomplete' : 'active';
}

/** What has to be done, by whom. */
function todoOf(connection: Connection, clockAheadMs: number | null): Bilingual[] {
  const { product, accounts, state, authoriseBy, missingScopes: missing } = connection;
  const { zh, en } = PRODUCT_NAME[product];
  const command = `vitrine connect ${product}${accounts.length === 1 ? ` --account ${accounts[0]}` : ''}`;
  const todo: Bilingual[] = [];
  if (state === 'revoked' || state === 'expired')
    todo.push({
      zh: `${zh}的授权已${state === 'revoked' ? '被撤销' : '过期'}，已停止采集：请账号所有者重新授权（${command}）`,
      en: `The permission at ${en} ${state === 'revoked' ? 'was revoked' : 'has run out'} and nothing is collected: the owner of the account must authorise again (${command})`,
    });
  else if (authoriseBy !== null)
    todo.push({
      zh: `不能再续期：账号所有者须在 ${authoriseBy} 之前重新授权（${command}）`,
      en: `It cannot be renewed any more: the owner of the account must authorise again by ${authoriseBy} (${command})`,
    });
  if (missing.length > 0) {
    const names = missing.map(({ scope }) => scope).join(', ');
    todo.push({
      zh: `缺少权限 ${names}：请先在平台后台为应用开通，再由账号所有者重新授权并勾选`,
      en: `Permissions are missing: ${names}. Have them granted to the app in the console; then the owner authorises again and ticks them`,
    });
  }
  if (clockAheadMs !== null && Math.abs(clockAheadMs) > CLOCK_TOLERANCE_MS) todo.push(clockAdvice(clockAheadMs));
  return todo;
}

/** What to do about a clock that differs from a platform's. */
export function clockAdvice(clockAheadMs: number): Bilingual {
  const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
  return {
    zh: `本机时钟比平台${clockAheadMs > 0 ? '快' : '慢'}约 ${minutes} 分钟：令牌与签名会被误判，请校准时钟（NTP）`,
    en: `Our clock is about ${minutes} minutes ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the platform's: tokens and signatures will be misjudged. Synchronise it (NTP)`,
  };
}

const isoOf = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());
const daysLeft = (end: number | null, now: number): number | null => (end === null ? null : Math.max(0, Math.floor((end - now) / DAY_MS)));

/** Every connection of a brand, by product and principal. `origins`: the server of each product, whose clock is known. */
export async function listConnections(
  dataSource: DataSource,
  brand: Brand,
  at: { now: number; origins: Readonly<Record<GrantProduct, string>> },
): Promise<Connection[]> {
  const epoch = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
  const grants = (await dataSource.query(
    `SELECT product, principal_id AS "principalId", account_ids AS accounts, scopes, refresh_token IS NOT NULL AS "hasRefreshToken",
       ${epoch('access_expires_at')} AS "accessExpiresAt", ${epoch('refresh_expires_at')} AS "refreshExpiresAt", renewals,
       ${epoch('revoked_at')} AS "revokedAt", revoked_code AS "revokedCode",
       ${epoch('terms_acknowledged_at')} AS "termsAcknowledgedAt", terms_acknowledged_by AS "termsAcknowledgedBy"
     FROM platform_grant WHERE brand_id = $1 ORDER BY product, principal_id`,
    [brand.brandId],
  )) as GrantFacts[];
  const clocks = (await dataSource.query('SELECT origin, skew_ms::float8 AS skew FROM platform_clock')) as {
    origin: string;
    skew: number;
  }[];
  const skews = new Map(clocks.map(({ origin, skew }) => [origin, skew]));
  return grants.map((grant) =>
    connectionOf(grant, { now: at.now, zone: brand.zone, clockAheadMs: skews.get(at.origins[grant.product]) ?? null }),
  );
}
