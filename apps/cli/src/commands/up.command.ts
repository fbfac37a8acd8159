import { Command, Option } from 'commander';
import { PROCESS_ROLES, ProcessRole, openStores } from '../../../process/process-roles';
import { runRole } from '../../../process/run-role';
import { untilInterrupted } from '../../../process/stop-request';
import { print, say } from '../output';
import { globalsOf, settingsFor } from '../session';

export function upCommand(): Command {
  return new Command('up')
    .description('run api, collector and web in one process until interrupted')
    .addOption(new Option('--role <role>', 'run one role only').choices([...PROCESS_ROLES]).default('up'))
    .action(async (options: { role: ProcessRole }, command: Command) => {
      const stores = await openStores(settingsFor(globalsOf(command)));
      try {
        const running = await runRole(options.role, stores);
        print(running.url ? `ready ${running.url}` : 'ready');
        process.exitCode = await untilInterrupted(stores.instance.failed, () => running.close());
        say('stopped');
      } finally {
        await stores.close();
      }
    });
}
