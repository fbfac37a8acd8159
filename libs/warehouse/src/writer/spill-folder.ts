import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { VitrineError } from '@app/contracts';
import { SpillHeader, readSpill, spillBytes } from './spill-file';

/** One waiting file. Names sort by age. */
export interface SpillFile {
  name: string;
  deliveryId: string | null;
}

/** What the folder knows of a delivery with spilled batches: `sealed` once its source has been acknowledged, with what is needed to count it. */
export interface SpilledDelivery {
  deliveryId: string;
  sealed: null | { table: string; brandId: number; accountKeys: string[]; months: number[]; read: number; rejected: number };
}

const BATCH = /^\d{13}-\d{6}-[0-9a-f]{8}-d(\d+|none)\.spill$/;
const NOTE = /^delivery-(\d+)\.json$/;
const TEMPORARY = '.writing-';
/** A temporary file this old belongs to a writer that was killed: nothing in it was acknowledged. */
const LEFT_MS = 3_600_000;
const MB = 1_000_000;

/**
 * Batches that wait for the store, as files under the data directory: written under another name, flushed to disk, renamed, so that a file is
 * whole or not there. Bounded: what does not fit is refused. Rows hold viewer keys, never viewers. Any number of processes may use one folder.
 */
export class SpillFolder {
  private sequence = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly folder: string,
    private readonly maxMb: number,
  ) {}

  /** Resolves when the batch is safe on disk. Throws `store_unavailable` when the folder is full, `disk_full` when the disk is: the batch is then not kept. */
  keep(header: SpillHeader, body: readonly Buffer[]): Promise<void> {
    // one after the other, so that the bound holds
    const kept = this.turn.then(() => this.write(header, body));
    this.turn = kept.catch(() => undefined);
    return kept;
  }

  private async write(header: SpillHeader, body: readonly Buffer[]): Promise<void> {
    const bytes = spillBytes(header, body);
    const size = bytes.reduce((sum, { length }) => sum + length, 0);
    if ((await this.bytes()) + size > this.maxMb * MB) throw this.full();
    const order = `${String(Date.now()).padStart(13, '0')}-${String(this.sequence++ % 1_000_000).padStart(6, '0')}`;
    await this.place(`${order}-${randomBytes(4).toString('hex')}-d${header.deliveryId ?? 'none'}.spill`, bytes);
  }

  /** Waiting files, oldest first. */
  async list(): Promise<SpillFile[]> {
    return (await this.names(this.folder))
      .filter((name) => BATCH.test(name))
      .sort()
      .map(spillFileOf);
  }

  /** Throws SpillDamaged for a torn file; null when another process took it away. */
  async read({ name }: SpillFile): Promise<ReturnType<typeof readSpill> | null> {
    try {
      return readSpill(await fs.readFile(path.join(this.folder, name)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove({ name }: SpillFile): Promise<void> {
    await fs.rm(path.join(this.folder, name), { force: true });
  }

  /** Moves a file that cannot be used out of the way, for a person to look at. Returns where it is. */
  async setAside({ name }: SpillFile): Promise<string> {
    await fs.mkdir(this.aside, { recursive: true, mode: 0o700 });
    await fs.rename(path.join(this.folder, name), path.join(this.aside, name));
    await syncFolder(this.aside);
    await syncFolder(this.folder);
    return path.join(this.aside, name);
  }

  /** Files set aside, of all times. */
  async listAside(): Promise<SpillFile[]> {
    return (await this.names(this.aside)).filter((name) => BATCH.test(name)).map(spillFileOf);
  }

  /** Remembers a delivery durably, before its first batch is kept; again with `sealed` before its source is acknowledged. */
  async note(delivery: SpilledDelivery): Promise<void> {
    await this.place(`delivery-${delivery.deliveryId}.json`, [Buffer.from(JSON.stringify(delivery))]);
  }

  async notes(): Promise<SpilledDelivery[]> {
    const notes: SpilledDelivery[] = [];
    for (const name of (await this.names(this.folder)).filter((one) => NOTE.test(one)))
      try {
        notes.push(JSON.parse(await fs.readFile(path.join(this.folder, name), 'utf8')) as SpilledDelivery);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    return notes;
  }

  async forget({ deliveryId }: SpilledDelivery): Promise<void> {
    await fs.rm(path.join(this.folder, `delivery-${deliveryId}.json`), { force: true });
  }

  /** Removes what killed writers left half written. */
  async sweep(): Promise<void> {
    for (const name of (await this.names(this.folder)).filter((one) => one.startsWith(TEMPORARY))) {
      const file = path.join(this.folder, name);
      const age = await fs.stat(file).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > LEFT_MS) await fs.rm(file, { force: true });
    }
  }

  /** Bytes of all batches, those that were set aside among them. */
  async bytes(): Promise<number> {
    let bytes = 0;
    for (const folder of [this.folder, this.aside])
      for (const name of (await this.names(folder)).filter((one) => BATCH.test(one)))
        bytes += await fs.stat(path.join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        );
    return bytes;
  }

  private get aside(): string {
    return path.join(this.folder, 'damaged');
  }

  private names(folder: string): Promise<string[]> {
    return fs.readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  }

  private async place(name: string, bytes: readonly Buffer[]): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const temporary = path.join(this.folder, `${TEMPORARY}${randomBytes(8).toString('hex')}`);
    try {
      const file = await fs.open(temporary, 'wx', 0o600);
      try {
        for (const chunk of bytes) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(temporary, path.join(this.folder, name));
      await syncFolder(this.folder);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw diskFull(error);
    }
  }

  private full(): VitrineError {
    return new VitrineError(
      'store_unavailable',
      {
        zh: `事实库没有响应，暂存文件夹已满（${this.maxMb} MB）：这批数据被拒绝；之前已确认的数据都在文件夹中，没有丢失。`,
        en: `The fact store does not answer and the spill folder is full (${this.maxMb} MB): this batch is refused. Nothing acknowledged before is lost, it waits in the folder.`,
      },
      {
        remedy: {
          zh: '请启动 ClickHouse（暂存数据会自动写入），或增大 VITRINE_SPILL_MB，然后重新发送这批数据。',
          en: 'Start ClickHouse (what waits is then written by itself), or raise VITRINE_SPILL_MB, and send this batch again.',
        },
      },
    );
  }
}

function spillFileOf(name: string): SpillFile {
  const id = BATCH.exec(name)?.[1] ?? 'none';
  return { name, deliveryId: id === 'none' ? null : id };
}

/** A rename is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

function diskFull(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return new VitrineError(
    'disk_full',
    {
      zh: '事实库没有响应，而且数据目录所在磁盘已满：这批数据没有保存。',
      en: 'The fact store does not answer, and the disk of the data directory is full: this batch was not kept.',
    },
    {
      remedy: {
        zh: '请清理磁盘并启动 ClickHouse，然后重新发送这批数据。',
        en: 'Free space and start ClickHouse, then send this batch again.',
      },
      cause: error,
    },
  );
}
