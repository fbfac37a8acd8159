import { Command, Option } from 'commander';
import {
  BASES,
  Basis,
  ExplainQuery,
  LEVELS,
  Level,
  PLATFORMS,
  Platform,
  REPORTS,
  ReportName,
  SCORE_PARTS,
  ScorePart,
  VALUE_LINES,
  ValueLine,
  VitrineError,
} from '@app/contracts';
import { ExplainService } from '@app/explain';
import { ReportService } from '@app/reports';
import { printExplanation } from '../explain-format';
import { printJson } from '../output';
import { globalsOf, withStores } from '../session';

interface ExplainOptions {
  report?: ReportName;
  month?: string;
  from?: string;
  to?: string;
  period?: string;
  level?: Level;
  account?: string;
  dealer?: string;
  region?: string;
  regions: 'adcode' | 'sales';
  basis: Basis;
  asOf?: string;
  part?: ScorePart;
  line?: ValueLine;
  platform?: Platform;
  againstMonth?: string;
  againstAccount?: string;
  againstDealer?: string;
  againstRegion?: string;
  rows?: boolean;
  viewer?: string;
  limit?: number;
  cursor?: string;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('everything behind a figure of a report: formula, versions, inputs, rows down to the deliveries they came with')
    .argument('<figure>', 'key of a metric: valueCny, showroomVisitors, score, … (vitrine metrics lists them)')
    .addOption(new Option('--report <name>', 'where several reports hold the figure').choices([...REPORTS]))
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last (half open)')
    .option('--period <period>', '2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026')
    .addOption(new Option('--level <level>', 'default: that of the subject').choices([...LEVELS]))
    .option('--account <account>', 'platform:accountId')
    .option('--dealer <id>', 'dealer id')
    .option('--region <region>', 'code of the city, or path of the sales region')
    .addOption(new Option('--regions <kind>').choices(['adcode', 'sales']).default('adcode'))
    .addOption(new Option('--basis <basis>').choices([...BASES]).default('adjusted'))
    .option('--as-of <instant>', 'answer out of what was known at an instant: 2026-10-18T21:00:00+08:00')
    .addOption(new Option('--part <part>', 'of a percentile: which part of the score').choices([...SCORE_PARTS]))
    .addOption(new Option('--line <line>', 'of units and prices: which line').choices([...VALUE_LINES]))
    .addOption(new Option('--platform <platform>', 'of units and prices: the line on which platform').choices([...PLATFORMS]))
    .option('--against-month <month>', 'score: what changed since another month')
    .option('--against-account <account>', 'score: what makes the difference to another account')
    .option('--against-dealer <id>', 'score: … to another dealer')
    .option('--against-region <region>', 'score: … to another region')
    .option('--viewer <viewer>', 'every visit of one viewer, as its row names it (vk…)')
    .option('--rows', 'print the rows, each with what is behind it')
    .addOption(new Option('--limit <rows>', 'rows of a page, at most 500 (default: 20)').argParser(Number))
    .option('--cursor <cursor>', 'the next page')
    .action(async (figure: string, options: ExplainOptions, command: Command) => {
      const globals = globalsOf(command);
      const query: ExplainQuery = { ...queryOf(figure, options), brand: globals.brand, nested: options.rows ?? globals.json ?? false };
      await withStores(globals, async ({ warehouse, dataSource, instance, clock }) => {
        const stores = { warehouse, dataSource, secret: instance.secret, clock };
        const explanation = await new ExplainService(stores, new ReportService(stores)).explain(query, 'all');
        if (globals.json) printJson(explanation);
        else printExplanation(explanation, options.rows ?? false);
      });
    });
}

function queryOf(figure: string, options: ExplainOptions): ExplainQuery {
  const { account, dealer, region, againstAccount, againstDealer, againstRegion, againstMonth } = options;
  const { report, month, from, to, period, regions, basis, asOf, part, line, platform, viewer, limit, cursor } = options;
  const subject = oneOf({ account, dealer, region });
  return {
    figure,
    report,
    month,
    from,
    to,
    period,
    level: options.level ?? subject.level ?? 'brand',
    regions,
    basis,
    asOf,
    part,
    line,
    platform,
    limit,
    cursor,
    viewer,
    subject: subject.name,
    againstMonth,
    againstSubject: oneOf({ account: againstAccount, dealer: againstDealer, region: againstRegion }).name,
  };
}

/** The one subject that is named, with its level. */
function oneOf(given: Partial<Record<Level, string>>): { level?: Level; name?: string } {
  const named = Object.entries(given).filter(([, name]) => name !== undefined) as [Level, string][];
  if (named.length > 1)
    throw new VitrineError(
      'bad_input',
      { zh: '账号、经销商、区域只能指定一个。', en: 'Name one subject: an account, a dealer or a region.' },
      { details: named.map(([field]) => ({ field, message: 'only one of account, dealer, region' })) },
    );
  return named.length === 0 ? {} : { level: named[0][0], name: named[0][1] };
}
