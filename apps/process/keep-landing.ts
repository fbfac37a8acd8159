import { setTimeout as sleep } from 'node:timers/promises';
import { dataInstant } from '@app/database';
import type { Logger } from '@app/observability';
import { applyRetention } from '@app/warehouse';
import type { Stores } from './stores';

/** Not while everything else starts. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;

/** Trims the landing logs once a day to the days that the settings name; without any they grow for ever. Ends when `signal` aborts. */
export async function keepLanding({ settings, warehouse, dataSource, clock }: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const { landingDays } = settings;
  if (landingDays === null) return;
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  for (await pause(FIRST_MS); !signal.aborted; await pause(EVERY_MS))
    try {
      const { floor, removed } = await applyRetention(warehouse, landingDays, await dataInstant(dataSource, clock.now()));
      logger.info({ floor: new Date(floor).toISOString(), removed }, 'landing logs trimmed');
    } catch (error) {
      if (!signal.aborted) logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'landing logs could not be trimmed');
    }
}
