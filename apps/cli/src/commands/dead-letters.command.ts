import { Command, Option } from 'commander';
import { VitrineError, type DeadLetterRow } from '@app/contracts';
import { DeadLetterService, type ReplayJob } from '@app/coverage';
import { DEAD_LETTER_STATES } from '@app/database';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

const lettersOn = ({ warehouse, dataSource, instance, clock }: Stores, replay: ReplayJob): DeadLetterService =>
  new DeadLetterService({ warehouse, dataSource, secret: instance.secret, clock }, replay);

const noReplay: ReplayJob = () =>
  Promise.reject(new VitrineError('internal', { en: 'No job is replayed here.', zh: '此命令不重放任务。' }));

/** Jobs that were given up: list them, run them again, drop them. */
export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description('jobs that were given up: list, replay, drop');
  command
    .command('list')
    .description('the newest first')
    .addOption(new Option('--state <state>').choices([...DEAD_LETTER_STATES]).default('open'))
    .action(async ({ state }: { state: DeadLetterRow['state'] }, sub: Command) => {
      const globals = globalsOf(sub);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const letters = await lettersOn(stores, noReplay).list('all', { brand: brand.code }, state);
        if (globals.json) printJson(letters);
        else printLetters(letters);
      });
    });
  command
    .command('replay <id...>')
    .description('run the jobs again: a running collector takes them')
    .action(async (ids: string[], _: unknown, sub: Command) => {
      const globals = globalsOf(sub);
      await withStores(globals, async (stores) => {
        const { replayOn } = await import('../../../process/replay-job.js');
        const { replay, close } = replayOn(stores.instance);
        try {
          await each(ids, globals.json, (id) => lettersOn(stores, replay).replay('all', id));
        } finally {
          await close();
        }
        say('任务已排队；需要有 vitrine up 或采集进程在运行。\nThe jobs wait for a collector: vitrine up must be running.');
      });
    });
  command
    .command('drop <id...>')
    .description('give the jobs up for good')
    .action(async (ids: string[], _: unknown, sub: Command) => {
      const globals = globalsOf(sub);
      await withStores(globals, (stores) => each(ids, globals.json, (id) => lettersOn(stores, noReplay).drop('all', id)));
    });
  return command;
}

async function each(ids: readonly string[], json: boolean | undefined, work: (id: string) => Promise<DeadLetterRow>): Promise<void> {
  const done: DeadLetterRow[] = [];
  for (const id of ids) {
    const letter = await work(id);
    done.push(letter);
    if (!json) print(`${letter.deadLetterId} ${letter.state}`);
  }
  if (json) printJson(done);
}

function printLetters(letters: readonly DeadLetterRow[]): void {
  printTable(
    ['id', 'product', 'account', 'kind', 'from', 'to', 'error', 'code', 'first', 'last', 'attempts'],
    letters.map((one) => [
      one.deadLetterId,
      one.product,
      one.accountId,
      one.kind,
      one.from ?? '–',
      one.to ?? '–',
      one.errorClass,
      one.code,
      one.firstAt,
      one.lastAt,
      String(one.attempts),
    ]),
    10,
  );
}
