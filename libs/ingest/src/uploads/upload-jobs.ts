import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import type { BrandScope } from '@app/access';
import { refusal, VitrineError, type Actor, type Upload, type UploadCounts } from '@app/contracts';
import { recordAct, StateReader } from '@app/database';
import { scanFile } from '../file-scan';
import { importFiles } from '../import';
import type { ImportResult, IngestStores } from '../import-request';
import { formatOf } from '../import-source';
import { presetOf } from '../presets/export-rows';
import { INCOMING, spoolBody, type BodyLimits } from '../signed/spooled-body';
import { columnsOfFile } from './look-at-file';
import { ANY_EXPORT, assertUploadKind, uploadKinds } from './upload-kinds';

/** Who brings a file. An upload belongs to whoever brought it. */
export interface UploadAsker {
  scope: BrandScope;
  owner: string;
  actor: Actor;
  brand: string;
}

export interface NewUpload {
  kind: string;
  /** As the person calls it; only its last part and its ending are used. */
  name: string;
  account?: string;
  body: Readable;
}

interface Known {
  upload: Upload;
  brandId: number;
  owner: string;
  file: string;
  rejectFiles: string[];
  /** Somebody has asked for its end. */
  cancelled: boolean;
  work: Promise<void>;
}

const MEGABYTE = 1 << 20;
const LIMITS: BodyLimits = { bytes: 64 * MEGABYTE, unpackedBytes: 64 * MEGABYTE };
/** Uploads that one person has at once. */
const MOST = 10;
const KEPT_MS = 3_600_000;

/**
 * Files that people bring by the page: each is taken to disk whole, looked at (which kind, which columns), checked without writing, and imported when its owner
 * says so. Kept in this process: a restart forgets uploads that were not imported, whose files are then swept.
 */
export class UploadJobs {
  private readonly known = new Map<string, Known>();
  /** Files of an owner that are being received. */
  private readonly coming = new Map<string, number>();
  private readonly reader: StateReader;

  constructor(private readonly stores: IngestStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Takes the file and begins to check it. Throws bad_input (kind, name, size, broken off), forbidden to who sees a part of the brand, too_many. */
  async receive(given: NewUpload, asker: UploadAsker): Promise<Upload> {
    if (asker.scope !== 'all') throw wholeBrandOnly();
    assertUploadKind(given.kind);
    await this.sweep();
    const name = plainName(given.name);
    formatOf(name); // an ending that no reader takes is refused before the body is read
    const giveBack = this.place(asker.owner);
    try {
      return await this.spool(given, asker, name);
    } finally {
      giveBack();
    }
  }

  /** Takes one of the owner's places until the file is known, so that files that come at once are counted. Throws too_many. */
  private place(owner: string): () => void {
    const kept = [...this.known.values()].filter((known) => known.owner === owner).length;
    const coming = this.coming.get(owner) ?? 0;
    if (kept + coming >= MOST) throw tooMany();
    this.coming.set(owner, coming + 1);
    return () => {
      const left = (this.coming.get(owner) ?? 1) - 1;
      if (left === 0) this.coming.delete(owner);
      else this.coming.set(owner, left);
    };
  }

  private async spool(given: NewUpload, asker: UploadAsker, name: string): Promise<Upload> {
    const { brandId } = await this.reader.brand(asker.brand);
    const uploadId = randomUUID();
    const hash = createHash('sha256');
    const folder = path.join(this.stores.dataDir, INCOMING);
    const { file } = await spoolBody(given.body, { folder, gzip: false, limits: LIMITS, signature: hash, fileName: `${uploadId}-${name}` });
    const upload = newUpload({ uploadId, name, kind: given.kind, account: given.account ?? null, now: this.now() });
    const known: Known = { upload, brandId, owner: asker.owner, file, rejectFiles: [], cancelled: false, work: Promise.resolve() };
    this.known.set(uploadId, known);
    known.work = this.follow(known, 'checked', () => this.check(known));
    return { ...upload };
  }

  /** Imports what was checked. Throws conflict where it is not ready for it. */
  async run(uploadId: string, asker: UploadAsker): Promise<Upload> {
    const known = this.own(uploadId, asker);
    if (known.upload.state !== 'checked') throw notReady();
    known.upload.state = 'importing';
    known.upload.progress = { bytes: 0, rows: 0 };
    const { upload, brandId } = known;
    const act = {
      ...{
        brandId,
        actor: asker.actor,
        action: 'import.file',
        subject: upload.recognised?.name ?? upload.kind,
        before: null,
        reason: null,
      },
      after: { file: upload.name, bytes: upload.bytes, rows: upload.check?.read ?? null },
    };
    try {
      await this.stores.dataSource.transaction((tx) => recordAct(tx, act));
    } catch (error) {
      upload.state = 'checked'; // nothing was begun: it may be asked for again, or dropped
      throw error;
    }
    known.work = this.follow(known, 'done', async () => {
      const result = await this.import(known, false, asker.actor);
      known.rejectFiles = result.rejectsFiles;
      upload.result = countsOf(result);
      await rm(known.file, { force: true });
    });
    return { ...upload };
  }

  /** Throws not_found for one that is unknown, of somebody else, or long gone. */
  find(uploadId: string, asker: UploadAsker): Upload {
    return { ...this.own(uploadId, asker).upload };
  }

  /** The asker's, the newest first. */
  list(asker: UploadAsker): Upload[] {
    return [...this.known.values()]
      .filter(({ owner }) => owner === asker.owner)
      .map(({ upload }) => ({ ...upload }))
      .reverse();
  }

  /** Files of all rejected rows of an import (NDJSON, never a value); empty where there are none. */
  rejectFiles(uploadId: string, asker: UploadAsker): string[] {
    return [...this.own(uploadId, asker).rejectFiles];
  }

  /**
   * Forgets an upload and its file; what was imported stays. While it is being read: ends that at its next step, as failed; rows that were written by then are a batch that can be
   * taken back (`ImportBatches`).
   */
  async drop(uploadId: string, asker: UploadAsker): Promise<void> {
    const known = this.own(uploadId, asker);
    if (isBusy(known.upload)) known.cancelled = true;
    else await this.forget(known);
  }

  /** Waits for what is being written and removes the files: before the stores are closed. */
  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map(({ work }) => work));
    for (const known of [...this.known.values()]) await this.forget(known);
  }

  private async check(known: Known): Promise<void> {
    const { upload, file } = known;
    const format = formatOf(file);
    const scan = await scanFile(file);
    upload.bytes = scan.bytes;
    const name = upload.kind === ANY_EXPORT ? (await presetOf({ file, format, scan })).name : upload.kind;
    upload.recognised = uploadKinds().find((kind) => kind.name === name) ?? null;
    upload.columns = await columnsOfFile({ file, format, scan, kind: name });
    upload.check = countsOf(await this.import(known, true));
    if (known.cancelled) throw cancelled(); // asked for after its last step
  }

  private import(known: Known, dryRun: boolean, actor?: Actor): Promise<ImportResult> {
    const { upload, brandId, file } = known;
    return importFiles(
      { ...this.stores, ...(actor ? { actor } : {}) },
      {
        brandId,
        kind: upload.recognised?.name ?? upload.kind,
        files: [file],
        dryRun,
        ...(upload.account ? { account: upload.account } : {}),
        onProgress: ({ bytes, rows }) => {
          upload.progress = { bytes, rows };
          if (known.cancelled) throw cancelled();
        },
      },
    );
  }

  /** Work behind an answer: its end is the state, its failure is told. */
  private async follow({ upload, file }: Known, end: 'checked' | 'done', work: () => Promise<void>): Promise<void> {
    try {
      await work();
      upload.state = end;
    } catch (error) {
      upload.state = 'failed';
      upload.error = told(error, `${upload.uploadId}-`);
      await rm(file, { force: true });
    } finally {
      if (upload.state !== 'checked') upload.endedAt = new Date(this.now()).toISOString();
    }
  }

  private own(uploadId: string, asker: UploadAsker): Known {
    const known = this.known.get(uploadId);
    if (known?.owner === asker.owner) return known;
    throw refusal(
      'not_found',
      { zh: '没有此上传，或已过期', en: 'There is no such upload, or it is over' },
      { zh: '请重新选择文件', en: 'Choose the file again' },
    );
  }

  private async sweep(): Promise<void> {
    const old = this.now() - KEPT_MS;
    for (const known of [...this.known.values()])
      if (!isBusy(known.upload) && Date.parse(known.upload.endedAt ?? known.upload.startedAt) < old) await this.forget(known);
  }

  private async forget(known: Known): Promise<void> {
    this.known.delete(known.upload.uploadId);
    await rm(known.file, { force: true });
  }

  private now(): number {
    return (this.stores.now ?? Date.now)();
  }
}

const isBusy = ({ state }: Upload): boolean => state === 'checking' || state === 'importing';

function newUpload(given: Pick<Upload, 'uploadId' | 'name' | 'kind' | 'account'> & { now: number }): Upload {
  const { now, ...upload } = given;
  return {
    ...upload,
    bytes: 0,
    recognised: null,
    columns: [],
    state: 'checking',
    progress: { bytes: 0, rows: 0 },
    check: null,
    result: null,
    error: null,
    startedAt: new Date(now).toISOString(),
    endedAt: null,
  };
}

/** The last part of a name, without signs that a file system or a terminal takes as its own. */
function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  return last.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').slice(-80) || 'file';
}

const countsOf = ({ read, accepted, replaced, unchanged, rejected, rejects, notes }: ImportResult): UploadCounts => ({
  read,
  accepted,
  replaced,
  unchanged,
  rejected,
  rejects: rejects.map(({ line, field, label, code, reason, remedy }) => ({ line, field, label, code, reason, remedy })),
  notes,
});

/** What is told of a failure: never a path, and nothing of what only the log may hold. */
function told(error: unknown, prefix: string): Upload['error'] {
  if (!(error instanceof VitrineError))
    return { code: 'internal', text: { zh: '服务器未能完成', en: 'The server failed' }, remedy: null, details: [] };
  const plain = (text: string) => text.replaceAll(prefix, '');
  const { zh, en } = error.text;
  const remedy = error.options.remedy;
  return {
    code: error.code,
    text: { zh: plain(zh), en: plain(en) },
    remedy: remedy && !/[\\/]rejects[\\/]/.test(remedy.zh) ? { zh: plain(remedy.zh), en: plain(remedy.en) } : null,
    details: (error.options.details ?? []).slice(0, 20),
  };
}

const wholeBrandOnly = () =>
  refusal(
    'forbidden',
    { zh: '只有品牌级人员可以导入', en: 'Only who sees the whole brand may import' },
    { zh: '请联系品牌管理员', en: 'Ask an administrator of the brand' },
  );
const tooMany = () =>
  refusal(
    'too_many',
    { zh: `最多同时保留 ${MOST} 个上传`, en: `At most ${MOST} uploads at a time` },
    { zh: '请先移除不需要的上传', en: 'Remove one that is not needed' },
  );
const cancelled = () =>
  refusal(
    'conflict',
    { zh: '已按要求中止', en: 'It was cancelled' },
    {
      zh: '已写入的行可在导入记录中撤销；再次导入同一文件即可完成',
      en: 'Rows that were written can be undone in the list of imports; importing the same file again completes it',
    },
  );
const notReady = () =>
  refusal(
    'conflict',
    { zh: '此上传现在不能这样处理', en: 'This cannot be done with the upload now' },
    { zh: '请等待检查完成，或重新选择文件', en: 'Wait for the check to end, or choose the file again' },
  );
