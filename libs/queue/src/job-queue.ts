import { VitrineError } from '@app/contracts';
import { JOB_NAMES, type JobName, type JobPayloads } from './job-payloads';

/** What a running job may do beside its work. */
export interface JobContext {
  jobId: string;
  /** From 1: a job may come again after a crash, so handlers must be harmless when repeated. */
  attempt: number;
  /** What it throws now ends the job for good. */
  lastAttempt: boolean;
  progress(state: object): Promise<void>;
  /** Aborts when the process is asked to stop. */
  signal: AbortSignal;
}

/** Thrown by a handler: the job is not for now. It comes again after `delayMs`, and no attempt is counted. */
export class Postponed extends Error {
  constructor(readonly delayMs: number) {
    super(`postponed for ${Math.round(delayMs)} ms`);
    this.name = 'Postponed';
  }
}

/** Does the work of one job name. What it returns must be plain JSON; what it throws is retried with back-off. */
export interface JobHandler<Name extends JobName = JobName> {
  readonly name: Name;
  handle(payload: JobPayloads[Name], context: JobContext): Promise<object | void>;
}

export type AnyJobHandler = { [Name in JobName]: JobHandler<Name> }[JobName];

export interface Schedule<Name extends JobName = JobName> {
  id: string;
  name: Name;
  payload: JobPayloads[Name];
  /** Five-field cron, read in `zone`; or every so many ms. */
  cron?: string;
  zone?: string;
  everyMs?: number;
}

export interface EnqueueOptions {
  /** Two jobs of one id are one job while the first is kept. */
  id?: string;
  attempts?: number;
  /** Not before so many ms have passed. */
  delayMs?: number;
  /** Forget the job, and its id, as soon as it has ended: nobody waits for it. */
  forget?: boolean;
}

/** One job of many. */
export interface JobRequest<Name extends JobName> extends EnqueueOptions {
  payload: JobPayloads[Name];
}

/** How a job ended. */
export type JobEnd = { id: string; result: unknown } | { id: string; failure: string };

/** Port to the job store: at least once, with retry and cron. */
export abstract class JobQueue {
  /** Starts workers. Throws when a job name has no handler, or two. */
  abstract start(handlers: AnyJobHandler[]): Promise<void>;
  abstract enqueue<Name extends JobName>(name: Name, payload: JobPayloads[Name], options?: EnqueueOptions): Promise<string>;
  /** Many at once; ids in the order given. */
  abstract enqueueMany<Name extends JobName>(name: Name, jobs: readonly JobRequest<Name>[]): Promise<string[]>;
  /** Waits until all have ended, in whatever order. Jobs that are forgotten at their end cannot be waited for. */
  abstract waitMany(name: JobName, jobIds: readonly string[], onEnd: (end: JobEnd) => void): Promise<void>;
  /** The job's result; throws what made it fail for good. `onProgress` gets the states that the handler reported. */
  abstract wait(name: JobName, jobId: string, onProgress?: (state: object) => void): Promise<unknown>;
  /** Replaces all schedules by these. */
  abstract schedule(schedules: Schedule[]): Promise<void>;
  /** Ids of the schedules in force. */
  abstract scheduled(): Promise<string[]>;
  abstract close(): Promise<void>;
}

/** One handler per job name, no more and no less; otherwise start-up stops here instead of leaving jobs waiting forever. */
export function checkHandlers(handlers: { name: string }[], names: readonly string[] = JOB_NAMES): void {
  const problems: string[] = [];
  for (const name of names) {
    const count = handlers.filter((handler) => handler.name === name).length;
    if (count !== 1) problems.push(`${name}: ${count}`);
  }
  for (const handler of handlers) if (!names.includes(handler.name)) problems.push(`${handler.name}: ?`);
  if (problems.length > 0)
    throw new VitrineError('internal', {
      zh: `每个任务必须恰有一个处理器：${problems.join(', ')}`,
      en: `Every job needs exactly one handler: ${problems.join(', ')}`,
    });
}
