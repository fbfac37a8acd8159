import { Command, Option } from 'commander';
import { PLATFORMS, Platform, VitrineError, isDay } from '@app/contracts';
import { print, printJson, say } from '../output';
import { progressLine } from '../progress';
import { brandOf, globalsOf, withStores } from '../session';

interface CollectOptions {
  platform?: Platform;
  account?: string;
  from?: string;
  to?: string;
}

export function collectCommand(): Command {
  return new Command('collect')
    .description('collect now from the platforms')
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .option('--account <id>', 'one account')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last')
    .action(async (options: CollectOptions, command: Command) => {
      const globals = globalsOf(command);
      for (const day of [options.from, options.to])
        if (day !== undefined && !isDay(day))
          throw new VitrineError('bad_input', {
            en: '--from and --to are days like 2026-10-01.',
            zh: '--from 与 --to 应为 2026-10-01 形式的日期。',
          });
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const { CollectService } = await import('../../../process/process-roles.js');
        const { runRole } = await import('../../../process/run-role.js');
        // what is due is another process's matter: this one ends with what was asked for
        const role = await runRole('collector', Object.assign({}, stores, { schedules: false }));
        const progress = progressLine('collect');
        try {
          const { account, ...request } = options;
          const summaries = await role.app
            .get(CollectService)
            .collectNow(
              { ...request, brandId: brand.brandId, accounts: account === undefined ? undefined : [account] },
              ({ done, total }) => progress.update({ done, total }),
            );
          progress.end();
          if (globals.json) printJson(summaries);
          else
            for (const { platform, accounts, counts, failures } of summaries)
              print(`${platform}: ${accounts} accounts, ${JSON.stringify(counts)}, ${failures.length} failures`);
          for (const failure of summaries.flatMap(({ failures }) => failures).slice(0, 20)) say(JSON.stringify(failure));
          if (summaries.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
        } finally {
          await role.close();
        }
      });
    });
}
