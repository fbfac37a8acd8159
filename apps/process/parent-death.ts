import * as fs from 'node:fs';

const CHECK_MS = 300;
const SHELL = /^(ba|da|k|z|a)?sh$/;

/** Name and parent of a process, on Linux. Elsewhere npm's shell is bash or zsh, which we replace: nothing to look up. */
function processAt(pid: number): { program: string; parent: string } | null {
  try {
    const [, program, parent] = /^\d+ \((.*)\) \S+ (\d+) /.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return program === undefined || parent === undefined ? null : { program, parent };
  } catch {
    return null;
  }
}

/**
 * Calls back once when npm, which started us, is gone. Between npm and us stands a shell that some systems keep (dash) and others replace by us
 * (bash): a shell that stays outlives npm, so its parent is watched too.
 */
export function onNpmDeath(gone: () => void): void {
  const shell = process.ppid;
  const above = processAt(shell);
  const npm = above && SHELL.test(above.program) ? above.parent : null;
  const timer = setInterval(() => {
    if (process.ppid === shell && (npm === null || processAt(shell)?.parent === npm)) return;
    clearInterval(timer);
    gone();
  }, CHECK_MS);
  timer.unref();
}
