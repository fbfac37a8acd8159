// One collector process of the bench: the product's own collector on a clock that runs faster.
import { loadSettings } from '@app/config';
import { openCollector } from '../../../apps/collector/src/collect/open-collector';
import { openStores } from '../../../apps/process/stores';
import { FastClock, RATES } from './fast-clock';

async function main(): Promise<void> {
  const clock = FastClock.parse(process.env.BENCH_CLOCK ?? '');
  const stores = await openStores(loadSettings(), { clock, migrate: false });
  const collector = openCollector({ ...stores, pace: { speed: clock.speed, assumedRates: RATES } });
  await collector.start({ schedules: true });
  process.send?.({ ready: true });
  // what is left after a collection is what the process holds: resident memory says how lazy the collector is
  setInterval(() => {
    global.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ heldBytes: heapUsed + external });
  }, 10_000).unref();
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => void collector.close().then(() => process.exit(0)));
}

void main();
