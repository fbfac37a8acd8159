import { GRANT_PRODUCTS, VitrineError, type GrantProduct } from '@app/contracts';

/** Kinds of facts that a platform can be asked for. */
export const COLLECT_KINDS = ['accounts', 'sessions', 'videos', 'followers', 'leads'] as const;
export type CollectKind = (typeof COLLECT_KINDS)[number];

/** What jobs read: the kinds, and the past of broadcasts, a month at a time. */
export const STREAM_KINDS = [...COLLECT_KINDS, 'sessions-history'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** One kind of one account, through one product. `from`, `to`: business days, half open; absent = from the cursor. */
export interface CollectStreamPayload {
  brandId: number;
  product: GrantProduct;
  accountId: string;
  kind: StreamKind;
  from?: string;
  to?: string;
  /** Epoch ms of the slot that is to be read: a success at or after it makes the job needless. Absent: read in any case. */
  dueAt?: number;
  /** Somebody waits: an error ends the job with its report, instead of putting it off. */
  now?: true;
}

/** Looks for what is due, in all brands. */
export type CollectTickPayload = Record<string, never>;

/** Works on the pushes of platforms that are stored: it looks for them itself. */
export type ProcessWebhookPayload = Record<string, never>;

/** Every job of the product. Start-up refuses a name without handler, or with two. */
export interface JobPayloads {
  'collect-stream': CollectStreamPayload;
  'collect-tick': CollectTickPayload;
  'process-webhook': ProcessWebhookPayload;
}
export type JobName = keyof JobPayloads;

/** Which queue a job runs in: schedules have their own, so that a cron tick never waits behind a backlog. */
export const JOB_QUEUES: Record<JobName, 'jobs' | 'schedules'> = {
  'collect-stream': 'jobs',
  'collect-tick': 'schedules',
  'process-webhook': 'jobs',
};
export const JOB_NAMES = Object.keys(JOB_QUEUES) as JobName[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const refuse = (job: JobName, field: string): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: `任务 ${job} 的参数 ${field} 无效`, en: `Job ${job}: parameter ${field} is not valid` },
    { details: [{ field, message: 'not valid' }] },
  );

function brandOf(job: JobName, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse(job, 'brandId');
  return value;
}

function instantOf(job: JobName, field: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refuse(job, field);
  return value;
}

function dayOf(job: JobName, field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !DAY.test(value)) throw refuse(job, field);
  return value;
}

function parseStream(input: Record<string, unknown>): CollectStreamPayload {
  const job = 'collect-stream';
  const product = GRANT_PRODUCTS.find((known) => known === input.product);
  const kind = STREAM_KINDS.find((known) => known === input.kind);
  if (!product) throw refuse(job, 'product');
  if (!kind) throw refuse(job, 'kind');
  if (typeof input.accountId !== 'string' || input.accountId === '') throw refuse(job, 'accountId');
  return {
    brandId: brandOf(job, input.brandId),
    product,
    accountId: input.accountId,
    kind,
    from: dayOf(job, 'from', input.from),
    to: dayOf(job, 'to', input.to),
    dueAt: instantOf(job, 'dueAt', input.dueAt),
    ...(input.now === true ? { now: true as const } : {}),
  };
}

const PARSERS: { [Name in JobName]: (input: Record<string, unknown>) => JobPayloads[Name] } = {
  'collect-stream': parseStream,
  'collect-tick': () => ({}),
  'process-webhook': () => ({}),
};

/** Parses what came out of the queue's store. Throws VitrineError('bad_input'). */
export function parsePayload<Name extends JobName>(name: Name, input: unknown): JobPayloads[Name] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refuse(name, 'payload');
  return PARSERS[name](input as Record<string, unknown>);
}
