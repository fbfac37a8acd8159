/** Tries in a row at one account or from one address. Instants in epoch ms. */
export interface Attempts {
  failures: number;
  lastAt: number;
  blockedUntil: number | null;
}

/** So many tries are free; then each waits twice as long as the one before, from `firstWaitMs` to `longestWaitMs`. */
export interface Backoff {
  free: number;
  firstWaitMs: number;
  longestWaitMs: number;
  /** Without a try for so long everything is forgotten. */
  forgetMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** An account: nobody waits longer than a quarter of an hour, so locking somebody else out has to be kept up. */
export const ACCOUNT_BACKOFF: Backoff = { free: 5, firstWaitMs: 5_000, longestWaitMs: 15 * MINUTE, forgetMs: 24 * HOUR };
/** An address: whole offices share one. */
export const ADDRESS_BACKOFF: Backoff = { free: 30, firstWaitMs: 5_000, longestWaitMs: 15 * MINUTE, forgetMs: HOUR };

/**
 * A try that begins now. It counts as failed until it has succeeded, so that many at once are no way around. Refused ones (`waitMs` > 0) count nothing:
 * they do not make the wait longer.
 */
export function begun(before: Attempts | null, now: number, rule: Backoff): { waitMs: number; after: Attempts } {
  const known = before && now - before.lastAt < rule.forgetMs ? before : null;
  if (known?.blockedUntil && known.blockedUntil > now) return { waitMs: known.blockedUntil - now, after: known };
  const failures = (known?.failures ?? 0) + 1;
  const over = failures - rule.free;
  const wait = over < 0 ? 0 : Math.min(rule.longestWaitMs, rule.firstWaitMs * 2 ** Math.min(over, 30));
  return { waitMs: 0, after: { failures, lastAt: now, blockedUntil: wait === 0 ? null : now + wait } };
}
