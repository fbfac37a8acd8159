import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Brand } from '@app/contracts';
import { SystemClock, type Clock, type Settings } from '@app/config';
import { ServerClocks, WebhookProcessor } from '@app/connect';
import type { Instance } from '@app/embedded';
import { importRows, SpillDrainer, type DrainEvent, type IngestStores } from '@app/ingest';
import { createLogger, type Logger } from '@app/observability';
import { createConnectors, GrantKeeper, type Connectors, type WireOptions } from '@app/platforms';
import { BullQueueAdapter } from '@app/queue';
import { SpillFolder, type Warehouse } from '@app/warehouse';
import { openCallRates, type Pace } from './call-rates';
import { CollectStreamProcessor, CollectTickProcessor } from './collect.processor';
import { CollectScheduler, collectTick } from './collect-scheduler';
import { brandById, CollectService } from './collect.service';
import { ProcessWebhookProcessor } from './process-webhook.processor';
import { WEBHOOK_SCHEDULE, webhookEffects } from './webhook-effects';
import { StateLookup } from './collection-state';
import { CollectionWriter, type RowSink } from './collection.writer';
import { GroupCommit } from './group-commit';
import { KnownAccounts } from './known-accounts';
import { Relinker } from './relinker';
import { StreamJob } from './stream-job';
import { GrantStoreAdapter } from './grant-store.adapter';

/** Open stores and what a process knows beside them. */
export interface CollectorStores {
  settings: Settings;
  instance: Pick<Instance, 'postgres' | 'redisUrl' | 'secret'>;
  warehouse: Warehouse;
  dataSource: DataSource;
  clock: Clock;
  /** Absent: real time under the system's clock; under any other clock calls are not held back, for its servers are local. */
  pace?: Pace;
  /** Changes or completes the connectors. */
  connectors?: (made: Connectors) => Connectors;
  /** False: no schedules in this process, whatever its role says. */
  schedules?: boolean;
}

export interface Collector {
  service: CollectService;
  /** Starts workers, and with `schedules` the look for what is due in all brands. */
  start(options: { schedules: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Jobs wait for platforms, and for the write that they share, most of the time: so many are under way at once. */
const CONCURRENT_JOBS = { redis: 256, postgres: 64 } as const;
/** How long rows wait for others to be written with, and how many are enough. */
const FLUSH_MS = 1_000;
const FLUSH_ROWS = 5_000;
const REST = 2;
/** Grants and owners are read anew after this time. */
const KEEP_MS = 30_000;
/** A job is put off when its calls fail again and again: fewer repetitions within it. */
const JOB_RETRIES = 3;
/** How often what waits on disk is offered to the fact store. */
const DRAIN_EVERY_MS = 5_000;
/** So long works that a file told before the platform may stand there twice. */
const RELINK_MS = 5 * 60_000;

function tellOf(event: DrainEvent, logger: Logger): void {
  if (event.what === 'drained') logger.info(event, 'rows that waited on disk are in the fact store');
  else if (event.what === 'set aside')
    logger.error(event, 'rows that waited on disk cannot be used: the file is kept aside; collect that span again, then delete the file');
  else logger.error({ file: event.file, err: event.error }, 'the fact store refuses rows that wait on disk: run `vitrine doctor`');
}

const realPace = ({ limitScale, appRate, credentialRate }: Settings): Pace => ({
  speed: 1,
  limitScale,
  assumedRates: { app: appRate, credential: credentialRate },
});

function sinkOf(ingest: IngestStores, logger: Logger): RowSink {
  return async (kind, rows, { brand }) => {
    const result = await importRows(ingest, { kind, rows, brandId: brand.brandId, source: 'api-final' });
    if (result.rejected > 0)
      logger.warn({ kind, rejected: result.rejected, rejectsFile: result.rejectsFile }, 'rows of a platform were rejected');
    const waiting = result.waiting ? result.read - result.rejected : 0;
    if (waiting > 0) logger.warn({ kind, rows: waiting }, 'the fact store does not answer: rows wait on disk and come in by themselves');
    const { accepted, replaced, unchanged, rejected } = result;
    return { accepted: accepted ?? 0, replaced: replaced ?? 0, unchanged: unchanged ?? 0, rejected, ...(waiting > 0 ? { waiting } : {}) };
  };
}

/** The collector's parts, put together on open stores. Connects to nothing before it is started or asked. */
export function openCollector(stores: CollectorStores, wire: WireOptions = {}): Collector {
  const { settings, instance, warehouse, dataSource, clock } = stores;
  const logger = createLogger(settings);
  const onError = (error: unknown): void => logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'job queue');
  // under another clock the servers are local, and real seconds of waiting serve nobody
  const pace = stores.pace ?? (clock instanceof SystemClock ? realPace(settings) : null);
  const rates = pace ? openCallRates(instance.redisUrl, pace, onError) : null;
  const clocks = new ServerClocks(dataSource, clock, (error) => logger.warn({ err: error }, 'clocks of platforms'));
  const patience: WireOptions = rates
    ? { retries: JOB_RETRIES, retryBaseMs: 1_000 / (pace?.speed ?? 1), ...rates.options }
    : { retryBaseMs: 20 };
  const watched: WireOptions = clock instanceof SystemClock ? { onAnswer: (origin, date) => clocks.saw(origin, date) } : {};
  const made = createConnectors(settings, { ...patience, ...watched, ...wire });
  const connectors = stores.connectors?.(made) ?? made;
  const queue = new BullQueueAdapter(
    { redisUrl: instance.redisUrl, postgres: instance.postgres },
    { concurrency: CONCURRENT_JOBS[instance.redisUrl ? 'redis' : 'postgres'], onError },
  );
  const dataDir = path.resolve(settings.dataDir);
  const folder = new SpillFolder(path.join(dataDir, 'spill'), settings.spillMb);
  const spill = settings.spillMb > 0 ? folder : undefined;
  const ingest: IngestStores = { warehouse, dataSource, secret: instance.secret, dataDir, spill };
  const drainer = new SpillDrainer({ warehouse, dataSource }, folder, (event) => tellOf(event, logger));
  const writer = new CollectionWriter(warehouse, sinkOf(ingest, logger), spill);
  const grants = new GrantStoreAdapter(dataSource, instance.secret, clock);
  const keeper = new GrantKeeper(grants, clock);
  const brandOf = (brandId: number): Promise<Brand> => brandById(dataSource, brandId);
  const speed = pace?.speed ?? 1;
  const service = new CollectService({ dataSource, grants, connectors, keeper, writer, queue, clock, brandOf });
  // without a pace nothing changes by itself, and tests change grants between two jobs
  const known = new KnownAccounts({ dataSource, grants, brandOf, keepMs: pace ? KEEP_MS : 0 });
  const relinker = new Relinker({
    dataSource,
    ingest,
    afterMs: RELINK_MS / speed,
    onError: (error) => logger.warn({ err: error }, 'works of files and of platforms'),
  });
  const commit = new GroupCommit({
    dataSource,
    writer,
    flushMs: pace ? FLUSH_MS : 20,
    flushRows: FLUSH_ROWS,
    rest: pace ? REST : 0,
    onWorks: pace ? (brandId) => relinker.told(brandId) : undefined,
  });
  const job = new StreamJob({ dataSource, connectors, keeper, known, states: new StateLookup(dataSource), commit, clock, speed });
  const scheduler = pace ? new CollectScheduler({ dataSource, known, connectors, queue, clock, speed }) : null;
  const webhooks = new WebhookProcessor({ dataSource, warehouse, clock, effects: webhookEffects(service, ingest) });
  return {
    service,
    start: async ({ schedules }) => {
      drainer.start(DRAIN_EVERY_MS, (error) => logger.warn({ err: error }, 'spill folder'));
      await queue.start([new CollectStreamProcessor(job), new CollectTickProcessor(scheduler), new ProcessWebhookProcessor(webhooks)]);
      if (schedules && pace && stores.schedules !== false) await queue.schedule([collectTick(speed), WEBHOOK_SCHEDULE]);
    },
    close: async () => {
      await queue.close();
      await commit.close();
      await relinker.close();
      await drainer.stop();
      await Promise.all(Object.values(connectors).map((connector) => connector.close()));
      await rates?.close();
    },
  };
}
