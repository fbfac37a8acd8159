import { Command, Option } from 'commander';
import { PROCESS_ROLES, ProcessRole } from '../../../process/role';
import { untilInterrupted } from '../../../process/stop-request';
import { Stores, openStores } from '../../../process/stores';
import { print, say } from '../output';
import { hasDemo } from '../demo/demo-marker';
import { globalsOf, settingsFor } from '../session';

export function upCommand(): Command {
  return new Command('up')
    .description('run api, collector and web in one process until interrupted')
    .addOption(new Option('--role <role>', 'run one role only').choices([...PROCESS_ROLES]).default('up'))
    .action(async (options: { role: ProcessRole }, command: Command) => {
      const settings = settingsFor(globalsOf(command));
      const role = hasDemo(settings.dataDir) && options.role === 'up' ? 'api' : options.role;
      if (role !== options.role)
        say(
          '演示数据：不启动采集（演示令牌只属于本地平台服务器）。\nDemo data: not collecting, its tokens belong to the local platform servers. `npm run quickstart` runs these too.',
        );
      const stores = await openStores(settings);
      try {
        // loaded here: commands that only read or write start without the frame of the roles
        const { runRole } = await import('../../../process/run-role.js');
        const running = await runRole(role, stores);
        if (running.url) await tellFirstUser(stores);
        print(running.url ? `ready ${running.url}` : 'ready');
        process.exitCode = await untilInterrupted(stores.instance.failed, () => running.close());
        say('stopped');
      } finally {
        await stores.close();
      }
    });
}

/** Nobody could sign in: says how the first user is made. */
async function tellFirstUser({ dataSource }: Stores): Promise<void> {
  const found = (await dataSource.query('SELECT FROM app_user LIMIT 1')) as object[];
  if (found.length > 0) return;
  const command = 'npm run -s vitrine -- users invite <login> --name <name> --role brand-admin';
  say(`还没有用户，请先邀请第一位品牌管理员：\nNobody can sign in yet. Invite the first brand admin:\n  ${command}`);
}
