import {
  createPostgresBackend,
  DelayedError,
  Queue,
  QueueEvents,
  setDefaultBackendFactory,
  Worker,
  type ConnectionOptions,
  type Job,
  type JobsOptions,
} from 'bullmq';
import { VitrineError } from '@app/contracts';
import { JOB_QUEUES, parsePayload, type JobName, type JobPayloads } from './job-payloads';
import {
  checkHandlers,
  JobQueue,
  Postponed,
  type AnyJobHandler,
  type EnqueueOptions,
  type JobContext,
  type JobEnd,
  type JobHandler,
  type JobRequest,
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

/** Jobs of one round trip. */
const BULK = 500;
const LOOKED_AT = 50;
const LOOK_MS = 2_000;

const optionsOf = ({ id, attempts, delayMs, forget }: EnqueueOptions): JobsOptions => ({
  jobId: id,
  attempts: attempts ?? 5,
  backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
  ...(delayMs === undefined ? {} : { delay: Math.max(0, Math.ceil(delayMs)) }),
  removeOnComplete: forget ? true : { age: 3_600, count: 50_000 },
  removeOnFail: forget ? true : { age: 7 * 24 * 3_600 },
});

function idOf({ id }: Job): string {
  if (!id) throw new VitrineError('internal', { zh: '任务没有编号', en: 'The job got no id' });
  return id;
}

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
      const worker = new Worker(name, (job, token) => this.run(job, token, byName), {
        connection: this.connection,
        prefix: PREFIX,
        concurrency: name === 'jobs' ? (this.options.concurrency ?? 3) : 3,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_MS,
        maxStalledCount: MAX_STALLED,
      });
      worker.on('error', this.onError);
      this.workers.push(worker);
      await worker.waitUntilReady();
    }
  }

  private async run(job: Job, token: string | undefined, handlers: Map<string, AnyJobHandler>): Promise<unknown> {
    const handler = handlers.get(job.name);
    if (!handler) throw new VitrineError('internal', { zh: `没有任务 ${job.name} 的处理器`, en: `No handler for job ${job.name}` });
    const name = handler.name;
    const context: JobContext = {
      jobId: job.id ?? '',
      attempt: job.attemptsMade + 1,
      lastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
      progress: (state) => job.updateProgress(state),
      signal: this.stopping.signal,
    };
    try {
      return (await (handler as JobHandler).handle(parsePayload(name, job.data), context)) ?? null;
    } catch (error) {
      if (!(error instanceof Postponed)) throw error;
      await job.moveToDelayed(Date.now() + Math.max(0, Math.ceil(error.delayMs)), token);
      throw new DelayedError();
    }
  }

  async enqueue<Name extends JobName>(name: Name, payload: JobPayloads[Name], options: EnqueueOptions = {}): Promise<string> {
    return idOf(await this.queue(JOB_QUEUES[name]).add(name, payload, optionsOf(options)));
  }

  async enqueueMany<Name extends JobName>(name: Name, jobs: readonly JobRequest<Name>[]): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < jobs.length; start += BULK) {
      const some = jobs.slice(start, start + BULK).map(({ payload, ...options }) => ({ name, data: payload, opts: optionsOf(options) }));
      ids.push(...(await this.queue(JOB_QUEUES[name]).addBulk(some)).map(idOf));
    }
    return ids;
  }

  async waitMany(name: JobName, jobIds: readonly string[], onEnd: (end: JobEnd) => void): Promise<void> {
    const events = this.eventsOf(JOB_QUEUES[name]);
    await events.waitUntilReady();
    const left = new Set(jobIds);
    let settle = (): void => undefined;
    const all = new Promise<void>((resolve) => (settle = resolve));
    const end = (ended: JobEnd): void => {
      if (!left.delete(ended.id)) return;
      onEnd(ended);
      if (left.size === 0) settle();
    };
    const completed = ({ jobId, returnvalue }: { jobId: string; returnvalue: unknown }): void => end({ id: jobId, result: returnvalue });
    const failed = ({ jobId, failedReason }: { jobId: string; failedReason: string }): void => end({ id: jobId, failure: failedReason });
    events.on('completed', completed).on('failed', failed);
    // an event may be gone before this began to listen, or be trimmed: some jobs are looked at now and then
    const timer = setInterval(() => void this.lookAt(name, [...left].slice(0, LOOKED_AT), end).catch(this.onError), LOOK_MS);
    try {
      await this.lookAt(name, [...left].slice(0, LOOKED_AT), end);
      if (left.size > 0) await all;
    } finally {
      clearInterval(timer);
      events.off('completed', completed).off('failed', failed);
    }
  }

  private async lookAt(name: JobName, jobIds: readonly string[], end: (ended: JobEnd) => void): Promise<void> {
    for (const id of jobIds) {
      const job = await this.queue(JOB_QUEUES[name]).getJob(id);
      const state = await job?.getState();
      if (!job || state === 'unknown') end({ id, failure: 'the job is gone' });
      else if (state === 'completed') end({ id, result: job.returnvalue });
      else if (state === 'failed') end({ id, failure: job.failedReason });
    }
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
    for (const { id, name, payload, cron, zone, everyMs } of schedules)
      await queue.upsertJobScheduler(id, everyMs === undefined ? { pattern: cron, tz: zone } : { every: everyMs }, {
        name,
        data: payload,
        opts: {
          attempts: 5,
          backoff: { type: 'exponential', delay: 5_000 },
          removeOnComplete: { count: 100 },
          removeOnFail: { count: 100 },
        },
      });
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
