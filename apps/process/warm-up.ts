import { addMonths } from '@app/contracts';
import { StateReader } from '@app/database';
import type { Logger } from '@app/observability';
import { ReportService } from '@app/reports';
import type { Stores } from './stores';

/**
 * Asks, once a process serves, what the first page will ask: the ranking of the newest complete month and of the month before. Whoever asks
 * meanwhile waits for the same answer. A failure is logged and harmless: the page asks again.
 */
export async function warmUp(
  reports: ReportService,
  { dataSource, instance }: Stores,
  logger: Logger,
  stopped: () => boolean,
): Promise<void> {
  try {
    for (const { code: brand } of await new StateReader(dataSource, instance.secret).listBrands()) {
      const { defaultMonth } = await reports.overview('all', brand);
      for (const month of defaultMonth === null ? [] : [defaultMonth, addMonths(defaultMonth, -1)])
        for (const level of ['dealer', 'brand', 'account'] as const)
          if (!stopped()) await reports.report({ name: 'ranking', brand, month, level, basis: 'adjusted' }, 'all');
    }
  } catch (error) {
    if (!stopped()) logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'first reports were not prepared');
  }
}
