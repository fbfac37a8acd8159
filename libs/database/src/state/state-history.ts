import { VitrineError } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';

/** Tables that the readers of the state name. */
const READ_TABLES = [
  'brand',
  'sales_region',
  'dealer',
  'dealer_placement',
  'account',
  'account_ownership',
  'policy',
  'sentinel',
  'calendar_day',
  'rate_card',
  'cost',
  'declaration',
  'opening_value',
  'platform_grant',
  'exclusion',
] as const;

/** An import of state holds this much at most, so whoever waits longer has met something that hangs. */
const WAIT_MS = 20_000;

/** The instant (epoch ms) from which on every version of the state is kept; as of an earlier one nothing can be answered. */
export async function stateSince(dataSource: DataSource): Promise<number> {
  const [{ since }] = (await dataSource.query('SELECT (extract(epoch FROM since) * 1000)::bigint AS since FROM state_history')) as {
    since: string;
  }[];
  return Number(since);
}

/**
 * Runs `read` on the state of one brand as it was recorded by `asOf` (epoch ms, not in the future): inside, every table of the state is a temporary
 * one of the same name and columns, so that the same readers read it. Rows of other brands are not there. The answer never changes later.
 */
export async function readAsOf<Result>(
  dataSource: DataSource,
  { brandId, asOf }: { brandId: number; asOf: number },
  read: (tx: EntityManager) => Promise<Result>,
): Promise<Result> {
  await settled(dataSource);
  return dataSource.transaction('REPEATABLE READ', async (tx) => {
    for (const table of READ_TABLES)
      await tx.query(
        `CREATE TEMPORARY TABLE ${table} ON COMMIT DROP AS
         SELECT present.*
         FROM (
           SELECT DISTINCT ON (row_key) content, deleted
           FROM state_version
           WHERE brand_id = $1 AND table_name = $2 AND recorded_at <= to_timestamp($3::numeric / 1000)
           ORDER BY row_key, version_id DESC
         ) AS latest
         CROSS JOIN LATERAL jsonb_populate_record(NULL::${table}, content) AS present
         WHERE NOT deleted`,
        [brandId, table, asOf],
      );
    return read(tx);
  });
}

/** Waits until whoever has recorded something by now is done: it may still commit, and would then appear in the past. */
async function settled(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = ${WAIT_MS}`);
      await tx.query('LOCK TABLE state_version IN SHARE MODE');
    });
  } catch (cause) {
    if ((cause as { driverError?: { code?: string } }).driverError?.code !== '55P03') throw cause;
    throw new VitrineError(
      'conflict',
      { zh: '有状态数据正在写入，尚未结束', en: 'State is being written, and the writing does not end' },
      { remedy: { zh: '请等导入结束后重试', en: 'Wait until the import has ended, then try again' }, cause },
    );
  }
}
