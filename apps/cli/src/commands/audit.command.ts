import { Command } from 'commander';
import { VitrineError } from '@app/contracts';
import { ANCHOR_FOLDER, anchorActs, listActs } from '@app/database';
import { print, printJson, printTable } from '../output';
import { brandOf, dayOption, globalsOf, withStores } from '../session';

const LISTED = 50;

interface ListOptions {
  limit: string;
  before?: string;
  actor?: string;
  action?: string;
  subject?: string;
  from?: string;
  to?: string;
  text?: string;
}

/** Who decided what, when, from where and why; the chain of hashes is checked by `verify`. */
export function auditCommand(): Command {
  const command = new Command('audit').description('acts as they were written down: prices, policies, closes, tiers, cases, keys, imports');
  command.addCommand(listCommand()).addCommand(anchorCommand());
  return command;
}

function listCommand(): Command {
  return new Command('list')
    .description('the newest first')
    .option('--limit <acts>', 'at most so many, up to 500', String(LISTED))
    .option('--before <number>', 'those before this one')
    .option('--actor <who>', 'id or name of who acted')
    .option('--action <action>', 'close.confirm, or all of close')
    .option('--subject <subject>', 'only of this: proposal/12, rate-cards, …')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last')
    .option('--text <text>', 'part of anything that an act says')
    .action(({ limit, before, from, to, ...search }: ListOptions, sub: Command) => {
      const globals = globalsOf(sub);
      const page = {
        ...search,
        limit: whole('--limit', limit, 500),
        beforeSeq: before === undefined ? undefined : whole('--before', before, 2 ** 48),
      };
      return withStores(globals, async (stores) => {
        const { brandId, zone } = await brandOf(stores, globals);
        const days = { from: dayOption('--from', from, zone), to: dayOption('--to', to, zone) };
        const acts = await listActs(stores.dataSource, brandId, { ...page, ...days });
        if (globals.json) return printJson(acts);
        printTable(
          ['#', '时间 at', '谁 who', '来源 from', '动作 action', '对象 subject', '理由 reason'],
          acts.map(({ seq, at, actor, origin, action, subject, reason }) => [
            String(seq),
            at,
            actor.name,
            origin.address ?? '',
            action,
            subject,
            reason ?? '',
          ]),
          7,
        );
      });
    });
}

function anchorCommand(): Command {
  return new Command('anchor')
    .description('keep the present end of the log outside the store, signed; `up` does it every day. Print it and put it elsewhere, too')
    .action((_: unknown, sub: Command) => {
      const globals = globalsOf(sub);
      return withStores(globals, async ({ dataSource, instance, settings, ...stores }) => {
        const brand = await brandOf({ dataSource, instance, settings, ...stores }, globals);
        const anchor = await anchorActs({ dataSource, secret: instance.secret, dataDir: settings.dataDir }, brand);
        if (globals.json) return printJson(anchor);
        if (anchor === null) return print('还没有审计记录 / nothing was recorded yet');
        const { seq, hash, at, key } = anchor;
        print(`${brand.code} ${seq}:${hash}\n${at}  ${ANCHOR_FOLDER}/${brand.brandId}  key ${key}`);
      });
    });
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new VitrineError('bad_input', {
    zh: `${name} 应为 1 到 ${most} 的整数。`,
    en: `${name} must be a whole number from 1 to ${most}.`,
  });
}
