import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import type { Settings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { StateReader, actorNow, recordAct, resealAll, resignAnchors, sealFirstViewerKeys, type ResealResult } from '@app/database';
import { openStores, type Stores } from '../../../process/stores';
import { print, printJson, say } from '../output';
import { asOperator, globalsOf, settingsFor } from '../session';

const SECRET = 'secret';
/** The secret to be; it is there only while a rotation is under way. */
const NEXT = 'secret.next';

export function secretCommand(): Command {
  const secret = new Command('secret').description("the installation's secret");
  secret
    .command('rotate')
    .description('seal all credentials under a new secret; run it again if it was interrupted')
    .action(async (_: unknown, command: Command) => {
      const globals = globalsOf(command);
      const settings = settingsFor(globals);
      const result = settings.secret === null ? await rotateKept(settings) : await rotateGiven(settings, settings.secret);
      if (globals.json) printJson(result);
      else print(`sealed anew: ${result.resealed}, already under the new secret: ${result.already}`);
      say('观众标识与报表不受影响；旧备份需要旧密钥。\nViewers and reports stay as they are; backups from before need the former secret.');
    });
  return secret;
}

/** The data folder keeps the secret: a new one is made. Each step can be cut short; the next run goes on. */
async function rotateKept(settings: Settings): Promise<ResealResult> {
  const next = path.join(settings.dataDir, NEXT);
  const stores = await openStores(settings);
  try {
    if (!stores.instance.owned) throw stillRunning();
    if (!fs.existsSync(next)) writeSecret(next, randomBytes(32).toString('base64url'));
    const result = await resealed(stores, stores.instance.secret, fs.readFileSync(next, 'utf8'));
    fs.renameSync(next, path.join(settings.dataDir, SECRET));
    return result;
  } finally {
    await stores.close();
  }
}

/** The environment gives both secrets. */
async function rotateGiven(settings: Settings, secret: string): Promise<ResealResult> {
  const { secretPrevious } = settings;
  if (secretPrevious === null || secretPrevious === secret) throw previousMissing();
  const stores = await openStores({ ...settings, secret: secretPrevious });
  try {
    const result = await resealed(stores, secretPrevious, secret);
    say('现在可以删除 VITRINE_SECRET_PREVIOUS。\nVITRINE_SECRET_PREVIOUS can be unset now.');
    return result;
  } finally {
    await stores.close();
  }
}

async function resealed({ dataSource, settings }: Stores, previous: string, next: string): Promise<ResealResult> {
  // what is derived from the former secret and never stored would be another under the new one
  await sealFirstViewerKeys(dataSource, previous);
  const result = await resealAll(dataSource, { previous, next });
  resignAnchors(settings.dataDir, { previous, next });
  await recorded(dataSource, previous, result);
  return result;
}

/** In the log of every brand: a secret is the installation's. */
async function recorded(dataSource: Stores['dataSource'], secret: string, { resealed, already }: ResealResult): Promise<void> {
  const brands = await new StateReader(dataSource, secret).listBrands();
  const change = { action: 'secret.rotate', subject: 'secret', before: null, after: { resealed, already }, reason: null };
  await asOperator(() =>
    dataSource.transaction(async (tx) => {
      for (const { brandId } of brands) await recordAct(tx, { brandId, actor: actorNow(), ...change });
    }),
  );
}

function writeSecret(file: string, secret: string): void {
  const draft = `${file}.draft`;
  fs.writeFileSync(draft, secret, { mode: 0o600, flush: true });
  fs.renameSync(draft, file);
}

const stillRunning = (): VitrineError =>
  new VitrineError(
    'conflict',
    { zh: '该数据文件夹正在被使用', en: 'This data folder is in use' },
    {
      remedy: {
        zh: '请先停止 vitrine up 等进程再轮换：它们只知道旧密钥',
        en: 'Stop `vitrine up` and other processes first: they know the former secret only',
      },
    },
  );

const previousMissing = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '缺少旧密钥', en: 'The former secret is missing' },
    {
      remedy: {
        zh: '停止所有进程，把新密钥放入 VITRINE_SECRET、旧密钥放入 VITRINE_SECRET_PREVIOUS，再运行一次',
        en: 'Stop all processes, put the new secret into VITRINE_SECRET and the former one into VITRINE_SECRET_PREVIOUS, and run it again',
      },
    },
  );
