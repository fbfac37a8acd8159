import { Command, Option } from 'commander';
import {
  BASES,
  Basis,
  LEVELS,
  Level,
  PLATFORMS,
  Platform,
  REPORTS,
  Report,
  ReportName,
  ReportQuery,
  TIERS,
  Tier,
  VitrineError,
} from '@app/contracts';
import { ReportService } from '@app/reports';
import { printJson } from '../output';
import { printReconciliation } from '../reconciliation-report';
import { ReportFormat, writeReport } from '../report-format';
import { globalsOf, withStores } from '../session';

const RECONCILIATION = 'reconciliation';

interface ReportOptions {
  month?: string;
  from?: string;
  to?: string;
  level: Level;
  regions: 'adcode' | 'sales';
  platform?: Platform;
  tier?: Tier;
  basis: Basis;
  asOf?: string;
  period?: string;
  salesRegion?: string;
  adcode?: string;
  group?: string;
  dealer?: string;
  confidence?: boolean;
  format?: ReportFormat;
  out?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .description('print a report')
    .argument('<name>', `${REPORTS.join(', ')}, ${RECONCILIATION}`)
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last (half open)')
    .option('--period <period>', '2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026, or live: the last 30 business days')
    .addOption(new Option('--level <level>').choices([...LEVELS]).default('account'))
    .addOption(new Option('--regions <kind>').choices(['adcode', 'sales']).default('adcode'))
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .addOption(new Option('--tier <tier>').choices([...TIERS]))
    .option('--sales-region <path>', 'sales region and what stands below it')
    .option('--adcode <code>', 'province (31), city (3101) or county (310101) by GB/T 2260')
    .option('--group <name>', 'dealer group')
    .option('--dealer <id>', 'accounts of one dealer, or its row')
    .option('--confidence', 'rankings: also between which places each rank lies')
    .addOption(new Option('--basis <basis>').choices([...BASES]).default('adjusted'))
    .option('--as-of <instant>', 'answer out of what was known at an instant: 2026-10-18T21:00:00+08:00')
    .addOption(new Option('--format <format>').choices(['table', 'json', 'csv', 'xlsx']))
    .option('--out <file>', 'write to a file')
    .action(async (name: string, options: ReportOptions, command: Command) => {
      const globals = globalsOf(command);
      if (name === RECONCILIATION) {
        const { month, from, to, period, format } = options;
        const json = (globals.json ?? false) || format === 'json';
        return withStores(globals, (stores) => printReconciliation(stores, { month, from, to, period, brand: globals.brand }, json));
      }
      const query = queryOf(name, options);
      await withStores(globals, async ({ warehouse, dataSource, instance, clock }) => {
        const reports = new ReportService({ warehouse, dataSource, secret: instance.secret, clock });
        const report = (await reports.report({ ...query, brand: globals.brand }, 'all')) as Report<never>;
        if (globals.json && !options.out) printJson(report);
        else
          await writeReport(report, options.format ?? (globals.json ? 'json' : 'table'), { out: options.out, filtered: filtersOf(query) });
      });
    });
}

/** Does a query ask for some rows only? */
const filtersOf = ({ platform, tier, salesRegion, adcode, group, dealerId, accountId }: ReportQuery): boolean =>
  [platform, tier, salesRegion, adcode, group, dealerId, accountId].some((filter) => filter !== undefined);

function queryOf(name: string, options: ReportOptions): ReportQuery {
  if (!(REPORTS as readonly string[]).includes(name))
    throw new VitrineError('bad_input', {
      en: `There is no report "${name}". There are: ${REPORTS.join(', ')}.`,
      zh: `没有名为“${name}”的报表，可用：${REPORTS.join('、')}。`,
    });
  const { month, from, to, period, level, regions, platform, tier, salesRegion, adcode, group, dealer, confidence, basis, asOf } = options;
  const filters = { platform, tier, salesRegion, adcode, group, dealerId: dealer };
  return { name: name as ReportName, month, from, to, period, level, regions, ...filters, confidence, basis, asOf };
}
