import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { PLATFORMS, VitrineError, type Brand, type ErasureReceipt, type Platform } from '@app/contracts';
import { PersonExportService, PersonService, type PersonGiven } from '@app/privacy';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

interface PersonOptions {
  platform: string;
  viewerFile: string;
  reason: string;
}

const VIEWER_FILE =
  'file whose first line is the id as the platform shows it; - reads it from stdin, so that no process list or history holds it';

/** Deletion and export of a person (docs/privacy.md). The id is read, hashed and forgotten. */
export function personCommand(): Command {
  const command = new Command('person').description('delete a person, export what is held about one, see what was deleted');
  const asked = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .requiredOption('--platform <name>', PLATFORMS.join(' | '))
      .option('--viewer-file <file>', VIEWER_FILE, '-')
      .requiredOption('--reason <text>', 'why (for example the number of the request), for the audit log');
  asked('delete', 'remove everything of a person, for good, and let nothing of theirs in again').action(
    (options: PersonOptions, sub: Command) =>
      withBrand(sub, async (stores, brand) => {
        const given = personGiven(options);
        const receipt = await new PersonService(storesOf(stores)).delete(askOf(brand, options.reason), given);
        if (globalsOf(sub).json) printJson(receipt);
        else tellReceipt(receipt);
      }),
  );
  asked('export', 'everything that is held about a person, as JSON').action((options: PersonOptions, sub: Command) =>
    withBrand(sub, async (stores, brand) => {
      const given = personGiven(options);
      printJson(await new PersonExportService(storesOf(stores)).export(askOf(brand, options.reason), given));
    }),
  );
  command
    .command('list')
    .description('deletions of persons: when, by whom, why, how far')
    .action((_: unknown, sub: Command) =>
      withBrand(sub, async (stores, { brandId }) => {
        const receipts = await new PersonService(storesOf(stores)).list(brandId);
        if (globalsOf(sub).json) printJson(receipts);
        else
          printTable(
            ['deletion', 'platform', 'requested', 'state', 'blocks', 'by', 'reason'],
            receipts.map((one) => [
              ...[one.erasureId, one.platform, one.requestedAt, one.state, one.blocked ? 'yes' : 'no', one.requestedBy.name, one.reason],
            ]),
            9,
          );
      }),
    );
  command
    .command('allow <deletion>')
    .description('let a deleted person be taken in again, who has agreed to it')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((erasureId: string, { reason }: { reason: string }, sub: Command) =>
      withBrand(sub, async (stores, brand) => {
        await new PersonService(storesOf(stores)).allow(askOf(brand, reason), erasureId);
        if (globalsOf(sub).json) printJson({ erasureId, blocked: false });
        else print(`allowed ${erasureId}`);
      }),
    );
  return command;
}

const storesOf = ({ warehouse, dataSource, instance, clock }: Stores) => ({ warehouse, dataSource, secret: instance.secret, clock });
const askOf = ({ brandId }: Brand, reason: string) => ({ brandId, actor: operator(), reason });

async function withBrand(sub: Command, work: (stores: Stores, brand: Brand) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => work(stores, await brandOf(stores, globals)));
}

function personGiven({ platform, viewerFile }: PersonOptions): PersonGiven {
  const known = PLATFORMS.find((one): one is Platform => one === platform);
  if (!known)
    throw new VitrineError(
      'bad_input',
      { zh: '未知的平台', en: 'Unknown platform' },
      { remedy: { zh: `请使用 ${PLATFORMS.join('、')}`, en: `Use ${PLATFORMS.join(', ')}` } },
    );
  if (viewerFile === '-' && process.stdin.isTTY) say('观众 ID（回车，再按 Ctrl-D）/ id of the viewer (Enter, then Ctrl-D):');
  return { platform: known, viewer: firstLine(viewerFile) };
}

function firstLine(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
      .replace(/^\ufeff/, '')
      .split('\n')[0]
      .trim();
  } catch {
    throw new VitrineError(
      'bad_input',
      { zh: '无法读取存放观众 ID 的文件', en: 'The file with the id of the viewer cannot be read' },
      { remedy: { zh: '请检查 --viewer-file', en: 'Check --viewer-file' } },
    );
  }
}

function tellReceipt(receipt: ErasureReceipt): void {
  const removed = Object.entries(receipt.removed).map(([table, rows]) => `${table} ${rows}`);
  print(`deletion ${receipt.erasureId}  ${receipt.state}`);
  print(`removed: ${removed.join(', ') || 'nothing'}`);
  if (receipt.months.length > 0) print(`computed anew: ${receipt.months.join(', ')}`);
  if (receipt.closedMonths.length > 0) print(`已关账月份的数字不变 / closed, figures stay: ${receipt.closedMonths.join(', ')}`);
  if (receipt.held > 0) print(`法律保全中，解除后删除 / kept by a legal hold, removed after its release: ${receipt.held} rows`);
  if (receipt.state === 'running')
    print('仍有更早开始的投递在写入，每日任务会完成 / deliveries that began before are under way: the daily job finishes, or run it again');
}
