import { VitrineError } from '@app/contracts';
import { JOB_NAMES, type JobName, type JobPayloads } from './job-payloads';

/** What a running job may do beside its work. */
export interface JobContext {
  jobId: string;
  /** From 1: a job may come again after a crash, so handlers must be harmless when repeated. */
  attempt: number;
  progress(state: object): Promise<void>;
  /** Aborts when the process is asked to stop. */
  signal: AbortSignal;
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
  /** Five-field cron, read in `zone`. */
  cron: string;
  zone: string;
}

export interface EnqueueOptions {
  /** Two jobs of one id are one job while the first is kept. */
  id?: string;
  attempts?: number;
}

/** Port to the job store: at least once, with retry and cron. */
export abstract class JobQueue {
  /** Starts workers. Throws when a job name has no handler, or two. */
  abstract start(handlers: AnyJobHandler[]): Promise<void>;
  abstract enqueue<Name extends JobName>(name: Name, payload: JobPayloads[Name], options?: EnqueueOptions): Promise<string>;
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
