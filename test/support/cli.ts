import { ChildProcess, fork, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = path.resolve(__dirname, '../..');
const PROGRAM = path.join(ROOT, 'dist/apps/cli/src/main.js');
const PINNED_NODE = path.join(ROOT, 'node_modules/.bin/node');
export const NODE = fs.existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath;

export interface Ran {
  code: number | string;
  out: string;
  err: string;
}
export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
}

/** Only what a person's shell would have: none of the settings of the machine that runs the tests. */
const environment = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TMPDIR: os.tmpdir(),
  LANG: 'C.UTF-8',
  ...more,
});

/** A folder for one spec file. */
export const temporaryFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-e2e-'));

/** Starts a program of the build (default: the command line) without waiting for it. */
export function startProgram(args: string[], { env, cwd = ROOT }: RunOptions = {}, program = PROGRAM): ChildProcess {
  if (!fs.existsSync(program)) throw new Error('the build is missing: npm run -s build');
  return spawn(NODE, [program, ...args], { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Collects what a process says until it has ended. */
export function untilEnd(child: ChildProcess): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (err += bytes.toString()));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code: signal ?? code ?? 'unknown', out, err })));
}

/** One command of the built command line, to its end. */
export const vitrine = (args: string[], options: RunOptions = {}): Promise<Ran> => untilEnd(startProgram(args, options));

/** Commands of the built command line one after another in one process: what `vitrine` answers, without a start for each. */
export class Commands {
  private readonly child: ChildProcess;
  private readonly ended: Promise<never>;
  private last: Promise<unknown> = Promise.resolve();

  constructor({ env, cwd = ROOT }: RunOptions = {}) {
    this.child = fork(path.join(__dirname, 'program-child.ts'), [], {
      execPath: NODE,
      execArgv: ['-r', path.join(ROOT, 'tools/run-ts.cjs')],
      cwd,
      env: environment(env),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.ended = new Promise((_, reject) => this.child.once('exit', (code) => reject(new Error(`the commands ended with ${code}`))));
    this.ended.catch(() => undefined);
  }

  /** Waits for those before it. */
  run(args: string[]): Promise<Ran> {
    const ran = this.last.then(() => {
      const told = new Promise<Ran>((resolve) => this.child.once('message', (done) => resolve(done as Ran)));
      this.child.send(args);
      return Promise.race([told, this.ended]);
    });
    this.last = ran.catch(() => undefined);
    return ran;
  }

  /** The JSON that a command printed; fails with what it said on stderr when it did not end with 0. */
  async json<Answer>(args: string[]): Promise<Answer> {
    return jsonOf<Answer>(args, await this.run(args));
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await this.ended.catch(() => undefined);
  }
}

/** The JSON that a command printed; fails with what it said on stderr when it did not end with 0. */
export async function vitrineJson<Answer>(args: string[], options: RunOptions = {}): Promise<Answer> {
  return jsonOf<Answer>(args, await vitrine(args, options));
}

function jsonOf<Answer>(args: string[], { code, out, err }: Ran): Answer {
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${err}`);
  return JSON.parse(out) as Answer;
}

/** Waits until `done` answers something; fails after the limit with `what`. */
export async function until<Value>(
  what: string,
  done: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 120,
): Promise<Value> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const value = await done();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}

/** A command that runs until it is interrupted: `up`, or the demo. */
export class RunningProduct {
  out = '';
  err = '';
  readonly ended: Promise<number | string>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (bytes: Buffer) => (this.out += bytes.toString()));
    child.stderr?.on('data', (bytes: Buffer) => (this.err += bytes.toString()));
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? 'unknown')));
  }

  static up(dataDir: string, options: RunOptions = {}, args: string[] = []): RunningProduct {
    return new RunningProduct(startProgram(['--data', dataDir, 'up', ...args], { ...options, env: { PORT: '0', ...options.env } }));
  }

  /** The address of its `ready` line; fails with what it said when it ends before. */
  ready(seconds = 180): Promise<string> {
    let over: number | string | undefined;
    void this.ended.then((how) => (over = how));
    return until(
      'the ready line',
      () => {
        const url = /^ready (http:\/\/\S+)$/m.exec(this.out)?.[1];
        if (url === undefined && over !== undefined) throw new Error(`ended with ${over}: ${this.err}`);
        return url;
      },
      seconds,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | string> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.ended;
  }
}

export interface Answer<Body> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

/** GET of a JSON address. */
export async function get<Body>(url: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
  const response = await fetch(url, { headers: { connection: 'close', ...headers } });
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body: body as Body };
}
