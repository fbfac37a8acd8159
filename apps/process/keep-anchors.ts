import { VitrineError, businessDay } from '@app/contracts';
import { StateReader, anchorActs } from '@app/database';
import type { Logger } from '@app/observability';
import { reasonOf, repeated } from './repeated';
import type { Stores } from './stores';

const RHYTHM = { firstMs: 60_000, everyMs: 60 * 60_000 };

/**
 * Keeps the end of every brand's audit log in the data folder, once a business day. A log that does not hold its newest anchor is told at every look and
 * gets no new one. Ends when `signal` aborts.
 */
export async function keepAnchors({ settings, dataSource, instance, clock }: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const { secret } = instance;
  const anchored = new Map<number, string>();
  const pass = async (): Promise<void> => {
    for (const brand of await new StateReader(dataSource, secret).listBrands()) {
      const day = businessDay(clock.now(), brand.zone);
      if (anchored.get(brand.brandId) === day) continue;
      await anchorActs({ dataSource, secret, dataDir: settings.dataDir }, brand);
      anchored.set(brand.brandId, day);
    }
  };
  const failed = (error: unknown): void =>
    logger[error instanceof VitrineError ? 'error' : 'warn']({ reason: reasonOf(error) }, 'the audit log could not be anchored');
  await repeated(RHYTHM, signal, { pass, failed });
}
