import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { Appeal, AppealFile } from '@app/contracts';
import { recordAct } from '@app/database';
import type { AppealService } from './appeal.service';
import { actOn, type CaseDesk, type Desk } from './case-desk';
import * as refuse from './case-errors';
import { newId } from './case-record';
import type { CaseAsker } from './case-stores';
import type { CaseService } from './case.service';
import { appealsOf, insertFile } from './effect.repository';
import { fileTypeOf } from './file-type';
import type { FileStore } from './files/file-store';
import { FolderFiles } from './files/folder-files';

/** The largest file, and the most files of one appeal. */
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_FILES = 10;

/** Files of appeals, in the data folder or the store that the operator names: judged by what is in them, named by ids of ours, kept with their hash. */
export class AppealFiles {
  private readonly desk: CaseDesk;
  private readonly store: FileStore;

  constructor(
    private readonly appeals: AppealService,
    cases: CaseService,
  ) {
    this.desk = cases.desk;
    const { files, dataDir } = this.desk.stores;
    this.store = files ?? new FolderFiles(dataDir);
  }

  /** Adds a file to an appeal that is not decided yet. Throws unsupported_media, too_large, bad_input, conflict, not_found, not_available. */
  async add(asker: CaseAsker, appealId: string, { name, bytes }: { name: string; bytes: AsyncIterable<Buffer> }): Promise<AppealFile> {
    const desk = await this.desk.at(asker.brand);
    const appeal = await this.appeals.found(desk, asker, appealId);
    const shown = safeName(name);
    if (appeal.state !== 'filed') throw refuse.wrongState('upheld');
    if (appeal.files.length >= MOST_FILES) throw refuse.badFile('count');
    const content = await collected(bytes);
    const mediaType = fileTypeOf(content);
    if (mediaType === null) throw refuse.badFile('type');
    const fileId = newId('F');
    const file = { fileId, name: shown, mediaType, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    // before the transaction: nobody waits for a store; what is left of an interrupted writing has no row
    await this.store.put(nameOf(appealId, fileId), content);
    try {
      await this.filed(desk, asker, { appeal, file });
    } catch (error) {
      await this.store.remove(nameOf(appealId, fileId)).catch(() => undefined);
      throw error;
    }
    return (await this.appeals.get(asker, appealId)).files.find((one) => one.fileId === fileId)!;
  }

  private async filed(
    desk: Desk,
    asker: CaseAsker,
    { appeal: { appealId, caseId }, file }: { appeal: Appeal; file: Omit<AppealFile, 'uploadedAt'> },
  ): Promise<void> {
    const { fileId, mediaType: type, bytes: size, sha256 } = file;
    await this.desk.act({ desk, asker, caseId }, async (tx, { record }) => {
      const [again] = await appealsOf(tx, record.brandId, { appealId });
      if (again.state !== 'filed') throw refuse.wrongState(record.state);
      if (again.files.length >= MOST_FILES) throw refuse.badFile('count');
      await insertFile(tx, { brandId: record.brandId, appealId }, { ...file, uploadedBy: asker.actor });
      const after = { appealId, fileId, type, size, sha256 };
      const step = { step: 'appeal.file', actor: asker.actor, reason: null, to: record.state, after };
      await this.desk.tell(tx, record, step);
      await recordAct(tx, { ...actOn(record, step), action: 'appeal.attach' });
    });
  }

  /** A file with its bytes, as they were when it came. Throws not_found, and internal when they are not any more. */
  async read(asker: CaseAsker, { appealId, fileId }: { appealId: string; fileId: string }): Promise<AppealFile & { content: Buffer }> {
    const { files } = await this.appeals.get(asker, appealId);
    const file = files.find((one) => one.fileId === fileId);
    if (!file) throw refuse.unknownFile();
    const content = await this.store.get(nameOf(appealId, fileId));
    if (content === null || createHash('sha256').update(content).digest('hex') !== file.sha256) throw refuse.damagedFile();
    return { ...file, content };
  }
}

/** Both are ids of ours. */
const nameOf = (appealId: string, fileId: string): string => `appeals/${appealId}/${fileId}`;

/** What people see; it never becomes a path. */
function safeName(name: string): string {
  const shown = path.posix
    .basename(name.replaceAll('\\', '/'))
    .replace(/[\p{Cc}"]/gu, '')
    .trim();
  if (shown === '' || shown === '.' || shown === '..' || shown.length > 200) throw refuse.badFile('name');
  return shown;
}

async function collected(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > MOST_BYTES) throw refuse.badFile('size');
    parts.push(part);
  }
  if (size === 0) throw refuse.badFile('empty');
  return Buffer.concat(parts);
}
