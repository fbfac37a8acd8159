import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';

/** A server that this process started. */
export interface StartedServer {
  /** Resolves with the reason when it has ended. */
  exited: Promise<string>;
  /** Ends it gently and waits for that. */
  stop(): Promise<void>;
}

/**
 * Does this pid run with `word` among its arguments? The pid of a file may be gone, reused by another program, or a zombie that nobody reaps
 * (container without init), which `kill -0` calls alive.
 */
export function runsWith(pid: number, word: string): boolean {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).includes(word);
    if (/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
  } catch {
    return false;
  }
}

/**
 * Is `parent` still the parent of this pid? A server that lost its owner has another one, and is about to end by its life line. A parent that was
 * killed keeps its children until it has released its memory, on a busy machine for quite a while: it counts as gone from the signal on.
 */
export function isChildOf(pid: number, parent: number): boolean {
  try {
    const ppid =
      process.platform === 'linux'
        ? fs
            .readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ')[1]
        : execFileSync('ps', ['-p', String(pid), '-o', 'ppid='], { encoding: 'utf8' });
    return Number(ppid) === parent && !wasKilled(parent);
  } catch {
    return false;
  }
}

/** A SIGKILL stays pending until the process is gone. Known on Linux only. */
function wasKilled(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${pending}`) & (1n << BigInt(os.constants.signals.SIGKILL - 1))) !== 0n;
}
