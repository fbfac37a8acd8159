import { Command } from 'commander';
import { IMPORT_KINDS } from '@app/contracts';
import { writeTemplate } from '@app/ingest';
import { print, printJson } from '../output';
import { globalsOf } from '../session';

export function templateCommand(): Command {
  return new Command('template')
    .description('write an XLSX to fill in, with both languages and examples')
    .argument('[kind]')
    .option('--out <file>', 'default: <kind>.xlsx')
    .option('--list', 'list the kinds')
    .action(async (kind: string | undefined, options: { out?: string; list?: boolean }, command: Command) => {
      if (options.list || kind === undefined) {
        const kinds = IMPORT_KINDS.map(({ name, label }) => ({ kind: name, ...label }));
        if (globalsOf(command).json) printJson(kinds);
        else for (const { kind: name, zh, en } of kinds) print(`${name.padEnd(20)} ${en} / ${zh}`);
        return;
      }
      const out = options.out ?? `${kind}.xlsx`;
      await writeTemplate(kind, out);
      print(out);
    });
}
