import type { DataSource } from 'typeorm';
import type { Repull } from '@app/cases';
import { PRODUCT_PLATFORM, type GrantProduct } from '@app/contracts';
import { BullQueueAdapter, COLLECT_KINDS, parsePayload, streamJobId, type JobQueue } from '@app/queue';
import type { Instance } from '@app/embedded';

/** Streams of accounts that a product is asked for, where the owner's permission still stands. */
const STREAMS = `
  SELECT DISTINCT health.product, health.account_id AS "accountId", health.kind
  FROM collection_health AS health
  JOIN platform_grant AS held ON held.brand_id = health.brand_id AND held.product = health.product AND health.account_id = ANY (held.account_ids)
  WHERE health.brand_id = $1 AND health.account_id = ANY ($2) AND health.kind = ANY ($3) AND held.revoked_at IS NULL`;

/** Puts jobs into the queue that ask platforms for some days of accounts again; a worker takes them, in whichever process. */
export const repullJob =
  (queue: Pick<JobQueue, 'enqueueMany'>, dataSource: DataSource): Repull =>
  async (brandId, { accounts, fromDay, toDay }) => {
    const wanted = new Set(accounts.map(({ platform, accountId }) => `${platform} ${accountId}`));
    const rows = (await dataSource.query(STREAMS, [brandId, accounts.map(({ accountId }) => accountId), COLLECT_KINDS])) as {
      product: GrantProduct;
      accountId: string;
      kind: string;
    }[];
    const own = rows.filter(({ product, accountId }) => wanted.has(`${PRODUCT_PLATFORM[product]} ${accountId}`));
    const jobs = own.map(({ product, accountId, kind }) => {
      const payload = parsePayload('collect-stream', { brandId, product, accountId, kind, from: fromDay, to: toDay });
      return { payload, id: streamJobId(payload, 'appeal'), forget: true };
    });
    if (jobs.length > 0) await queue.enqueueMany('collect-stream', jobs);
    return new Set(own.map(({ product, accountId }) => `${PRODUCT_PLATFORM[product]} ${accountId}`)).size;
  };

/** The same for a process that has no queue open: it opens one when something is asked of it, and most often nothing is. */
export function repullOn(instance: Instance, dataSource: DataSource): { repull: Repull; close(): Promise<void> } {
  let queue: BullQueueAdapter | undefined;
  return {
    repull: (brandId, asked) => repullJob((queue ??= new BullQueueAdapter(instance)), dataSource)(brandId, asked),
    close: async () => queue?.close(),
  };
}
