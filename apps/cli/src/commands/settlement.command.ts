import * as fs from 'node:fs';
import { Command } from 'commander';
import { VitrineError, type PlacedHold, type Settlement, type SettlementSheet } from '@app/contracts';
import { IncentiveService, SettlementService, writeSettlementWorkbook } from '@app/settlement';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface Desk {
  settlements: SettlementService;
  incentives: IncentiveService;
  brand: { code: string; zone: string };
  json: boolean;
}

async function atDesk(sub: Command, work: (desk: Desk) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const brand = await brandOf(stores, globals);
    const { warehouse, dataSource, instance, clock } = stores;
    const reading = { warehouse, dataSource, secret: instance.secret, clock };
    await work({
      settlements: new SettlementService(reading),
      incentives: new IncentiveService(reading),
      brand,
      json: globals.json ?? false,
    });
  });
}

/** Incentive rules, settlement sheets out of closed months, holds (docs/adr/0030). */
export function settlementCommand(): Command {
  const command = new Command('settlement').description('what a closed month pays each dealer (结算)');
  addRules(command);
  addSheets(command);
  addHolds(command);
  addWaivers(command);
  return command;
}

function addRules(command: Command): void {
  const rules = command.command('rules').description('incentive rules as data (激励规则)');
  rules
    .command('list')
    .description('every version')
    .action((_: unknown, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const found = await incentives.rules(brand.code);
        if (json) return printJson(found);
        if (found.length === 0) say('还没有激励规则：vitrine settlement rules set FILE.json\nThere are no incentive rules yet.');
        printTable(
          ['version', 'from', 'rules', 'at most CNY'],
          found.map(({ version, fromMonth, rules: all, upToCny }) => [`#${version}`, fromMonth, String(all.length), upToCny ?? '—']),
        );
      }),
    );
  rules
    .command('set <file>')
    .description('store a version: {fromMonth, rules: [{ruleId, kind, name, …}], upToCny}')
    .option('--reason <text>', 'why')
    .action((file: string, { reason }: { reason?: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const stored = await incentives.setRules('all', parsed(file), operator(), { brand: brand.code, reason });
        if (json) printJson(stored);
        else print(`#${stored.version} ${stored.fromMonth}, ${stored.rules.length} rules`);
      }),
    );
}

function addSheets(command: Command): void {
  command
    .command('list')
    .description('settlements')
    .option('--month <month>', 'of this month only')
    .action(({ month }: { month?: string }, sub: Command) =>
      atDesk(sub, async ({ settlements, brand, json }) => {
        const found = await settlements.list('all', { brand: brand.code, month });
        if (json) printJson(found);
        else printTable(HEAD, found.map(rowOf), 5);
      }),
    );
  command
    .command('preview')
    .description('the sheets as they would be now; stores nothing')
    .requiredOption('--month <month>', 'YYYY-MM')
    .action(({ month }: { month: string }, sub: Command) =>
      atDesk(sub, async ({ settlements, brand, json }) =>
        printSheets(await settlements.preview('all', { brand: brand.code, month }), json),
      ),
    );
  command
    .command('prepare')
    .description('prepare the sheets of a closed month')
    .requiredOption('--month <month>', 'YYYY-MM')
    .action(({ month }: { month: string }, sub: Command) =>
      atDesk(sub, async ({ settlements, brand, json }) => {
        const made = await settlements.prepare('all', { brand: brand.code, month }, operator());
        if (json) return printJson(made);
        printTable(HEAD, [rowOf(made)], 5);
        printSheets(made.sheets, false);
        say(`批准：vitrine settlement approve ${made.settlementId}\nApprove it with: vitrine settlement approve ${made.settlementId}`);
      }),
    );
  for (const [name, what] of [
    ['approve', 'from then on the payable amounts count as paid'],
    ['withdraw', 'give a draft up'],
  ] as const)
    command
      .command(`${name} <settlement>`)
      .description(what)
      .option('--reason <text>', 'why')
      .action((id: string, { reason }: { reason?: string }, sub: Command) =>
        atDesk(sub, async ({ settlements, brand, json }) => {
          const decided = await settlements[name]('all', id, operator(), { brand: brand.code, reason, alone: true });
          if (json) printJson(decided);
          else printTable(HEAD, [rowOf(decided)], 5);
        }),
      );
  command
    .command('show <settlement>')
    .description('a settlement with its sheets; --out FILE.xlsx writes the workbook (结算单)')
    .option('--out <file>', 'XLSX')
    .action((id: string, { out }: { out?: string }, sub: Command) =>
      atDesk(sub, async ({ settlements, incentives, brand, json }) => {
        const { sheets, ...settlement } = await settlements.get('all', id, brand.code);
        if (out === undefined) {
          if (json) return printJson({ ...settlement, sheets });
          printTable(HEAD, [rowOf(settlement)], 5);
          return printSheets(sheets, false);
        }
        const rules = (await incentives.rules(brand.code)).find(({ version }) => version === settlement.rulesVersion) ?? null;
        await writeSettlementWorkbook(fs.createWriteStream(out), { settlement, sheets, rules, zone: brand.zone });
        print(out);
      }),
    );
}

function addHolds(command: Command): void {
  command
    .command('holds')
    .description('what holds dealers back (扣留)')
    .option('--month <month>', 'those that hold this month now')
    .action(({ month }: { month?: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const found = await incentives.holds('all', { brand: brand.code, month });
        if (json) printJson(found);
        else printTable(['hold', 'dealer', 'month', 'cause', 'reason', 'placed', 'released'], found.map(holdRow), 99);
      }),
    );
  command
    .command('hold <dealer>')
    .description('hold a dealer until it is released')
    .requiredOption('--reason <text>', 'why')
    .option('--month <month>', 'this month only; default: every month')
    .option('--about <case>', 'the case or appeal that it is about')
    .action((dealerId: string, options: { reason: string; month?: string; about?: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const placed = await incentives.hold('all', { brand: brand.code, dealerId, ...options }, operator());
        if (json) printJson(placed);
        else print(`hold ${placed.holdId}`);
      }),
    );
  command
    .command('release <hold>')
    .description('end a hold; the next settlement of the month pays what was held')
    .requiredOption('--reason <text>', 'why')
    .action((holdId: string, { reason }: { reason: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const released = await incentives.release('all', holdId, operator(), { brand: brand.code, reason });
        if (json) printJson(released);
        else print(`released ${released.holdId}`);
      }),
    );
}

function addWaivers(command: Command): void {
  command
    .command('waive <dealer>')
    .description('let a rule whose figure is unknown give a dealer nothing in a month, so that the rest is paid (放弃)')
    .requiredOption('--month <month>', 'YYYY-MM')
    .requiredOption('--rule <rule>', 'its id')
    .requiredOption('--reason <text>', 'why')
    .action((dealerId: string, { rule, ...options }: { month: string; rule: string; reason: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const waived = await incentives.waive('all', { brand: brand.code, dealerId, ruleId: rule, ...options }, operator());
        if (json) printJson(waived);
        else print(`waived ${waived.waiverId}`);
      }),
    );
  command
    .command('waivers')
    .description('what was waived')
    .option('--month <month>', 'of this month only')
    .action(({ month }: { month?: string }, sub: Command) =>
      atDesk(sub, async ({ incentives, brand, json }) => {
        const found = await incentives.waivers('all', { brand: brand.code, month });
        if (json) printJson(found);
        else
          printTable(
            ['dealer', 'month', 'rule', 'reason', 'waived', 'by'],
            found.map((one) => [one.dealerId, one.month, one.ruleId, one.reason, one.waivedAt, one.waivedBy.name]),
            99,
          );
      }),
    );
}

const HEAD = ['settlement', 'month', 'no.', 'state', 'close', 'total CNY', 'payable CNY', 'held'];
const rowOf = (one: Settlement): string[] => [
  one.settlementId,
  one.month,
  String(one.sequence),
  one.state,
  one.closeId.slice(0, 12),
  one.totalCny ?? '—',
  one.payableCny ?? '—',
  String(one.heldDealers ?? '—'),
];

function printSheets(sheets: SettlementSheet[], json: boolean): void {
  if (json) return printJson(sheets);
  printTable(
    ['dealer', 'name', 'total CNY', 'settled', 'payable', 'held because'],
    sheets.map(({ dealerId, dealerName, totalCny, settledCny, payableCny, holds }) => [
      dealerId,
      dealerName,
      totalCny,
      settledCny,
      payableCny ?? '—',
      holds.map(({ cause, about }) => (about === null ? cause : `${cause} ${about}`)).join(', '),
    ]),
    2,
  );
}

const holdRow = (hold: PlacedHold): string[] => [
  hold.holdId,
  hold.dealerId,
  hold.month ?? '*',
  hold.about === null ? hold.cause : `${hold.cause} ${hold.about}`,
  hold.reason,
  hold.placedAt,
  hold.releasedAt ?? '—',
];

function parsed(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new VitrineError(
      'bad_input',
      { zh: `无法读取 ${file}`, en: `${file} cannot be read as JSON` },
      { remedy: { zh: '请检查文件名与 JSON 语法', en: 'Check its name and its syntax' }, cause },
    );
  }
}
