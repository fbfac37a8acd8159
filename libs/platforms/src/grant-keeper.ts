import type { Clock } from '@app/config';
import type { Grant, GrantAccess, GrantStore } from './grant';
import type { Platform } from './platform';
import { PlatformError } from './platform-error';

/** A token that runs out within this time is renewed before it is used. */
const AHEAD_MS = 60_000;

interface Held {
  /** Tokens of this grant that were seen in the store: another one means that the owner has authorised anew, and what is held is dropped. */
  stored: Set<string>;
  grant: Grant;
  renewing: Promise<Grant> | null;
}

/** Keeps the newest tokens of a process and renews each grant once at a time, however many calls find its token refused. */
export class GrantKeeper {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly store: GrantStore,
    private readonly clock: Clock,
  ) {}

  /** Access to a grant as it was read from the store. */
  access(platform: Platform, stored: Grant, signal: AbortSignal): GrantAccess {
    const held = this.hold(stored);
    return {
      current: () => held.grant,
      use: async (call) => {
        let grant = held.grant;
        if (this.isOver(grant)) grant = await this.renew(platform, held, grant, false, signal);
        try {
          return await call(grant);
        } catch (error) {
          if (!(error instanceof PlatformError) || error.action !== 'refresh-once') throw error;
          const fresh = await this.renew(platform, held, grant, true, signal);
          return await this.again(call, fresh);
        }
      },
    };
  }

  private hold(stored: Grant): Held {
    const key = `${stored.brandId}\0${stored.product}\0${stored.principalId}`;
    let held = this.held.get(key);
    if (!held || !held.stored.has(stored.accessToken)) {
      held = { stored: new Set([stored.accessToken]), grant: stored, renewing: null };
      this.held.set(key, held);
    }
    return held;
  }

  /** The second refusal in a row is the owner's business, not the token's. */
  private async again<T>(call: (grant: Grant) => Promise<T>, grant: Grant): Promise<T> {
    try {
      return await call(grant);
    } catch (error) {
      if (error instanceof PlatformError && error.action === 'refresh-once')
        throw new PlatformError(error.platform, 'mark-revoked', error.wireCode, error.endpoint, 1, error);
      throw error;
    }
  }

  private isOver(grant: Grant): boolean {
    return grant.accessToken === '' || (grant.accessExpiresAt !== null && grant.accessExpiresAt - AHEAD_MS <= this.clock.now());
  }

  private async renew(platform: Platform, held: Held, stale: Grant, force: boolean, signal: AbortSignal): Promise<Grant> {
    if (held.grant.accessToken !== stale.accessToken) return held.grant;
    held.renewing ??= this.fetchNew(platform, held, stale, force, signal).finally(() => (held.renewing = null));
    return held.renewing;
  }

  private async fetchNew(platform: Platform, held: Held, stale: Grant, force: boolean, signal: AbortSignal): Promise<Grant> {
    if (!platform.storesTokens) {
      held.grant = await platform.refresh(stale, force, this.clock, signal);
      return held.grant;
    }
    const grant = await this.store.renew(stale, async (stored) =>
      // another process was faster: its pair is the only one that still works
      stored.accessToken !== stale.accessToken && !this.isOver(stored) ? stored : platform.refresh(stored, force, this.clock, signal),
    );
    held.grant = grant;
    held.stored.add(grant.accessToken);
    return grant;
  }
}
