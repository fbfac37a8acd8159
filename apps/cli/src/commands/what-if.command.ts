import * as fs from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  BASES,
  LEVELS,
  PLATFORMS,
  TIERS,
  VALUE_LINES,
  VitrineError,
  type Basis,
  type Level,
  type Platform,
  type SupposedPrice,
  type Tier,
  type ValueLine,
  type WhatIfQuery,
} from '@app/contracts';
import { ReportService } from '@app/reports';
import { WhatIfService } from '@app/what-if';
import { printJson } from '../output';
import { progressLine } from '../progress';
import { globalsOf, withStores } from '../session';
import { printWhatIf } from '../what-if-format';

interface WhatIfOptions {
  month?: string;
  from?: string;
  to?: string;
  level: Level;
  regions: 'adcode' | 'sales';
  platform?: Platform;
  tier?: Tier;
  basis: Basis;
  policy?: string;
  set: Record<string, string>;
  price: Record<string, string>;
  discount: Record<string, string>;
  rateCards?: string;
  stability?: boolean;
  share?: string;
  draws?: number;
  seed?: number;
  rankStep?: number;
  top: number;
}

/** `name=value`, as often as it is given. */
const pair = (text: string, known: Record<string, string>): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.');
  return { ...known, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
};
const whole = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
};

export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('a past period under another policy or other prices: who moves, and how firm the ranking is; writes nothing')
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last (half open)')
    .addOption(new Option('--level <level>').choices([...LEVELS]).default('account'))
    .addOption(new Option('--regions <kind>').choices(['adcode', 'sales']).default('adcode'))
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .addOption(new Option('--tier <tier>', 'accounts that have it before or after').choices([...TIERS]))
    .addOption(new Option('--basis <basis>').choices([...BASES]).default('adjusted'))
    .option('--policy <file>', 'JSON with fields of a policy')
    .option('--set <field=value>', 'a field of the policy: minVisits=3, weights.showroom=40; again for more', pair, {})
    .option('--price <platform/line=cny>', 'a unit price: douyin/live_view=0.06; again for more', pair, {})
    .option('--discount <platform/line=share>', 'a discount: douyin/live_view=0.5; again for more', pair, {})
    .option('--rate-cards <file>', 'JSON array or NDJSON with rows of rate-cards')
    .option('--stability', 'also: how the ranking stands when prices and discounts move')
    .option('--share <share>', 'by how much they move (default: 0.1)')
    .option('--draws <number>', 'random draws (default: 40)', whole)
    .option('--seed <number>', 'of the draws', whole)
    .option('--rank-step <places>', 'count ranks that move so far (default: 10)', whole)
    .option('--top <rows>', 'rows of the table', whole, 30)
    .action(async (options: WhatIfOptions, command: Command) => {
      const globals = globalsOf(command);
      const query = { ...queryOf(options), brand: globals.brand };
      await withStores(globals, async ({ warehouse, dataSource, instance, clock }) => {
        const service = new WhatIfService(new ReportService({ warehouse, dataSource, secret: instance.secret, clock }));
        const line = progressLine('what if');
        const report = await service.ask(query, 'all', { onProgress: ({ done, of }) => line.update({ done, total: of }) });
        line.end();
        if (globals.json) printJson(report);
        else printWhatIf(report, options.top);
      });
    });
}

function queryOf(options: WhatIfOptions): WhatIfQuery {
  const { month, from, to, level, regions, platform, tier, basis, rankStep, share, draws, seed } = options;
  const policy = { ...(options.policy === undefined ? {} : policyIn(options.policy)), ...options.set };
  return {
    ...{ month, from, to, level, regions, platform, tier, basis, rankStep, policy },
    prices: pricesOf(options),
    rateCards: options.rateCards === undefined ? [] : rowsIn(options.rateCards),
    stability: options.stability ? { share, draws, seed } : undefined,
  };
}

function pricesOf({ price, discount }: WhatIfOptions): SupposedPrice[] {
  return [...new Set([...Object.keys(price), ...Object.keys(discount)])].map((name) => {
    const [platform, line] = name.split('/');
    if (!PLATFORMS.includes(platform as Platform) || !VALUE_LINES.includes(line as ValueLine))
      throw badOption(`--price ${name}`, `${PLATFORMS.join('|')}/${VALUE_LINES.join('|')}`);
    return { platform: platform as Platform, line: line as ValueLine, unitPriceCny: price[name], discount: discount[name] };
  });
}

function policyIn(file: string): Record<string, unknown> {
  const value = jsonIn(file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badOption(`--policy ${file}`, '{ "minVisits": 3 }');
}

function rowsIn(file: string): Record<string, unknown>[] {
  const value = jsonIn(file);
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  if (rows.every((row) => typeof row === 'object' && row !== null)) return rows as Record<string, unknown>[];
  throw badOption(`--rate-cards ${file}`, '[{ "platform": "douyin", "line": "live_view", … }]');
}

/** One JSON value, or one per line. */
function jsonIn(file: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    throw badOption(file, 'a file that can be read');
  }
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      throw badOption(file, 'JSON');
    }
  }
}

function badOption(given: string, example: string): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `无法使用 ${given}`, en: `${given} cannot be used` },
    {
      remedy: { zh: `应为：${example}`, en: `Expected: ${example}` },
      details: [{ field: given.split(' ')[0], message: `expected ${example}` }],
    },
  );
}
