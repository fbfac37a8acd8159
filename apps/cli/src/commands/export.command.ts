import { Command, Option } from 'commander';
import { ImportKind } from '@app/contracts';
import { Ingest } from '@app/ingest';
import { print, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface ExportOptions {
  from?: string;
  to?: string;
  account?: string;
  format: 'ndjson' | 'csv' | 'xlsx';
  out?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('the current state of an import kind, in the same fields')
    .argument('<kind>')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last')
    .option('--account <id>')
    .addOption(new Option('--format <format>').choices(['ndjson', 'csv', 'xlsx']).default('ndjson'))
    .option('--out <file>', 'default: standard output (not for xlsx)')
    .action(async (kind: string, options: ExportOptions, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const ingest = new Ingest({
          warehouse: stores.warehouse,
          dataSource: stores.dataSource,
          secret: stores.instance.secret,
          clock: stores.clock,
          dataDir: stores.settings.dataDir,
        });
        const { rows } = await ingest.exportKind({ ...options, kind: kind as ImportKind, brand });
        say(`${rows} rows`);
        if (options.out) print(options.out);
      });
    });
}
