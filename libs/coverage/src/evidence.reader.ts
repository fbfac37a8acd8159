import { businessDay, cursorPrefix, GRANT_PRODUCTS, PRODUCT_PLATFORM, type CoveredKind, type GrantProduct } from '@app/contracts';
import type { ErrorClass } from '@app/database';
import type { Unreadable } from '@app/platforms';
import type { ReportStores } from '@app/reports';
import type { ScopedAccounts } from './coverage-scope';
import type { StreamGrant, TroubleDay } from './gaps';
import { grouped } from './grouped';

/** How one kind of an account stands at one product. Instants epoch ms. */
export interface StreamRow {
  product: GrantProduct;
  accountId: string;
  kind: string;
  lastTryAt: number;
  lastSuccessAt: number | null;
  failures: number;
  errorClass: ErrorClass | null;
  code: string | null;
  nextTryAt: number | null;
  /** Numbers of the last answers that were none. */
  unreadable?: Unreadable | null;
}

/** What the state store and the marks of the fact store know of accounts. Keys: `product accountId kind`, `product accountId`, `accountKey kind`. */
export interface Evidence {
  trouble: Map<string, TroubleDay[]>;
  streams: Map<string, StreamRow>;
  /** By `platform/accountId`. */
  grants: Map<string, StreamGrant[]>;
  /** Days that were looked at and are not final, with the instant of the look. */
  unfinished: Map<string, Map<string, number>>;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

/** Reads it all, for the accounts in scope only. Trouble is read from the span's first day to now: what came later may be why a day is missing. */
export async function readEvidence({ dataSource, warehouse }: ReportStores, scoped: ScopedAccounts): Promise<Evidence> {
  const { brand, accountIds, fromDay } = scoped;
  const place = [brand.brandId, accountIds];
  const trouble = dataSource.query(
    `SELECT product, account_id AS "accountId", kind, to_char(day, 'YYYY-MM-DD') AS day, error_class AS "errorClass", wire_code AS code, ${ms('last_at')} AS "lastAt"
     FROM collection_trouble WHERE brand_id = $1 AND account_id = ANY($2::text[]) AND day >= $3::date - 30 ORDER BY last_at`,
    [...place, fromDay],
  ) as Promise<(TroubleDay & { accountId: string; kind: string })[]>;
  const streams = dataSource.query(
    `SELECT health.product, health.account_id AS "accountId", health.kind, ${ms('last_try_at')} AS "lastTryAt", ${ms('last_success_at')} AS "lastSuccessAt",
       failures, error_class AS "errorClass", wire_code AS code, ${ms('next_try_at')} AS "nextTryAt", known.cursor->'unreadable' AS unreadable
     FROM collection_health AS health
     LEFT JOIN unnest($3::text[], $4::platform[], $5::text[]) AS place (product, platform, prefix) ON place.product = health.product
     LEFT JOIN collection_cursor AS known ON known.brand_id = health.brand_id AND known.platform = place.platform
       AND known.account_id = health.account_id AND known.kind = place.prefix || health.kind
     WHERE health.brand_id = $1 AND health.account_id = ANY($2::text[])`,
    [...place, GRANT_PRODUCTS, GRANT_PRODUCTS.map((product) => PRODUCT_PLATFORM[product]), GRANT_PRODUCTS.map(cursorPrefix)],
  ) as Promise<StreamRow[]>;
  const grants = dataSource.query(
    `SELECT platform, product, account_ids AS "accountIds", ${ms('granted_at')} AS "grantedAt", ${ms('revoked_at')} AS "revokedAt", revoked_code AS "revokedCode",
       CASE WHEN product = 'channels-app' THEN NULL WHEN refresh_token IS NULL THEN ${ms('access_expires_at')} ELSE ${ms('refresh_expires_at')} END AS "endsAt"
     FROM platform_grant WHERE brand_id = $1 AND account_ids && $2::text[]`,
    place,
  ) as Promise<(Omit<StreamGrant, 'grantedOn'> & { platform: string; accountIds: string[]; grantedAt: number })[]>;
  const unfinished = warehouse.query<{ accountKey: string; kind: CoveredKind; day: string; at: string }>({
    name: 'unfinished_days',
    sql: `
SELECT
  toString(account_key) AS accountKey,
  toString(kind) AS kind,
  toString(day) AS day,
  toUnixTimestamp64Milli(observed_at) AS at
FROM facts(collection_days)
WHERE brand_id = {brandId: UInt32} AND complete = 0 AND collection_days.day >= {fromDay: Date} AND collection_days.day < {toDay: Date}${
      scoped.accountKeys ? ' AND account_key IN {accounts: Array(UInt64)}' : ''
    }`,
    params: { brandId: brand.brandId, fromDay, toDay: scoped.toDay, accounts: (scoped.accountKeys ?? []).map(BigInt) },
  });
  return {
    trouble: grouped(await trouble, (row) => `${row.product} ${row.accountId} ${row.kind}`),
    streams: new Map((await streams).map((row) => [`${row.product} ${row.accountId} ${row.kind}`, row])),
    grants: grantsByAccount(await grants, brand.zone),
    unfinished: daysByStream(await unfinished),
  };
}

function grantsByAccount(
  rows: readonly (Omit<StreamGrant, 'grantedOn'> & { platform: string; accountIds: string[]; grantedAt: number })[],
  zone: string,
): Map<string, StreamGrant[]> {
  const found = new Map<string, StreamGrant[]>();
  for (const { platform, accountIds, grantedAt, ...grant } of rows)
    for (const accountId of accountIds) {
      const key = `${platform}/${accountId}`;
      found.set(key, [...(found.get(key) ?? []), { ...grant, grantedOn: businessDay(grantedAt, zone) }]);
    }
  return found;
}

function daysByStream(rows: readonly { accountKey: string; kind: string; day: string; at: string }[]): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { accountKey, kind, day, at } of rows) {
    const key = `${accountKey} ${kind}`;
    found.set(key, (found.get(key) ?? new Map<string, number>()).set(day, Number(at)));
  }
  return found;
}
