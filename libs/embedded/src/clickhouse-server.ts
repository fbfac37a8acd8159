import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ShardPlace, configXml, usersXml } from './clickhouse-config';
import { keptSecret } from './data-folder';
import { diskFull, saysDiskFull, serverFailed, unsupportedPlatform } from './failures';
import { isChildOf, runsWith, StartedServer } from './server-process';

export interface ClickHouseAddress {
  url: string;
  username: string;
  password: string;
}
interface ClickHouseServer extends StartedServer {
  address: ClickHouseAddress;
  pid: number;
}

const USERNAME = 'vitrine';
const STARTED = 'server.json';
/** Folders of `*.xml` files that whoever owns the data folder may put there: the engine merges them over our configuration, as any server does. */
const OWN_SETTINGS = ['config.d', 'users.d'];
const READY_WITHIN_MS = 60_000;
const PORT_ATTEMPTS = 5;

const headersOf = (password: string) => ({ 'X-ClickHouse-User': USERNAME, 'X-ClickHouse-Key': password, connection: 'close' });
const answers = (url: string, password: string) =>
  fetch(`${url}/?query=SELECT%201`, { headers: headersOf(password), signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );

/**
 * The server that some living process runs on this folder, if one answers. One whose owner was killed answers for a moment more: it is not taken.
 * The password goes only to a process that runs on this very folder.
 */
export async function runningClickHouse(dir: string): Promise<ClickHouseAddress | undefined> {
  let started: { pid: number; port: number; owner: number };
  let password: string;
  try {
    started = JSON.parse(fs.readFileSync(path.join(dir, STARTED), 'utf8')) as typeof started;
    password = fs.readFileSync(path.join(dir, 'password'), 'utf8');
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
  const held = () => runsWith(started.pid, `--path=${dir}`) && isChildOf(started.pid, started.owner);
  const url = `http://127.0.0.1:${started.port}`;
  return held() && (await answers(url, password)) && held() ? { url, username: USERNAME, password } : undefined;
}

/**
 * Starts the server on a loopback port. Undefined: another process holds the folder. The engine's own lock on it (`status`, a file lock that
 * the kernel drops with the process) decides, so that there is no stale lock; until it is held, nothing that others read is written.
 */
export async function startClickHouse(
  dir: string,
  pickPort: () => Promise<number>,
  shard?: ShardPlace,
): Promise<ClickHouseServer | undefined> {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (childRuns(dir)) return undefined; // spares a start that can only lose; the lock still decides among those who see nobody
  const password = keptSecret(path.join(dir, 'password'));
  for (let attempt = 1; ; attempt++) {
    const started = await launch({ dir, password, shard }, await pickPort());
    if (typeof started !== 'string') return started;
    if (/Cannot lock file|is already running/i.test(started)) return undefined;
    if (saysDiskFull(started)) throw diskFull(dir);
    if (/Cannot find module|no prebuilt|ERR_DLOPEN|GLIBC|unsupported platform/i.test(started))
      throw unsupportedPlatform(process.platform, process.arch, new Error(started));
    if (!/Address already in use/i.test(started) || attempt === PORT_ATTEMPTS) throw serverFailed('ClickHouse', dir, started);
  }
}

function startChild(dir: string, configFile: string, listenTcp: boolean) {
  // detached = its own process group: Ctrl-C must not stop the store under an application that is still finishing its writes
  const child = spawn(
    process.execPath,
    [
      path.join(__dirname, `clickhouse-child${path.extname(__filename)}`),
      `--path=${dir}`,
      '--log-level=warning', // <logger><level> is ignored by this program
      `--config-file=${configFile}`,
      ...(listenTcp ? ['--listen-tcp'] : []),
    ],
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true, env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' } }, // our own environment holds secrets
  );
  const state: { complaint: string; gone?: string } = { complaint: '' };
  child.stderr.on('data', (bytes: Buffer) => {
    state.complaint = (state.complaint + bytes.toString()).slice(-2000);
  });
  child.stdin.on('error', () => undefined); // EPIPE when the child went first
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(`ClickHouse ended (${signal ?? code}): ${state.complaint.trim()}`));
    child.once('error', (error) => resolve(error.message));
  });
  void exited.then((why) => {
    state.gone = why;
  });
  return { child, state, exited };
}

/** One try on one port: the server, or what it said when it ended. */
async function launch(
  { dir, password, shard }: { dir: string; password: string; shard?: ShardPlace },
  port: number,
): Promise<ClickHouseServer | string> {
  const own = fs.mkdtempSync(path.join(dir, 'start-')); // another process may hold the folder: its configuration stays as it is
  const usersFile = path.join(own, 'users.xml');
  const configFile = path.join(own, 'config.xml');
  fs.writeFileSync(usersFile, usersXml(password), { mode: 0o600 });
  fs.writeFileSync(configFile, configXml(dir, port, usersFile, shard), { mode: 0o600 });
  for (const more of OWN_SETTINGS) if (fs.existsSync(path.join(dir, more))) fs.symlinkSync(path.join(dir, more), path.join(own, more));
  const { child, state, exited } = startChild(dir, configFile, shard !== undefined);
  fs.writeFileSync(path.join(own, 'pid'), String(child.pid), { mode: 0o600 });
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_WITHIN_MS; !(await answers(url, password)); await sleep(20)) {
    if (Date.now() > deadline) child.kill('SIGKILL');
    if (state.gone !== undefined || Date.now() > deadline) {
      const why = await exited;
      fs.rmSync(own, { recursive: true, force: true });
      return why;
    }
  }
  fs.writeFileSync(path.join(own, STARTED), JSON.stringify({ pid: child.pid, port, owner: process.pid }), { mode: 0o600 });
  fs.renameSync(path.join(own, STARTED), path.join(dir, STARTED));
  for (const old of fs.readdirSync(dir))
    // of starts that were killed: the folder is ours now
    if (old.startsWith('start-') && path.join(dir, old) !== own && olderThanAMinute(path.join(dir, old)))
      fs.rmSync(path.join(dir, old), { recursive: true, force: true });

  const stop = async () => {
    // close the application's clients first: the server waits for open keep-alive connections
    const request = {
      method: 'POST',
      headers: headersOf(password),
      body: "KILL QUERY WHERE user = '' ASYNC",
      signal: AbortSignal.timeout(1000),
    };
    await fetch(url, request).catch(() => undefined);
    if (!(await Promise.race([exited, sleep(2500, undefined, { ref: false })]))) child.kill('SIGKILL');
    await exited;
    fs.rmSync(own, { recursive: true, force: true });
  };
  return { address: { url, username: USERNAME, password }, pid: child.pid!, exited, stop };
}

/** Is a server of this folder alive, whether it starts, serves or ends? */
const childRuns = (dir: string): boolean =>
  fs.readdirSync(dir).some((name) => {
    if (!name.startsWith('start-')) return false;
    try {
      return runsWith(Number(fs.readFileSync(path.join(dir, name, 'pid'), 'utf8')), `--path=${dir}`);
    } catch {
      return false; // not written yet, or removed meanwhile
    }
  });

/** Younger ones may belong to a process that is finding out right now that the folder is taken. */
const olderThanAMinute = (folder: string): boolean =>
  Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > 60_000;
