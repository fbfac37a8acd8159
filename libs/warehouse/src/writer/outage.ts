import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';

/**
 * Refusals that pass by themselves: aborted, all replicas away, Keeper away, table read-only, too many parts, status of an insert unknown, query
 * cancelled at a stop, the same request still running (a connection broke and its request came again). Whether the rows arrived is unknown, which does no
 * harm: they are identical, and the version decides.
 */
const PASSING = new Set(['209', '210', '216', '225', '236', '242', '252', '279', '319', '394', '425', '439', '999']);

/** The store does not answer, or not now: the same insert may succeed later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof VitrineError)) return false;
  const { cause } = error.options;
  return error.code === 'store_unavailable' || (cause instanceof ClickHouseError && PASSING.has(cause.code));
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/** Does a piece of work again, with growing pauses, while it fails because the store does not answer; after `retryMs` the last failure is thrown. */
export async function throughOutage<T>(retryMs: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + retryMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || performance.now() + pause > until) throw error;
      await sleep(pause * (0.5 + Math.random() / 2)); // many writers must not come back all at once
    }
  }
}
