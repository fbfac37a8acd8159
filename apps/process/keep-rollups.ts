import type { Logger } from '@app/observability';
import type { ReportService } from '@app/reports';
import { repeated, warns } from './repeated';

const RHYTHM = { firstMs: 0, everyMs: 5_000 };

/**
 * Computes what deliveries have touched soon after they close, so that the first who asks need not wait for it. Nothing depends on it: a report
 * does the same before it answers. Ends when `signal` aborts.
 */
export async function keepRollups(reports: ReportService, logger: Logger, signal: AbortSignal): Promise<void> {
  const warn = warns(logger, 'roll-ups could not be refreshed; trying on');
  let isTold = false;
  const pass = async (): Promise<void> => {
    await reports.refreshRollups();
    isTold = false;
  };
  const failed = (error: unknown): void => {
    if (!isTold) warn(error);
    isTold = true;
  };
  await repeated(RHYTHM, signal, { pass, failed });
}
