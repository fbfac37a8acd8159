import { beginDelivery, finishDelivery, heartbeat } from '@app/database';
import type { Bench } from '../bench';

const HEARTBEAT_MS = 8000;
const COUNTS = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };

/** Runs work inside `count` deliveries of the product, so that whatever waits for closed deliveries finds these. Ids as `delivery_id` has them. */
export async function withDeliveries(bench: Bench, name: string, count: number, work: (ids: bigint[]) => Promise<void>): Promise<void> {
  const { dataSource, brandId } = bench;
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const contentHash = `bench-${name}-${at}`;
    ids.push((await beginDelivery(dataSource, { brandId, kind: 'entries', source: 'file', contentHash })).deliveryId);
  }
  const timer = setInterval(() => void Promise.all(ids.map((id) => heartbeat(dataSource, id))).catch(() => undefined), HEARTBEAT_MS);
  try {
    await work(ids.map(BigInt));
    for (const id of ids) await finishDelivery(dataSource, id, COUNTS, 'done');
  } catch (error) {
    for (const id of ids) await finishDelivery(dataSource, id, COUNTS, 'failed').catch(() => undefined);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
