import { jitterMs, paceOf, type Charge, type Grace, type RateLimits } from './rate-limits';

interface Waiting {
  /** Whose allowance it shares with most others. */
  app: string;
  charges: readonly Charge[];
  notBefore: number;
  start: () => void;
  fail: (error: unknown) => void;
}

export interface Turn {
  /** Whose call it is: those who wait take turns. */
  share: string;
  charges: readonly Charge[];
  signal: AbortSignal;
}

const ASKED_AT_ONCE = 16;
/**
 * So much longer than told waits who was refused by a limit that all processes share: meanwhile several calls' worth of allowance gathers, instead of every
 * process asking for each. Less than what gathers for a burst, so nothing is lost.
 */
const GATHER_MS = 50;
const appOf = (charges: readonly Charge[]): string => charges.find(({ per }) => per === 'app')?.key ?? '';

/**
 * Calls to one platform: at most `concurrency` at once, as fast as the limits allow. When an allowance is scarce, shares (dealers) take turns, each
 * with its oldest call; a call that waits for its own credential holds up nobody else.
 */
export class CallQueue {
  private active = 0;
  /** Calls for which an allowance is being asked. */
  private readonly asking = new Set<Waiting>();
  /** How many of them there are of each share. */
  private readonly askedOf = new Map<string, number>();
  /** By app, each with its shares in the order in which they are served next: where an app has no allowance left, nobody of it is looked at. */
  private readonly apps = new Map<string, Map<string, Waiting[]>>();
  /** How many allowances are asked for at once: one while they are scarce. */
  private atOnce = ASKED_AT_ONCE;
  private readonly blocked = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly concurrency: number,
    private readonly limits: RateLimits | null,
  ) {}

  async run<T>(turn: Turn, call: () => Promise<T>): Promise<T> {
    await this.wait(turn);
    try {
      return await call();
    } finally {
      this.active--;
      this.pump();
    }
  }

  private wait({ share, charges, signal }: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.remove(share, waiting);
        reject(signal.reason as Error);
      };
      const settle = (): void => signal.removeEventListener('abort', leave);
      const waiting: Waiting = {
        app: appOf(charges),
        charges,
        notBefore: 0,
        start: () => (settle(), resolve()),
        fail: (error) => (settle(), reject(error as Error)),
      };
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
      const shares = this.apps.get(waiting.app) ?? new Map<string, Waiting[]>();
      this.apps.set(waiting.app, shares);
      const queue = shares.get(share);
      if (queue) queue.push(waiting);
      else shares.set(share, [waiting]);
      this.pump();
    });
  }

  private remove(share: string, waiting: Waiting): boolean {
    const shares = this.apps.get(waiting.app);
    const queue = shares?.get(share);
    const place = queue?.indexOf(waiting) ?? -1;
    if (!shares || !queue || place < 0) return false;
    queue.splice(place, 1);
    if (queue.length === 0) shares.delete(share);
    if (shares.size === 0) this.apps.delete(waiting.app);
    return true;
  }

  /** Asks for several calls at once: on a busy machine one answer after the other would be slower than any limit. */
  private pump(): void {
    clearTimeout(this.timer);
    while (this.active + this.asking.size < this.concurrency && this.asking.size < this.atOnce && this.apps.size > 0) {
      const now = performance.now();
      const next = this.next(now);
      if (typeof next === 'number') {
        this.timer = setTimeout(() => this.pump(), Math.max(1, next - now));
        return;
      }
      this.asking.add(next.waiting);
      this.askedOf.set(next.share, (this.askedOf.get(next.share) ?? 0) + 1);
      void this.serve(next.share, next.waiting).finally(() => {
        this.asking.delete(next.waiting);
        const left = (this.askedOf.get(next.share) ?? 1) - 1;
        if (left > 0) this.askedOf.set(next.share, left);
        else this.askedOf.delete(next.share);
        this.pump();
      });
    }
  }

  /** The call whose turn it is, or when the first of those who wait may be asked again. */
  private next(now: number): { share: string; waiting: Waiting } | number {
    let earliest = now + 60_000;
    let best: { share: string; waiting: Waiting } | null = null;
    let fewest = Infinity;
    for (const [app, shares] of this.apps) {
      const open = this.blocked.get(app) ?? 0;
      if (open > now) {
        earliest = Math.min(earliest, open);
        continue;
      }
      for (const [share, queue] of shares) {
        // a share for which fewer allowances are being asked comes first
        const asked = this.askedOf.get(share) ?? 0;
        if (asked >= fewest) continue;
        for (const waiting of queue) {
          if (this.asking.has(waiting)) continue;
          const from = this.openFrom(waiting);
          earliest = Math.min(earliest, from);
          if (from > now) continue;
          best = { share, waiting };
          fewest = asked;
          break;
        }
        if (fewest === 0) return best ?? earliest;
      }
    }
    return best ?? earliest;
  }

  private openFrom({ notBefore, charges }: Waiting): number {
    let from = notBefore;
    for (const { key } of charges) from = Math.max(from, this.blocked.get(key) ?? 0);
    return from;
  }

  private async serve(share: string, waiting: Waiting): Promise<void> {
    const asked = performance.now();
    try {
      const grace = this.limits && waiting.charges.length > 0 ? await this.limits.acquire(waiting.charges) : { waitMs: 0, key: null };
      const now = performance.now();
      if (grace.waitMs > 0) {
        this.refused(waiting, grace, now);
        return;
      }
      // the answer was long on its way: what it allowed then may be too much now
      const late = waiting.charges.some(({ perMs }) => now - asked > jitterMs(perMs) / 2);
      if (late || !this.remove(share, waiting)) return;
      this.atOnce = Math.min(ASKED_AT_ONCE, this.atOnce * 2);
      this.toTheEnd(share, waiting.app);
      this.active++;
      waiting.start();
    } catch (error) {
      if (this.remove(share, waiting)) waiting.fail(error);
    }
  }

  private refused(waiting: Waiting, { waitMs, key }: Grace, now: number): void {
    const charge = waiting.charges.find((one) => one.key === key);
    const gather = charge?.per === 'app' ? Math.min(GATHER_MS, paceOf(charge).toleranceMs / 2) : 0;
    if (charge?.per === 'app') this.atOnce = 1;
    waiting.notBefore = now + waitMs + gather;
    if (key !== null) this.block(key, waiting.notBefore, now);
  }

  private block(key: string, until: number, now: number): void {
    this.blocked.set(key, until);
    if (this.blocked.size > 1_000) for (const [known, end] of this.blocked) if (end <= now) this.blocked.delete(known);
  }

  private toTheEnd(share: string, app: string): void {
    const shares = this.apps.get(app);
    if (!shares) return;
    const queue = shares.get(share);
    if (queue) {
      shares.delete(share);
      shares.set(share, queue);
    }
    this.apps.delete(app);
    this.apps.set(app, shares);
  }
}
