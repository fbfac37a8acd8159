import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Brand } from '@app/contracts';
import { SystemClock, type Clock, type Settings } from '@app/config';
import { ServerClocks, WebhookProcessor } from '@app/connect';
import type { Instance } from '@app/embedded';
import { importRows, SpillDrainer, type DrainEvent, type IngestStores } from '@app/ingest';
import { createLogger, type Logger } from '@app/observability';
import { createPlatforms, type WireOptions } from '@app/platforms';
import { BullQueueAdapter } from '@app/queue';
import { SpillFolder, type Warehouse } from '@app/warehouse';
import { CollectProcessor, CollectRoundProcessor } from './collect.processor';
import { collectSchedules } from './collect-schedule';
import { brandById, CollectService } from './collect.service';
import { ProcessWebhookProcessor } from './process-webhook.processor';
import { WEBHOOK_SCHEDULE, webhookEffects } from './webhook-effects';
import { CollectionWriter, type RowSink } from './collection.writer';
import { GrantStoreAdapter } from './grant-store.adapter';

/** Open stores and what a process knows beside them. */
export interface CollectorStores {
  settings: Settings;
  instance: Pick<Instance, 'postgres' | 'redisUrl' | 'secret'>;
  warehouse: Warehouse;
  dataSource: DataSource;
  clock: Clock;
}

export interface Collector {
  service: CollectService;
  /** Starts workers, and with `schedules` the daily rounds of all brands. */
  start(options: { schedules: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Brands come and go while a collector runs: their schedules follow within this time. */
const SCHEDULES_EVERY_MS = 10 * 60_000;
/** How often what waits on disk is offered to the fact store. */
const DRAIN_EVERY_MS = 5_000;

function tellOf(event: DrainEvent, logger: Logger): void {
  if (event.what === 'drained') logger.info(event, 'rows that waited on disk are in the fact store');
  else if (event.what === 'set aside')
    logger.error(event, 'rows that waited on disk cannot be used: the file is kept aside; collect that span again, then delete the file');
  else logger.error({ file: event.file, err: event.error }, 'the fact store refuses rows that wait on disk: run `vitrine doctor`');
}

/** The collector's parts, put together on open stores. Connects to nothing before it is started or asked. */
export function openCollector(stores: CollectorStores, wire: WireOptions = {}): Collector {
  const { settings, instance, warehouse, dataSource, clock } = stores;
  const logger = createLogger(settings);
  // under a virtual clock the servers are local, and real seconds of waiting serve nobody
  const clocks = new ServerClocks(dataSource, clock, (error) => logger.warn({ err: error }, 'clocks of platforms'));
  const patience: WireOptions =
    clock instanceof SystemClock ? { onAnswer: (origin, date) => clocks.saw(origin, date) } : { retryBaseMs: 20 };
  const platforms = createPlatforms(settings.platforms, { ...patience, ...wire });
  const queue = new BullQueueAdapter(
    { redisUrl: instance.redisUrl, postgres: instance.postgres },
    { onError: (error) => logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'job queue') },
  );
  const dataDir = path.resolve(settings.dataDir);
  const folder = new SpillFolder(path.join(dataDir, 'spill'), settings.spillMb);
  const spill = settings.spillMb > 0 ? folder : undefined;
  const ingest: IngestStores = { warehouse, dataSource, secret: instance.secret, dataDir, spill };
  const drainer = new SpillDrainer({ warehouse, dataSource }, folder, (event) => tellOf(event, logger));
  const sink: RowSink = async (kind, rows, { brand }) => {
    const result = await importRows(ingest, { kind, rows, brandId: brand.brandId, source: 'api-final' });
    if (result.rejected > 0)
      logger.warn({ kind, rejected: result.rejected, rejectsFile: result.rejectsFile }, 'rows of a platform were rejected');
    const waiting = result.waiting ? result.read - result.rejected : 0;
    if (waiting > 0) logger.warn({ kind, rows: waiting }, 'the fact store does not answer: rows wait on disk and come in by themselves');
    const { accepted, replaced, unchanged, rejected } = result;
    return { accepted: accepted ?? 0, replaced: replaced ?? 0, unchanged: unchanged ?? 0, rejected, ...(waiting > 0 ? { waiting } : {}) };
  };
  const writer = new CollectionWriter(warehouse, sink, spill);
  const grants = new GrantStoreAdapter(dataSource, instance.secret, clock);
  const brandOf = (brandId: number): Promise<Brand> => brandById(dataSource, brandId);
  const service = new CollectService({ dataSource, grants, platforms, writer, queue, clock, brandOf });
  const webhooks = new WebhookProcessor({ dataSource, warehouse, clock, effects: webhookEffects(queue, ingest) });
  let timer: NodeJS.Timeout | undefined;
  const schedule = async (): Promise<void> => {
    const brands = (await dataSource.query('SELECT brand_id AS "brandId", code, name, zone FROM brand ORDER BY brand_id')) as Brand[];
    await queue.schedule([...collectSchedules(brands), WEBHOOK_SCHEDULE]);
  };
  return {
    service,
    start: async ({ schedules }) => {
      drainer.start(DRAIN_EVERY_MS, (error) => logger.warn({ err: error }, 'spill folder'));
      await queue.start([new CollectProcessor(service), new CollectRoundProcessor(service), new ProcessWebhookProcessor(webhooks)]);
      if (!schedules) return;
      await schedule();
      timer = setInterval(() => void schedule().catch((error: unknown) => logger.warn({ err: error }, 'schedules')), SCHEDULES_EVERY_MS);
      timer.unref();
    },
    close: async () => {
      clearInterval(timer);
      await queue.close();
      await drainer.stop();
      await Promise.all(Object.values(platforms).map((platform) => platform.close()));
    },
  };
}
