import { randomUUID } from 'node:crypto';
import { VitrineError, WhatIfJob, WhatIfQuery } from '@app/contracts';
import { type BrandScope, checkedScope, scopeKey } from '@app/reports';
import { DRAWS } from './standing';
import type { PreparedWhatIf, WhatIfService } from './what-if.service';

/** Who asks: a job belongs to whoever started it, with the rows that they saw then. `owner` tells askers of one scope apart. */
export interface WhatIfAsker {
  scope: BrandScope;
  owner?: string;
}

interface KnownJob {
  job: WhatIfJob;
  brandId: number;
  asker: WhatIfAsker;
  stop: AbortController;
  /** With the failure, if it is one. */
  ended: Promise<unknown>;
}

/** Answered questions that are kept to be fetched. */
const KEPT = 20;

/** Quick questions of a brand that wait for each other. */
const WAITING = 16;

/** Trials × subjects that are answered while somebody waits. */
const QUICK_TRIALS = 20_000;

/**
 * Questions that are asked again and again, one after another: what is quick is answered at once; what forms visits anew, or tries the ranking of a large brand,
 * becomes a job that is asked about again. A brand has one long question at a time, for each takes most of what the store can give.
 */
export class WhatIfJobs {
  private readonly jobs = new Map<string, KnownJob>();
  /** Brands whose long question is being answered. */
  private readonly busy = new Set<number>();
  /** Quick questions of a brand, one after another, and how many of them wait. */
  private readonly turns = new Map<number, { last: Promise<unknown>; waiting: number }>();

  constructor(private readonly service: WhatIfService) {}

  /** The job: done, where it is quick. Throws bad_input as the service does, conflict while the brand has a long question, too_many while too many wait. */
  async start(query: WhatIfQuery, asker: WhatIfAsker): Promise<WhatIfJob> {
    const prepared = await this.service.prepare(query, asker.scope);
    if (!isLong(prepared)) return this.answered(prepared, asker);
    const { brandId } = prepared.ask.brand;
    if (this.busy.has(brandId)) throw busy(this.runningOf(brandId, asker));
    this.busy.add(brandId);
    const { job, ended } = this.run(prepared, asker);
    void ended.then(() => this.busy.delete(brandId));
    return { ...job };
  }

  /** Quick questions of a brand wait for each other: each takes the process for a moment. Throws too_many where as many wait as may. */
  private async answered(prepared: PreparedWhatIf, asker: WhatIfAsker): Promise<WhatIfJob> {
    const { brandId } = prepared.ask.brand;
    const turn = this.turns.get(brandId) ?? { last: Promise.resolve(), waiting: 0 };
    if (turn.waiting >= WAITING) throw tooMany();
    this.turns.set(brandId, turn);
    turn.waiting++;
    const known = turn.last.then(() => this.run(prepared, asker));
    turn.last = known.then(({ ended }) => ended);
    try {
      const { job, failure } = await known.then(async (run) => ({ job: run.job, failure: await run.ended }));
      if (failure !== null) throw failure;
      return { ...job };
    } finally {
      turn.waiting--;
      if (turn.waiting === 0) this.turns.delete(brandId);
    }
  }

  /** A job of the asker. Throws not_found for one that is unknown, of somebody else, or long gone. */
  find(id: string, asker: WhatIfAsker): WhatIfJob {
    return { ...this.own(id, asker).job };
  }

  /** Ends a job; one that has ended stays as it is. */
  async cancel(id: string, asker: WhatIfAsker): Promise<WhatIfJob> {
    const known = this.own(id, asker);
    if (known.job.state === 'running') {
      known.stop.abort(cancelled());
      await known.ended;
    }
    return { ...known.job };
  }

  /** Ends everything that runs: before the stores are closed. */
  async close(): Promise<void> {
    for (const { stop } of this.jobs.values()) stop.abort(cancelled());
    await Promise.all([...this.jobs.values()].map(({ ended }) => ended));
  }

  private run(prepared: PreparedWhatIf, asker: WhatIfAsker): KnownJob {
    const stop = new AbortController();
    const job: WhatIfJob = {
      id: randomUUID(),
      state: 'running',
      progress: { stage: 'reading', done: 0, of: 1 },
      startedAt: new Date().toISOString(),
      endedAt: null,
      result: null,
      error: null,
    };
    const ended = this.service
      .answer(prepared, { signal: stop.signal, onProgress: (progress) => Object.assign(job, { progress }) })
      .then(
        (result) => {
          Object.assign(job, { state: 'done', result });
          return null;
        },
        (error: unknown) => {
          Object.assign(job, stop.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: told(error) });
          return error;
        },
      )
      .finally(() => (job.endedAt = new Date().toISOString()));
    const known = { job, brandId: prepared.ask.brand.brandId, asker, stop, ended };
    this.jobs.set(job.id, known);
    this.forget();
    return known;
  }

  private own(id: string, asker: WhatIfAsker): KnownJob {
    checkedScope(asker.scope);
    const known = this.jobs.get(id);
    if (!known || !sameAsker(known.asker, asker)) throw unknownJob();
    return known;
  }

  /** Whose job keeps an asker waiting is told to its owner only. */
  private runningOf(brandId: number, asker: WhatIfAsker): WhatIfJob | undefined {
    const running = [...this.jobs.values()].find((known) => known.brandId === brandId && known.job.state === 'running');
    return running && sameAsker(running.asker, asker) ? running.job : undefined;
  }

  private forget(): void {
    for (const [id, { job }] of this.jobs) {
      if (this.jobs.size <= KEPT) return;
      if (job.state !== 'running') this.jobs.delete(id);
    }
  }
}

function isLong({ work, query, ask }: PreparedWhatIf): boolean {
  return (
    work === 'visits' || (query.stability !== undefined && ask.state.accounts.length * (query.stability.draws ?? DRAWS) > QUICK_TRIALS)
  );
}

const sameAsker = (a: WhatIfAsker, b: WhatIfAsker): boolean => a.owner === b.owner && scopeKey(a.scope) === scopeKey(b.scope);

function told(error: unknown): WhatIfJob['error'] {
  if (error instanceof VitrineError) return { code: error.code, text: error.text };
  return { code: 'internal', text: { zh: '测算失败，请联系管理员。', en: 'The question failed: ask your administrator.' } };
}

function busy(running: WhatIfJob | undefined): VitrineError {
  return new VitrineError(
    'conflict',
    { zh: '该品牌正在进行另一项长测算', en: 'Another long question of this brand is being answered' },
    {
      remedy: {
        zh: '请等待其完成，或先取消它；不改变到访规则的测算可随时进行。',
        en: 'Wait for it, or cancel it first; questions that leave visits as they are can be asked at any time.',
      },
      details: running ? [{ field: 'id', message: running.id }] : [],
    },
  );
}

const tooMany = (): VitrineError =>
  new VitrineError(
    'too_many',
    { zh: '该品牌等待中的测算过多', en: 'Too many questions of this brand are waiting' },
    { remedy: { zh: '请等待前面的测算完成后再试', en: 'Wait for the answers before it, then ask again' } },
  );

function unknownJob(): VitrineError {
  return new VitrineError(
    'not_found',
    { zh: '没有该测算', en: 'There is no such question' },
    { remedy: { zh: '结果只保留最近若干项，请重新提交。', en: 'Only the latest answers are kept: ask again.' } },
  );
}

const cancelled = (): VitrineError => new VitrineError('conflict', { zh: '测算已取消', en: 'The question was cancelled' });
