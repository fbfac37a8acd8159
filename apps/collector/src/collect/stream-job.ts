import { setMaxListeners } from 'node:events';
import type { DataSource } from 'typeorm';
import { businessDay, type Brand, type GrantProduct } from '@app/contracts';
import type { Clock } from '@app/config';
import { keepDeadLetter, type ErrorClass } from '@app/database';
import { notingUnreadable, paidBy, PlatformError, type Connectors, type Grant, type GrantKeeper, type Platform } from '@app/platforms';
import { Postponed, type CollectStreamPayload, type JobContext } from '@app/queue';
import { AccountCollector, type HistoryCursor } from './account.collector';
import { CollectionBuffer } from './collection-buffer';
import type { CollectFailure } from './collection-round';
import type { CollectionState, StateLookup } from './collection-state';
import { aheadMs, HISTORY_DAYS, SCHEDULE, slotsOf } from './collect-schedule';
import type { Committed, GroupCommit } from './group-commit';
import type { KnownAccounts } from './known-accounts';
import { errorClass, nextTry } from './next-try';
import { spreadOf } from './streams';

/** How a job ended. `skipped`: there was nothing to ask, nobody to ask for, or its slot has been read. */
export interface StreamReport {
  skipped?: 'no grant' | 'not capable' | 'already read';
  committed?: Committed;
  failure?: CollectFailure;
}

export interface StreamJobParts {
  dataSource: DataSource;
  connectors: Connectors;
  keeper: GrantKeeper;
  known: KnownAccounts;
  states: StateLookup;
  commit: GroupCommit;
  clock: Clock;
  /** How many times as fast as the real one the clock runs. */
  speed: number;
}

interface Task {
  payload: CollectStreamPayload;
  brand: Brand;
  connector: Platform;
  grant: Grant;
  state: CollectionState;
  /** In a row before this try. */
  failures: number;
  /** Instant of the try. */
  at: number;
}

/** The work of one job: one kind of one account, read into the group commit. Repeated, or done by two at once, it changes nothing. */
export class StreamJob {
  constructor(private readonly parts: StreamJobParts) {}

  async run(payload: CollectStreamPayload, context: JobContext): Promise<StreamReport> {
    const { brandId, product, accountId } = payload;
    const { known, connectors, states, clock } = this.parts;
    const connector = connectors[product];
    if (!connector || !isCapable(connector, payload.kind)) return { skipped: 'not capable' };
    const grant = await known.grant(brandId, product, accountId);
    if (!grant) return { skipped: 'no grant' };
    const brand = await known.brand(brandId);
    const { state, lastSuccessAt, failures } = await states.get(payload);
    if (lastSuccessAt !== null && this.isRead(payload, brand, lastSuccessAt)) return { skipped: 'already read' };
    const task: Task = { payload, brand, connector, grant, state, failures, at: clock.now() };
    setMaxListeners(0, context.signal);
    try {
      return await this.read(task, context.signal);
    } catch (error) {
      if (error instanceof PlatformError) return this.failed(task, error);
      if (context.lastAttempt && !context.signal.aborted) await this.bury(task, error);
      throw error;
    }
  }

  /** Whether the job's slot has been read. Throws `Postponed` where its next one was asked for meanwhile: the job takes that place. */
  private isRead(payload: CollectStreamPayload, brand: Brand, lastSuccessAt: number): boolean {
    const { dueAt, product, kind } = payload;
    if (dueAt === undefined) return false;
    // who waits for the answer has said which reading is meant
    if (payload.now) return lastSuccessAt >= dueAt;
    const { clock, speed } = this.parts;
    const now = clock.now();
    const at = { rule: SCHEDULE[product][kind], spread: spreadOf(payload), zone: brand.zone, now, aheadMs: aheadMs(speed) };
    const { slot, next } = slotsOf(dueAt, at);
    if (lastSuccessAt < slot) return false;
    if (next !== null) throw new Postponed((next - now) / speed);
    return true;
  }

  private async read(task: Task, signal: AbortSignal): Promise<StreamReport> {
    const { payload, brand, connector, grant, state, at } = task;
    const { keeper, clock, known, commit } = this.parts;
    const { brandId, product, accountId, kind, from, to } = payload;
    const buffer = new CollectionBuffer();
    const call = { account: { accountId, zone: brand.zone }, grant: keeper.access(connector, grant, signal), clock, signal };
    const scope = { kinds: [], from, to, followersEveryDays: 1, historyDays: HISTORY_DAYS[product], recheck: true };
    const collector = new AccountCollector(connector, call, buffer, scope);
    const share = await known.share(brandId, product, accountId);
    const payer = { app: grant.appId ?? 'app', credential: grant.principalId, share };
    const read = await notingUnreadable(() => paidBy(payer, () => collector.collect(kind, state.cursor)));
    const cursor = read.result as Record<string, unknown>;
    const spanned = from !== undefined || to !== undefined;
    // the past is read once: nothing would ever take back what its last piece held
    const unreadable = kind === 'sessions-history' ? null : read.unreadable;
    const next: CollectionState = { cursor, lastOkAt: at, problem: null, unreadable };
    const unfinished = kind === 'sessions-history' && !(cursor as unknown as HistoryCursor).done;
    const committed = await commit.add({
      brand,
      stream: { brandId, product, accountId, kind },
      buffer,
      state: next,
      tried: spanned
        ? null
        : {
            ...this.tried(task),
            error: null,
            nextTryAt: unfinished ? at : null,
            newestFactAt: buffer.newestAt,
            newestFactDay: buffer.newestDay,
          },
      succeeded: true,
      span: { from, to },
    });
    return { committed };
  }

  private tried({ payload: { brandId, product, accountId, kind }, brand, at }: Task) {
    return { brandId, product, accountId, kind, at, day: businessDay(at, brand.zone), newestFactAt: null, newestFactDay: null };
  }

  private async failed(task: Task, error: PlatformError): Promise<StreamReport> {
    const { payload, brand, state, at } = task;
    const { brandId, product, accountId, kind, from, to } = payload;
    const { commit, clock, speed, known } = this.parts;
    const now = clock.now();
    const kindOfError = errorClass(error);
    if (kindOfError === 'needs-user') known.forgetGrants(brandId, product);
    const next = nextTry({ error, failures: task.failures + 1, now, zone: brand.zone, random: Math.random() });
    const problem = { code: error.wireCode, action: error.action, endpoint: error.endpoint, at };
    const told = { class: kindOfError, code: error.wireCode, endpoint: error.endpoint };
    if (next.then === 'give-up') await this.deadLetter(payload, told, at);
    await commit.add({
      brand,
      stream: { brandId, product, accountId, kind },
      buffer: new CollectionBuffer(),
      state: { ...state, problem },
      tried: from === undefined && to === undefined ? { ...this.tried(task), error: told, nextTryAt: next.at } : null,
      succeeded: false,
      span: { from, to },
    });
    if (next.then === 'later' && !payload.now) throw new Postponed((next.at - now) / speed);
    return {
      failure: {
        ...problem,
        platform: error.platform,
        accountId,
        kind: kind === 'sessions-history' ? 'sessions' : kind,
        message: error.text,
        remedy: error.options.remedy ?? null,
      },
    };
  }

  /** What no attempt could do, for no reason that a platform gave: our own mistake, or a store that was out of reach for long. */
  private async bury(task: Task, error: unknown): Promise<void> {
    const { payload, brand, at } = task;
    const code = error instanceof Error ? error.name : 'unknown';
    const told = { class: 'internal' as const, code, endpoint: null };
    try {
      await this.deadLetter(payload, told, at);
      await this.parts.commit.add({
        brand,
        stream: payload,
        buffer: new CollectionBuffer(),
        state: null,
        tried: { ...this.tried(task), error: told, nextTryAt: null },
        succeeded: false,
        span: payload,
      });
    } catch {
      // the store that would keep the letter is what fails: the schedule asks for the stream again
    }
  }

  private deadLetter(payload: CollectStreamPayload, error: { class: ErrorClass; code: string; endpoint: string | null }, at: number) {
    const { brandId, product, accountId, kind, from, to } = payload;
    return keepDeadLetter(this.parts.dataSource, {
      brandId,
      product,
      accountId,
      kind,
      payload: { brandId, product, accountId, kind, ...(from ? { from } : {}), ...(to ? { to } : {}) },
      error,
      at,
    });
  }
}

/** May this product be asked for that kind? */
export function isCapable(connector: Platform, kind: CollectStreamPayload['kind']): boolean {
  return connector.capabilities[kind === 'sessions-history' ? 'sessions' : kind] === true;
}

/** A product whose session ids are its own is asked for broadcasts only where no other product of the platform lists them. */
export function isListedElsewhere(
  connectors: Connectors,
  grants: ReadonlyMap<GrantProduct, ReadonlyMap<string, Grant>>,
  product: GrantProduct,
  accountId: string,
): boolean {
  const connector = connectors[product];
  if (!connector?.ownSessionIds) return false;
  return Object.values(connectors).some(
    (other) =>
      other.product !== product &&
      other.name === connector.name &&
      other.capabilities.sessionList === true &&
      grants.get(other.product)?.has(accountId),
  );
}
