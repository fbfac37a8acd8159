import { PLATFORMS, VitrineError, type Platform } from '@app/contracts';

/** Kinds of facts that a platform can be asked for. */
export const COLLECT_KINDS = ['accounts', 'sessions', 'videos', 'followers'] as const;
export type CollectKind = (typeof COLLECT_KINDS)[number];

/** Collect a chunk of one platform's accounts. `from`, `to`: business days, half open; absent = from the cursors. */
export interface CollectPayload {
  brandId: number;
  platform: Platform;
  accounts: string[];
  kinds?: CollectKind[];
  from?: string;
  to?: string;
}

/** The daily round of one brand and platform: finds the accounts with a grant and enqueues `collect` jobs. */
export interface CollectRoundPayload {
  brandId: number;
  platform: Platform;
}

/** Works on the pushes of platforms that are stored: it looks for them itself. */
export type ProcessWebhookPayload = Record<string, never>;

/** Every job of the product. Start-up refuses a name without handler, or with two. */
export interface JobPayloads {
  collect: CollectPayload;
  'collect-round': CollectRoundPayload;
  'process-webhook': ProcessWebhookPayload;
}
export type JobName = keyof JobPayloads;

/** Which queue a job runs in: schedules have their own, so that a cron tick never waits behind a backlog. */
export const JOB_QUEUES: Record<JobName, 'jobs' | 'schedules'> = {
  collect: 'jobs',
  'collect-round': 'schedules',
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

function platformOf(job: JobName, value: unknown): Platform {
  const platform = PLATFORMS.find((known) => known === value);
  if (!platform) throw refuse(job, 'platform');
  return platform;
}

function brandOf(job: JobName, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse(job, 'brandId');
  return value;
}

function dayOf(job: JobName, field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !DAY.test(value)) throw refuse(job, field);
  return value;
}

function parseCollect(input: Record<string, unknown>): CollectPayload {
  const { accounts, kinds } = input;
  if (!Array.isArray(accounts) || !accounts.every((account) => typeof account === 'string')) throw refuse('collect', 'accounts');
  const known = kinds === undefined || kinds === null ? undefined : kinds;
  if (known !== undefined && !(Array.isArray(known) && known.every((kind) => COLLECT_KINDS.includes(kind as CollectKind))))
    throw refuse('collect', 'kinds');
  return {
    brandId: brandOf('collect', input.brandId),
    platform: platformOf('collect', input.platform),
    accounts: accounts as string[],
    kinds: known as CollectKind[] | undefined,
    from: dayOf('collect', 'from', input.from),
    to: dayOf('collect', 'to', input.to),
  };
}

const PARSERS: { [Name in JobName]: (input: Record<string, unknown>) => JobPayloads[Name] } = {
  collect: parseCollect,
  'collect-round': (input) => ({
    brandId: brandOf('collect-round', input.brandId),
    platform: platformOf('collect-round', input.platform),
  }),
  'process-webhook': () => ({}),
};

/** Parses what came out of the queue's store. Throws VitrineError('bad_input'). */
export function parsePayload<Name extends JobName>(name: Name, input: unknown): JobPayloads[Name] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refuse(name, 'payload');
  return PARSERS[name](input as Record<string, unknown>);
}
