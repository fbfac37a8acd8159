import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '@app/embedded';

const ROOT = path.resolve(__dirname, '../..');

export interface ChildInstance {
  process: ChildProcess;
  /** What the child said when it was open; rejects with its stderr when it ended before. */
  open: Promise<Pick<Instance, 'owned' | 'clickhouse' | 'postgres'>>;
  ended: Promise<number | string>;
}

/** Opens the instance of a data folder in a process of its own; `before` stands in front of its command line (setpriv …). */
export function openInChild(dataDir: string, before: string[] = [], root: string = ROOT): ChildInstance {
  const node = root === ROOT ? process.execPath : process.execPath.replace(ROOT, root);
  const command = [...before, node, '-r', path.join(root, 'tools/run-ts.cjs'), path.join(root, 'test/support/instance-child.ts'), dataDir];
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: before.length ? '/' : root,
    env: { PATH: process.env.PATH },
  });
  let said = '';
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? 'unknown')));
  const open = new Promise<Pick<Instance, 'owned' | 'clickhouse' | 'postgres'>>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('\n')) resolve(JSON.parse(said.split('\n')[0]) as Pick<Instance, 'owned' | 'clickhouse' | 'postgres'>);
    });
    void ended.then((how) => reject(new Error(`ended with ${how}: ${complaint}`)));
  });
  open.catch(() => undefined); // a child that is killed early is no failure of the test
  return { process: child, open, ended };
}

/** Every living process of this machine that names the folder in its command line: pid and arguments. */
export function processesOn(dataDir: string): { pid: number; args: string[] }[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
        const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return args.some((arg) => arg.includes(dataDir)) ? [{ pid: Number(pid), args }] : [];
      } catch {
        return [];
      }
    });
}

/** Waits until nothing runs on the folder any more; fails after the limit, naming what still does. */
export async function untilNothingRunsOn(dataDir: string, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1000; processesOn(dataDir).length; await sleep(50))
    if (Date.now() > end) {
      const left = processesOn(dataDir).map(({ pid, args }) => `${pid} ${args.join(' ').slice(0, 120)}`);
      throw new Error(`after ${seconds} s there still run:\n${left.join('\n')}`);
    }
}

/** One statement to an embedded ClickHouse over plain HTTP: status and text. */
export async function askClickHouse(
  { url }: { url: string },
  sql: string,
  user: { username: string; password: string },
  query = '',
): Promise<{ status: number; text: string }> {
  const headers = { 'X-ClickHouse-User': user.username, 'X-ClickHouse-Key': user.password, connection: 'close' };
  const response = await fetch(`${url}/?${query}`, { method: 'POST', body: sql, headers });
  return { status: response.status, text: await response.text() };
}
