import { type FactTable, type Warehouse, standing, versionOf } from '@app/warehouse';

export interface DeliveryScope {
  brandId: number;
  /** In the order in which they were read. */
  deliveryIds: string[];
  /** Keys of the accounts in the deliveries; empty for tables without account. */
  accountKeys: bigint[];
  /** Business months of an `entries` delivery. */
  months: number[];
}

export interface ChangeCounts {
  accepted: number;
  replaced: number;
}

/** More account keys than this are not sent with the query; the brand's whole table is then read. */
const MAX_KEYS = 2_000;

/** Identities that the deliveries hold, with the version before each delivery (`earlier`) and the best of the delivery itself (`mine`). */
const ONE_DELIVERY = (from: string, identity: string, version: string) => `
    SELECT
        {deliveryIds: Array(UInt64)}[1] AS delivery,
        maxIf(${version}, delivery_id = delivery) AS mine,
        maxIf(${version}, delivery_id != delivery) AS earlier
    ${from}
    GROUP BY ${identity}, source`;
/** Deliveries that are written together count as if they came one after the other; place 0 is everything else. */
const SEVERAL_DELIVERIES = (from: string, identity: string, version: string) => `
    SELECT
        {deliveryIds: Array(UInt64)}[place] AS delivery,
        best AS mine,
        maxOrDefault(mine) OVER (PARTITION BY ${identity}, source ORDER BY place ASC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
    FROM
    (
        SELECT
            ${identity},
            source,
            indexOf({deliveryIds: Array(UInt64)}, delivery_id) AS place,
            max(${version}) AS best
        ${from}
        GROUP BY ${identity}, source, place
    )`;

/**
 * What deliveries changed, from the landing log in one query, by delivery id: `accepted` identities that no delivery before had; `replaced`
 * identities whose winning row is now the delivery's and says something else than before. Identities are per source. Deliveries without either
 * are not in the answer.
 */
export async function deliveryCounts(warehouse: Warehouse, table: FactTable, scope: DeliveryScope): Promise<Map<string, ChangeCounts>> {
  // what was taken back told nothing: brought again it is accepted again
  const narrow = ['brand_id = {brandId: UInt32}', standing()];
  if ('month' in table.columns && scope.months.length > 0) narrow.push('month IN {months: Array(UInt32)}');
  if ('account_key' in table.columns && scope.accountKeys.length <= MAX_KEYS) narrow.push('account_key IN {accountKeys: Array(UInt64)}');
  const identity = table.identity.filter((column) => column !== 'month').join(', ');
  const changes = scope.deliveryIds.length === 1 ? ONE_DELIVERY : SEVERAL_DELIVERIES;
  const from = `FROM ${table.name}_landing WHERE ${narrow.join(' AND ')}`;
  const rows = await warehouse.query<{ delivery: string; accepted: string; replaced: string }>({
    name: 'ingest.delivery_counts',
    maxSeconds: 600,
    params: {
      brandId: scope.brandId,
      deliveryIds: scope.deliveryIds.map(BigInt),
      months: scope.months,
      accountKeys: scope.accountKeys.length <= MAX_KEYS ? scope.accountKeys : [],
    },
    // compiling its expressions takes longer than the query of a small import
    sql: `
SELECT
    delivery,
    countIf(earlier = 0) AS accepted,
    countIf(earlier > 0 AND mine > earlier AND bitAnd(mine, toUInt128(18446744073709551615)) != bitAnd(earlier, toUInt128(18446744073709551615))) AS replaced
FROM
(${changes(from, identity, versionOf(table))}
)
WHERE mine > 0 AND delivery > 0
GROUP BY delivery
SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0`,
  });
  return new Map(rows.map(({ delivery, accepted, replaced }) => [delivery, { accepted: Number(accepted), replaced: Number(replaced) }]));
}
