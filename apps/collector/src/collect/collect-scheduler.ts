import type { DataSource } from 'typeorm';
import type { Brand, GrantProduct } from '@app/contracts';
import type { Clock } from '@app/config';
import { streamHealth, type StreamHealth } from '@app/database';
import type { Connectors, Grant } from '@app/platforms';
import { streamJobId, type CollectStreamPayload, type JobQueue, type JobRequest, type Schedule, type StreamKind } from '@app/queue';
import { AskedSlots } from './asked-slots';
import { aheadMs, dueAt, SCHEDULE, tickMs } from './collect-schedule';
import type { KnownAccounts } from './known-accounts';
import { isCapable, isListedElsewhere } from './stream-job';
import { spreadOf, type Stream } from './streams';

export interface SchedulerParts {
  dataSource: DataSource;
  known: Pick<KnownAccounts, 'grants'>;
  connectors: Connectors;
  queue: JobQueue;
  clock: Clock;
  speed: number;
}

/** One look every five minutes, for all brands, by whichever process takes the job. */
export const collectTick = (speed: number): Schedule<'collect-tick'> => ({
  id: 'collect-tick',
  name: 'collect-tick',
  payload: {},
  everyMs: tickMs(speed),
});

/** So many looks long a slot that was asked for is not asked for again, though it waits: the queue has its job. Then it may have been lost. */
const ASKED_LOOKS = 12;

interface Wanted {
  job: JobRequest<'collect-stream'> & { id: string };
  slot: number;
  triedAt: number | null;
}

/** Enqueues what is due, each stream for its own time. */
export class CollectScheduler {
  /** What never changes of a stream. */
  private readonly streams = new Map<string, Map<string, { id: string; spread: number }>>();
  private readonly asked: AskedSlots;

  constructor(private readonly parts: SchedulerParts) {
    this.asked = new AskedSlots(ASKED_LOOKS * tickMs(parts.speed));
  }

  async tick(): Promise<{ due: number }> {
    const brands = (await this.parts.dataSource.query(
      'SELECT brand_id AS "brandId", code, name, zone FROM brand ORDER BY brand_id',
    )) as Brand[];
    let due = 0;
    this.asked.begin();
    for (const brand of brands) due += await this.brand(brand);
    return { due };
  }

  /** By account: a look goes through tens of thousands of streams, and a name of each would cost more than the rest. */
  private streamsOf({ brandId, product, kind }: Omit<Stream, 'accountId'>): (accountId: string) => { id: string; spread: number } {
    const name = `${brandId} ${product} ${kind}`;
    const streams = this.streams.get(name) ?? new Map<string, { id: string; spread: number }>();
    this.streams.set(name, streams);
    return (accountId) => {
      const known = streams.get(accountId);
      if (known) return known;
      const stream = { brandId, product, kind, accountId };
      const made = { id: streamJobId(stream), spread: spreadOf(stream) };
      streams.set(accountId, made);
      return made;
    };
  }

  /** Another process may ask too, which changes nothing. */
  private async ask(wanted: readonly Wanted[]): Promise<void> {
    await this.parts.queue.enqueueMany(
      'collect-stream',
      wanted.map(({ job }) => job),
    );
    for (const { job, ...asked } of wanted) this.asked.add(job.id, asked, performance.now());
  }

  private async brand(brand: Brand): Promise<number> {
    const { connectors } = this.parts;
    const grants = new Map<GrantProduct, Map<string, Grant>>();
    for (const { product } of Object.values(connectors)) grants.set(product, await this.parts.known.grants(brand.brandId, product));
    let due = 0;
    for (const product of grants.keys()) due += await this.product(brand, product, grants);
    return due;
  }

  private async product(brand: Brand, product: GrantProduct, grants: ReadonlyMap<GrantProduct, Map<string, Grant>>): Promise<number> {
    const { dataSource, connectors, clock, speed } = this.parts;
    const connector = connectors[product];
    const accounts = [...(grants.get(product) ?? [])].filter(([, grant]) => !grant.revoked);
    if (!connector || accounts.length === 0) return 0;
    const kinds = (Object.keys(SCHEDULE[product]) as StreamKind[]).filter((kind) => isCapable(connector, kind));
    const known = new Map<string, Map<string, StreamHealth>>(kinds.map((kind) => [kind, new Map()]));
    for (const health of await streamHealth(dataSource, brand.brandId, product)) known.get(health.kind)?.set(health.accountId, health);
    const now = clock.now();
    const until = now + aheadMs(speed);
    const wanted: Wanted[] = [];
    for (const kind of kinds) {
      const rule = SCHEDULE[product][kind];
      if (!rule) continue;
      const streamOf = this.streamsOf({ brandId: brand.brandId, product, kind });
      for (const [accountId] of accounts) {
        const health = known.get(kind)?.get(accountId);
        // the past comes after the present
        if (rule.every === 'past' && !known.get('sessions')?.get(accountId)?.lastSuccessAt) continue;
        const { id, spread } = streamOf(accountId);
        const at = dueAt({ rule, spread, zone: brand.zone, health, now, until });
        // a stream that was never read is due at any time: that is its slot
        const slot = health ? at : 0;
        const triedAt = health?.lastTryAt ?? null;
        if (at === null || slot === null || this.asked.isAsked(id, { slot, triedAt }, performance.now())) continue;
        if (kind.startsWith('sessions') && isListedElsewhere(connectors, grants, product, accountId)) continue;
        // the slot goes along: what was known of the stream here may be old when the job is taken, and a slot is read once
        const payload: CollectStreamPayload = { brandId: brand.brandId, product, accountId, kind, dueAt: at };
        wanted.push({ job: { payload, id, delayMs: Math.max(0, at - now) / speed, forget: true }, slot, triedAt });
      }
    }
    await this.ask(wanted);
    return wanted.length;
  }
}
