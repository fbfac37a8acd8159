import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { VitrineError } from '@app/contracts';
import { backupDiskFull, damaged, folderTaken, unfinishedBackup } from './failures';
import { BackupFile, MANIFEST, Manifest, UNFINISHED, filesOf, sealedManifest } from './manifest';

/** The folder of a backup that is being written. It holds a file UNFINISHED until the manifest is there, which is written last. */
export class BackupFolder {
  private constructor(
    readonly dir: string,
    private readonly made: boolean,
  ) {}

  /** Takes an empty or new folder, for its owner only. Throws `bad_input` for any other: nothing is ever overwritten. */
  static create(dir: string): BackupFolder {
    const made = fs.mkdirSync(dir, { recursive: true, mode: 0o700 }) !== undefined;
    const found = fs.readdirSync(dir);
    if (found.includes(UNFINISHED) && !found.includes(MANIFEST)) throw unfinishedBackup(dir);
    if (found.length > 0) throw folderTaken(dir);
    fs.writeFileSync(path.join(dir, UNFINISHED), 'This backup is not finished. restore refuses it.\n', { mode: 0o600, flag: 'wx' });
    return new BackupFolder(dir, made);
  }

  /** Writes a stream to a new file, flushed to disk. `rows` is asked when the stream has ended. */
  async write(relative: string, content: Readable, rows: () => number): Promise<BackupFile> {
    const file = path.join(this.dir, relative);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await fs.promises.open(file, 'wx', 0o600);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        await writeWhole(handle, chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { path: relative, rows: rows(), bytes, sha256: hash.digest('hex') };
  }

  remove(relative: string): void {
    fs.rmSync(path.join(this.dir, relative));
  }

  /** Ends the backup: from now on it is whole. */
  seal(manifest: Manifest): void {
    const draft = path.join(this.dir, `${MANIFEST}.new`);
    fs.writeFileSync(draft, sealedManifest(manifest), { mode: 0o600, flush: true, flag: 'wx' });
    fs.renameSync(draft, path.join(this.dir, MANIFEST));
    fs.rmSync(path.join(this.dir, UNFINISHED));
    flushFolder(this.dir);
  }

  /** Removes what was written; answers whether that worked. */
  discard(): boolean {
    try {
      for (const name of fs.readdirSync(this.dir)) fs.rmSync(path.join(this.dir, name), { recursive: true, force: true });
      if (this.made) fs.rmdirSync(this.dir);
      return true;
    } catch {
      return false;
    }
  }

  /** The error to tell, after the folder was discarded. */
  failure(error: unknown, discarded: boolean): unknown {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
    if (error instanceof VitrineError || !full) return error;
    return backupDiskFull(this.dir, discarded);
  }
}

async function writeWhole(handle: fs.promises.FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

function flushFolder(dir: string): void {
  const handle = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Compares every file with the manifest. Throws `bad_input` that names the first one that is missing, cut off or changed. */
export async function verifyFiles(dir: string, manifest: Manifest, onBytes: (bytes: number) => void): Promise<void> {
  for (const file of filesOf(manifest)) {
    const full = path.join(dir, file.path);
    if (path.relative(dir, full).startsWith('..')) throw damaged(file.path);
    const size = fs.statSync(full, { throwIfNoEntry: false })?.size;
    if (size === undefined) throw damaged(file.path, 'missing');
    if (size !== file.bytes) throw damaged(file.path, `${size} of ${file.bytes} bytes`);
    const hash = createHash('sha256');
    for await (const chunk of fs.createReadStream(full, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      onBytes(chunk.length);
    }
    if (hash.digest('hex') !== file.sha256) throw damaged(file.path, 'SHA-256');
  }
}
