import './compile-cache';
import 'reflect-metadata';
import { CommanderError } from 'commander';
import { buildProgram } from './program';
import { reportError } from '../../process/report-error';

/** Exit 0 done, 1 failed, 2 bad usage or bad input. */
async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportError(error);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // `vitrine … | head`
});
void main();
