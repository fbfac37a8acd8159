import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_ACTOR } from '@app/contracts';
import { StateReader } from '@app/database';
import { sweepIncoming } from '@app/ingest';
import type { Logger } from '@app/observability';
import { PersonService, RetentionService } from '@app/privacy';
import type { Stores } from './stores';

/** Not while everything else starts. */
const FIRST_MS = 15 * 60_000;
const EVERY_MS = 24 * 60 * 60_000;

/**
 * Once a day: finishes deletions of persons and removes what came in of them all the same, removes what retention says, and what killed imports have left. Ends when
 * `signal` aborts; interrupted anywhere, the next day does the rest.
 */
export async function keepPrivacy(stores: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined); // the abort ends the loop
  for (await pause(FIRST_MS); !signal.aborted; await pause(EVERY_MS))
    try {
      await onePass(stores, logger);
    } catch (error) {
      if (!signal.aborted) logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'retention could not be applied');
    }
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
