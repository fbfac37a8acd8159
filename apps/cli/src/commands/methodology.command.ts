import { Command, Option } from 'commander';
import { Language, methodology } from '@app/contracts';
import { MethodologyService } from '@app/reports';
import { printJson } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

export function methodologyCommand(): Command {
  return new Command('methodology')
    .description("how every figure is computed, with the numbers of the brand's policy and its prices, as Markdown")
    .addOption(new Option('--lang <language>').choices(['zh', 'en']).default('zh'))
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .action(async ({ lang, month }: { lang: Language; month?: string }, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const { dataSource, instance, clock } = stores;
        const brand = (await brandOf(stores, globals)).code;
        const method = await new MethodologyService({ dataSource, secret: instance.secret, clock }).of({ month, brand });
        if (globals.json) printJson({ ...method, text: methodology(method, lang) });
        else process.stdout.write(methodology(method, lang));
      });
    });
}
