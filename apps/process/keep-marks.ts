import type { Logger } from '@app/observability';
import { foldMarks } from '@app/rollup';
import { repeated, warns } from './repeated';
import type { Stores } from './stores';

/** Not while everything else starts. */
const RHYTHM = { firstMs: 20 * 60_000, everyMs: 24 * 60 * 60_000 };

/** Folds the marks of past days once a day: they grow with the accounts then, and no longer with the deliveries. Ends when `signal` aborts. */
export async function keepMarks(stores: Pick<Stores, 'warehouse' | 'dataSource'>, logger: Logger, signal: AbortSignal): Promise<void> {
  const pass = async (): Promise<void> => {
    const folded = await foldMarks(stores);
    if (folded.spans > 0) logger.info(folded, 'marks of past days folded');
  };
  await repeated(RHYTHM, signal, { pass, failed: warns(logger, 'marks could not be folded') });
}
