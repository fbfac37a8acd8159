import { VitrineError } from '@app/contracts';
import type { FactTable } from '../fact-table';
import { FACT_TABLES } from '../tables/facts';
import type { Warehouse, WarehouseAddress } from '../warehouse';
import { identityOf, versionOf } from './version-order';

/** Under this a month that is still open, and the one before it, could not be explained any more. */
const LEAST_LANDING_DAYS = 62;
const DAY_MS = 86_400_000;
const TRIM_SECONDS = 3_600;

export interface Trimmed {
  /** Epoch ms: as of an earlier instant nothing can be answered. */
  floor: number;
  /** Deliveries of rows that were removed, by table. */
  removed: Record<string, number>;
}

/** The instant (epoch ms) below which landing logs are trimmed; null: they hold everything that ever came. */
export async function landingFloor(warehouse: Warehouse): Promise<number | null> {
  const [row] = await warehouse.query<{ floor: string }>({
    name: 'landing.floor',
    sql: `SELECT toUnixTimestamp64Milli(max(floor)) AS floor FROM landing_floor HAVING count() > 0`,
  });
  return row ? Number(row.floor) : null;
}

/**
 * Trims the landing logs to `days` before `dataInstant` (epoch ms; below it nothing is in flight): of what was ingested before, the last delivery
 * of each identity and source stays, and what it had replaced goes. So every table can still be rebuilt, and every report as of an instant since
 * the floor is what it was. The floor is written first: whoever is interrupted just runs it again. Throws `bad_input` for less than 62 days.
 */
export async function applyRetention(warehouse: Warehouse, days: number, dataInstant: number): Promise<Trimmed> {
  if (!(days >= LEAST_LANDING_DAYS)) throw tooFewDays();
  const floor = Math.max(Math.floor(dataInstant - days * DAY_MS), (await landingFloor(warehouse)) ?? 0);
  await warehouse.command(`INSERT INTO landing_floor SELECT 0, fromUnixTimestamp64Milli({floor: Int64}, 'UTC')`, { floor });
  const undone = await everUndone(warehouse);
  const removed: Record<string, number> = {};
  for (const table of FACT_TABLES) {
    const rows = await trim(warehouse, table, { floor, undone });
    if (rows > 0) removed[table.name] = rows;
  }
  return { floor, removed };
}

/** Removes, partition by partition, what was replaced by the floor. */
async function trim(warehouse: Warehouse, table: FactTable, { floor, undone }: { floor: number; undone: bigint[] }): Promise<number> {
  let removed = 0;
  for (const month of await monthsToTrim(warehouse, table, floor)) {
    const params = { floor, month: month ?? 0, undone };
    const [{ rows }] = await warehouse.query<{ rows: string }>({
      name: 'landing.replaced',
      maxSeconds: TRIM_SECONDS,
      sql: `SELECT count() AS rows FROM (${replacedRows(table, month !== null, `${table.name}_landing`)})`,
      params,
    });
    if (Number(rows) === 0) continue;
    await warehouse.command(trimStatement(table, month !== null, warehouse.address), params);
    removed += Number(rows);
  }
  return removed;
}

/**
 * On a cluster each shard looks through its own rows, for all deliveries of an identity lie on one shard. The replicas of a shard find the same
 * rows: what is looked at is older than every delivery that is under way.
 */
export function trimStatement(
  table: FactTable,
  byMonth: boolean,
  { cluster, database }: Pick<WarehouseAddress, 'cluster' | 'database'>,
): string {
  const [own, where] = cluster
    ? [`\`${database}\`.${table.name}_landing_local`, ` ON CLUSTER \`${cluster}\``]
    : [`${table.name}_landing`, ''];
  return `DELETE FROM ${own}${where}
WHERE ${beforeFloor(byMonth)} AND (${delivered(table).join(', ')}) IN (${replacedRows(table, byMonth, own)})
SETTINGS allow_nondeterministic_mutations = 1, lightweight_deletes_sync = 2`;
}

const beforeFloor = (byMonth: boolean): string =>
  `ingested_at <= fromUnixTimestamp64Milli({floor: Int64}, 'UTC')${byMonth ? ' AND month = {month: UInt32}' : ''}`;
const delivered = (table: FactTable): string[] => [...identityOf(table), versionOf(table), 'ingested_at', 'delivery_id'];

/**
 * Deliveries that another one had replaced by the floor, as tuples of identity, version, ingestion and delivery. Of what somebody took back everything stays: until then
 * it held, and since then what it had replaced.
 */
function replacedRows(table: FactTable, byMonth: boolean, log: string): string {
  const keys = identityOf(table);
  return `
SELECT
    ${keys.join(',\n    ')},
    tupleElement(one, 1),
    tupleElement(one, 2),
    tupleElement(one, 3)
FROM (
    SELECT
        ${keys.join(',\n        ')},
        groupUniqArray((${versionOf(table)}, ingested_at, delivery_id)) AS came
    FROM ${log}
    WHERE ${beforeFloor(byMonth)}
    GROUP BY
        ${keys.join(',\n        ')}
    HAVING length(came) > 1 AND countIf(delivery_id IN {undone: Array(UInt64)}) = 0
)
ARRAY JOIN arrayFilter(other -> other != arrayMax(came), came) AS one`;
}

/** Deliveries that were taken back, of all brands: few. */
async function everUndone(warehouse: Warehouse): Promise<bigint[]> {
  const rows = await warehouse.query<{ id: string }>({
    name: 'landing.undone',
    sql: 'SELECT DISTINCT toString(delivery_id) AS id FROM undone_deliveries',
  });
  return rows.map(({ id }) => BigInt(id));
}

async function monthsToTrim(warehouse: Warehouse, table: FactTable, floor: number): Promise<(number | null)[]> {
  if (!('month' in table.columns)) return [null];
  const rows = await warehouse.query<{ month: number }>({
    name: 'landing.months',
    sql: `SELECT month FROM ${table.name}_landing WHERE ingested_at <= fromUnixTimestamp64Milli({floor: Int64}, 'UTC') GROUP BY month ORDER BY month`,
    params: { floor },
  });
  return rows.map(({ month }) => month);
}

function tooFewDays(): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `到达日志至少保留 ${LEAST_LANDING_DAYS} 天`, en: `Landing logs are kept for at least ${LEAST_LANDING_DAYS} days` },
    {
      remedy: {
        zh: `请将 VITRINE_LANDING_DAYS 设为不小于 ${LEAST_LANDING_DAYS} 的整数，或删除它以永久保留`,
        en: `Set VITRINE_LANDING_DAYS to ${LEAST_LANDING_DAYS} or more, or unset it to keep them for ever`,
      },
    },
  );
}
