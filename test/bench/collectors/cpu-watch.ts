import * as fs from 'node:fs';
import { Redis } from 'ioredis';

/** Clock ticks of the kernel's accounts; 100 on every Linux that Node runs on. */
const TICKS = 100;

interface Process {
  pid: number;
  parent: number;
  name: string;
  /** CPU seconds of its own, and of children that have ended. */
  own: number;
  ended: number;
}

/** What a process is in the bench. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['redis', /redis-server/],
  ['postgres', /postgres/],
  ['clickhouse', /libs\/embedded\//],
  ['platforms', /platform-server/],
  ['collectors', /collectors\/worker/],
];

function processes(): Process[] {
  return fs.readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return [
        {
          pid: Number(name),
          parent: fields[1] ?? 0,
          name: command,
          own: (user + system) / TICKS,
          ended: (endedUser + endedSystem) / TICKS,
        },
      ];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/**
 * CPU seconds, user and system, of everything that this process has started, by part. Processes that were killed count as collectors, for nothing else
 * is. On a machine that others use, too, it is the one figure of time that says something.
 */
export function cpuSeconds(): Record<string, number> {
  if (process.platform !== 'linux') return {};
  const all = processes();
  const ours = new Set([process.pid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) if (!ours.has(pid) && ours.has(parent)) grown = ours.add(pid) !== undefined;
  }
  const seconds: Record<string, number> = Object.fromEntries(PARTS.map(([part]) => [part, 0]));
  for (const { pid, name, own, ended } of all) {
    if (!ours.has(pid)) continue;
    const isBench = pid === process.pid;
    const part = PARTS.find(([, pattern]) => pattern.test(name))?.[0];
    if (isBench) seconds.collectors += ended;
    else if (part) seconds[part] += own + ended;
  }
  return seconds;
}

/** Commands that Redis has run, and CPU microseconds of each. */
export async function redisWork(url: string): Promise<Record<string, { calls: number; usec: number }>> {
  const redis = new Redis(url);
  const said = await redis.info('commandstats').finally(() => redis.disconnect());
  const found = [...said.matchAll(/^cmdstat_(\S+):calls=(\d+),usec=(\d+)/gm)];
  return Object.fromEntries(found.map(([, name = '', calls, usec]) => [name, { calls: Number(calls), usec: Number(usec) }]));
}
