import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@app/observability';
import { foldMarks } from '@app/rollup';
import type { Stores } from './stores';

/** Not while everything else starts. */
const FIRST_MS = 20 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;

/** Folds the marks of past days once a day: they grow with the accounts then, and no longer with the deliveries. Ends when `signal` aborts. */
export async function keepMarks(stores: Pick<Stores, 'warehouse' | 'dataSource'>, logger: Logger, signal: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  for (await pause(FIRST_MS); !signal.aborted; await pause(EVERY_MS))
    try {
      const folded = await foldMarks(stores);
      if (folded.spans > 0) logger.info(folded, 'marks of past days folded');
    } catch (error) {
      if (!signal.aborted) logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'marks could not be folded');
    }
}
