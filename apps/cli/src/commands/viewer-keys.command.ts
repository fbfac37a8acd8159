import { Command } from 'commander';
import { earliestRotation, listViewerKeys, rotateViewerKey, type ListedViewerKey } from '@app/database';
import { hasEntriesSince } from '@app/warehouse';
import { printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

/** Versions of the key that hashes a brand's viewers (domain.md 8). */
export function viewerKeysCommand(): Command {
  const command = new Command('viewer-keys').description("versions of the key that hashes a brand's viewers");
  command
    .command('list')
    .description('every version with its first month')
    .action(async (_: unknown, sub: Command) => {
      const globals = globalsOf(sub);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        show(await listViewerKeys(stores.dataSource, brand, stores.clock.now()), globals.json);
        const earliest = earliestRotation(brand, stores.clock.now());
        say(`现在更换，最早自 ${earliest} 起生效。\nA key that is made now can be in force from ${earliest}.`);
      });
    });
  command
    .command('rotate')
    .description("make the next key, in force from a month's first instant")
    .option('--from <month>', 'first month, such as 2027-01; default: the earliest possible')
    .option('--without-overlap', 'for a key that others know: next month already, visits are not joined over the change')
    .action(async ({ from, withoutOverlap }: { from?: string; withoutOverlap?: boolean }, sub: Command) => {
      const globals = globalsOf(sub);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const { dataSource, warehouse, instance, clock } = stores;
        const rotation = {
          ...{ brand, secret: instance.secret, now: clock.now(), fromMonth: from, withoutOverlap },
          hasEntriesSince: (since: number) => hasEntriesSince(warehouse, brand.brandId, since),
        };
        show(await rotateViewerKey(dataSource, rotation), globals.json);
      });
    });
  return command;
}

function show(keys: ListedViewerKey[], json = false): void {
  if (json) return printJson(keys);
  const rows = keys.map(({ version, fromMonth, overlap, inForce, sealed }) => [
    `vk${version}`,
    fromMonth ?? '-',
    version === 1 ? '-' : overlap ? '31 d' : 'none',
    inForce ? '*' : '',
    sealed ? 'sealed' : 'derived',
  ]);
  printTable(['version', 'from', 'overlap', 'in force', 'kept'], rows, 5);
}
