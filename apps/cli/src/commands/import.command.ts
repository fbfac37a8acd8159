import * as path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { SOURCES, Source, findImportKind } from '@app/contracts';
import { FILE_FORMATS, FileFormat, ImportResult, importFiles } from '@app/ingest';
import { print, printJson, say } from '../output';
import { recordDone } from '../record';
import { progressLine } from '../progress';
import { brandOf, globalsOf, ingestOn, instantOption, withStores } from '../session';

const SHOWN_REJECTS = 5;

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
    .argument('<kind>', 'what the rows are: see `vitrine template --list`; exports: files that a platform gives, known by their headers')
    .argument('<file...>')
    .addOption(new Option('--format <format>', 'else by extension').choices([...FILE_FORMATS]))
    .addOption(new Option('--source <source>', 'where the rows come from').choices([...SOURCES]))
    .option('--account <id>', 'the account of a one-account export')
    .option('--observed-at <instant>', 'when the figures were seen, ISO 8601 with zone')
    .option('--dry-run', 'check everything, write nothing')
    .action(async (kind: string, files: string[], options: ImportOptions, command: Command) => {
      // rows die young here; without this the heap grows by what the machine has, several times what is alive
      setFlagsFromString('--heap-growing-percent=30');
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const progress = progressLine(`import ${kind}`);
        const { observedAt, ...rest } = options;
        const result = await importFiles(ingestOn(stores), {
          ...rest,
          kind,
          files,
          brandId: brand.brandId,
          observedAt: instantOption('--observed-at', observedAt),
          onProgress: ({ bytes, totalBytes, rows }) => progress.update({ done: bytes, total: totalBytes ?? undefined, rows }),
        }).finally(progress.end);
        if (!options.dryRun && changesFacts(kind, result)) {
          const { read, accepted, replaced, unchanged, rejected } = result;
          const after = { files: files.map((file) => path.basename(file)), read, accepted, replaced, unchanged, rejected };
          await recordDone(stores, brand.brandId, { action: 'facts.import', subject: kind, after });
        }
        if (options.dryRun) say('试运行：没有写入任何数据。\nDry run: nothing was written.');
        show(result, globals.json ?? false);
      });
    });
}

/** State tells its changes where they are made. */
const changesFacts = (kind: string, { accepted, replaced }: ImportResult): boolean =>
  findImportKind(kind)?.store !== 'state' && (accepted ?? 0) + (replaced ?? 0) > 0;

/** Counts on stdout; notes and the first rejects, which are for people, on stderr. */
function show({ notes, rejects, rejectsFiles, ...counts }: ImportResult, json: boolean): void {
  for (const note of notes) say(`${note.zh}\n${note.en}`);
  for (const { line, field, reason } of rejects.slice(0, SHOWN_REJECTS)) say(`${line ?? ''}: ${field ?? ''} ${reason.zh} / ${reason.en}`);
  if (rejects.length > SHOWN_REJECTS) say(`… ${counts.rejectsFile}`);
  if (json) printJson({ ...counts, rejectsFiles, notes });
  else print(JSON.stringify(counts));
}
