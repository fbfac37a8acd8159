import { dataInstant } from '@app/database';
import type { Logger } from '@app/observability';
import { applyRetention } from '@app/warehouse';
import { repeated, warns } from './repeated';
import type { Stores } from './stores';

/** Not while everything else starts. */
const RHYTHM = { firstMs: 10 * 60_000, everyMs: 24 * 60 * 60_000 };

/** Trims the landing logs once a day to the days that the settings name; without any they grow for ever. Ends when `signal` aborts. */
export async function keepLanding({ settings, warehouse, dataSource, clock }: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const { landingDays } = settings;
  if (landingDays === null) return;
  const pass = async (): Promise<void> => {
    const { floor, removed } = await applyRetention(warehouse, landingDays, await dataInstant(dataSource, clock.now()));
    logger.info({ floor: new Date(floor).toISOString(), removed }, 'landing logs trimmed');
  };
  await repeated(RHYTHM, signal, { pass, failed: warns(logger, 'landing logs could not be trimmed') });
}
