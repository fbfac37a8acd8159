import { Command, InvalidArgumentError, Option } from 'commander';
import { BASES, Basis, Close, CloseRequest, FROZEN_REPORTS, FrozenReport, LEVELS, Level, MonthStatus, VitrineError } from '@app/contracts';
import { CloseDiffService, CloseService, CloseStatusService, type CloseDiff, type DiffSide } from '@app/close';
import { ReportService } from '@app/reports';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { GlobalOptions, globalsOf, instantOption, withStores } from '../session';

interface CloseOptions {
  month?: string;
  reason?: string;
  force?: boolean;
  until?: string;
}
interface DiffOptions {
  report?: FrozenReport;
  level?: Level;
  basis: Basis;
  limit: number;
}
interface Services {
  closes: CloseService;
  diffs: CloseDiffService;
  status: CloseStatusService;
  globals: GlobalOptions;
}

const DIFF_ROWS = 50;

/** A month is frozen, restated, compared; dealers may look at it before. */
export function closeCommand(): Command {
  const month = () => new Option('--month <month>', 'YYYY-MM');
  const reason = () => new Option('--reason <text>', 'why; kept with the close for ever');
  const command = new Command('close')
    .description('freeze a month: its figures, what decided them, a chain of hashes')
    .addOption(month())
    .addOption(reason())
    .option('--force', 'before the end of the preview, with a reason')
    .action((options: CloseOptions, own: Command) =>
      withCloses(own, (services) => closeMonth(services, { ...options, kind: 'close' as const, month: needed(options.month) })),
    );
  command
    .command('preview')
    .description('let dealers look at a month before it is closed')
    .addOption(month())
    .option('--until <instant>', 'end of the preview (default: as the policy of the month says, 48 h from now)')
    .action((_: CloseOptions, own: Command) =>
      withCloses(own, async ({ closes, globals }) => {
        // options that the command itself has, too, land there when they are named the same
        const options = own.optsWithGlobals<CloseOptions>();
        const until = instantOption('--until', options.until);
        const window = await closes.preview('all', operator(), { month: needed(options.month), until, brand: globals.brand });
        if (globals.json) printJson(window);
        else print(`${window.month} 预览 preview ${window.from} – ${window.until}`);
      }),
    );
  command
    .command('restate')
    .description('a new close of a month that is closed; the former stays')
    .addOption(month())
    .addOption(reason())
    .action((_: CloseOptions, own: Command) => {
      const options = own.optsWithGlobals<CloseOptions>();
      return withCloses(own, (services) =>
        closeMonth(services, { month: needed(options.month), reason: options.reason, kind: 'restate' as const }),
      );
    });
  command
    .command('status')
    .description('months in preview or closed, and corrections that are pending')
    .addOption(month())
    .action((_: CloseOptions, own: Command) =>
      withCloses(own, async ({ status, globals }) => {
        const months = await status.list('all', { brand: globals.brand, month: own.optsWithGlobals<CloseOptions>().month });
        if (globals.json) printJson(months);
        else printStatus(months);
      }),
    );
  command
    .command('list')
    .description('every close with its hash, the newest first')
    .action((_: object, own: Command) =>
      withCloses(own, async ({ closes, globals }) => {
        const found = await closes.list('all', globals.brand);
        if (globals.json) printJson(found);
        else
          printTable(['月份 month', '第 n 次重述 restatement', '关账 closed at', '人 by', '原因 reason', 'hash'], found.map(closeRow), 6);
      }),
    );
  addDiff(command);
  addRequests(command);
  return command;
}

function addDiff(command: Command): void {
  command
    .command('diff')
    .description('what differs between two closes, or a close and what is known now')
    .argument('<from>', 'a month, one of its closes (2026-10#0 is the first), or the id of a close')
    .argument('[to]', 'the same, or live', 'live')
    .addOption(new Option('--report <name>').choices([...FROZEN_REPORTS]))
    .addOption(new Option('--level <level>').choices([...LEVELS]))
    .addOption(new Option('--basis <basis>').choices([...BASES]).default('adjusted'))
    .addOption(new Option('--limit <rows>', 'rows shown, the largest first').default(DIFF_ROWS).argParser(rowLimit))
    .action((from: string, to: string, { limit, ...filter }: DiffOptions, own: Command) =>
      withCloses(own, async ({ diffs, globals }) => {
        const diff = await diffs.diff('all', { from, to, brand: globals.brand, ...filter });
        if (globals.json) printJson({ ...diff, changes: diff.changes.slice(0, limit), total: diff.changes.length });
        else printDiff(diff, limit);
      }),
    );
}

function addRequests(command: Command): void {
  command
    .command('requests')
    .description('closes that somebody asked for over HTTP')
    .action((_: object, own: Command) =>
      withCloses(own, async ({ closes, globals }) => {
        const found = await closes.requests('all', globals.brand);
        if (globals.json) printJson(found);
        else printTable(['#', '月份 month', '种类 kind', '申请人 by', '原因 reason', '状态 state'], found.map(requestRow), 6);
      }),
    );
  command
    .command('confirm <request>')
    .description('close what somebody else asked for')
    .action((request: string, _: object, own: Command) =>
      withCloses(own, async ({ closes, globals }) =>
        printClose(await closes.confirm('all', operator(), request, { brand: globals.brand }), globals),
      ),
    );
  command
    .command('reject <request>')
    .description('end a request without a close')
    .option('--reason <text>', 'why')
    .action((request: string, _: object, own: Command) =>
      withCloses(own, async ({ closes, globals }) => {
        const { reason } = own.optsWithGlobals<CloseOptions>();
        const ended = await closes.reject('all', operator(), request, reason ?? null, globals.brand);
        if (globals.json) printJson(ended);
        else print(`${ended.month} ${ended.state}`);
      }),
    );
}

async function withCloses(own: Command, work: (services: Services) => Promise<void>): Promise<void> {
  const globals = globalsOf(own);
  await withStores(globals, async ({ warehouse, dataSource, instance, clock }) => {
    const stores = { warehouse, dataSource, secret: instance.secret, clock };
    const reports = new ReportService(stores);
    await work({
      closes: new CloseService(stores, reports),
      diffs: new CloseDiffService(stores, reports),
      status: new CloseStatusService(stores, reports),
      globals,
    });
  });
}

async function closeMonth(
  { closes, globals }: Services,
  { month, kind, reason, force }: CloseOptions & { month: string; kind: 'close' | 'restate' },
): Promise<void> {
  const told = (done: number, of: number) => {
    if (done % 10 === 0 || done === of) say(`已计算 ${done}/${of} 张报表 / reports computed`);
  };
  printClose(await closes.close('all', operator(), { month, kind, reason, force, brand: globals.brand }, told), globals);
}

function printClose(close: Close, { json }: GlobalOptions): void {
  if (json) return printJson(close);
  print(`${close.month} 已关账 closed ${close.closedAt}${close.restatement > 0 ? ` (重述 restatement ${close.restatement})` : ''}`);
  print(`${close.figureRows} 行 rows, 数据截至 data of ${close.dataInstant}, 政策 policy #${close.policyVersion}`);
  print(`hash ${close.hash}`);
}

const closeRow = (close: Close): string[] => [
  close.month,
  String(close.restatement),
  close.closedAt,
  close.closedBy.name,
  close.reason ?? '–',
  close.hash.slice(0, 16),
];

const requestRow = ({ requestId, month, kind, requestedBy, reason, state }: CloseRequest): string[] => [
  requestId,
  month,
  kind,
  requestedBy.name,
  reason ?? '–',
  state,
];

function printStatus(months: readonly MonthStatus[]): void {
  if (months.length === 0) return say('还没有预览或关账的月份。\nNo month is in preview or closed.');
  printTable(
    ['月份 month', '状态 state', '时间 since', '待重述 pending figures', '账号 accounts', '价值差额 value difference CNY'],
    months.map(({ month, state, preview, close, pending }) => [
      month,
      state === 'preview' ? '预览 preview' : '已关账 closed',
      close?.closedAt ?? `${preview?.from} – ${preview?.until}`,
      ...(pending ? [pending.figures, pending.accounts, pending.differenceCny].map((figure) => String(figure ?? '—')) : ['0', '0', '0']),
    ]),
    3,
  );
  for (const { month, pending } of months)
    if (pending)
      say(
        `${month} 有更正待重述：vitrine close diff ${month}，然后 vitrine close restate --month ${month} --reason …\nCorrections of ${month} are pending: see close diff, then close restate.`,
      );
}

const sideName = (side: DiffSide): string =>
  side.kind === 'live'
    ? `${side.month} 现有 live`
    : `${side.close.month}#${side.close.restatement} (${side.close.closedAt}, ${side.close.closedBy.name}${side.close.reason ? `: ${side.close.reason}` : ''})`;

function printDiff({ from, to, changes }: CloseDiff, limit: number): void {
  say(`${sideName(from)} → ${sideName(to)}`);
  if (changes.length === 0) return print('没有差异 / nothing differs');
  printTable(
    ['报表 report', '层级 level', '口径 basis', '对象 subject', '名称 name', '指标 figure', '原 old', '新 new', '差 difference'],
    changes
      .slice(0, limit)
      .map((one) => [
        one.report,
        one.regions ? `${one.level} ${one.regions}` : one.level,
        one.basis,
        one.subject,
        one.name,
        one.figure,
        one.old ?? '—',
        one.new ?? '—',
        one.difference ?? '—',
      ]),
    6,
  );
  if (changes.length > limit) say(`共 ${changes.length} 处，仅列最大的 ${limit} 处 / the largest ${limit} of ${changes.length} (--limit)`);
}

function needed(month: string | undefined): string {
  if (month !== undefined) return month;
  throw new VitrineError('bad_input', { zh: '请用 --month 指定月份，例如 2026-10。', en: 'Name the month with --month, such as 2026-10.' });
}

function rowLimit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1');
}
