// A process that runs commands of the command line one after another, so that its modules are loaded once. It ends with its parent.
import 'reflect-metadata';
import { buildProgram } from '../../apps/cli/src/program';
import { reportError } from '../../apps/process/report-error';

/** A command with settings of its own; answered by how it ended and what it printed. */
export interface CommandTask {
  args: string[];
  env: Record<string, string>;
}
export interface CommandDone {
  code: number;
  out: string;
}

async function run({ args, env }: CommandTask): Promise<CommandDone> {
  let out = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (bytes: Uint8Array | string) => {
    out += String(bytes);
    return true;
  };
  Object.assign(process.env, env);
  process.exitCode = 0;
  try {
    await buildProgram().parseAsync(['node', 'vitrine', ...args]);
  } catch (error) {
    process.exitCode = reportError(error);
  }
  process.stdout.write = write;
  for (const name of Object.keys(env)) delete process.env[name];
  return { code: Number(process.exitCode ?? 0), out };
}

// a command lets go of the channel, which would end the process with it
setInterval(() => undefined, 60_000);
process.on('disconnect', () => process.exit(0));
process.on('message', (task: CommandTask) => void run(task).then((done) => process.send?.(done)));
