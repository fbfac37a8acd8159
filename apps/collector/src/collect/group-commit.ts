import type { DataSource } from 'typeorm';
import { PRODUCT_PLATFORM, type Brand } from '@app/contracts';
import { closeDeadLetters, saveTries, type StreamTry } from '@app/database';
import { CollectionBuffer } from './collection-buffer';
import { saveCursors } from './collection-state';
import type { CollectionWriter, CountsByKind } from './collection.writer';
import { cursorKind, type Stream } from './streams';

/** What one job has brought. */
export interface Outcome {
  brand: Brand;
  stream: Stream;
  /** Empty after an error: what came before it is read again. */
  buffer: CollectionBuffer;
  /** State to save; null: as it was. */
  state: object | null;
  /** Null: the health of the stream does not change (a span that somebody asked for). */
  tried: StreamTry | null;
  succeeded: boolean;
  span: { from?: string; to?: string };
}

/** What was written together: `flush` tells jobs of one write from those of another. */
export interface Committed {
  flush: string;
  counts: CountsByKind;
}

interface Waiting extends Outcome {
  done: (committed: Committed) => void;
  failed: (error: unknown) => void;
}

interface Group {
  waiting: Waiting[];
  rows: number;
}

export interface GroupCommitParts {
  dataSource: DataSource;
  writer: CollectionWriter;
  /** How long rows wait for company. */
  flushMs: number;
  flushRows: number;
  /** Is told of every brand of which broadcasts or videos were written. */
  onWorks?: (brandId: number) => void;
}

/**
 * Writes what many jobs of this process bring as one delivery per brand and kind of row; while one is being written the next gathers, so that a busy store
 * gets fewer and larger ones. A job is told only when the store has acknowledged
 * its facts and its cursor is saved behind them: whatever dies in between, the job comes again, reads the same again and changes nothing.
 */
export class GroupCommit {
  private readonly groups = new Map<number, Group>();
  private readonly busy = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly writing = new Set<Promise<void>>();
  private flushes = 0;

  constructor(private readonly parts: GroupCommitParts) {}

  add(outcome: Outcome): Promise<Committed> {
    return new Promise((done, failed) => {
      const key = outcome.brand.brandId;
      const group = this.groups.get(key) ?? { waiting: [], rows: 0 };
      this.groups.set(key, group);
      group.waiting.push({ ...outcome, done, failed });
      group.rows += outcome.buffer.size;
      if (group.rows >= this.parts.flushRows) this.flush(key);
      else this.timer ??= setTimeout(() => this.flushAll(), this.parts.flushMs);
    });
  }

  private flushAll(): void {
    this.timer = undefined;
    for (const key of [...this.groups.keys()]) this.flush(key);
  }

  private flush(key: number): void {
    const group = this.groups.get(key);
    if (!group || this.busy.has(key)) return;
    this.groups.delete(key);
    this.busy.add(key);
    const writing = this.write(group.waiting).finally(() => {
      this.writing.delete(writing);
      this.busy.delete(key);
      this.flush(key);
    });
    this.writing.add(writing);
  }

  private async write(waiting: readonly Waiting[]): Promise<void> {
    const [{ brand }] = waiting;
    try {
      const together = new CollectionBuffer();
      for (const { buffer } of waiting) together.take(buffer);
      const works = together.rows.has('sessions') || together.rows.has('videos');
      const counts = await this.parts.writer.write(brand, together);
      if (works) this.parts.onWorks?.(brand.brandId);
      await this.save(waiting);
      const committed = { flush: `${process.pid}-${++this.flushes}`, counts };
      for (const { done } of waiting) done(committed);
    } catch (error) {
      for (const { failed } of waiting) failed(error);
    }
  }

  private async save(waiting: readonly Waiting[]): Promise<void> {
    const { dataSource } = this.parts;
    await saveCursors(
      dataSource,
      waiting.flatMap(({ stream, state }) => {
        const { brandId, product, accountId } = stream;
        return state === null ? [] : [{ brandId, platform: PRODUCT_PLATFORM[product], accountId, kind: cursorKind(stream), state }];
      }),
    );
    await saveTries(
      dataSource,
      waiting.flatMap(({ tried }) => tried ?? []),
    );
    await closeDeadLetters(
      dataSource,
      waiting.filter(({ succeeded }) => succeeded).map(({ stream, span }) => ({ ...stream, ...span })),
    );
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.flushAll();
    while (this.writing.size > 0) await Promise.all(this.writing);
  }
}
