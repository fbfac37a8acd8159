import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Waits for the end of its stdin, however that comes; then removes the folder, again while a server that is ending still writes into it. */
const JANITOR =
  'cat >/dev/null; n=0; while [ $n -lt 60 ]; do [ -e "$1" ] || { sleep 1; [ -e "$1" ] || exit 0; }; rm -rf "$1" 2>/dev/null; sleep 0.5; n=$((n+1)); done';

const parent = (): string | undefined => {
  try {
    return fs
      .readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1];
  } catch {
    return undefined; // no Linux: nobody watches
  }
};

/** A worker of Jest outlives a Jest that is killed and goes on testing; this one ends with it, and everything that hangs on it, too. */
function endWithParent(): void {
  const born = parent();
  setInterval(() => parent() === born || process.kill(process.pid, 'SIGKILL'), 500).unref();
}

export interface VanishingFolder {
  path: string;
  remove(): void;
}

/** A temporary folder that is gone after the test, also when the test's process was killed by SIGKILL. */
export function vanishingFolder(name: string): VanishingFolder {
  endWithParent();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `vitrine-${name}-`));
  const janitor = spawn('/bin/sh', ['-c', JANITOR, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  janitor.unref();
  (janitor.stdin as unknown as { unref(): void }).unref();
  return {
    path: folder,
    // the janitor stays until this process ends: a test that ran out of its time may still be at work and make the folder anew
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}
