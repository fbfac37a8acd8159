import { Command } from 'commander';
import { relinkExports } from '@app/ingest';
import { print } from '../output';
import { recordDone } from '../record';
import { brandOf, globalsOf, ingestOn, withStores } from '../session';

export function relinkCommand(): Command {
  return new Command('relink')
    .description('give works and broadcasts that only exports told the ids under which their platform tells them now')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const relinked = await relinkExports(ingestOn(stores), { brandId: brand.brandId });
        await recordDone(stores, brand.brandId, { action: 'facts.relink', subject: 'exports', after: relinked });
        print(JSON.stringify(relinked));
      });
    });
}
