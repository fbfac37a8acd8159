import { createPostgresBackend, Queue, QueueEvents, setDefaultBackendFactory, Worker, type ConnectionOptions, type Job } from 'bullmq';
import { VitrineError } from '@app/contracts';
import { JOB_QUEUES, parsePayload, type JobName, type JobPayloads } from './job-payloads';
import {
  checkHandlers,
  JobQueue,
  type AnyJobHandler,
  type EnqueueOptions,
  type JobContext,
  type JobHandler,
  type Schedule,
} from './job-queue';

/** Where jobs are kept: Redis when there is one, else the state store's PostgreSQL. */
export interface QueueStore {
  redisUrl: string | null;
  postgres: { host?: string; port?: number; username?: string; password?: string; database?: string; url?: string };
}

const PREFIX = 'vitrine';
type QueueName = 'jobs' | 'schedules';
const QUEUE_NAMES: QueueName[] = ['jobs', 'schedules'];

/** Seconds, not BullMQ's half minute: a job of a killed worker is taken up again soon. */
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
/** With the default of 1 a job whose worker is killed twice fails for good, whatever its attempts. */
const MAX_STALLED = 20;

function connectionOf(store: QueueStore): ConnectionOptions {
  if (store.redisUrl) {
    const url = new URL(store.redisUrl);
    return {
      host: url.hostname,
      port: Number(url.port || 6379),
      username: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      db: Number(url.pathname.slice(1) || 0),
      tls: url.protocol === 'rediss:' ? {} : undefined,
      maxRetriesPerRequest: null,
    };
  }
  const { host, port, username, password, database, url } = store.postgres;
  const address = url ? { connectionString: url } : { host, port, user: username, password, database };
  return { ...address, max: 3, migrate: true } as unknown as ConnectionOptions;
}

/**
 * BullMQ on Redis or on PostgreSQL. Build it before anything else of BullMQ: it sets the process-wide backend.
 * Connections open with the first call that needs them.
 */
export class BullQueueAdapter extends JobQueue {
  private readonly connection: ConnectionOptions;
  private readonly queues = new Map<QueueName, Queue>();
  private readonly events = new Map<QueueName, QueueEvents>();
  private readonly workers: Worker[] = [];
  private readonly stopping = new AbortController();

  constructor(
    store: QueueStore,
    private readonly options: { concurrency?: number; onError?: (error: Error) => void } = {},
  ) {
    super();
    if (!store.redisUrl) setDefaultBackendFactory(createPostgresBackend);
    else setDefaultBackendFactory();
    this.connection = connectionOf(store);
  }

  private readonly onError = (error: Error): void => {
    if (!this.stopping.signal.aborted) this.options.onError?.(error);
  };

  private queue(name: QueueName): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = new Queue(name, { connection: this.connection, prefix: PREFIX });
      queue.on('error', this.onError);
      this.queues.set(name, queue);
    }
    return queue;
  }

  private eventsOf(name: QueueName): QueueEvents {
    let events = this.events.get(name);
    if (!events) {
      events = new QueueEvents(name, { connection: this.connection, prefix: PREFIX });
      events.on('error', this.onError);
      this.events.set(name, events);
    }
    return events;
  }

  async start(handlers: AnyJobHandler[]): Promise<void> {
    checkHandlers(handlers);
    // the first connection makes BullMQ's tables; only then do workers connect side by side
    await this.queue('jobs').waitUntilReady();
    const byName = new Map<string, AnyJobHandler>(handlers.map((handler) => [handler.name, handler]));
    for (const name of QUEUE_NAMES) {
      const worker = new Worker(name, (job) => this.run(job, byName), {
        connection: this.connection,
        prefix: PREFIX,
        concurrency: this.options.concurrency ?? 3,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_MS,
        maxStalledCount: MAX_STALLED,
      });
      worker.on('error', this.onError);
      this.workers.push(worker);
      await worker.waitUntilReady();
    }
  }

  private async run(job: Job, handlers: Map<string, AnyJobHandler>): Promise<unknown> {
    const handler = handlers.get(job.name);
    if (!handler) throw new VitrineError('internal', { zh: `没有任务 ${job.name} 的处理器`, en: `No handler for job ${job.name}` });
    const name = handler.name;
    const context: JobContext = {
      jobId: job.id ?? '',
      attempt: job.attemptsMade + 1,
      progress: (state) => job.updateProgress(state),
      signal: this.stopping.signal,
    };
    return (await (handler as JobHandler).handle(parsePayload(name, job.data), context)) ?? null;
  }

  async enqueue<Name extends JobName>(name: Name, payload: JobPayloads[Name], options: EnqueueOptions = {}): Promise<string> {
    const job = await this.queue(JOB_QUEUES[name]).add(name, payload, {
      jobId: options.id,
      attempts: options.attempts ?? 5,
      backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
      removeOnComplete: { age: 24 * 3_600, count: 1_000 },
      removeOnFail: { age: 7 * 24 * 3_600 },
    });
    if (!job.id) throw new VitrineError('internal', { zh: '任务没有编号', en: 'The job got no id' });
    return job.id;
  }

  async wait(name: JobName, jobId: string, onProgress?: (state: object) => void): Promise<unknown> {
    const events = this.eventsOf(JOB_QUEUES[name]);
    await events.waitUntilReady();
    const listener = (event: { jobId: string; data: unknown }): void => {
      if (event.jobId === jobId && typeof event.data === 'object' && event.data !== null) onProgress?.(event.data);
    };
    events.on('progress', listener);
    try {
      const job = await this.queue(JOB_QUEUES[name]).getJob(jobId);
      if (!job) throw new VitrineError('not_found', { zh: `没有任务 ${jobId}`, en: `There is no job ${jobId}` });
      return await job.waitUntilFinished(events);
    } finally {
      events.off('progress', listener);
    }
  }

  async schedule(schedules: Schedule[]): Promise<void> {
    const queue = this.queue('schedules');
    const wanted = new Set(schedules.map(({ id }) => id));
    for (const id of await this.scheduled()) if (!wanted.has(id)) await queue.removeJobScheduler(id);
    for (const { id, name, payload, cron, zone } of schedules)
      await queue.upsertJobScheduler(
        id,
        { pattern: cron, tz: zone },
        { name, data: payload, opts: { attempts: 5, backoff: { type: 'exponential', delay: 5_000 } } },
      );
  }

  async scheduled(): Promise<string[]> {
    return (await this.queue('schedules').getJobSchedulers(0, -1)).map(({ key }) => key).filter((key) => typeof key === 'string');
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.events.values()].map((events) => events.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }
}
