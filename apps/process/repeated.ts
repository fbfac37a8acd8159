import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@app/observability';

/** When a work of the background is done first and how often after that, real ms. */
export interface Rhythm {
  firstMs: number;
  everyMs: number;
}

/** Does a pass of some work again and again until `signal` aborts; one that fails is told to `failed`, and the next one is tried all the same. */
export async function repeated(
  { firstMs, everyMs }: Rhythm,
  signal: AbortSignal,
  { pass, failed }: { pass: () => Promise<void>; failed: (error: unknown) => void },
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  for (await pause(firstMs); !signal.aborted; await pause(everyMs))
    try {
      await pass();
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
}

/** What a failure is, in a log. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** Warns of what failed. */
export const warns =
  (logger: Logger, message: string) =>
  (error: unknown): void =>
    logger.warn({ reason: reasonOf(error) }, message);
