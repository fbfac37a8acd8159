import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command, Option } from 'commander';
import type { DataSource } from 'typeorm';
import type { CaseAsker, CaseQuery } from '@app/cases';
import {
  APPEAL_STATES,
  CASE_OUTCOMES,
  CASE_REASONS,
  CASE_STATES,
  PLATFORMS,
  type Appeal,
  type CaseDecision,
  type CaseState,
  type SignalSubject,
} from '@app/contracts';
import { listSignals } from '@app/database';
import { ReportService } from '@app/reports';
import { caseParts, type CaseParts } from '../../../process/case-services';
import { repullOn } from '../../../process/repull-job';
import { HEAD, rowOf, show, showOrders } from '../case-lines';
import { operator } from '../operator';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface Desk extends CaseParts {
  asker: CaseAsker;
  dataSource: DataSource;
  brandId: number;
  json: boolean;
}

async function atDesk(sub: Command, work: (desk: Desk) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const brand = await brandOf(stores, globals);
    const { warehouse, dataSource, instance, clock } = stores;
    const queue = repullOn(instance, dataSource);
    const reports = new ReportService({ warehouse, dataSource, secret: instance.secret, clock });
    const asker: CaseAsker = { brand: brand.code, scope: 'all', actor: operator(), grants: [{ kind: 'brand' }] };
    try {
      await work({
        ...caseParts(stores, { repull: queue.repull, reports }),
        asker,
        dataSource,
        brandId: brand.brandId,
        json: globals.json ?? false,
      });
    } finally {
      await queue.close();
    }
  });
}

/** Cases, appeals and rectification orders (docs/cases.md). The operator is one person: what needs a second one needs a user, or another operator. */
export function casesCommand(): Command {
  const command = new Command('cases').description('cases of inflated numbers, appeals, rectification orders (核查、申诉、整改)');
  addQueue(command);
  addWork(command);
  addPenalties(command);
  addAppeals(command);
  addOrders(command);
  return command;
}

function addQueue(command: Command): void {
  command
    .command('list')
    .description('the queue: what most is at stake in first')
    .addOption(new Option('--state <states...>', 'one or several states').choices([...CASE_STATES]))
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .option('--account <id>', 'of this account')
    .option('--dealer <id>', 'of this dealer')
    .option('--detector <name>', 'in which this detector spoke')
    .option('--mine', 'those that you have claimed')
    .addOption(new Option('--order <order>').choices(['risk', 'opened', 'due']))
    .action((given: Listing, sub: Command) =>
      atDesk(sub, async ({ cases, asker, json }) => {
        const { state, account, dealer, ...rest } = given;
        const rows = await cases.list(asker, { ...rest, states: state, accountId: account, dealerId: dealer });
        if (json) printJson(rows);
        else printTable(HEAD, rows.map(rowOf), 5);
      }),
    );
  command
    .command('summary')
    .description('how many stand where')
    .action((_: unknown, sub: Command) =>
      atDesk(sub, async ({ cases, asker, json }) => {
        const summary = await cases.summary(asker);
        if (json) return printJson(summary);
        for (const [state, count] of Object.entries(summary.states)) if (count > 0) print(`${state} ${count}`);
        print(
          `late ${summary.late} · unclaimed ${summary.unclaimed} · appeals ${summary.appealsFiled} · orders ${summary.rectificationsOpen}`,
        );
      }),
    );
  command
    .command('reasons')
    .description('reason codes of decisions')
    .action((_: unknown, sub: Command) =>
      globalsOf(sub).json
        ? printJson(CASE_REASONS)
        : printTable(
            ['outcome', 'code', '', ''],
            CASE_REASONS.map(({ outcome, code, text }) => [outcome, code, text.zh, text.en]),
          ),
    );
  command
    .command('show <case>')
    .description('one case with findings, effects, appeals and log')
    .action((id: string, _: unknown, sub: Command) =>
      atDesk(sub, async ({ cases, asker, json }) => show(await cases.get(asker, id), json)),
    );
  command
    .command('preview <case>')
    .description('what a decision would remove; writes nothing')
    .action((id: string, _: unknown, sub: Command) =>
      atDesk(sub, async ({ decisions, asker, json }) => {
        const preview = await decisions.preview(asker, id);
        if (json) return printJson(preview);
        printTable(
          ['account', 'line', 'reported', 'adjusted'],
          preview.lines.map((row) => [`${row.platform}/${row.accountId}`, row.line, row.reported, row.adjusted]),
        );
        for (const { month, platform, accountId, rank } of preview.ranking ?? [])
          print(`${month} ${platform}/${accountId}: ${rank.before ?? '-'} → ${rank.after ?? '-'}`);
        for (const { zh, en } of preview.notes) print(`${zh}\n${en}`);
      }),
    );
}

interface Listing extends Omit<CaseQuery, 'states' | 'accountId' | 'dealerId'> {
  state?: CaseState[];
  account?: string;
  dealer?: string;
}

function addWork(command: Command): void {
  command
    .command('take')
    .description('make cases of the signals that scans have kept; what is in a case already stays there')
    .option('--from <instant>', 'signals whose window ends after it')
    .option('--to <instant>', 'signals whose window begins before it')
    .action((given: { from?: string; to?: string }, sub: Command) =>
      atDesk(sub, async ({ intake, dataSource, brandId, json }) => {
        const taken = await intake.take(brandId, await listSignals(dataSource, brandId, given));
        if (json) printJson(taken);
        else
          print(
            `opened ${taken.opened.length} · joined ${taken.joined.length} · orders opened again ${taken.reopened.length} · left ${taken.left}`,
          );
      }),
    );
  command
    .command('open')
    .description('open a case without a detector')
    .addOption(new Option('--platform <platform>').choices([...PLATFORMS]))
    .option('--account <id>', 'the account, with --platform')
    .option('--dealer <id>', 'the dealer')
    .requiredOption('--from <instant>', 'ISO instant')
    .requiredOption('--to <instant>', 'ISO instant, exclusive')
    .requiredOption('--reason <text>', 'why')
    .action((given: { platform?: string; account?: string; dealer?: string; from: string; to: string; reason: string }, sub: Command) =>
      atDesk(sub, async ({ cases, asker, json }) => {
        const { from, to, reason } = given;
        show(await cases.openByHand(asker, { subject: subjectOf(given), window: { from, to }, origin: 'person', reason }), json);
      }),
    );
  for (const [name, what] of [
    ['claim', 'take a case for four hours, or renew it'],
    ['release', 'give a claim back'],
  ] as const)
    command
      .command(`${name} <case>`)
      .description(what)
      .action((id: string, _: unknown, sub: Command) =>
        atDesk(sub, async ({ cases, asker, json }) => show(await cases[name](asker, id), json)),
      );
  command
    .command('note <case> <text>')
    .description('a note for other reviewers')
    .action((id: string, text: string, _: unknown, sub: Command) =>
      atDesk(sub, async ({ cases, asker, json }) => show(await cases.note(asker, id, text), json)),
    );
  command
    .command('decide <case>')
    .description('decide a case that you have claimed')
    .addOption(new Option('--outcome <outcome>').choices([...CASE_OUTCOMES]).makeOptionMandatory())
    .requiredOption('--code <code>', 'a reason code: vitrine cases reasons')
    .requiredOption('--reason <text>', 'why')
    .option('--findings <ids...>', 'findings that it stands on; without it all')
    .option('--no-exclude', 'leave the figures as they are')
    .option('--warn', 'warn the dealer')
    .action((id: string, given: Deciding, sub: Command) =>
      atDesk(sub, async ({ decisions, asker, json }) => {
        const { outcome, code, reason, findings, exclude, warn } = given;
        const decision: CaseDecision = { outcome, reasonCode: code, reason, signalIds: findings, warn };
        show(await decisions.decide(asker, id, exclude ? decision : { ...decision, exclude: false }), json);
      }),
    );
}

interface Deciding {
  outcome: CaseDecision['outcome'];
  code: string;
  reason: string;
  findings?: string[];
  exclude: boolean;
  warn?: boolean;
}

function addPenalties(command: Command): void {
  command
    .command('penalise <case>')
    .description('propose a penalty of a confirmed case; another person confirms it')
    .option('--months <months...>', 'months of the case; without it all of them')
    .requiredOption('--reason <text>', 'why')
    .action((id: string, given: { months?: string[]; reason: string }, sub: Command) =>
      atDesk(sub, async ({ decisions, asker, json }) => show(await decisions.propose(asker, id, given), json)),
    );
  for (const [name, verb, what] of [
    ['confirm', 'confirm', 'confirm a penalty that somebody else proposed'],
    ['reject', 'reject', 'reject a proposed penalty'],
    ['end-effect', 'end', 'end one effect that is in force'],
  ] as const)
    command
      .command(`${name} <case> <effect>`)
      .description(what)
      .requiredOption('--reason <text>', 'why')
      .action((caseId: string, effectId: string, { reason }: { reason: string }, sub: Command) =>
        atDesk(sub, async ({ decisions, asker, json }) => show(await decisions[verb](asker, { caseId, effectId }, reason), json)),
      );
}

function addAppeals(command: Command): void {
  const appeals = command.command('appeals').description('objections of dealers');
  appeals
    .command('list')
    .description('those that wait longest first')
    .addOption(new Option('--state <state>').choices([...APPEAL_STATES]))
    .action((given: { state?: Appeal['state'] }, sub: Command) =>
      atDesk(sub, async ({ appeals: desk, asker, json }) => {
        const rows = await desk.list(asker, given);
        if (json) printJson(rows);
        else
          printTable(
            ['appeal', 'case', 'ground', 'state', 'filed', 'due', 'files'],
            rows.map((row) => [row.appealId, row.caseId, row.ground, row.state, row.filedAt, row.dueAt, String(row.files.length)]),
          );
      }),
    );
  appeals
    .command('decide <appeal>')
    .description('decide an appeal: not by who decided the case')
    .addOption(new Option('--outcome <outcome>').choices(['upheld', 'overturned']).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why')
    .option('--falls <ids...>', 'findings that fall; without it all of the appeal')
    .action((id: string, given: { outcome: 'upheld' | 'overturned'; reason: string; falls?: string[] }, sub: Command) =>
      atDesk(sub, async ({ appeals: desk, asker, json }) => show(await desk.decide(asker, id, given), json)),
    );
  appeals
    .command('file <appeal> <file>')
    .description('write a file of an appeal to --out')
    .requiredOption('--out <path>', 'where to')
    .action((appealId: string, fileId: string, { out }: { out: string }, sub: Command) =>
      atDesk(sub, async ({ files, asker, json }) => {
        const { content, ...file } = await files.read(asker, { appealId, fileId });
        fs.writeFileSync(path.resolve(out), content, { flag: 'wx' });
        if (json) printJson(file);
        else print(`${out} ${file.bytes}`);
      }),
    );
}

function addOrders(command: Command): void {
  const orders = command.command('rectifications').description('orders to put something right (整改单)');
  orders
    .command('list')
    .description('the newest first')
    .action((_: unknown, sub: Command) =>
      atDesk(sub, async ({ rectifications, asker, json }) => showOrders(await rectifications.list(asker), json)),
    );
  orders
    .command('order <case>')
    .description('order the dealer of a confirmed case')
    .requiredOption('--text <text>', 'what has to be put right')
    .option('--dealer <id>', 'where the case has several')
    .option('--days <n>', 'working days until it is due', Number)
    .action((id: string, { text, dealer, days }: { text: string; dealer?: string; days?: number }, sub: Command) =>
      atDesk(sub, async ({ rectifications, asker, json }) =>
        showOrders([await rectifications.order(asker, id, { text, dealerId: dealer, workingDays: days })], json),
      ),
    );
  for (const [name, what] of [
    ['close', 'it is put right'],
    ['reopen', 'open it again'],
  ] as const)
    orders
      .command(`${name} <order>`)
      .description(what)
      .requiredOption('--reason <text>', 'why')
      .action((id: string, { reason }: { reason: string }, sub: Command) =>
        atDesk(sub, async ({ rectifications, asker, json }) => showOrders([await rectifications[name](asker, id, reason)], json)),
      );
}

function subjectOf({ platform, account, dealer }: { platform?: string; account?: string; dealer?: string }): SignalSubject {
  if (platform !== undefined && account !== undefined)
    return { kind: 'account', platform: PLATFORMS.find((one) => one === platform)!, accountId: account };
  return dealer === undefined ? { kind: 'brand' } : { kind: 'dealer', dealerId: dealer };
}
