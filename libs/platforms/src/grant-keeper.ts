import type { Clock } from '@app/config';
import type { Grant, GrantAccess, GrantStore } from './grant';
import type { Platform } from './platform';
import { PlatformError } from './platform-error';

/** A token that runs out within this time is renewed before it is used. */
const AHEAD_MS = 60_000;

/**
 * Codes by which a platform says that the owner's permission has ended for good: only the owner can give it again. Other refusals (a banned user, a
 * private account, a second refusal in a row) may pass by themselves and are asked again.
 */
const ENDED: ReadonlySet<string> = new Set(['28001045', '10010', '10020', '100200109', '100200110', '100200111', '100200113']);

interface Held {
  /** Tokens of this grant that were seen in the store: another one means that the owner has authorised anew, and what is held is dropped. */
  stored: Set<string>;
  grant: Grant;
  renewing: Promise<Grant> | null;
  revoked: Grant['revoked'];
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
        if (held.revoked) throw new PlatformError(platform.name, 'mark-revoked', held.revoked.code, 'grant');
        try {
          return await this.called(platform, held, call, signal);
        } catch (error) {
          if (error instanceof PlatformError && error.action === 'mark-revoked' && ENDED.has(error.wireCode))
            await this.end(held, error.wireCode);
          throw error;
        }
      },
    };
  }

  private async called<T>(platform: Platform, held: Held, call: (grant: Grant) => Promise<T>, signal: AbortSignal): Promise<T> {
    let grant = held.grant;
    if (this.isOver(grant)) grant = await this.renew(platform, held, grant, false, signal);
    try {
      return await call(grant);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.action !== 'refresh-once') throw error;
      const fresh = await this.renew(platform, held, grant, true, signal);
      return await this.again(call, fresh);
    }
  }

  private async end(held: Held, code: string): Promise<void> {
    if (held.revoked) return;
    held.revoked = { at: this.clock.now(), code };
    await this.store.revoke(held.grant, held.revoked);
  }

  private hold(stored: Grant): Held {
    const key = `${stored.brandId}\0${stored.product}\0${stored.principalId}`;
    let held = this.held.get(key);
    if (!held || !held.stored.has(stored.accessToken)) {
      held = { stored: new Set([stored.accessToken]), grant: stored, renewing: null, revoked: null };
      this.held.set(key, held);
    }
    // an event can end a grant, and give it back, without any new token
    held.revoked = stored.revoked ?? null;
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
      held.grant = await this.store.renewApp(stale, force, (forced) => platform.refresh(stale, forced, this.clock, signal));
      return held.grant;
    }
    const grant = await this.renewed(platform, held, stale, force, signal);
    held.grant = grant;
    held.stored.add(grant.accessToken);
    return grant;
  }

  /** A refused refresh leaves nothing to try: the owner must authorise again. */
  private async renewed(platform: Platform, held: Held, stale: Grant, force: boolean, signal: AbortSignal): Promise<Grant> {
    try {
      return await this.store.renew(stale, async (stored) =>
        // another process was faster: its pair is the only one that still works
        stored.accessToken !== stale.accessToken && !this.isOver(stored) ? stored : platform.refresh(stored, force, this.clock, signal),
      );
    } catch (error) {
      if (error instanceof PlatformError && error.action === 'mark-revoked') await this.end(held, error.wireCode);
      throw error;
    }
  }
}
