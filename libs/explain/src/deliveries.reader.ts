import type { DataSource } from 'typeorm';
import type { ExplainRow } from '@app/contracts';
import { FactTable, Warehouse, identityOf, standing, versionOf } from '@app/warehouse';

/** The last that one source said of one identity, and what it came with. All values are text; null: the source does not tell. */
export interface Said {
  identity: Record<string, string>;
  source: string;
  deliveryId: string;
  /** Deliveries that spoke of the identity. */
  deliveries: number;
  observedAt: number;
  ingestedAt: number;
  fields: Record<string, string | null>;
}

/** Which identities of one account are looked up: `narrow` is a condition over the columns (SQL, begins with AND), its values are `params`. */
export interface SaidAsked {
  brandId: number;
  accountKeys: readonly string[];
  narrow: string;
  params: Record<string, unknown>;
  fields: readonly string[];
}

const FOREVER = 9_000_000_000_000;
const MOST = 100_000;

/**
 * Reads from the landing log which delivery of each source holds for each identity, by the order that the tables keep rows by (domain.md 2.2). Of several
 * deliveries that say the very same, the first. What its source has retracted is left out. As of an instant where the warehouse is.
 */
export async function readSaid(warehouse: Warehouse, table: FactTable, asked: SaidAsked): Promise<Said[]> {
  if (asked.accountKeys.length === 0) return [];
  const keys = identityOf(table).filter((key) => key !== 'brand_id');
  const last = (column: string) =>
    `tupleElement(argMax(tuple(landed.${column}), (landed.version, -toUnixTimestamp64Milli(landed.ingested_at))), 1)`;
  const sql = `
SELECT
  ${keys.map((key) => `toString(landed.${key}) AS key_${key}`).join(',\n  ')},
  toString(${last('delivery_id')}) AS told_in,
  uniqExact(landed.delivery_id) AS deliveries,
  toUnixTimestamp64Milli(${last('observed_at')}) AS observed,
  toUnixTimestamp64Milli(${last('ingested_at')}) AS ingested,
  ${last('retracted')} AS gone${asked.fields.map((field) => `,\n  toString(${last(field)}) AS said_${field}`).join('')}
FROM (
  SELECT
    *,
    ${versionOf(table)} AS version
  FROM ${table.name}_landing
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
    AND ingested_at <= fromUnixTimestamp64Milli({until: Int64}, 'UTC') AND ${standing(`fromUnixTimestamp64Milli({until: Int64}, 'UTC')`)}${asked.narrow}
) AS landed
GROUP BY
  ${keys.map((key) => `landed.${key}`).join(',\n  ')}
HAVING gone = 0
LIMIT ${MOST}`;
  const rows = await warehouse.query<Record<string, string | null>>({
    name: `explain.said.${table.name}`,
    sql,
    params: { ...asked.params, brandId: asked.brandId, accounts: asked.accountKeys.map(BigInt), until: warehouse.instant ?? FOREVER },
    maxRows: MOST,
  });
  return rows.map((row) => ({
    identity: Object.fromEntries(keys.map((key) => [key, String(row[`key_${key}`])])),
    source: String(row.key_source),
    deliveryId: String(row.told_in),
    deliveries: Number(row.deliveries),
    observedAt: Number(row.observed),
    ingestedAt: Number(row.ingested),
    fields: Object.fromEntries(asked.fields.map((field) => [field, row[`said_${field}`] ?? null])),
  }));
}

/** Which source a merged field is from: the first of the policy's order that knows it (domain.md 2.3). */
export function sourceOfField(said: readonly Said[], field: string, order: readonly string[]): Said | null {
  const place = (source: string) => (order.includes(source) ? order.indexOf(source) : order.length);
  const knowing = said.filter(({ fields }) => fields[field] !== null && fields[field] !== '');
  return [...knowing].sort((a, b) => place(a.source) - place(b.source))[0] ?? null;
}

interface DeliveryRow {
  deliveryId: string;
  kind: string;
  fileName: string | null;
  contentHash: string;
  startedAt: Date;
}

/** Deliveries as the state store knows them: the file or the connector's batch that a fact came with. Ids of another brand are not found. */
export class DeliveryList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly brandId: number,
  ) {}

  async find(ids: readonly string[]): Promise<Map<string, DeliveryRow>> {
    const asked = [...new Set(ids)];
    if (asked.length === 0) return new Map();
    const rows = (await this.dataSource.query(
      `SELECT delivery.delivery_id::text AS "deliveryId", batch.kind, delivery.file_name AS "fileName", batch.content_hash AS "contentHash",
         delivery.started_at AS "startedAt"
       FROM delivery JOIN batch USING (batch_id)
       WHERE delivery.delivery_id = ANY ($1::bigint[]) AND batch.brand_id = $2`,
      [asked, this.brandId],
    )) as DeliveryRow[];
    return new Map(rows.map((row) => [row.deliveryId, row]));
  }
}

/** Rows of kind `delivery`: what each source last said, the one that is trusted most first. */
export function deliveryRows(said: readonly Said[], known: ReadonlyMap<string, DeliveryRow>, order: readonly string[]): ExplainRow[] {
  const place = (source: string) => (order.includes(source) ? order.indexOf(source) : order.length);
  return [...said]
    .sort((a, b) => place(a.source) - place(b.source))
    .map((one): ExplainRow => {
      const delivery = known.get(one.deliveryId);
      return {
        kind: 'delivery',
        id: one.deliveryId,
        amount: null,
        fields: {
          source: one.source,
          importKind: delivery?.kind ?? null,
          file: delivery?.fileName ?? null,
          contentHash: delivery?.contentHash ?? null,
          deliveredAt: delivery ? delivery.startedAt.toISOString() : null,
          observedAt: new Date(one.observedAt).toISOString(),
          ingestedAt: new Date(one.ingestedAt).toISOString(),
          deliveries: one.deliveries,
          ...one.fields,
        },
      };
    });
}
