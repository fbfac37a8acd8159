import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { AppealFile } from '@app/contracts';
import { recordAct } from '@app/database';
import type { AppealService } from './appeal.service';
import { actOn, type CaseDesk } from './case-desk';
import * as refuse from './case-errors';
import { newId } from './case-record';
import type { CaseAsker } from './case-stores';
import type { CaseService } from './case.service';
import { appealsOf, insertFile } from './effect.repository';
import { fileTypeOf } from './file-type';

/** The largest file, and the most files of one appeal. */
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_FILES = 10;
/** Under the data folder; a backup keeps all of `files`. */
const FOLDER = path.join('files', 'appeals');

/** Files of appeals in the data folder: judged by what is in them, named by ids of ours, kept with their hash. */
export class AppealFiles {
  private readonly desk: CaseDesk;

  constructor(
    private readonly appeals: AppealService,
    cases: CaseService,
  ) {
    this.desk = cases.desk;
  }

  /** Adds a file to an appeal that is not decided yet. Throws unsupported_media, too_large, bad_input, conflict, not_found. */
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
    await this.desk.act({ desk, asker, caseId: appeal.caseId }, async (tx, { record }) => {
      const [again] = await appealsOf(tx, record.brandId, { appealId });
      if (again.state !== 'filed') throw refuse.wrongState(record.state);
      if (again.files.length >= MOST_FILES) throw refuse.badFile('count');
      await this.write(appealId, fileId, content);
      await insertFile(tx, { brandId: record.brandId, appealId }, { ...file, uploadedBy: asker.actor });
      const { mediaType: type, bytes: size, sha256 } = file;
      const step = {
        step: 'appeal.file',
        actor: asker.actor,
        reason: null,
        to: record.state,
        after: { appealId, fileId, type, size, sha256 },
      };
      await this.desk.tell(tx, record, step);
      await recordAct(tx, { ...actOn(record, step), action: 'appeal.attach' });
    });
    return (await this.appeals.get(asker, appealId)).files.find((one) => one.fileId === fileId)!;
  }

  /** A file with its bytes, as they were when it came. Throws not_found, and internal when they are not any more. */
  async read(asker: CaseAsker, { appealId, fileId }: { appealId: string; fileId: string }): Promise<AppealFile & { content: Buffer }> {
    const { files } = await this.appeals.get(asker, appealId);
    const file = files.find((one) => one.fileId === fileId);
    if (!file) throw refuse.unknownFile();
    const content = await fs.readFile(this.placeOf(appealId, fileId)).catch(() => null);
    if (content === null || createHash('sha256').update(content).digest('hex') !== file.sha256) throw refuse.damagedFile();
    return { ...file, content };
  }

  /** Whole or not at all: what is left of an interrupted writing has no row, and is overwritten by nobody. */
  private async write(appealId: string, fileId: string, content: Buffer): Promise<void> {
    const place = this.placeOf(appealId, fileId);
    await fs.mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    const handle = await fs.open(place, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Both are ids of ours. */
  private placeOf(appealId: string, fileId: string): string {
    return path.join(this.desk.stores.dataDir, FOLDER, appealId, fileId);
  }
}

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
