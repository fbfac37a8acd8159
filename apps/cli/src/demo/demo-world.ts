import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Platform } from '@app/contracts';
import { projectRoot } from '../../../process/project-root';

const PROGRAM = path.join('dist', 'apps', 'platform-sim', 'src', 'main.js');

export interface WorldChoice {
  /** Last month of the demo, `YYYY-MM`. */
  endMonth: string;
  seed: number;
  full: boolean;
}

const choiceArguments = ({ endMonth, seed, full }: WorldChoice) => [
  '--seed',
  String(seed),
  '--end-month',
  endMonth,
  ...(full ? ['--full'] : []),
];

/** Writes the demo brand's files (what people fill in, and what they download from the platforms) into a folder. */
export async function writeDemoFiles(dir: string, choice: WorldChoice): Promise<void> {
  const child = start(['files', dir, '--life-line', ...choiceArguments(choice)], 'ignore');
  await ended(child);
}

/** The local platform servers, as a process of their own. They end with this process, however it ends. */
export class PlatformServers {
  private constructor(
    private readonly child: ChildProcess,
    readonly urls: Record<Platform | 'control', string>,
  ) {}

  static async start(choice: WorldChoice): Promise<PlatformServers> {
    const child = start(['serve', ...choiceArguments({ ...choice, full: false })], 'pipe');
    const lines = createInterface({ input: child.stdout! });
    const first = await Promise.race([new Promise<string>((resolve) => lines.once('line', resolve)), ended(child).then(() => '')]);
    if (!first) throw new Error('the platform servers ended before they answered');
    return new PlatformServers(child, JSON.parse(first) as Record<Platform | 'control', string>);
  }

  /** Sets the platforms' clock: what they show is what they would show at that instant. Null: the real time, running. */
  async setNow(now: number | null): Promise<void> {
    const answer = await fetch(`${this.urls.control}/now`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ now }),
    });
    if (!answer.ok) throw new Error(`the platform servers refused the instant (${answer.status})`);
    await answer.body?.cancel();
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    await ended(this.child).catch(() => undefined);
  }
}

/** stdin is the life line: it closes with us. */
function start(args: string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  return spawn(process.execPath, [path.join(projectRoot(), PROGRAM), ...args], {
    stdio: ['pipe', stdout, 'inherit'],
    cwd: projectRoot(),
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null) return resolve();
    child.once('error', reject);
    child.once('exit', (code, signal) => (code === 0 ? resolve() : reject(new Error(`the platform simulator ended (${signal ?? code})`))));
  });
}
