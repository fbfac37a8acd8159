import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@app/observability';
import type { ReportService } from '@app/reports';

const EVERY_MS = 5_000;

/**
 * Computes what deliveries have touched soon after they close, so that the first who asks need not wait for it. Nothing depends on it: a report
 * does the same before it answers. Ends when `signal` aborts.
 */
export async function keepRollups(reports: ReportService, logger: Logger, signal: AbortSignal): Promise<void> {
  let failed = false;
  while (!signal.aborted) {
    try {
      await reports.refreshRollups();
      failed = false;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (!signal.aborted && !failed) logger.warn({ reason }, 'roll-ups could not be refreshed; trying on');
      failed = true;
    }
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  }
}
