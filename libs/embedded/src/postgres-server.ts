import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFull, folderBusy, saysDiskFull, serverFailed, wrongVersion } from './failures';
import { nativeFolder, notRoot, Supervised, supervise } from './postgres-process';
import { isChildOf, runsWith, StartedServer } from './server-process';

/** For TypeORM and pg: `host` is the folder of the unix socket, which other users cannot open. */
export interface PostgresAddress {
  host: string;
  port: number;
  username: string;
  database: string;
}
interface PostgresServer extends StartedServer {
  address: PostgresAddress;
}

const OWNER = 'owner.json';
const READY_WITHIN_MS = 60_000;
const addressOf = (host: string): PostgresAddress => ({ host, port: 5432, username: 'postgres', database: 'postgres' });

function readPidFile(dir: string): { pid: number; socketDir: string; state: string } | undefined {
  try {
    const lines = fs.readFileSync(path.join(dir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: parseInt(lines[0], 10), socketDir: lines[4] ?? '', state: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * The server that some process runs on this folder and that takes connections, if there is one. One whose owner was killed takes them for a moment
 * more: it is not taken.
 */
export function runningPostgres(dir: string): PostgresAddress | undefined {
  const found = readPidFile(dir);
  return found && found.state === 'ready' && runsWith(found.pid, dir) && !lostOwner(dir, found.pid)
    ? addressOf(found.socketDir)
    : undefined;
}

/** Has this server's life line another parent than the process that started it? Nothing is known in the moment before that is written down. */
function lostOwner(dir: string, pid: number): boolean {
  try {
    const held = JSON.parse(fs.readFileSync(path.join(dir, OWNER), 'utf8')) as { pid: number; lifeLine: number; owner: number };
    return held.pid === pid && !isChildOf(held.lifeLine, held.owner);
  } catch {
    return false;
  }
}

function recordOwner(dir: string, lifeLine: number | undefined): void {
  const draft = path.join(dir, `${OWNER}.new`);
  fs.writeFileSync(draft, JSON.stringify({ pid: readPidFile(dir)?.pid, lifeLine, owner: process.pid }), { mode: 0o600 });
  fs.renameSync(draft, path.join(dir, OWNER));
}

/**
 * Starts the real PostgreSQL of the npm package on this folder. `alone`: the caller holds the instance (ClickHouse's lock), so a postmaster
 * that still runs here lost its parent and is ended. Else it belongs to somebody: undefined.
 */
export async function startPostgres(dir: string, alone: boolean): Promise<PostgresServer | undefined> {
  const native = nativeFolder();
  const as = notRoot();
  if (!fs.existsSync(path.join(dir, 'PG_VERSION'))) await create(dir, native, as, alone);
  chownTree(dir, as.uid);
  const socketDir = socketFolder(dir, as.uid);
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${socketDir}`,
    'unix_socket_permissions=0700',
    'max_connections=60',
    'shared_buffers=64MB',
  ];
  const command = [...as.command, path.join(native, 'bin/postgres'), '-D', dir, ...settings.flatMap((setting) => ['-c', setting])];
  for (const deadline = Date.now() + READY_WITHIN_MS; ; await sleep(250)) {
    if (alone) await endOrphan(dir);
    else if (runsWith(readPidFile(dir)?.pid ?? 0, dir)) return undefined;
    const { server, complaint } = await launch(dir, command, deadline);
    if (server) {
      if (alone) sweep(dir); // again: an initdb that was just being started when its parent was killed makes its folder anew before it ends
      return { address: addressOf(socketDir), exited: server.exited.then((why) => `PostgreSQL ended (${why})`), stop: server.stop };
    }
    if (saysDiskFull(complaint)) throw diskFull(dir);
    if (/incompatible with server/i.test(complaint)) throw wrongVersion(dir, complaint, 'PostgreSQL 18');
    if (!alone && /lock file .* already exists/i.test(complaint)) return undefined;
    // after a SIGKILL of the postmaster its backends hold the shared memory for a moment: try again
    const transient = /lock file|shared memory|already in use|starting up/i.test(complaint);
    if (Date.now() > deadline || !transient) throw serverFailed('PostgreSQL', dir, complaint.slice(-1000));
  }
}

/** One try: the server once it is ready (the socket accepts before recovery is over), or what it wrote to its log. */
async function launch(dir: string, command: string[], deadline: number): Promise<{ server?: Supervised; complaint: string }> {
  const file = path.join(dir, 'server.log');
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 20e6) fs.renameSync(file, `${file}.1`);
  const log = fs.openSync(file, 'a', 0o600);
  const from = fs.fstatSync(log).size;
  const server = supervise(command, log);
  fs.closeSync(log);
  const ready = () => {
    const found = readPidFile(dir);
    return found?.state === 'ready' && runsWith(found.pid, dir);
  };
  while (server.gone() === undefined && !ready() && Date.now() < deadline) await sleep(20);
  if (server.gone() === undefined && ready()) {
    try {
      recordOwner(dir, server.pid);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { server, complaint: '' };
  }
  await server.stop();
  return { complaint: fs.readFileSync(file).subarray(from).toString().trim() || 'no answer' };
}

/** An initdb that was killed half-way leaves a folder that looks complete (PG_VERSION) and never starts: so it works aside, and a rename ends it. */
async function create(dir: string, native: string, as: { command: string[]; uid?: number }, alone: boolean): Promise<void> {
  if (alone) sweep(dir);
  const fresh = `${dir}.new-${randomBytes(6).toString('hex')}`;
  fs.mkdirSync(fresh, { recursive: true, mode: 0o700 });
  chownTree(fresh, as.uid);
  const file = `${fresh}.log`;
  const log = fs.openSync(file, 'a', 0o600);
  const options = ['-D', fresh, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  const ended = await supervise([...as.command, path.join(native, 'bin/initdb'), ...options], log).exited;
  fs.closeSync(log);
  const complaint = fs.readFileSync(file, 'utf8').trim().slice(-1000);
  fs.rmSync(file, { force: true });
  if (ended !== '0') {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (saysDiskFull(complaint)) throw diskFull(dir);
    throw serverFailed('PostgreSQL', dir, complaint);
  }
  try {
    fs.renameSync(fresh, dir);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error; // another process was first
  }
}

/** Removes what an initdb left that was killed. */
function sweep(dir: string): void {
  const parent = path.dirname(dir);
  for (const name of fs.readdirSync(parent))
    if (name.startsWith(`${path.basename(dir)}.new-`))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** The owner changes when a folder moves between the two ways to run as root (host and container). */
function chownTree(dir: string, uid: number | undefined): void {
  if (uid === undefined || fs.statSync(dir).uid === uid) return;
  for (const file of fs.readdirSync(dir, { recursive: true }) as string[]) fs.lchownSync(path.join(dir, file), uid, uid);
  fs.chownSync(dir, uid, uid); // last: an interrupted run starts over
}

/** A socket's path holds 107 bytes and PostgreSQL splits it at commas: other clones get a private folder under the temporary directory. */
function socketFolder(dir: string, uid: number | undefined): string {
  if (Buffer.byteLength(path.join(dir, '.s.PGSQL.5432.lock')) <= 107 && !/[,"\s]/.test(dir)) return dir;
  const short = path.join(os.tmpdir(), `pg-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`);
  fs.mkdirSync(short, { recursive: true, mode: 0o700 });
  const found = fs.lstatSync(short);
  if (!found.isDirectory() || ![process.getuid?.(), uid].includes(found.uid)) throw folderBusy(short);
  chownTree(short, uid);
  return short;
}

async function endOrphan(dir: string): Promise<void> {
  const pid = readPidFile(dir)?.pid;
  if (pid === undefined) return;
  for (let i = 0; runsWith(pid, dir) && i < 200; i++) {
    if (i === 0) process.kill(pid, 'SIGINT');
    if (i === 80) process.kill(pid, 'SIGQUIT');
    await sleep(25);
  }
  if (!runsWith(pid, dir)) fs.rmSync(path.join(dir, 'postmaster.pid'), { force: true });
}
