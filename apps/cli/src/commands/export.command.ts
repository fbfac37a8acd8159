import { Command, Option } from 'commander';
import { VitrineError } from '@app/contracts';
import { exportKind } from '@app/ingest';
import { print, say } from '../output';
import { recordDone } from '../record';
import { brandOf, dayOption, globalsOf, ingestOn, withStores } from '../session';

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
      if (options.format === 'xlsx' && !options.out)
        throw new VitrineError('bad_input', { en: 'XLSX needs --out FILE.', zh: '导出 XLSX 需要 --out 文件名。' });
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        // before the rows are out: whoever interrupts has them all the same
        const { from, to, account, format } = options;
        await recordDone(stores, brand.brandId, { action: 'facts.export', subject: kind, after: { from, to, account, format } });
        const { rows } = await exportKind(ingestOn(stores), {
          kind,
          brandId: brand.brandId,
          from: dayOption('--from', options.from, brand.zone),
          to: dayOption('--to', options.to, brand.zone),
          account: options.account,
          format: options.format,
          out: options.out ?? process.stdout,
        });
        say(`${rows} rows`);
        if (options.out) print(options.out);
      });
    });
}
