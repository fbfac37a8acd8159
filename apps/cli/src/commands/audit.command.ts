import { Command } from 'commander';
import { VitrineError } from '@app/contracts';
import { listActs } from '@app/database';
import { printJson, printTable } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

const LISTED = 50;

/** Who decided what, when and why; the chain of hashes is checked by `verify`. */
export function auditCommand(): Command {
  const command = new Command('audit').description('decisions as they were written down: prices, policies, closes, tiers, cases');
  command
    .command('list')
    .description('the newest first')
    .option('--limit <acts>', 'at most so many, up to 500', String(LISTED))
    .option('--before <number>', 'those before this one')
    .option('--subject <subject>', 'only of this: proposal/12, rate-cards, …')
    .action(({ limit, before, subject }: { limit: string; before?: string; subject?: string }, sub: Command) => {
      const globals = globalsOf(sub);
      const page = {
        limit: whole('--limit', limit, 500),
        beforeSeq: before === undefined ? undefined : whole('--before', before, 2 ** 48),
        subject,
      };
      return withStores(globals, async (stores) => {
        const { brandId } = await brandOf(stores, globals);
        const acts = await listActs(stores.dataSource, brandId, page);
        if (globals.json) return printJson(acts);
        printTable(
          ['#', '时间 at', '谁 who', '动作 action', '对象 subject', '理由 reason'],
          acts.map(({ seq, at, actor, action, subject: of, reason }) => [String(seq), at, actor.name, action, of, reason ?? '']),
          6,
        );
      });
    });
  return command;
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new VitrineError('bad_input', {
    zh: `${name} 应为 1 到 ${most} 的整数。`,
    en: `${name} must be a whole number from 1 to ${most}.`,
  });
}
