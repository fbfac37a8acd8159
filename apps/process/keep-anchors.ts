import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError, businessDay } from '@app/contracts';
import { StateReader, anchorActs } from '@app/database';
import type { Logger } from '@app/observability';
import type { Stores } from './stores';

const FIRST_MS = 60_000;
const EVERY_MS = 60 * 60_000;

/**
 * Keeps the end of every brand's audit log in the data folder, once a business day. A log that does not hold its newest anchor is told at every look and
 * gets no new one. Ends when `signal` aborts.
 */
export async function keepAnchors({ settings, dataSource, instance, clock }: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const { secret } = instance;
  const anchored = new Map<number, string>();
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  for (await pause(FIRST_MS); !signal.aborted; await pause(EVERY_MS))
    try {
      for (const brand of await new StateReader(dataSource, secret).listBrands()) {
        const day = businessDay(clock.now(), brand.zone);
        if (anchored.get(brand.brandId) === day) continue;
        await anchorActs({ dataSource, secret, dataDir: settings.dataDir }, brand);
        anchored.set(brand.brandId, day);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (!signal.aborted) logger[error instanceof VitrineError ? 'error' : 'warn']({ reason }, 'the audit log could not be anchored');
    }
}
