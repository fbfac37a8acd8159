import { onNpmDeath } from './parent-death';

/** Longest time that closing may take before the process ends all the same; embedded stores end with it by their life lines. */
const CLOSE_MS = 8000;

// npm sets this for the scripts that it runs; it is no setting of ours
// eslint-disable-next-line no-restricted-syntax
const startedByNpm = () => process.env.npm_lifecycle_event !== undefined;

let requested: Promise<void> | undefined;

/**
 * Resolves when this process is asked to stop: SIGINT, SIGTERM, SIGHUP, the end of the channel to the program that started it, or the death of
 * its parent (npm forwards no signal when it is killed). A second signal ends the process at once.
 */
export function stopRequest(): Promise<void> {
  requested ??= new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
    process.once('disconnect', stop);
    process.channel?.unref();
    // a shell may go away and leave us on purpose (nohup); npm may not
    if (startedByNpm()) onNpmDeath(stop);
  });
  return requested;
}

/** Closes what is open; ends the process with the code when that takes too long. */
export async function closeWithin(close: () => Promise<void>, code: number): Promise<void> {
  setTimeout(() => process.exit(code), CLOSE_MS).unref();
  await close();
}

/** Waits for a stop request or the end of a store, then closes. Resolves with the exit code: 0 when asked to stop, 1 when a store ended by itself. */
export async function untilInterrupted(failed: Promise<string>, close: () => Promise<void>): Promise<number> {
  const reason = await Promise.race([stopRequest().then(() => null), failed]);
  if (reason !== null) process.stderr.write(`${reason}\n`);
  await closeWithin(close, 1);
  return reason === null ? 0 : 1;
}
