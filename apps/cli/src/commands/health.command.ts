import { Command, Option } from 'commander';
import { ConnectService } from '@app/connect';
import { PLATFORMS, type AccountHealth, type HealthSummary, type Platform } from '@app/contracts';
import { AccountHealthService } from '@app/coverage';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

/** The service of a command's stores. */
export function healthOn({ warehouse, dataSource, instance, settings, clock }: Stores): AccountHealthService {
  const secret = instance.secret;
  return new AccountHealthService({ warehouse, dataSource, secret, clock }, new ConnectService({ dataSource, secret, settings, clock }));
}

export function healthCommand(): Command {
  return new Command('health')
    .description('how many accounts are complete, which need somebody, and what to do')
    .option('--account <id>', 'one account: its id, or platform/id')
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .action(async (options: { account?: string; platform?: Platform }, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const { summary, accounts } = await healthOn(stores).overview('all', { ...options, brand: brand.code });
        if (globals.json) printJson({ summary, accounts });
        else printHealth(summary, accounts);
      });
    });
}

const MOST = 50;

function printHealth(summary: HealthSummary, accounts: readonly AccountHealth[]): void {
  const { byState, complete, openDeadLetters, from, to } = summary;
  print(
    `${summary.accounts} accounts, ${from} to ${to} (excluded): ${complete} complete; ${byState.user} need somebody, ${byState.wait} wait, ${byState.done} fine, ${byState.files} from files only; dead letters ${openDeadLetters}`,
  );
  for (const { action, needsUser, accounts: count, text, examples } of summary.todo)
    print(
      `${needsUser ? '!' : ' '} ${action}: ${count} (${examples.join(' ')}${count > examples.length ? ' …' : ''})\n    → ${text.zh}\n    → ${text.en}`,
    );
  const shown = accounts.filter(({ state }) => state === 'user' || state === 'wait');
  if (shown.length === 0) return;
  print('');
  printTable(
    ['account', 'state', 'kind', 'last success', 'lag days', 'error', 'next try', 'missing days'],
    shown.slice(0, MOST).flatMap(rowsOf),
    8,
  );
  if (shown.length > MOST) print(`… and ${shown.length - MOST} more: see --account, or --json`);
}

const shown = (value: string | number | null | undefined): string => (value === null || value === undefined ? '–' : String(value));

function rowsOf({ platform, accountId, state, streams, missingDays, todo }: AccountHealth): string[][] {
  const name = `${platform}/${accountId}`;
  if (streams.length === 0) return [[name, state, '–', '–', '–', todo[0]?.action ?? '–', '–', '–']];
  return streams.map((stream, at) => [
    at === 0 ? name : '',
    at === 0 ? state : '',
    `${stream.kind} ${stream.product}`,
    shown(stream.lastSuccessAt),
    shown(stream.lagDays),
    stream.errorClass === null ? '–' : `${stream.errorClass} ${stream.code ?? ''}`,
    shown(stream.nextTryAt),
    shown((missingDays as Record<string, number | undefined>)[stream.kind] ?? 0),
  ]);
}
