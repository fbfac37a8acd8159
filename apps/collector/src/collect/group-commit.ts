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
  /** When its first row came, by the process's clock. */
  since: number;
  timer?: NodeJS.Timeout;
}

const LONGEST_REST_MS = 5_000;

export interface GroupCommitParts {
  dataSource: DataSource;
  writer: CollectionWriter;
  /** How long rows wait for company. */
  flushMs: number;
  flushRows: number;
  /** After a write so many times its length passes before the next (at most five seconds): a busy store gets fewer and larger ones, and has time for others. */
  rest: number;
  /** Is told of every brand of which broadcasts or videos were written. */
  onWorks?: (brandId: number) => void;
}

/**
 * Writes what many jobs of this process bring as one delivery per brand and kind of row; while one is being written the next gathers, so that a busy store
 * gets fewer and larger ones, and then rests. A job is told only when the store has acknowledged
 * its facts and its cursor is saved behind them: whatever dies in between, the job comes again, reads the same again and changes nothing.
 */
export class GroupCommit {
  private readonly groups = new Map<number, Group>();
  private readonly busy = new Set<number>();
  /** When the next write of a brand may begin, by the process's clock. */
  private readonly restUntil = new Map<number, number>();
  private closing = false;
  private readonly writing = new Set<Promise<void>>();
  private flushes = 0;

  constructor(private readonly parts: GroupCommitParts) {}

  add(outcome: Outcome): Promise<Committed> {
    return new Promise((done, failed) => {
      const key = outcome.brand.brandId;
      const group = this.groups.get(key) ?? { waiting: [], rows: 0, since: performance.now() };
      this.groups.set(key, group);
      group.waiting.push({ ...outcome, done, failed });
      group.rows += outcome.buffer.size;
      this.next(key, group);
    });
  }

  /** Writes a group when it is large enough or has waited long enough. */
  private next(key: number, group: Group): void {
    if (this.busy.has(key)) return;
    if (this.closing || group.rows >= this.parts.flushRows) return this.flush(key);
    const at = Math.max(group.since + this.parts.flushMs, this.restUntil.get(key) ?? 0);
    group.timer ??= setTimeout(() => this.flush(key), Math.max(0, at - performance.now()));
  }

  private flush(key: number): void {
    const group = this.groups.get(key);
    if (!group || this.busy.has(key)) return;
    clearTimeout(group.timer);
    this.groups.delete(key);
    this.busy.add(key);
    const began = performance.now();
    const writing = this.write(group.waiting).finally(() => {
      this.writing.delete(writing);
      this.busy.delete(key);
      const now = performance.now();
      this.restUntil.set(key, now + Math.min(LONGEST_REST_MS, this.parts.rest * (now - began)));
      const gathered = this.groups.get(key);
      if (gathered) this.next(key, gathered);
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
    this.closing = true;
    for (const key of [...this.groups.keys()]) this.flush(key);
    while (this.writing.size > 0) await Promise.all(this.writing);
  }
}
