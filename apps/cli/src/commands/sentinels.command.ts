import { Command, Option } from 'commander';
import { SENTINEL_STATES, type SentinelProposal, type SentinelState } from '@app/contracts';
import { SentinelService } from '@app/reports';
import { print, printJson, printTable, say } from '../output';
import { brandOf, dayOption, globalsOf, withStores } from '../session';

/** Runs on the proposals of the brand. */
async function withSentinels(sub: Command, work: (sentinels: SentinelService, brand: { code: string; zone: string }) => Promise<void>) {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const brand = await brandOf(stores, globals);
    const { warehouse, dataSource, instance, clock } = stores;
    await work(new SentinelService({ warehouse, dataSource, secret: instance.secret, clock }), brand);
  });
}

/** Ids that a platform shows instead of a person: what behaves like one is proposed, a person decides (domain.md 3.5). */
export function sentinelsCommand(): Command {
  const command = new Command('sentinels').description('proposals of ids that stand for no person');
  command
    .command('propose')
    .description('look for ids in an implausible share of a session, or in many rooms at once')
    .option('--from <day>', 'first business day (default: 35 days ago)')
    .option('--to <day>', 'day after the last')
    .action(({ from, to }: { from?: string; to?: string }, sub: Command) =>
      withSentinels(sub, async (sentinels, { code, zone }) => {
        const period = { from: dayOption('--from', from, zone), to: dayOption('--to', to, zone) };
        const result = await sentinels.propose(period, code);
        if (globalsOf(sub).json) printJson(result);
        else print(`found ${result.found}, new proposals ${result.proposed}`);
        if (result.proposed > 0)
          say('用 vitrine sentinels list 查看，accept 或 reject 决定。\nSee vitrine sentinels list; decide with accept or reject.');
      }),
    );
  command
    .command('list')
    .description('proposals with their evidence')
    .addOption(new Option('--state <state>', 'only these').choices([...SENTINEL_STATES]))
    .action(({ state }: { state?: SentinelState }, sub: Command) =>
      withSentinels(sub, async (sentinels, { code }) => {
        const found = await sentinels.list(state, code);
        if (globalsOf(sub).json) printJson(found);
        else
          printTable(
            ['viewer', 'platform', 'entries', 'share of a session', 'rooms at once', 'rooms', 'last seen', 'state'],
            found.map(rowOf),
            2,
          );
      }),
    );
  for (const [name, what] of [
    ['accept', 'put the id into the list of sentinels, by its key'],
    ['reject', 'keep the id as a viewer; it is not proposed again'],
  ] as const)
    command
      .command(`${name} <viewer>`)
      .description(what)
      .option('--note <text>', 'why')
      .action((viewer: string, { note }: { note?: string }, sub: Command) =>
        withSentinels(sub, async (sentinels, { code }) => {
          const decided = await sentinels[name](viewer, note ?? null, code);
          if (globalsOf(sub).json) printJson(decided);
          else print(`${decided.viewer} ${decided.state}`);
        }),
      );
  return command;
}

const rowOf = (one: SentinelProposal): string[] => [
  one.viewer,
  one.platform,
  String(one.entries),
  one.largestShare > 0 ? `${(one.largestShare * 100).toFixed(1)} % (${one.sessionEntries})` : '-',
  one.roomsAtOnce > 0 ? String(one.roomsAtOnce) : '-',
  String(one.rooms),
  new Date(one.lastSeenAt).toISOString(),
  one.state,
];
