import type { FactTable, Warehouse } from '@app/warehouse';

export interface DeliveryScope {
  brandId: number;
  deliveryId: string;
  /** Keys of the accounts in the delivery; empty for tables without account. */
  accountKeys: bigint[];
  /** Business months of an `entries` delivery. */
  months: number[];
}

/** More account keys than this are not sent with the query; the brand's whole table is then read. */
const MAX_KEYS = 2_000;

/** Low 64 bits: what a row says (as in the table's version column, domain.md 2.2); high: when it was observed. */
function versionOf(table: FactTable): string {
  const dwell =
    'dwell_seconds' in table.columns
      ? ' + bitShiftLeft(toUInt128(ifNull(dwell_seconds + 1, 0)), 45) + bitShiftRight(row_hash, 19)'
      : ' + bitShiftRight(row_hash, 1)';
  return `bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63)${dwell}`;
}

/**
 * What a delivery changed, from the landing log in one query: `accepted` identities that no other delivery had; `replaced` identities whose
 * winning row is now this delivery's and says something else than before. Identities are per source.
 */
export async function deliveryCounts(
  warehouse: Warehouse,
  table: FactTable,
  scope: DeliveryScope,
): Promise<{ accepted: number; replaced: number }> {
  const narrow = ['brand_id = {brandId: UInt32}'];
  if ('month' in table.columns && scope.months.length > 0) narrow.push('month IN {months: Array(UInt32)}');
  if ('account_key' in table.columns && scope.accountKeys.length <= MAX_KEYS) narrow.push('account_key IN {accountKeys: Array(UInt64)}');
  const identity = table.identity.filter((column) => column !== 'month').join(', ');
  const version = versionOf(table);
  const [row] = await warehouse.query<{ accepted: string; replaced: string }>({
    name: 'ingest.delivery_counts',
    maxSeconds: 600,
    params: {
      brandId: scope.brandId,
      deliveryId: scope.deliveryId,
      months: scope.months,
      accountKeys: scope.accountKeys.length <= MAX_KEYS ? scope.accountKeys : [],
    },
    sql: `
SELECT
    countIf(mine > 0 AND earlier = 0) AS accepted,
    countIf(mine > earlier AND earlier > 0 AND bitAnd(mine, toUInt128(18446744073709551615)) != bitAnd(earlier, toUInt128(18446744073709551615))) AS replaced
FROM
(
    SELECT
        maxIf(${version}, delivery_id = {deliveryId: UInt64}) AS mine,
        maxIf(${version}, delivery_id != {deliveryId: UInt64}) AS earlier
    FROM ${table.name}_landing
    WHERE ${narrow.join(' AND ')}
    GROUP BY ${identity}, source
)`,
  });
  return { accepted: Number(row?.accepted ?? 0), replaced: Number(row?.replaced ?? 0) };
}
