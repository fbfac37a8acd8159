import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import type { Report, ReportQuery } from '@app/contracts';
import type { ImportResult } from '@app/ingest';
import type { Addresses, Task, Told, Work } from './fault-child';

const ROOT = path.resolve(__dirname, '../..');

/** A task that did not end: the process was killed, or it said what was wrong. `code` is that of a VitrineError, `killed`, or `none`. */
export class NotDone extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** A process that works for a test and may be killed at any moment. */
export class FaultWorker {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  private tasks = 0;
  private gone = false;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;

  constructor(environment: Record<string, string> = {}) {
    this.child = fork(path.join(__dirname, 'fault-child.ts'), [], {
      cwd: ROOT,
      execArgv: ['-r', path.join(ROOT, 'tools/run-ts.cjs'), '-r', path.join(ROOT, 'tools/shifted-process.cjs')],
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.ready = new Promise((resolve) => this.waiting.set(-1, { resolve: () => resolve(), reject: () => resolve() }));
    this.child.on('message', (told: Told) => this.hear(told));
    this.child.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
    void this.ended.then(() => {
      this.gone = true;
      for (const { reject } of this.waiting.values()) reject(new NotDone('killed', 'the process ended'));
      this.waiting.clear();
    });
  }

  import(at: Addresses, kind: string, files: string[], brandId: number): Promise<ImportResult> {
    return this.work(at, { do: 'import', kind, files, brandId }) as Promise<ImportResult>;
  }

  report<Row>(at: Addresses, query: ReportQuery & { brand?: string }, accountKeys?: string[]): Promise<Report<Row>> {
    return this.work(at, { do: 'report', query, accountKeys }) as Promise<Report<Row>>;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private work(at: Addresses, work: Work): Promise<unknown> {
    const task: Task = { number: this.tasks++, at, work };
    const result = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(task.number, { resolve, reject });
      if (this.gone) reject(new NotDone('killed', 'the process has ended'));
      else this.child.send(task, (error) => error && reject(new NotDone('killed', error.message)));
    });
    result.catch(() => undefined); // who waits hears of it; nobody else has to
    return result;
  }

  private hear(told: Told): void {
    const waits = this.waiting.get(told.number);
    this.waiting.delete(told.number);
    if (told.error) waits?.reject(new NotDone(told.error.code, told.error.message));
    else waits?.resolve(told.result);
  }
}
