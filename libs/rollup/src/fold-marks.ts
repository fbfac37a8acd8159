import { storedTable } from '@app/warehouse';
import type { RefreshStores } from './refresh';

/** Marks of deliveries that ended in so many days are left as they came. */
const KEEP_DAYS = 2;
const FOLD_SECONDS = 3_600;

/** Deliveries between two days' first ones, both left out; `apart`: those of them that may have written after the second one began. */
interface Span {
  after: string;
  until: string;
  apart: string[];
}

/** What folding did: marks of `spans` days, `before` and `after` in rows. */
export interface FoldedMarks {
  spans: number;
  before: number;
  after: number;
}

// an insert of a delivery's last moment may arrive after its end: ten minutes are more than the store gives it
const SPANS = `
  WITH first AS (
    SELECT DISTINCT ON (date_trunc('day', started_at AT TIME ZONE 'UTC')) delivery_id, started_at
    FROM delivery
    WHERE finished_at < clock_timestamp() - make_interval(days => $1)
    ORDER BY date_trunc('day', started_at AT TIME ZONE 'UTC'), delivery_id
  ), span AS (
    SELECT delivery_id AS after, lead(delivery_id) OVER (ORDER BY delivery_id) AS until, lead(started_at) OVER (ORDER BY delivery_id) AS until_at
    FROM first
  )
  SELECT after::text, until::text, coalesce((
      SELECT array_agg(delivery_id::text)
      FROM delivery
      WHERE delivery_id > span.after AND delivery_id < span.until AND (finished_at IS NULL OR finished_at > until_at - interval '10 minutes')
    ), '{}') AS apart
  FROM span
  WHERE until IS NOT NULL
  ORDER BY span.until`;

const WITHIN = 'delivery_id > {after: UInt64} AND delivery_id < {until: UInt64} AND delivery_id NOT IN {apart: Array(UInt64)}';

const COUNT = `SELECT count() AS rows FROM dirty_keys WHERE ${WITHIN}`;

// no aliases: one that is called delivery_id would be what WHERE compares
const FOLD = `INSERT INTO dirty_keys (brand_id, delivery_id, fact, account_key, bucket, first_at, last_at, names)
SELECT
  brand_id,
  {until: UInt64},
  fact,
  account_key,
  bucket,
  min(dirty_keys.first_at),
  max(dirty_keys.last_at),
  groupUniqArrayArray(dirty_keys.names)
FROM dirty_keys
WHERE ${WITHIN}
GROUP BY
  brand_id,
  fact,
  account_key,
  bucket`;

/**
 * Gives the marks of a day's deliveries, a few days later, the id of the first delivery of the next day, and so makes them one a day instead of one a
 * delivery. Whoever asks what came between two snapshots finds what it found before and at most a day's marks more: a snapshot that holds the later
 * delivery was taken after all of those had ended, and so holds them too. Repeated or broken off at any point it changes no answer.
 */
export async function foldMarks({ warehouse, dataSource }: RefreshStores, keepDays = KEEP_DAYS): Promise<FoldedMarks> {
  const spans = (await dataSource.query(SPANS, [keepDays])) as Span[];
  const folded: FoldedMarks = { spans: 0, before: 0, after: 0 };
  const { table, onCluster } = storedTable(warehouse.address, 'dirty_keys');
  const counted = async (name: string, params: Record<string, unknown>, sql: string): Promise<number> => {
    const [{ rows }] = await warehouse.query<{ rows: string }>({ name, sql, params, maxSeconds: FOLD_SECONDS });
    return Number(rows);
  };
  for (const { after, until, apart } of spans) {
    const params = { after: BigInt(after), until: BigInt(until), apart: apart.map(BigInt) };
    const rows = await counted('rollup.marks_of_a_day', params, COUNT);
    if (rows === 0) continue;
    // first the one, then the others go: in between both are there, which says no more than one of them
    await warehouse.run({ name: 'rollup.fold_marks', sql: FOLD, params, maxSeconds: FOLD_SECONDS });
    await warehouse.command(`DELETE FROM ${table}${onCluster} WHERE ${WITHIN} SETTINGS lightweight_deletes_sync = 2`, params);
    folded.spans++;
    folded.before += rows;
    folded.after += await counted(
      'rollup.folded_marks',
      { until: params.until },
      'SELECT count() AS rows FROM dirty_keys WHERE delivery_id = {until: UInt64}',
    );
  }
  return folded;
}
