import { text } from 'node:stream/consumers';
import { Argument, Command } from 'commander';
import { LivePlayService, WebhookInbox } from '@app/connect';
import { VitrineError } from '@app/contracts';
import { print, printJson } from '../output';
import { globalsOf, withStores } from '../session';

const CALLS_MS = 60_000;
type Step = 'start' | 'stop' | 'state' | 'missed';

export function livePlayCommand(): Command {
  return new Command('live-play')
    .description('pushes of Douyin rooms in which a live play of ours is mounted: start, stop, state, or fetch what was missed')
    .addArgument(new Argument('<step>').choices(['start', 'stop', 'state', 'missed']))
    .option('--room <id>', 'the room; without it the token that the play was opened with is read from standard input')
    .action(async (step: Step, options: { room?: string }, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async ({ dataSource, instance, settings, clock }) => {
        const parts = { dataSource, secret: instance.secret, settings, clock };
        const service = new LivePlayService({ ...parts, inbox: new WebhookInbox(parts) });
        const signal = AbortSignal.timeout(CALLS_MS);
        try {
          const roomId = options.room ?? (await service.roomOf(await playToken(), signal));
          const told = step === 'missed' ? { new: await service.recover(roomId, signal) } : await service[step](roomId, signal);
          if (globals.json) printJson({ roomId, ...told });
          else print([`room ${roomId}`, ...Object.entries(told).map(([what, is]) => `${what} ${String(is)}`)].join('\n'));
        } finally {
          await service.close();
        }
      });
    });
}

async function playToken(): Promise<string> {
  const token = process.stdin.isTTY ? '' : (await text(process.stdin)).trim();
  if (token !== '') return token;
  throw new VitrineError(
    'bad_input',
    { zh: '没有直播间', en: 'There is no room' },
    {
      remedy: {
        zh: '加 --room 直播间ID，或从标准输入给出玩法启动时的 token',
        en: 'Add --room ID, or give the token that the play was opened with on standard input',
      },
    },
  );
}
