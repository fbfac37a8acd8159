import { Bilingual, VitrineError } from '@app/contracts';

/** The ways in which backup and restore refuse, each with what to do. */
const refusal = (code: ConstructorParameters<typeof VitrineError>[0], text: Bilingual, remedy: Bilingual, cause?: unknown): VitrineError =>
  new VitrineError(code, text, { remedy, cause });

export const folderTaken = (dir: string) =>
  refusal(
    'bad_input',
    { zh: `${dir} 不是空文件夹，备份不会覆盖任何内容`, en: `${dir} is not empty; a backup never overwrites anything` },
    { zh: '请选择另一个（不存在或空的）文件夹', en: 'Choose another folder, one that is empty or does not exist' },
  );

export const unfinishedBackup = (dir: string) =>
  refusal(
    'bad_input',
    { zh: `${dir} 中的备份没有完成`, en: `The backup in ${dir} was never finished` },
    { zh: '请删除该文件夹，重新运行 backup；或使用另一份备份', en: 'Delete that folder and run backup again, or use another backup' },
  );

export const notABackup = (dir: string) =>
  refusal(
    'bad_input',
    { zh: `${dir} 中没有备份（缺少 manifest.json）`, en: `There is no backup in ${dir} (no manifest.json)` },
    { zh: '请给出 backup 写入的文件夹', en: 'Give the folder that backup wrote' },
  );

export const wrongFormat = (found: number, known: number) =>
  refusal(
    'wrong_version',
    { zh: `备份格式为 ${found}，本程序只认识到 ${known}`, en: `The backup has format ${found}; this program knows up to ${known}` },
    { zh: '请使用写入该备份的 Vitrine 版本或更新的版本', en: 'Use the version of Vitrine that wrote it, or a newer one' },
  );

/** A file that is missing, cut off or changed. */
export const damaged = (file: string, found?: string) =>
  refusal(
    'bad_input',
    {
      zh: `备份已损坏：${file}${found === undefined ? '' : `（${found}）`} 与清单不符`,
      en: `The backup is damaged: ${file} is not what was written${found === undefined ? '' : ` (${found})`}`,
    },
    {
      zh: '请重新复制该文件，或使用另一份备份；未作任何改动',
      en: 'Copy that file again, or use another backup; nothing was changed',
    },
  );

export const newerSchema = (store: string, names: readonly string[]) =>
  refusal(
    'wrong_version',
    {
      zh: `备份的${store}结构比本程序新（未知：${names.join('、')}），未作任何改动`,
      en: `The backup's ${store} schema is newer than this program (unknown: ${names.join(', ')}); nothing was changed`,
    },
    { zh: '请升级 Vitrine 后再恢复', en: 'Upgrade Vitrine, then restore' },
  );

export const targetNotEmpty = (what: string) =>
  refusal(
    'conflict',
    { zh: `目标不是空的：${what} 中已有数据，未作任何改动`, en: `The target is not empty: ${what} holds rows; nothing was changed` },
    {
      zh: '请用 --data 选择一个新文件夹，或使用空的数据库',
      en: 'Choose a new folder with --data, or use empty databases',
    },
  );

export const targetNewer = (store: string) =>
  refusal(
    'conflict',
    {
      zh: `目标的${store}结构比备份新，不能在其上恢复`,
      en: `The target's ${store} schema is already newer than the backup's, so the backup cannot be put into it`,
    },
    {
      zh: '请恢复到新文件夹（或新数据库）中：不要先运行 migrate，恢复后会自动迁移',
      en: 'Restore into a new folder (or new databases) without running migrate first: restore migrates afterwards',
    },
  );

export const storeOutdated = (pending: readonly string[]) =>
  refusal(
    'conflict',
    {
      zh: `数据库结构不是本版本的（未应用：${pending.join('、')}），备份不会改动它`,
      en: `The stores are not at this version's schema (pending: ${pending.join(', ')}), and a backup changes nothing`,
    },
    {
      zh: '请先运行 `vitrine migrate`，或用写入该库的版本备份',
      en: 'Run `vitrine migrate` first, or back up with the version that wrote them',
    },
  );

export const unknownTable = (store: string, table: string) =>
  refusal(
    'internal',
    {
      zh: `${store}中的表 ${table} 没有备份规则，拒绝做不完整的备份`,
      en: `Nothing says how table ${table} of the ${store} is backed up; an incomplete backup is refused`,
    },
    {
      zh: '若该表不属于 Vitrine，请把它移出该数据库',
      en: 'If the table is not one of Vitrine, move it out of this database',
    },
  );

export const secretMissing = () =>
  refusal(
    'bad_input',
    {
      zh: '备份不含密钥，也没有给出 VITRINE_SECRET：没有它就打不开授权，同一观众也会得到另一个标识',
      en: 'The backup holds no secret and none was given: without it grants cannot be opened and viewers would get other keys',
    },
    {
      zh: '请设置 VITRINE_SECRET（或把原数据文件夹的 secret 文件放进新文件夹）；若已丢失，加 --without-secret：报表照常，授权须重新导入',
      en: 'Set VITRINE_SECRET (or put the file `secret` of the former data folder into the new one); if it is lost, add --without-secret: reports stay, grants must be imported again',
    },
  );

export const secretWrong = () =>
  refusal(
    'bad_input',
    { zh: '给出的密钥不是该备份的密钥，未作任何改动', en: 'The secret is not the one of this backup; nothing was changed' },
    {
      zh: '请给出原来的 VITRINE_SECRET（或原 secret 文件）；若已丢失，加 --without-secret：报表照常，授权须重新导入',
      en: 'Give the former VITRINE_SECRET (or the former file `secret`); if it is lost, add --without-secret: reports stay, grants must be imported again',
    },
  );

export const halfRestored = (backupId: string) =>
  refusal(
    'conflict',
    { zh: `这里的恢复没有完成（备份 ${backupId}）`, en: `A restore into these stores was never finished (backup ${backupId})` },
    {
      zh: '请重新运行同一个 restore（它会先清除已写入的部分；全部写入后只做剩下的步骤），或选择另一个文件夹',
      en: 'Run the same restore again (it first clears what it had written, or does the rest where all was in), or choose another folder',
    },
  );

export const otherRestore = (backupId: string) =>
  refusal(
    'conflict',
    {
      zh: `这里有另一份备份（${backupId}）未完成的恢复`,
      en: `These stores hold the unfinished restore of another backup (${backupId})`,
    },
    { zh: '请用那份备份重新恢复，或选择一个新文件夹', en: 'Restore that backup again, or choose a new folder' },
  );

export const backupDiskFull = (dir: string, removed: boolean) =>
  refusal(
    'disk_full',
    {
      zh: `${dir} 所在磁盘已满，备份没有完成${removed ? '，已写入的部分已删除' : ''}`,
      en: `The disk of ${dir} is full; the backup was not finished${removed ? ', and what was written is removed' : ''}`,
    },
    { zh: '请清理空间或选择另一块磁盘，然后重新运行 backup', en: 'Free space or choose another disk, then run backup again' },
  );

export const targetDiskFull = (cause: unknown) =>
  refusal(
    'disk_full',
    { zh: '目标所在磁盘已满，恢复没有完成', en: 'The disk of the target is full; the restore was not finished' },
    {
      zh: '请清理空间后重新运行同一个 restore，或用 --data 选择另一块磁盘',
      en: 'Free space and run the same restore again, or choose another disk with --data',
    },
    cause,
  );

export const rowsDiffer = (table: string, expected: number, found: number) =>
  refusal(
    'internal',
    { zh: `${table}：应有 ${expected} 行，实有 ${found} 行`, en: `${table}: ${expected} rows expected, ${found} found` },
    { zh: '请重新运行；若再次出现，请报告此错误', en: 'Run it again; if it happens once more, report this error' },
  );

export const storeFailed = (what: string, cause: unknown) =>
  new VitrineError(
    'internal',
    {
      zh: `${what}失败：${cause instanceof Error ? cause.message.slice(0, 600) : ''}`,
      en: `${what} failed: ${cause instanceof Error ? cause.message.slice(0, 600) : String(cause)}`,
    },
    { cause },
  );

export const storeSilent = (store: string, cause: unknown) =>
  refusal(
    'store_unavailable',
    { zh: `${store}没有响应`, en: `The ${store} does not answer` },
    { zh: '请用 `vitrine doctor` 检查，然后重新运行', en: 'Check with `vitrine doctor`, then run it again' },
    cause,
  );
