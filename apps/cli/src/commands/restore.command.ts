import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import { RestoreResult, restore } from '@app/backup';
import { Settings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { openInstance } from '@app/embedded';
import { print, printJson, say } from '../output';
import { GlobalOptions, globalsOf, settingsFor } from '../session';
import { interruptible, stepProgress } from './backup.command';

const SECRET = 'secret';
const USED = 'vitrine.json';

export function restoreCommand(): Command {
  return new Command('restore')
    .description('a backup into empty stores (--data names the new data folder)')
    .argument('<dir>', 'the folder that backup wrote')
    .option('--without-secret', 'go on although the secret is lost: grants must be imported again, viewers get other keys from now on')
    .action(async (dir: string, options: { withoutSecret?: boolean }, command: Command) => {
      const globals = globalsOf(command);
      const result = await interruptible((signal) => restored(path.resolve(dir), options.withoutSecret ?? false, globals, signal));
      tell(result);
      const { secret, clickhouseUrl, databaseUrl } = settingsFor(globals);
      if (result.sameSecret && secret === null && (clickhouseUrl || databaseUrl))
        say(
          `请把 ${path.resolve(dir, SECRET)} 的内容设为所有进程的 VITRINE_SECRET。\nSet VITRINE_SECRET of every process to the content of ${path.resolve(dir, SECRET)}.`,
        );
      if (globals.json) printJson(result);
      else print(`restored ${result.factRows} facts and ${result.stateRows} rows of state, as of ${result.snapshotAt}`);
    });
}

async function restored(dir: string, withoutSecret: boolean, globals: GlobalOptions, signal: AbortSignal): Promise<RestoreResult> {
  const settings = settingsFor(globals);
  const progress = stepProgress();
  try {
    return await restore({
      dir,
      secret: givenSecret(settings),
      withoutSecret,
      open: (secret) => openTarget(settings, secret),
      onProgress: progress.update,
      signal,
    });
  } finally {
    progress.end();
  }
}

/** VITRINE_SECRET, or the file that a person put into the new folder. What an instance made for itself there is nobody's. */
function givenSecret({ secret, dataDir }: Settings): string | null {
  if (secret !== null) return secret;
  const file = path.join(dataDir, SECRET);
  return fs.existsSync(file) && !fs.existsSync(path.join(dataDir, USED)) ? fs.readFileSync(file, 'utf8').trim() : null;
}

async function openTarget(settings: Settings, secret: string | null) {
  const embedded = !settings.clickhouseUrl && !settings.databaseUrl;
  // a secret of its own keeps the instance from making one
  const instance = await openInstance({ ...settings, secret: secret ?? settings.secret });
  if (embedded && !instance.owned) {
    await instance.stop();
    throw inUse(settings.dataDir);
  }
  const keepSecret = () => {
    if (embedded && secret !== null && settings.secret === null) keep(path.join(settings.dataDir, SECRET), secret);
  };
  const { clickhouse, postgres } = instance;
  return { target: { clickhouse, postgres, dataDir: settings.dataDir, keepSecret }, close: () => instance.stop() };
}

function keep(file: string, secret: string): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(draft, secret, { mode: 0o600, flush: true });
  fs.renameSync(draft, file);
}

function tell({ openDeliveries, sameSecret }: RestoreResult): void {
  if (openDeliveries > 0)
    say(
      `备份时有 ${openDeliveries} 次导入正在进行：请重新导入这些文件（重复导入是安全的）。\n` +
        `${openDeliveries} deliveries were under way when the backup was taken: import those files again (a rerun is safe).`,
    );
  if (!sameSecret)
    say(
      '没有使用原密钥：请重新导入授权；此后导入的观众与以前的不再对应。\n' +
        'Without the former secret: import the grants again; viewers that arrive from now on do not match the former ones.',
    );
}

const inUse = (dir: string) =>
  new VitrineError(
    'conflict',
    { zh: `另一个进程正在使用 ${dir}`, en: `Another process is using ${dir}` },
    {
      remedy: {
        zh: '请先结束它（例如 `vitrine up`），或用 --data 选择一个新文件夹',
        en: 'End it first (`vitrine up`, for example), or choose a new folder with --data',
      },
    },
  );
