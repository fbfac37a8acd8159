import { addDays, businessDay, dayStart, weekday, type Brand, type Period } from '@app/contracts';
import { StateReader, fullScanOver } from '@app/database';
import { runScan, sweepStagedEntries, type ScanResult, type Warned } from '@app/integrity';
import type { Logger } from '@app/observability';
import { caseParts } from './case-services';
import { repullOn } from './repull-job';
import { reasonOf, repeated, warns } from './repeated';
import type { Stores } from './stores';

/** Not while everything else starts. */
const RHYTHM = { firstMs: 10 * 60_000, everyMs: 60 * 60_000 };
/** What a killed scan had staged names viewers: it goes with the next start, and where nobody scans. */
const SWEEPING = { firstMs: 0, everyMs: 60 * 60_000 };
/** Whole business weeks before the present one that are looked at again: late corrections end with them. */
const WEEKS_BEFORE = 4;
const WEEK_DAYS = 7;
const FAILED = 'the scan for inflated numbers failed';

/** The window of scheduled scans at an instant: from the Monday four weeks before this one until the end of the day. Its beginning stays for a week. */
export function scanWindow(now: number, zone: string): Period {
  const today = businessDay(now, zone);
  const from = addDays(today, -weekday(today) - WEEKS_BEFORE * WEEK_DAYS);
  return { from: dayStart(from, zone), to: dayStart(addDays(today, 1), zone) };
}

/**
 * Looks at one brand: once a business day at everything, which learns anew what honest peers look like, otherwise at what deliveries have touched since. What is found
 * becomes cases. Safe to run twice, also at once.
 */
export async function scanBrand(stores: Stores, brand: Brand, onWarning?: Warned): Promise<ScanResult['summary']> {
  const { warehouse, dataSource, instance, clock } = stores;
  const window = scanWindow(clock.now(), brand.zone);
  const span = { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() };
  const today = await fullScanOver(dataSource, brand.brandId, span);
  const mode = today ? 'incremental' : 'full';
  const ask = { brand: brand.code, ...window, mode, onWarning } as const;
  const { summary, signals } = await runScan({ warehouse, dataSource, secret: instance.secret }, ask);
  // appeals for which the platforms could not be asked are asked for with it
  const queue = repullOn(instance, dataSource);
  try {
    await caseParts(stores, { repull: queue.repull }).intake.take(brand.brandId, signals);
  } finally {
    await queue.close();
  }
  return summary;
}

/** Scans every brand each hour (`scanBrand`), and removes what killed scans have left. Ends when `signal` aborts. */
export async function keepScans(stores: Stores, logger: Logger, signal: AbortSignal): Promise<void> {
  const told = (brand: Brand, message: string, error: unknown): void =>
    logger.warn({ brand: brand.code, reason: reasonOf(error) }, message);
  const scanned = async (brand: Brand): Promise<void> => {
    const { mode, signals, seconds, detectors, cost } = await scanBrand(stores, brand, (message, error) => told(brand, message, error));
    const byDetector = Object.fromEntries(detectors.map((one) => [one.detector, one.seconds]));
    logger.info({ brand: brand.code, mode, signals, seconds, byDetector, cost }, 'looked for inflated numbers');
  };
  const pass = async (): Promise<void> => {
    for (const brand of await new StateReader(stores.dataSource, stores.instance.secret).listBrands()) {
      if (signal.aborted) return;
      // a brand whose scan fails holds up no other's
      await scanned(brand).catch((error: unknown) => {
        if (!signal.aborted) told(brand, FAILED, error);
      });
    }
  };
  const swept = warns(logger, 'what killed scans have left could not be removed');
  await Promise.all([
    repeated(SWEEPING, signal, { pass: () => sweepStagedEntries(stores), failed: swept }),
    repeated(RHYTHM, signal, { pass, failed: warns(logger, FAILED) }),
  ]);
}
