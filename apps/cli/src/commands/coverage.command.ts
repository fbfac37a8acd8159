import { Command, Option } from 'commander';
import { COVERED_KINDS, GAP_REASONS, PLATFORMS, type CoverageRow, type CoveredKind, type Platform } from '@app/contracts';
import { CoverageService } from '@app/coverage';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface CoverageOptions {
  account?: string;
  platform?: Platform;
  kind?: CoveredKind;
  from?: string;
  to?: string;
}

export function coverageCommand(): Command {
  return new Command('coverage')
    .description('what was expected of each account and what has come; every gap with its reason')
    .option('--account <id>', 'one account: its id, or platform/id')
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .addOption(new Option('--kind <kind>').choices([...COVERED_KINDS]))
    .option('--from <day>', 'first business day (default: 30 days before --to)')
    .option('--to <day>', 'the day after the last (default: today)')
    .action(async ({ kind, ...options }: CoverageOptions, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const { warehouse, dataSource, instance, clock } = stores;
        const brand = await brandOf(stores, globals);
        const service = new CoverageService({ warehouse, dataSource, secret: instance.secret, clock });
        const rows = await service.rows('all', { ...options, brand: brand.code }, kind && [kind]);
        if (globals.json) printJson(rows);
        else printCoverage(rows, options.account !== undefined);
      });
    });
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

/** Expected rows side by side, then every gap; of one account also why something is not expected. */
function printCoverage(rows: readonly CoverageRow[], detailed: boolean): void {
  const expected = rows.filter(({ expectedDays }) => expectedDays > 0);
  printTable(
    ['account', 'kind', 'from', 'to', 'expected', 'received', 'coverage'],
    expected.map((row) => [
      `${row.platform}/${row.accountId}`,
      row.kind,
      row.from ?? '–',
      row.to ?? '–',
      String(row.expectedDays),
      String(row.receivedDays),
      percent(row.coverage),
    ]),
    4,
  );
  const gaps = rows.flatMap((row) => row.gaps);
  if (gaps.length > 0) {
    print('');
    printTable(
      ['gap', 'kind', 'from', 'to', 'days', 'reason', 'code'],
      gaps.map((gap) => [`${gap.platform}/${gap.accountId}`, gap.kind, gap.from, gap.to, String(gap.days), gap.reason, gap.code ?? '–']),
      7,
    );
    for (const reason of new Set(gaps.map((gap) => gap.reason)))
      print(`${reason}\n  → ${GAP_REASONS[reason].zh}\n  → ${GAP_REASONS[reason].en}`);
  }
  const without = rows.filter(({ reason }) => reason !== null);
  if (detailed) for (const { kind, reason } of without) print(`${kind}\n  → ${reason?.zh}\n  → ${reason?.en}`);
  else if (without.length > 0) print(`nothing expected: ${without.length} of ${rows.length} (account and kind); see --account, or --json`);
}
