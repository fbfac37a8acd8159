// A process that runs commands of the built command line one after another, so that its modules are loaded once. It ends with its parent.
import 'reflect-metadata';
import * as path from 'node:path';
import { CommanderError } from 'commander';
import type * as Program from '../../apps/cli/src/program';
import type * as ReportError from '../../apps/process/report-error';
import type { Ran } from './cli';

const BUILT = path.resolve(__dirname, '../../dist/apps');
/* eslint-disable @typescript-eslint/no-require-imports -- what is built is there at run time only */
const { buildProgram } = require(path.join(BUILT, 'cli/src/program.js')) as typeof Program;
const { reportError } = require(path.join(BUILT, 'process/report-error.js')) as typeof ReportError;
/* eslint-enable */

/** Keeps what is written to a stream until it is asked for. */
function kept(stream: NodeJS.WriteStream): () => string {
  const chunks: Buffer[] = [];
  const write = stream.write;
  stream.write = (bytes: Uint8Array | string, ...rest: unknown[]) => {
    chunks.push(Buffer.from(bytes as string));
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  };
  return () => {
    stream.write = write;
    return Buffer.concat(chunks).toString();
  };
}

/** As main.ts does it. */
async function run(args: string[]): Promise<Ran> {
  const [out, err] = [kept(process.stdout), kept(process.stderr)];
  process.exitCode = undefined;
  try {
    await buildProgram().parseAsync(['node', 'vitrine', ...args]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportError(error);
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, out: out(), err: err() };
}

// a command lets go of the channel, which would end the process with it
setInterval(() => undefined, 60_000);
process.on('disconnect', () => process.exit(0));
process.on('message', (args: string[]) => void run(args).then((ran) => process.send?.(ran)));
