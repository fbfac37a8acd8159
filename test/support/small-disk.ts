import { ChildProcess, spawn, spawnSync } from 'node:child_process';

/** Ways to get a private small disk: as root, else as root of a user namespace of one's own. The mount ends with the last process that sees it. */
const WAYS = [
  ['unshare', '--mount', '--'],
  ['unshare', '--user', '--map-root-user', '--mount', '--'],
];
const MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"';

const way = (folder: string): string[] | undefined =>
  WAYS.find(([program, ...args]) => spawnSync(program, [...args, 'sh', '-c', MOUNT, 'sh', '1m', folder, 'true']).status === 0);

/** Why there is no small disk on this machine; null when there is. */
export function noSmallDisk(folder: string): string | null {
  return way(folder) ? null : 'this machine lets nobody mount a tmpfs in a mount namespace of its own';
}

/** Starts a program that sees a disk of so many megabytes at the folder. */
export function spawnOnSmallDisk(folder: string, megabytes: number, command: string[]): ChildProcess {
  const [program, ...args] = way(folder) ?? [];
  if (program === undefined) throw new Error(noSmallDisk(folder) ?? '');
  const all = [...args, 'sh', '-c', MOUNT, 'sh', `${megabytes}m`, folder, ...command];
  return spawn(program, all, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR } });
}
