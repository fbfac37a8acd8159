import { Command } from 'commander';
import { CAPABILITIES, CAPABILITY_LABELS, GRANT_PRODUCTS, type AccountCapabilities } from '@app/contracts';
import { PRODUCT_CAPABILITIES } from '@app/platforms';
import { CapabilityService } from '@app/reports';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

export function capabilitiesCommand(): Command {
  return new Command('capabilities')
    .description('what the sources of each account can give, and which figures stay unknown for want of one')
    .option('--account <id>', 'one account: its id, or platform/id')
    .action(async ({ account }: { account?: string }, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const { warehouse, dataSource, instance, clock } = stores;
        const brand = await brandOf(stores, globals);
        const service = new CapabilityService({ warehouse, dataSource, secret: instance.secret, clock });
        const rows = await service.list('all', account, brand.code);
        if (globals.json) printJson(rows);
        else if (account === undefined) printAll(rows);
        else rows.forEach(printAccount);
      });
    });
}

const mark = (given: boolean): string => (given ? '✓' : '–');

/** Products side by side, then the accounts that have the same sources together. */
function printAll(rows: readonly AccountCapabilities[]): void {
  printTable(
    ['capability', ...GRANT_PRODUCTS],
    CAPABILITIES.map((name) => [
      CAPABILITY_LABELS[name].en,
      ...GRANT_PRODUCTS.map((product) => mark(PRODUCT_CAPABILITIES[product][name] === true)),
    ]),
  );
  const alike = new Map<string, { row: AccountCapabilities; accounts: number }>();
  for (const row of rows) {
    const key = JSON.stringify([row.platform, row.products, row.capabilities.map(({ reason }) => reason === null)]);
    alike.set(key, { row, accounts: (alike.get(key)?.accounts ?? 0) + 1 });
  }
  print('');
  printTable(
    ['platform', 'connected', 'accounts', 'without a source'],
    [...alike.values()].map(({ row, accounts }) => [
      row.platform,
      row.products.join(' ') || '–',
      String(accounts),
      row.capabilities.flatMap(({ capability, reason }) => (reason ? [capability] : [])).join(' ') || '–',
    ]),
    4,
  );
}

/** One account: each capability with its source, what is unknown below with the reason in both languages. */
function printAccount({ platform, accountId, name, capabilities, unknown }: AccountCapabilities): void {
  print(`${platform} ${accountId} ${name}`);
  const sources = (products: readonly string[], imported: boolean): string =>
    [...products, ...(imported ? ['file or feed'] : [])].join(', ');
  printTable(
    ['capability', 'from'],
    capabilities.map(({ capability, products, imported }) => [CAPABILITY_LABELS[capability].en, sources(products, imported) || '–']),
    2,
  );
  const why = new Map<string, { zh: string; keys: string[] }>();
  for (const { key, reason } of unknown) why.set(reason.en, { zh: reason.zh, keys: [...(why.get(reason.en)?.keys ?? []), key] });
  for (const [en, { zh, keys }] of why) print(`${keys.join(', ')}\n  → ${zh}\n  → ${en}`);
}
