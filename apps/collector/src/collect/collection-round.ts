import { setMaxListeners } from 'node:events';
import type { Brand, Platform as PlatformName } from '@app/contracts';
import type { Clock } from '@app/config';
import { PlatformError, type Grant, type GrantKeeper, type Platform } from '@app/platforms';
import type { CollectKind } from '@app/queue';
import { AccountCollector, type CollectScope } from './account.collector';
import type { CollectionBuffer } from './collection-buffer';
import type { CollectionProblem, CollectionStates } from './collection-state';

/** What went wrong with one kind of one account; the others went on. */
export interface CollectFailure extends CollectionProblem {
  platform: PlatformName;
  accountId: string;
  kind: CollectKind;
  message: { zh: string; en: string };
  remedy: { zh: string; en: string } | null;
}

export interface RoundOutcome {
  accounts: number;
  failures: CollectFailure[];
}

export interface RoundParts {
  brand: Brand;
  platform: Platform;
  keeper: GrantKeeper;
  clock: Clock;
  states: CollectionStates;
  buffer: CollectionBuffer;
  signal: AbortSignal;
  /** Accounts under way at once. */
  concurrency: number;
  /** Kinds that another product of the platform answers for an account. */
  leaveOut?: (accountId: string, kind: CollectKind) => boolean;
}

/** One reading of a platform's accounts at the clock's instant, into the buffer. Errors of one account do not touch the others. */
export class CollectionRound {
  private readonly failures: CollectFailure[] = [];
  /** The app itself is refused: asking for further accounts would only repeat it. */
  private stopped: PlatformError | null = null;

  constructor(
    private readonly parts: RoundParts,
    private readonly scope: CollectScope,
  ) {
    setMaxListeners(0, parts.signal);
  }

  async run(grants: ReadonlyMap<string, Grant>, accounts: readonly string[], onAccount?: () => void): Promise<RoundOutcome> {
    const waiting = [...accounts];
    const next = async (): Promise<void> => {
      for (let accountId = waiting.shift(); accountId !== undefined; accountId = waiting.shift()) {
        const grant = grants.get(accountId);
        if (grant) await this.account(accountId, grant);
        onAccount?.();
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.parts.concurrency, accounts.length) }, next));
    return { accounts: accounts.length, failures: this.failures };
  }

  private async account(accountId: string, stored: Grant): Promise<void> {
    const { brand, platform, keeper, clock, states, buffer, signal } = this.parts;
    const call = { account: { accountId, zone: brand.zone }, grant: keeper.access(platform, stored, signal), clock, signal };
    const collector = new AccountCollector(platform, call, buffer, this.scope);
    for (const kind of this.scope.kinds) {
      if (platform.capabilities[kind] !== true || this.parts.leaveOut?.(accountId, kind)) continue;
      signal.throwIfAborted();
      const state = states.get(accountId, kind);
      if (this.stopped) {
        this.fail(accountId, kind, this.stopped);
        continue;
      }
      try {
        const cursor = await collector.collect(kind, state.cursor);
        states.set(accountId, kind, { cursor: cursor as Record<string, unknown>, lastOkAt: clock.now(), problem: null });
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        this.fail(accountId, kind, error);
        if (error.action === 'stop-all') this.stopped = error;
        if (error.action === 'mark-revoked') return;
      }
    }
  }

  private fail(accountId: string, kind: CollectKind, error: PlatformError): void {
    const { platform, states, clock } = this.parts;
    const problem: CollectionProblem = { code: error.wireCode, action: error.action, endpoint: error.endpoint, at: clock.now() };
    states.set(accountId, kind, { ...states.get(accountId, kind), problem });
    this.failures.push({ ...problem, platform: platform.name, accountId, kind, message: error.text, remedy: error.options.remedy ?? null });
  }
}
