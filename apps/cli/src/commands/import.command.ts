import { Command, Option } from 'commander';
import { ImportKind, SOURCES, Source } from '@app/contracts';
import { FileFormat, ImportResult, Ingest } from '@app/ingest';
import { print, printJson, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import { progressLine } from '../progress';

interface ImportOptions {
  format?: FileFormat;
  dryRun?: boolean;
  observedAt?: string;
  account?: string;
  source?: Source;
}

export function importCommand(): Command {
  return new Command('import')
    .description('put files in: facts, state, platform exports')
    .argument('<kind>', 'what the rows are: see `vitrine template --list`')
    .argument('<file...>')
    .addOption(new Option('--format <format>', 'else by extension').choices(['ndjson', 'csv', 'xlsx', 'parquet']))
    .addOption(new Option('--source <source>', 'where the rows come from').choices([...SOURCES]))
    .option('--account <id>', 'the account of a one-account export')
    .option('--observed-at <instant>', 'when the figures were seen, ISO 8601 with zone')
    .option('--dry-run', 'check everything, write nothing')
    .action(async (kind: string, files: string[], options: ImportOptions, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const progress = progressLine(`import ${kind}`);
        const ingest = new Ingest({
          warehouse: stores.warehouse,
          dataSource: stores.dataSource,
          secret: stores.instance.secret,
          clock: stores.clock,
          dataDir: stores.settings.dataDir,
        });
        const result = await ingest
          .importFiles({ ...options, kind: kind as ImportKind, files, brand, onProgress: progress.update })
          .finally(progress.end);
        show(result, globals.json ?? false);
      });
    });
}

function show(result: ImportResult, json: boolean): void {
  const { notes, ...counts } = result;
  for (const note of notes) say(`${note.zh}\n${note.en}`);
  if (json) return printJson(result);
  print(JSON.stringify(counts));
}
