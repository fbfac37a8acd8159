import { Command } from 'commander';
import { VitrineError, dayStart, isDay, PLATFORMS, type Brand, type Platform, type RetentionRow } from '@app/contracts';
import { sweepIncoming } from '@app/ingest';
import { RetentionService, listLegalHolds, placeLegalHold, releaseLegalHold } from '@app/privacy';
import { operator } from '../operator';
import { print, printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

/** What is kept how long, and its removal (docs/privacy.md). */
export function retentionCommand(): Command {
  const command = new Command('retention').description('how long rows are kept, what would go now, and its removal');
  command
    .command('show')
    .description('what is kept how long and what would go now; removes nothing')
    .action((_: unknown, sub: Command) => withBrand(sub, async (stores, brand) => tell(sub, await retentionOn(stores).show(brand))));
  command
    .command('run')
    .description('remove what is older; figures of months that are kept do not change')
    .action((_: unknown, sub: Command) =>
      withBrand(sub, async (stores, brand) => {
        await sweepIncoming({ warehouse: stores.warehouse, dataDir: stores.settings.dataDir }, stores.clock.now());
        const ask = { brandId: brand.brandId, actor: operator(), reason: 'retention run' };
        tell(sub, await retentionOn(stores).run(brand, ask));
      }),
    );
  return command;
}

/** Legal holds of open cases (docs/privacy.md). */
export function holdsCommand(): Command {
  const command = new Command('holds').description('legal holds: facts that neither retention nor a deletion removes');
  command
    .command('place')
    .description('hold the facts of an account, or of the brand, over some business days')
    .option('--account <platform/id>', 'default: the whole brand')
    .requiredOption('--from <day>', 'first business day')
    .requiredOption('--to <day>', 'day after the last')
    .option('--case <id>', 'the case that it is for')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((options: HoldOptions, sub: Command) =>
      withBrand(sub, async (stores, brand) => {
        const given = { account: accountOf(options.account), ...spanOf(options, brand.zone), caseId: options.case };
        const hold = await placeLegalHold(stores, { brandId: brand.brandId, actor: operator(), reason: options.reason }, given);
        if (globalsOf(sub).json) printJson(hold);
        else print(`hold ${hold.holdId} placed`);
      }),
    );
  command
    .command('list')
    .description('what is held')
    .option('--all', 'also what was released')
    .action(({ all }: { all?: boolean }, sub: Command) =>
      withBrand(sub, async ({ dataSource }, { brandId }) => {
        const holds = await listLegalHolds(dataSource, brandId, { all });
        if (globalsOf(sub).json) printJson(holds);
        else
          printTable(
            ['hold', 'what', 'from', 'to', 'case', 'placed', 'by', 'released', 'reason'],
            holds.map((hold) => [
              ...[hold.holdId, hold.accountId === null ? 'brand' : `${hold.platform}/${hold.accountId}`, hold.from, hold.to],
              ...[hold.caseId ?? '-', hold.placedAt, hold.placedBy.name, hold.releasedAt ?? '-', hold.releaseReason ?? hold.reason],
            ]),
            9,
          );
      }),
    );
  command
    .command('release <hold>')
    .description('end a hold: what it kept goes with the next run')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((holdId: string, { reason }: { reason: string }, sub: Command) =>
      withBrand(sub, async ({ dataSource }, { brandId }) => {
        const hold = await releaseLegalHold(dataSource, { brandId, actor: operator(), reason }, holdId);
        if (globalsOf(sub).json) printJson(hold);
        else print(`hold ${hold.holdId} released`);
      }),
    );
  return command;
}

interface HoldOptions {
  account?: string;
  from: string;
  to: string;
  case?: string;
  reason: string;
}

const retentionOn = ({ settings, warehouse, dataSource, instance, clock }: Stores): RetentionService =>
  new RetentionService({ warehouse, dataSource, secret: instance.secret, clock }, settings);

async function withBrand(sub: Command, work: (stores: Stores, brand: Brand) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => work(stores, await brandOf(stores, globals)));
}

function tell(sub: Command, rows: readonly RetentionRow[]): void {
  if (globalsOf(sub).json) return printJson(rows);
  printTable(
    ['table', 'months', 'before', 'rows', 'waits'],
    rows.map(({ table, keptMonths, cutoff, due, waits }) => [
      ...[
        table,
        keptMonths === null ? 'for ever' : String(keptMonths),
        cutoff ?? '-',
        String(due),
        waits ? `${waits.zh} ${waits.en}` : '-',
      ],
    ]),
    9,
  );
}

function accountOf(text: string | undefined): { platform: Platform; accountId: string } | null {
  if (text === undefined) return null;
  const platform = PLATFORMS.find((one) => text.startsWith(`${one}/`) || text.startsWith(`${one}:`));
  if (platform) return { platform, accountId: text.slice(platform.length + 1) };
  throw new VitrineError('bad_input', { zh: '--account 应为 平台/账号ID。', en: '--account must read platform/id.' });
}

function spanOf({ from, to }: HoldOptions, zone: string): { from: number; to: number } {
  if (isDay(from) && isDay(to)) return { from: dayStart(from, zone), to: dayStart(to, zone) };
  throw new VitrineError(
    'bad_input',
    { zh: '--from、--to 不是日期。', en: '--from and --to must be days.' },
    { remedy: { zh: '请写成 2026-10-18 的形式。', en: 'Write them as 2026-10-18.' } },
  );
}
