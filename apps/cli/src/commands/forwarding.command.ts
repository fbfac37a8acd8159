import { Command, Option } from 'commander';
import { FORWARDING_STATES, ForwardingCompletion, ForwardingState, ForwardingTaskRow, VitrineError, forwarderText } from '@app/contracts';
import { ForwardingAsk, ForwardingService, forwarderOf } from '@app/reports';
import { operator } from '../operator';
import { print, printJson, printTable } from '../output';
import { brandOf, dayOption, globalsOf, instantOption, withStores } from '../session';

interface AssignOptions {
  task?: string;
  title?: string;
  session?: string;
  video?: string;
  due: string;
  to?: string;
  outerOf?: string;
}

interface ProveOptions {
  at: string;
  link?: string;
  text?: string;
  joins?: string;
  joinUsers?: string;
  source?: string;
}

interface ListOptions {
  task?: string;
  dealer?: string;
  state?: ForwardingState;
  from?: string;
  to?: string;
  asOf?: string;
}

interface Opened {
  tasks: ForwardingService;
  ask: ForwardingAsk;
  zone: string;
  json: boolean;
}

async function withForwarding(sub: Command, work: (opened: Opened) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const brand = await brandOf(stores, globals);
    const { warehouse, dataSource, instance, clock } = stores;
    const tasks = new ForwardingService({ warehouse, dataSource, secret: instance.secret, clock });
    await work({ tasks, ask: { actor: operator(), scope: 'all', brand: brand.code }, zone: brand.zone, json: globals.json ?? false });
  });
}

/** Forwarding tasks of the outer tier. Joins count, shares do not. */
export function forwardingCommand(): Command {
  const command = new Command('forwarding').description('forwarding tasks of the outer tier: joins count, shares do not');
  assignCommand(command);
  proveCommand(command);
  waiveCommand(command);
  listCommand(command);
  completionCommand(command);
  return command;
}

function assignCommand(command: Command): void {
  command
    .command('assign <account>')
    .description('what of an account (platform/id) is to be forwarded until when, and by whom')
    .option('--task <id>', 'an id of your own; default: one is made')
    .option('--title <text>')
    .addOption(new Option('--session <id>', 'a broadcast').conflicts('video'))
    .option('--video <id>', 'a video; neither: the account itself')
    .requiredOption('--due <instant>', '2026-10-18T21:00:00+08:00')
    .option('--to <forwarders>', 'platform/id or staff:DEALER/NUMBER, with commas between')
    .option('--outer-of <dealer>', 'every staff account of a dealer')
    .action((account: string, options: AssignOptions, sub: Command) =>
      withForwarding(sub, async ({ tasks, ask, json }) => {
        const of = forwarderOf(account);
        if (of.kind !== 'account') throw noAccount();
        const { task: taskId, title, session, video, due, to, outerOf: toOuterOf } = options;
        const row = await tasks.assign(ask, {
          taskId,
          title,
          platform: of.platform,
          accountId: of.accountId,
          contentKind: session ? 'session' : video ? 'video' : 'account',
          contentId: session ?? video,
          dueAt: instantOption('--due', due)!,
          forwarders: (to?.split(',') ?? []).map((text) => forwarderOf(text.trim())),
          toOuterOf,
        });
        show(json, row);
      }),
    );
}

function proveCommand(command: Command): void {
  command
    .command('prove <task> <forwarder>')
    .description('hand in where it was forwarded, and the joins that a source tells')
    .requiredOption('--at <instant>', 'when it was forwarded')
    .option('--link <url>')
    .option('--text <reference>', 'of a screenshot or text')
    .option('--joins <n>', 'entries that came by it')
    .option('--join-users <n>', 'persons behind them')
    .option('--source <name>', 'who says so, such as channels-assistant')
    .action((task: string, forwarder: string, options: ProveOptions, sub: Command) =>
      withForwarding(sub, async ({ tasks, ask, json }) => {
        const { at, link, text, joins, joinUsers, source } = options;
        const proof = {
          forwardedAt: instantOption('--at', at)!,
          link,
          textReference: text,
          joins: wholeOption('--joins', joins),
          joinUsers: wholeOption('--join-users', joinUsers),
          joinSource: source,
        };
        show(json, await tasks.prove(ask, task, forwarderOf(forwarder), proof));
      }),
    );
}

function waiveCommand(command: Command): void {
  command
    .command('waive <task> <forwarder>')
    .description('take an assignment back')
    .requiredOption('--reason <text>')
    .action((task: string, forwarder: string, { reason }: { reason: string }, sub: Command) =>
      withForwarding(sub, async ({ tasks, ask, json }) => show(json, await tasks.waive(ask, task, forwarderOf(forwarder), reason))),
    );
}

const spanOptions = (command: Command): Command =>
  command
    .option('--dealer <id>')
    .option('--from <day>', 'first business day of the deadlines')
    .option('--to <day>', 'the day after the last')
    .option('--as-of <instant>', 'answer out of what was recorded by then');

const filterOf = ({ dealer, from, to, asOf }: ListOptions, { ask, zone }: Opened) => ({
  brand: ask.brand,
  dealerId: dealer,
  dueFrom: dayOption('--from', from, zone),
  dueTo: dayOption('--to', to, zone),
  asOf: instantOption('--as-of', asOf),
});

function listCommand(command: Command): void {
  spanOptions(command.command('list'))
    .description('tasks with their assignments')
    .option('--task <id>')
    .addOption(new Option('--state <state>').choices([...FORWARDING_STATES]))
    .action((options: ListOptions, sub: Command) =>
      withForwarding(sub, async (opened) => {
        const found = await opened.tasks.list(opened.ask.scope, { ...filterOf(options, opened), taskId: options.task });
        const rows = found
          .map((row) => ({ ...row, assignments: row.assignments.filter(({ state }) => !options.state || state === options.state) }))
          .filter(({ assignments }) => assignments.length > 0);
        if (opened.json) printJson(rows);
        else printTasks(rows);
      }),
    );
}

function completionCommand(command: Command): void {
  spanOptions(command.command('completion'))
    .description('how each dealer and its forwarders did what they were asked')
    .action((options: ListOptions, sub: Command) =>
      withForwarding(sub, async (opened) => {
        const rows = await opened.tasks.completion(opened.ask.scope, filterOf(options, opened));
        if (opened.json) printJson(rows);
        else printCompletion(rows);
      }),
    );
}

const STATE_WORDS: Record<ForwardingState, string> = {
  assigned: '进行中 assigned',
  done: '完成 done',
  late: '逾期完成 late',
  missed: '未完成 missed',
  waived: '已豁免 waived',
};
const number = (value: number | null): string => (value === null ? '—' : value.toLocaleString('en'));

function show(json: boolean, row: ForwardingTaskRow): void {
  if (json) printJson(row);
  else printTasks([row]);
}

function printTasks(rows: readonly ForwardingTaskRow[]): void {
  for (const row of rows) {
    print(`\n${row.taskId}  ${row.title}  → ${row.dueAt}`);
    printTable(
      ['转发人 forwarder', '经销商 dealer', '状态 state', '转发于 forwarded', '进房人次 joins', '进房人数 persons'],
      row.assignments.map((each) => [
        forwarderText(each.forwarder),
        each.dealerId ?? '—',
        STATE_WORDS[each.state],
        each.forwardedAt ?? '—',
        number(each.joins),
        number(each.joinUsers),
      ]),
      4,
    );
  }
}

function printCompletion(rows: readonly ForwardingCompletion[]): void {
  printTable(
    ['名称 name', ...FORWARDING_STATES.map((state) => STATE_WORDS[state]), '完成率 completion', '进房人次 joins', '进房人数 persons'],
    rows.map((row) => [
      row.level === 'dealer' ? row.name : `  ${row.name}`,
      ...FORWARDING_STATES.map((state) => String(row.counts[state])),
      row.completion === null ? '—' : `${(row.completion * 100).toFixed(1)} %`,
      number(row.joins),
      number(row.joinUsers),
    ]),
  );
}

function wholeOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new VitrineError('bad_input', { zh: `${name} 应为非负整数`, en: `${name} must be a whole number` });
}

const noAccount = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '要转发的内容属于账号', en: 'What is forwarded belongs to an account' },
    { remedy: { zh: '请写成 douyin/账号ID', en: 'Write douyin/<account id>' } },
  );
