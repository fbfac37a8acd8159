import { VitrineError } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { STATE_KINDS } from '../state/state-rows';

/** A delivery that has not given a sign of life for this long is dead: it no longer holds back the data instant. */
const HEARTBEAT_SECONDS = 30;

export interface DeliveryStart {
  brandId: number;
  /** Import kind. */
  kind: string;
  source: string;
  /** Hash of the content (any text): the same content is the same batch. */
  contentHash: string;
  fileName?: string | null;
}

export interface Delivery {
  /** bigint as a decimal string: `delivery_id` of the facts. */
  deliveryId: string;
  /** Epoch ms at which this content was first delivered: the observedAt of rows that have none (domain.md 2.2). */
  batchFirstDeliveredAt: number;
}

export interface DeliveryCounts {
  read: number;
  accepted: number;
  replaced: number;
  unchanged: number;
  rejected: number;
}

// one statement: an import of many small files opens hundreds of deliveries, and each commit costs a flush to disk. $4: facts fix the brand's zone
const BEGIN_DELIVERY = `
  WITH fixed AS (
    UPDATE brand SET facts_since = clock_timestamp() WHERE brand_id = $1 AND facts_since IS NULL AND $4
  ), begun AS (
    INSERT INTO batch (brand_id, kind, content_hash, first_delivered_at)
    VALUES ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))
    ON CONFLICT (brand_id, kind, content_hash) DO UPDATE SET first_delivered_at = batch.first_delivered_at
    RETURNING batch_id, (extract(epoch FROM first_delivered_at) * 1000)::bigint AS first_ms
  )
  INSERT INTO delivery (batch_id, source, file_name, started_at, heartbeat_at)
  SELECT batch_id, $5, $6, t, t FROM begun, date_trunc('milliseconds', clock_timestamp()) AS t
  RETURNING delivery_id, (SELECT first_ms FROM begun) AS first_ms`;

/** Opens a delivery: from now until `finishDelivery` it is in flight as long as `heartbeat` is called at least every 30 s. Instants are the database's clock. */
export async function beginDelivery(dataSource: DataSource, start: DeliveryStart): Promise<Delivery> {
  const facts = !STATE_KINDS.some((kind) => kind === start.kind);
  const [row] = (await dataSource.query(BEGIN_DELIVERY, [
    start.brandId,
    start.kind,
    start.contentHash,
    facts,
    start.source,
    start.fileName ?? null,
  ])) as { delivery_id: string; first_ms: string }[];
  return { deliveryId: row.delivery_id, batchFirstDeliveredAt: Number(row.first_ms) };
}

/** Says that a delivery is still alive. Throws `conflict` when it is already finished: what it writes now would appear behind the data instant. */
export async function heartbeat(dataSource: DataSource, deliveryId: string): Promise<void> {
  const [, changed] = (await dataSource.query(
    `UPDATE delivery SET heartbeat_at = greatest(heartbeat_at, clock_timestamp()) WHERE delivery_id = $1 AND state IN ('running', 'spilled')`,
    [deliveryId],
  )) as [unknown, number];
  if (changed === 0) throw notRunning(deliveryId);
}

/** Ends a delivery with its counts; `failed` when it broke off. Throws `conflict` when it is not in flight. */
export async function finishDelivery(
  dataSource: DataSource,
  deliveryId: string,
  counts: DeliveryCounts,
  state: 'done' | 'failed' = 'done',
): Promise<void> {
  const [, changed] = (await dataSource.query(
    `UPDATE delivery
     SET state = $2, finished_at = greatest(started_at, clock_timestamp()), read = $3, accepted = $4, replaced = $5, unchanged = $6, rejected = $7
     WHERE delivery_id = $1 AND state IN ('running', 'spilled')`,
    [deliveryId, state, counts.read, counts.accepted, counts.replaced, counts.unchanged, counts.rejected],
  )) as [unknown, number];
  if (changed === 0) throw notRunning(deliveryId);
}

/**
 * Says, before the first of its rows goes to a spill file, that a delivery is in flight until that file is in: no silence ends it, only
 * `finishDelivery`. Saying it again does no harm. Throws `conflict` when it is finished.
 */
export async function spillDelivery(dataSource: DataSource, deliveryId: string): Promise<void> {
  const [, changed] = (await dataSource.query(
    `UPDATE delivery SET state = 'spilled', heartbeat_at = greatest(heartbeat_at, clock_timestamp())
     WHERE delivery_id = $1 AND state IN ('running', 'spilled')`,
    [deliveryId],
  )) as [unknown, number];
  if (changed === 0) throw notRunning(deliveryId);
}

/** The spilled ones among these deliveries; `alive`: the process that writes it gave a sign within 30 s. */
export async function spilledDeliveries(dataSource: DataSource, deliveryIds: readonly string[]): Promise<Map<string, { alive: boolean }>> {
  const rows = (await dataSource.query(
    `SELECT delivery_id::text AS id, heartbeat_at > clock_timestamp() - make_interval(secs => $2) AS alive
     FROM delivery
     WHERE delivery_id = ANY ($1::bigint[]) AND state = 'spilled'`,
    [deliveryIds, HEARTBEAT_SECONDS],
  )) as { id: string; alive: boolean }[];
  return new Map(rows.map(({ id, alive }) => [id, { alive }]));
}

/**
 * The latest instant (epoch ms) below which nothing is in flight (domain.md 2.4): `now`, or 1 ms before the oldest live or spilled delivery began; of one
 * brand, or (for what concerns all of them) of any.
 */
export async function dataInstant(dataSource: DataSource, now: number, brandId?: number): Promise<number> {
  const [{ oldest }] = (await dataSource.query(
    `SELECT (extract(epoch FROM min(started_at)) * 1000)::bigint AS oldest
     FROM delivery
     JOIN batch USING (batch_id)
     WHERE finished_at IS NULL AND (state = 'spilled' OR heartbeat_at > clock_timestamp() - make_interval(secs => $1))
       AND ($2::integer IS NULL OR brand_id = $2)`,
    [HEARTBEAT_SECONDS, brandId ?? null],
  )) as { oldest: string | null }[];
  return oldest === null ? now : Math.min(now, Number(oldest) - 1);
}

/** How long after its end a dead delivery may still have an insert under way: the store gives up on a body that stands still after half of it. */
const LAST_WORDS_SECONDS = 90;

/** SQL: may this delivery still write? One that died keeps the right for a while, since an insert of its last moment may be on its way. */
export const MAY_STILL_WRITE = `(
  finished_at IS NULL AND (state <> 'running' OR heartbeat_at > clock_timestamp() - interval '${HEARTBEAT_SECONDS} s')
  OR state = 'failed' AND finished_at - heartbeat_at >= interval '${HEARTBEAT_SECONDS} s' AND finished_at > clock_timestamp() - interval '${LAST_WORDS_SECONDS} s'
)`;

/** What a reader of the landing log may rely on: ids are bigint as decimal strings. */
export interface DeliverySnapshot {
  /** Highest id ever given out, `0` when there is none: no delivery with this id or a lower one can still begin. */
  horizon: string;
  /** Those up to the horizon that may still write, in order: running, spilled, or dead a moment ago. Every other one up to the horizon is over for good. */
  open: string[];
}

/**
 * Which deliveries are over. In one short transaction: waits for deliveries that are just beginning (an id that is given out but not yet visible
 * would be missed for ever), ends those that gave no sign of life for 30 s, so that a process that wakes up again gets `conflict`, and looks.
 */
export async function deliverySnapshot(dataSource: DataSource): Promise<DeliverySnapshot> {
  return dataSource.transaction(async (manager) => {
    // an INSERT takes its lock on the table before it takes an id; nobody can begin, beat or finish until this commits
    await manager.query('LOCK TABLE delivery IN SHARE ROW EXCLUSIVE MODE');
    await manager.query(
      `UPDATE delivery SET state = 'failed', finished_at = greatest(started_at, clock_timestamp())
       WHERE state = 'running' AND heartbeat_at <= clock_timestamp() - make_interval(secs => $1)`,
      [HEARTBEAT_SECONDS],
    );
    const [row] = (await manager.query(
      `SELECT
         (SELECT coalesce(max(delivery_id), 0)::text FROM delivery) AS horizon,
         (SELECT coalesce(array_agg(delivery_id::text ORDER BY delivery_id), '{}') FROM delivery WHERE ${MAY_STILL_WRITE}) AS open`,
    )) as DeliverySnapshot[];
    return { horizon: row.horizon, open: row.open };
  });
}

function notRunning(deliveryId: string): VitrineError {
  return new VitrineError(
    'conflict',
    { zh: `投递 ${deliveryId} 已结束`, en: `Delivery ${deliveryId} is not running` },
    { remedy: { zh: '请重新导入该文件：重复导入是安全的', en: 'Import the file again: a rerun is safe' } },
  );
}
