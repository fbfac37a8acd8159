import { Command } from 'commander';
import type { Connection } from '@app/contracts';
import { ConnectService } from '@app/connect';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

export function connectionsCommand(): Command {
  return new Command('connections')
    .description('every connection to a platform: accounts, state, days left, missing permissions, what to do')
    .action(async (_: unknown, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const { dataSource, instance, settings, clock } = stores;
        const brand = await brandOf(stores, globals);
        const rows = await new ConnectService({ dataSource, secret: instance.secret, settings, clock }).list(brand);
        if (globals.json) printJson(rows);
        else printConnections(rows);
      });
    });
}

const shown = (value: number | null): string => (value === null ? '–' : String(value));

/** For people; what they have to do stands below, in both languages. */
export function printConnections(rows: readonly Connection[]): void {
  printTable(
    ['product', 'principal', 'accounts', 'state', 'access days', 'refresh days', 'renewals left'],
    rows.map((row) => [
      row.product,
      row.principalId,
      row.accounts.length > 3 ? `${row.accounts.slice(0, 3).join(' ')} +${row.accounts.length - 3}` : row.accounts.join(' '),
      row.state,
      shown(row.accessDaysLeft),
      shown(row.refreshDaysLeft),
      shown(row.renewalsLeft),
    ]),
    4,
  );
  for (const { product, principalId, todo } of rows)
    for (const { zh, en } of todo) print(`${product} ${principalId}\n  → ${zh}\n  → ${en}`);
}
