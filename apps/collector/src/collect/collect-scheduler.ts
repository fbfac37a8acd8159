import type { DataSource } from 'typeorm';
import type { Brand, GrantProduct } from '@app/contracts';
import type { Clock } from '@app/config';
import { streamHealth } from '@app/database';
import type { Connectors, Grant, GrantStore } from '@app/platforms';
import { streamJobId, type CollectStreamPayload, type JobQueue, type JobRequest, type Schedule, type StreamKind } from '@app/queue';
import { dueAt, SCHEDULE } from './collect-schedule';
import { isCapable, isListedElsewhere } from './stream-job';
import { spreadOf } from './streams';

/** How often the schedule is looked at, and how far it is made out then: a little further, so that nothing waits for the next look. */
const TICK_MS = 5 * 60_000;
const SHORTEST_TICK_MS = 2_000;
const AHEAD = 1.5;

export interface SchedulerParts {
  dataSource: DataSource;
  grants: GrantStore;
  connectors: Connectors;
  queue: JobQueue;
  clock: Clock;
  speed: number;
}

const tickMs = (speed: number): number => Math.max(SHORTEST_TICK_MS, TICK_MS / speed);

/** One look every five minutes, for all brands, by whichever process takes the job. */
export const collectTick = (speed: number): Schedule<'collect-tick'> => ({
  id: 'collect-tick',
  name: 'collect-tick',
  payload: {},
  everyMs: tickMs(speed),
});

/** Enqueues what is due, each stream for its own time. */
export class CollectScheduler {
  constructor(private readonly parts: SchedulerParts) {}

  async tick(): Promise<{ due: number }> {
    const brands = (await this.parts.dataSource.query(
      'SELECT brand_id AS "brandId", code, name, zone FROM brand ORDER BY brand_id',
    )) as Brand[];
    let due = 0;
    for (const brand of brands) due += await this.brand(brand);
    return { due };
  }

  private async brand(brand: Brand): Promise<number> {
    const { connectors } = this.parts;
    const grants = new Map<GrantProduct, Map<string, Grant>>();
    for (const { product } of Object.values(connectors)) grants.set(product, await this.parts.grants.list(brand.brandId, product));
    let due = 0;
    for (const product of grants.keys()) due += await this.product(brand, product, grants);
    return due;
  }

  private async product(brand: Brand, product: GrantProduct, grants: ReadonlyMap<GrantProduct, Map<string, Grant>>): Promise<number> {
    const { dataSource, connectors, queue, clock, speed } = this.parts;
    const connector = connectors[product];
    const accounts = [...(grants.get(product) ?? [])].filter(([, grant]) => !grant.revoked);
    if (!connector || accounts.length === 0) return 0;
    const kinds = (Object.keys(SCHEDULE[product]) as StreamKind[]).filter((kind) => isCapable(connector, kind));
    const known = new Map(
      (await streamHealth(dataSource, brand.brandId, product)).map((health) => [`${health.kind} ${health.accountId}`, health]),
    );
    const now = clock.now();
    const until = now + tickMs(speed) * speed * AHEAD;
    const jobs: JobRequest<'collect-stream'>[] = [];
    for (const [accountId] of accounts)
      for (const kind of kinds) {
        const rule = SCHEDULE[product][kind];
        if (!rule || (kind.startsWith('sessions') && isListedElsewhere(connectors, grants, product, accountId))) continue;
        const payload: CollectStreamPayload = { brandId: brand.brandId, product, accountId, kind };
        const health = known.get(`${kind} ${accountId}`);
        // the past comes after the present
        if (rule.every === 'past' && !known.get(`sessions ${accountId}`)?.lastSuccessAt) continue;
        const at = dueAt({ rule, spread: spreadOf(payload), zone: brand.zone, health, now, until });
        if (at !== null) jobs.push({ payload, id: streamJobId(payload), delayMs: Math.max(0, at - now) / speed, forget: true });
      }
    await queue.enqueueMany('collect-stream', jobs);
    return jobs.length;
  }
}
