import { refusal, type Bilingual } from '@app/contracts';
import { standing, type TakenBack, type ToldFacts, type Warehouse } from '@app/warehouse';
import { FILE_SESSION, FILE_VIDEO } from '../presets/match-works';

/** Ids that an export's rows have until the platform has told the work itself (docs/adr/0020). */
const OWN_ID: Readonly<Record<string, { column: string; prefix: string }>> = {
  sessions: { column: 'session_id', prefix: FILE_SESSION },
  video_readings: { column: 'video_id', prefix: FILE_VIDEO },
};

/**
 * Rows that were moved from an id of ours to a platform's stand in a batch of their own. Throws `conflict` when they came from these deliveries (without the
 * file they would be nobody's), or when only these deliveries tell the id to which they were moved (without it they would be a work that nobody knows).
 */
export async function assertNothingDerived(warehouse: Warehouse, taken: TakenBack, told: readonly ToldFacts[]): Promise<void> {
  for (const one of told) {
    const from = await countWorks(warehouse, taken, { ...one, of: movedFrom });
    if (from > 0) throw derived(from, FROM);
    const onto = await countWorks(warehouse, taken, { ...one, of: movedOnto });
    if (onto > 0) throw derived(onto, ONTO);
  }
}

type Counts = (column: string, log: string) => string;

async function countWorks(
  warehouse: Warehouse,
  { brandId, deliveryIds }: TakenBack,
  { table, accounts, of }: ToldFacts & { of: Counts },
): Promise<number> {
  const own = OWN_ID[table.name];
  if (!own) return 0;
  const [{ works }] = await warehouse.query<{ works: string }>({
    name: 'undo.derived',
    maxSeconds: 600,
    params: { brandId, deliveryIds: deliveryIds.map(BigInt), accounts: accounts.map(BigInt), prefix: own.prefix },
    sql: of(own.column, `${table.name}_landing`),
  });
  return Number(works);
}

const IN_ACCOUNTS = 'brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}';
const OURS = 'delivery_id IN {deliveryIds: Array(UInt64)}';
const OTHERS = `delivery_id NOT IN {deliveryIds: Array(UInt64)} AND ${standing()}`;
const moves = (column: string) => `retracted = 1 AND startsWith(${column}, {prefix: String})`;
const told = (column: string, log: string) => `(account_key, ${column}) IN (
    SELECT account_key, ${column}
    FROM ${log}
    WHERE ${IN_ACCOUNTS} AND ${OURS}
  )`;
/** Deliveries that moved rows to a platform's id. */
const movers = (column: string, log: string) => `SELECT delivery_id
    FROM ${log}
    WHERE ${IN_ACCOUNTS} AND ${moves(column)} AND ${OTHERS}`;

const movedFrom: Counts = (column, log) => `SELECT uniqExact(account_key, ${column}) AS works
FROM ${log}
WHERE ${IN_ACCOUNTS} AND ${moves(column)} AND ${OTHERS}
  AND ${told(column, log)}`;

const movedOnto: Counts = (column, log) => `SELECT count() AS works
FROM (
  SELECT countIf(delivery_id IN (${movers(column, log)})) AS moved, count() AS rows
  FROM ${log}
  WHERE ${IN_ACCOUNTS} AND retracted = 0 AND ${OTHERS}
    AND ${told(column, log)}
  GROUP BY
    account_key,
    ${column}
)
WHERE moved > 0 AND moved = rows`;

const FROM = (works: number): Bilingual => ({
  zh: `此批次有 ${works} 个作品或直播已关联到平台编号，其数据已在别的批次中`,
  en: `${works} works or broadcasts of this batch were joined to the platform's ids: their rows stand in another batch`,
});
const ONTO = (works: number): Bilingual => ({
  zh: `别的文件有 ${works} 个作品或直播已关联到此批次给出的平台编号，且只有此批次给出这些编号`,
  en: `${works} works or broadcasts of other files were joined to platform's ids that only this batch tells`,
});
const derived = (works: number, says: (works: number) => Bilingual) =>
  refusal('conflict', says(works), { zh: '请导入更正后的文件覆盖这些行', en: 'Import a corrected file, whose rows replace them' });
