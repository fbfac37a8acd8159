import type { FactRow, FactTable } from '../fact-table';
import type { Warehouse } from '../warehouse';
import { BlockEncoder } from './block-encoder';
import { isOutage, throughOutage } from './outage';
import { partitionOf } from './partitions';

/** Rows of one insert, as bytes. */
export interface EncodedBatch {
  table: FactTable;
  rows: number;
  bytes: number;
  chunks: readonly Buffer[];
}

export interface FactWriterOptions {
  /** Rows and bytes of one insert. Default 100,000 and 10 MB. */
  batchRows?: number;
  batchBytes?: number;
  /** The oldest row of a batch waits no longer than this, ms. Default 2,000. */
  maxAgeMs?: number;
  /** Inserts under way at once. Default 2: the store works on one while the next is encoded and sent. */
  inFlight?: number;
  /** An insert that the store does not answer is tried again for this long, ms. Default 30,000. */
  retryMs?: number;
  /** Asked before every insert; what it throws ends the writing (the delivery is over). */
  beforeInsert?: () => Promise<void> | void;
  /** Takes a batch that the store did not take in time. Without it the writing fails. */
  onOutage?: (batch: EncodedBatch, cause: unknown) => Promise<void>;
}

/** What all buffers of a writer and the inserts under way hold together: with the source's own rows this bounds the process. */
const HELD_BYTES = 32_000_000;
/** Held bytes are looked at every so many rows. */
const LOOK_ROWS = 64;

/**
 * Encodes fact rows as they come, one buffer per partition (an insert over many partitions is several times slower), and writes these, batched by
 * size and age, while the caller goes on reading. Inserts that the store does not answer are repeated: harmless, the rows are identical. Nothing
 * is kept after a failure: it comes out of the next `add` or `finish`; writing the same rows again changes no report.
 */
export class FactWriter {
  /** Partitions that rows went to. */
  readonly partitions = new Set<number>();
  /** Rows that `onOutage` took. */
  spilled = 0;
  private readonly open = new Map<number, { encoder: BlockEncoder; since: number }>();
  private readonly partition: (row: FactRow) => number;
  /** Encoders whose block has been acknowledged: their memory serves the next ones. */
  private readonly idle: BlockEncoder[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly options: Required<Omit<FactWriterOptions, 'beforeInsert' | 'onOutage'>>;
  private sending = 0;
  private timer: NodeJS.Timeout | null = null;
  private failure: { error: unknown } | null = null;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly table: FactTable,
    private readonly given: FactWriterOptions = {},
  ) {
    this.partition = partitionOf(table);
    this.options = { batchRows: 100_000, batchBytes: 10_000_000, maxAgeMs: 2_000, inFlight: 2, retryMs: 30_000, ...given };
  }

  /** Takes a row; answers a promise only when the caller has to wait. Throws UnencodableRow: of such a row nothing is written, and the writer goes on. */
  add(row: FactRow): Promise<void> | null {
    const partition = this.partition(row);
    let buffer = this.open.get(partition);
    if (!buffer) {
      this.open.set(partition, (buffer = { encoder: this.idle.pop() ?? new BlockEncoder(this.table.columns), since: performance.now() }));
      this.watchAge();
    }
    const { encoder } = buffer;
    encoder.append(row);
    const { rows } = encoder;
    if (rows === 1) this.partitions.add(partition);
    if (rows >= this.options.batchRows) return this.flush(partition);
    if (rows % LOOK_ROWS !== 0) return null;
    if (encoder.bytes >= this.options.batchBytes) return this.flush(partition);
    return this.held() >= HELD_BYTES ? this.flush(this.largest()) : null;
  }

  /** Resolves when the store (or `onOutage`) has acknowledged every row so far. Throws the first failure. */
  async finish(): Promise<void> {
    try {
      for (const partition of [...this.open.keys()]) await this.flush(partition);
    } finally {
      await this.abandon(); // nothing is under way when this answers, whatever it answers
    }
    if (this.failure) throw this.failure.error;
  }

  /** Forgets what waits, after a failure of the source; inserts under way come to their end. */
  async abandon(): Promise<void> {
    this.stopWatch();
    this.open.clear();
    await Promise.all(this.running);
  }

  private held(): number {
    let bytes = this.sending;
    for (const { encoder } of this.open.values()) bytes += encoder.bytes;
    return bytes;
  }

  private largest(): number {
    let best = 0;
    let size = -1;
    for (const [partition, { encoder }] of this.open) if (encoder.bytes > size) [best, size] = [partition, encoder.bytes];
    return best;
  }

  /** Takes the buffer at once; resolves when its insert has begun: back-pressure. */
  private async flush(partition: number): Promise<void> {
    const buffer = this.open.get(partition);
    if (!buffer) return;
    this.open.delete(partition);
    const { encoder } = buffer;
    const { rows, bytes } = encoder;
    if (rows === 0) return;
    const batch = { table: this.table, rows, bytes, chunks: encoder.take() };
    this.sending += bytes;
    while (this.running.size >= this.options.inFlight) await Promise.race(this.running);
    if (this.failure) throw this.failure.error;
    const insert: Promise<unknown> = this.send(batch)
      .then((once) => once && this.keep(encoder))
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.sending -= bytes;
        this.running.delete(insert);
      });
    this.running.add(insert);
  }

  private keep(encoder: BlockEncoder): void {
    if (this.idle.length >= this.options.inFlight) return;
    encoder.reset();
    this.idle.push(encoder);
  }

  /** Answers whether the store took it at the first attempt: nothing of an earlier one is on its way any more. */
  private async send(batch: EncodedBatch): Promise<boolean> {
    let attempts = 0;
    try {
      // after the first spilled batch the others do not wait for the store again
      await throughOutage(this.spilled > 0 ? 0 : this.options.retryMs, async () => {
        await this.given.beforeInsert?.();
        attempts++;
        await this.warehouse.insertEncoded(this.table, batch.chunks);
      });
    } catch (error) {
      if (!this.given.onOutage || !isOutage(error)) throw error;
      await this.given.onOutage(batch, error);
      this.spilled += batch.rows;
      return false;
    }
    return attempts === 1;
  }

  /** Flushes what has waited long enough. A source that stops giving rows must not leave the last ones lying. */
  private watchAge(): void {
    this.timer ??= setInterval(() => {
      const old = performance.now() - this.options.maxAgeMs;
      for (const [partition, { since }] of this.open)
        if (since <= old && this.running.size < this.options.inFlight) void this.flush(partition).catch(() => undefined);
      if (this.open.size === 0) this.stopWatch();
    }, this.options.maxAgeMs / 4).unref();
  }

  private stopWatch(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
