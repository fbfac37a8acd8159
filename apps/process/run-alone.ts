import { loadSettings } from '@app/config';
import { reportError, say } from './report-error';
import type { ProcessRole } from './role';
import { runRole } from './run-role';
import { untilInterrupted } from './stop-request';
import { openStores } from './stores';

/** Runs one role as a process of its own until it is interrupted: what the images start. */
export async function runAlone(role: ProcessRole): Promise<void> {
  try {
    const stores = await openStores(loadSettings());
    const running = await runRole(role, stores);
    say(`${role} ready ${running.url ?? ''}`);
    process.exitCode = await untilInterrupted(stores.instance.failed, async () => {
      await running.close();
      await stores.close();
    });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
