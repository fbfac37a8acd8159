import { Command, Option } from 'commander';
import { LEVELS, Level, PLATFORMS, Platform, StructureRow, Tier, TierDistance, TierHistory } from '@app/contracts';
import { ReportService, TierService } from '@app/reports';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface AccountOptions {
  month?: string;
  platform?: Platform;
  account?: string;
  dealer?: string;
  asOf?: string;
}

/** Runs on the tiers of the brand and prints what comes. */
async function withTiers<Row>(sub: Command, ask: (tiers: TierService, brand: string) => Promise<Row[]>, show: (rows: Row[]) => void) {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const brand = await brandOf(stores, globals);
    const { warehouse, dataSource, instance, clock } = stores;
    const reports = new ReportService({ warehouse, dataSource, secret: instance.secret, clock });
    const rows = await ask(new TierService(reports), brand.code);
    if (globals.json) printJson(rows);
    else show(rows);
  });
}

const accountOptions = (command: Command): Command =>
  command
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .option('--account <id>', 'one account: its id')
    .option('--dealer <id>', 'the accounts of one dealer')
    .option('--as-of <instant>', 'answer out of what was known at an instant: 2026-10-18T21:00:00+08:00');

const queryOf = ({ month, platform, account, dealer, asOf }: AccountOptions, brand: string) => ({
  brand,
  month,
  platform,
  accountId: account,
  dealerId: dealer,
  asOf,
});

/** What tiers say beyond `report tiers`. */
export function tiersCommand(): Command {
  const command = new Command('tiers').description('how tiers came about, how far the next one is, how the matrix is built');
  accountOptions(command.command('history'))
    .description('months of each account with one tier, and why they begin')
    .addOption(new Option('--per <row>', 'one row per').choices(['change', 'month']).default('change'))
    .option('--from <month>', 'leave out what ended before')
    .action(({ per, from, ...options }: AccountOptions & { per: 'change' | 'month'; from?: string }, sub: Command) =>
      withTiers(sub, (tiers, brand) => tiers.history({ ...queryOf(options, brand), per, from }, 'all'), printHistories),
    );
  accountOptions(command.command('distance'))
    .description('what is missing to the next tier: in CNY, in sessions at the account’s own median, in months at its pace')
    .action((options: AccountOptions, sub: Command) =>
      withTiers(sub, (tiers, brand) => tiers.distance(queryOf(options, brand), 'all'), printDistances),
    );
  command
    .command('structure')
    .description('health of the matrix: tiers, platforms, concentration, and what to do')
    .option('--month <month>', 'YYYY-MM; default: the newest complete month')
    .addOption(new Option('--level <level>').choices(LEVELS.filter((level) => level !== 'account')).default('brand'))
    .addOption(new Option('--regions <kind>').choices(['adcode', 'sales']).default('adcode'))
    .option('--dealer <id>', 'one dealer')
    .option('--as-of <instant>', 'answer out of what was known at an instant')
    .action((options: StructureOptions, sub: Command) =>
      withTiers(
        sub,
        (tiers, brand) =>
          tiers.structure({ ...options, level: options.dealer ? 'dealer' : options.level, dealerId: options.dealer, brand }, 'all'),
        printStructures,
      ),
    );
  return command;
}

interface StructureOptions {
  month?: string;
  level: Exclude<Level, 'account'>;
  regions: 'adcode' | 'sales';
  dealer?: string;
  asOf?: string;
}

const TIER_WORDS: Record<Tier, string> = { head: '头部 head', base: '基部 base', outer: '外延 outer', incubating: '培育中 incubating' };
const word = (tier: Tier | null): string => (tier === null ? '—' : TIER_WORDS[tier]);
const marks = ({ projected, declared }: { projected: boolean; declared: boolean }): string =>
  `${projected ? ' 推算 projected' : ''}${declared ? ' 申报 declared' : ''}`;
const percent = (share: number | null): string => (share === null ? '—' : `${(share * 100).toFixed(1)} %`);

function printHistories(histories: readonly TierHistory[]): void {
  for (const { platform, accountId, name, spans } of histories) {
    print(`\n${name} [${platform}/${accountId}]`);
    printTable(
      ['月份 months', '生效 in force', '实得 earned', '申报 declared', '近12个月 trailing CNY'],
      spans.map((span) => [
        span.from === span.to ? span.from : `${span.from} – ${span.to}`,
        word(span.tier) + marks(span),
        word(span.earnedTier),
        word(span.declaredTier),
        span.trailingValueCny ?? '—',
      ]),
      4,
    );
    for (const { from, reason } of spans) print(`${from}\n  → ${reason.zh}\n  → ${reason.en}`);
  }
}

function printDistances(rows: readonly TierDistance[]): void {
  printTable(
    ['账号 account', '层级 tier', '下一级 next', '还差 missing CNY', '场均中位 median CNY', '场次 sessions', '月 months'],
    rows.map((row) => [
      `${row.name} [${row.platform}]`,
      word(row.effectiveTier) + marks(row),
      word(row.nextTier),
      row.gapCny ?? '—',
      row.medianSessionCny ?? '—',
      row.sessions === null ? '—' : String(row.sessions),
      row.months === null ? '—' : String(row.months),
    ]),
    3,
  );
  const reasons = new Map(rows.flatMap((row) => Object.values(row.reasons)).map((reason) => [reason.en, reason]));
  for (const { zh, en } of reasons.values()) print(`—  ${zh} ${en}`);
}

function printStructures(rows: readonly StructureRow[]): void {
  for (const row of rows) {
    print(`\n${row.name} ${row.month}  ${row.accountsKnown}/${row.accounts} 账号 accounts, ${row.trailingValueCny ?? '—'} CNY`);
    printTable(
      ['', '账号 accounts', '价值 CNY', '占比 share'],
      [
        ...Object.entries(row.tiers).map(([tier, part]): [string, typeof part] => [TIER_WORDS[tier as Tier], part]),
        ...row.platforms.map((part): [string, typeof part] => [part.platform, part]),
      ].map(([name, part]) => [name, String(part.accounts), part.valueCny, percent(part.share)]),
    );
    for (const finding of row.findings)
      print(`[${finding.severity}] ${finding.zh}\n  ${finding.en}\n  → ${finding.action.zh}\n  → ${finding.action.en}`);
  }
}
