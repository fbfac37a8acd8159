import { Command } from 'commander';
import type { BatchContents, ImportedBatch } from '@app/contracts';
import { ImportBatches, type BatchAsker } from '@app/ingest';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, ingestOn, withStores } from '../session';

/** What was imported from files: listed, looked at, taken back. */
export function importsCommand(): Command {
  const command = new Command('imports').description('what was imported from files: list, show, undo');
  command
    .command('list')
    .description('the newest first; files of the same content are one batch')
    .option('--limit <n>', 'how many', '50')
    .action(({ limit }: { limit: string }, sub: Command) =>
      withBatches(sub, async (batches, asker) => {
        const found = await batches.list(asker, Math.max(1, Math.min(2_000, Number(limit) || 50)));
        if (globalsOf(sub).json) printJson(found);
        else printBatches(found);
      }),
    );
  command
    .command('show <batch>')
    .description('what undoing it would touch')
    .action((batchId: string, _: unknown, sub: Command) =>
      withBatches(sub, async (batches, asker) => show(await batches.contents(batchId, asker), globalsOf(sub).json)),
    );
  command
    .command('undo <batch>')
    .description('take it back: every figure is what it was without it; the file may be imported again')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((batchId: string, { reason }: { reason: string }, sub: Command) =>
      withBatches(sub, async (batches, asker) => {
        const undone = await batches.undo(batchId, { reason }, asker);
        show(undone, globalsOf(sub).json);
        if (undone.closedMonths.length > 0)
          say(
            `已关账月份的数字不变，差异显示为待重述：${undone.closedMonths.join('、')}\nClosed months keep their figures; the difference is a pending restatement: ${undone.closedMonths.join(', ')}`,
          );
      }),
    );
  return command;
}

async function withBatches(sub: Command, work: (batches: ImportBatches, asker: BatchAsker) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const { code } = await brandOf(stores, globals);
    await work(new ImportBatches(ingestOn(stores)), { scope: 'all', brand: code, actor: operator() });
  });
}

function show(batch: BatchContents, json?: boolean): void {
  if (json) printJson(batch);
  else
    print(
      `${batch.batchId} ${batch.state} · ${batch.kind} · ${batch.files.join(', ')} · rows ${batch.rows} · facts ${batch.facts} · accounts ${batch.accounts} · months ${batch.months.join(', ') || '–'}`,
    );
}

function printBatches(batches: readonly ImportedBatch[]): void {
  printTable(
    ['batch', 'kind', 'file', 'state', 'delivered', 'read', 'accepted', 'replaced', 'rejected'],
    batches.map((one) => [
      ...[one.batchId, one.kind, one.files.join(', '), one.state, one.lastDeliveredAt],
      ...[one.read, one.accepted, one.replaced, one.rejected].map(String),
    ]),
    5,
  );
}
