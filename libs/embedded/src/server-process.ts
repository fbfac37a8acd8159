import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

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

/** Is `parent` still the parent of this pid? A server that lost its owner has another one, and is about to end by its life line. */
export function isChildOf(pid: number, parent: number): boolean {
  try {
    const ppid =
      process.platform === 'linux'
        ? fs
            .readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ')[1]
        : execFileSync('ps', ['-p', String(pid), '-o', 'ppid='], { encoding: 'utf8' });
    return Number(ppid) === parent;
  } catch {
    return false;
  }
}
