import { SYSTEM_ACTOR } from '@app/contracts';
import { StateReader } from '@app/database';
import { sweepIncoming } from '@app/ingest';
import type { Logger } from '@app/observability';
import { PersonService, RetentionService } from '@app/privacy';
import { repeated, warns } from './repeated';
import type { Stores } from './stores';

/** Not while everything else starts. */
const RHYTHM = { firstMs: 15 * 60_000, everyMs: 24 * 60 * 60_000 };

/**
 * Once a day: finishes deletions of persons and removes what came in of them all the same, removes what retention says, and what killed imports have left. Ends when
 * `signal` aborts; interrupted anywhere, the next day does the rest.
 */
export async function keepPrivacy(stores: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  await repeated(RHYTHM, signal, { pass: () => onePass(stores, logger), failed: warns(logger, 'retention could not be applied') });
}

/** What a day's pass does, of every brand. */
async function onePass({ settings, instance, warehouse, dataSource, clock }: Stores, logger: Logger): Promise<void> {
  const stores = { warehouse, dataSource, secret: instance.secret, clock };
  await sweepIncoming({ warehouse, dataDir: settings.dataDir }, clock.now());
  for (const brand of await new StateReader(dataSource, instance.secret).listBrands()) {
    const swept = await new PersonService(stores).sweep(brand.brandId);
    if (swept.length > 0) logger.info({ brand: brand.code, deletions: swept.length }, 'deletions of persons went on');
    const ask = { brandId: brand.brandId, actor: SYSTEM_ACTOR, reason: 'retention' };
    const removed = (await new RetentionService(stores, settings).run(brand, ask)).filter(({ due }) => due > 0);
    if (removed.length > 0)
      logger.info({ brand: brand.code, removed: removed.map(({ table, due }) => ({ table, due })) }, 'retention applied');
  }
}
