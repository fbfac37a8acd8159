import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import { BackupProgress, BackupResult, backUp } from '@app/backup';
import { VitrineError } from '@app/contracts';
import { projectRoot } from '../../../process/project-root';
import { stopRequest } from '../../../process/stop-request';
import { openStores } from '../../../process/stores';
import { print, printJson, say } from '../output';
import { progressLine } from '../progress';
import { GlobalOptions, globalsOf, settingsFor } from '../session';

export function backupCommand(): Command {
  return new Command('backup')
    .description('both stores into a folder, consistent with each other, while writes go on')
    .argument('<dir>', 'a new or empty folder, on any file system')
    .option('--with-secret', 'also the secret that decrypts grants and hashes viewers: keep such a backup as you keep passwords')
    .action(async (dir: string, options: { withSecret?: boolean }, command: Command) => {
      const globals = globalsOf(command);
      const result = await interruptible((signal) => saved(path.resolve(dir), options.withSecret ?? false, globals, signal));
      if (globals.json) printJson(result);
      else
        print(
          `${result.dir}: ${result.factRows} facts, ${result.stateRows} rows of state, ${megabytes(result.bytes)}, as of ${result.snapshotAt}`,
        );
    });
}

async function saved(dir: string, withSecret: boolean, globals: GlobalOptions, signal: AbortSignal): Promise<BackupResult> {
  const settings = settingsFor(globals);
  const stores = await openStores(settings, { migrate: false });
  const progress = stepProgress();
  try {
    const { instance, dataSource } = stores;
    const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
    const result = await backUp(
      { clickhouse: instance.clickhouse, dataSource, secret: instance.secret, dataDir: settings.dataDir },
      { dir, product: version, withSecret, signal, onProgress: progress.update },
    );
    progress.end();
    tell(result, settings.secret === null ? path.join(settings.dataDir, 'secret') : null);
    if (settings.fileStore !== null)
      say(
        '申诉附件存放在 FILES_S3_URL 所指的存储中，不在本备份内：请在该存储开启版本与备份。\n' +
          'Files of appeals lie in the store of FILES_S3_URL and are not in this backup: keep versions and copies of them there.',
      );
    return result;
  } finally {
    progress.end();
    await stores.close();
  }
}

function tell({ openDeliveries, secretIncluded }: BackupResult, secretFile: string | null): void {
  if (openDeliveries > 0)
    say(
      `有 ${openDeliveries} 次导入正在进行，其数据不在本备份中。\n${openDeliveries} deliveries were under way; their facts are not in this backup.`,
    );
  if (secretIncluded) say('备份包含密钥：请像密码一样保管。\nThe backup holds the secret: keep it as you keep passwords.');
  else
    say(
      `备份不含密钥。没有它，恢复后打不开授权，同一观众会得到另一个标识：请另行保管 ${secretFile ?? 'VITRINE_SECRET'}。\n` +
        `The secret is not in the backup. Without it grants cannot be opened after a restore, and viewers get other keys: keep ${secretFile ?? 'VITRINE_SECRET'} in another safe place.`,
    );
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Progress of a work of several steps: a line of its own for each. */
export function stepProgress(): { update(progress: BackupProgress): void; end(): void } {
  let step: BackupProgress['step'] | null = null;
  let line = progressLine('');
  return {
    update: ({ step: next, done, total }) => {
      if (next !== step) {
        line.end();
        step = next;
        line = progressLine(next);
      }
      line.update({ done, total });
    },
    end: () => line.end(),
  };
}

/** Runs a long work; a request to stop ends it through its signal, so that it tidies up, and the process then ends with 130. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  void stopRequest().then(() => controller.abort(interrupted()));
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.exit(130);
  }
}

const interrupted = () => new VitrineError('conflict', { zh: '已中断', en: 'Interrupted' });
