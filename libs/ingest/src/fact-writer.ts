import { FactRow, FactTable, RowBinaryEncoder, Warehouse } from '@app/warehouse';
import type { AccountSeen } from './fact-builder';

/** Rows and bytes of one insert; and bytes of all buffers together with the insert under way, which bounds memory. */
const BATCH_ROWS = 100_000;
const BATCH_BYTES = 10_000_000;
const HELD_BYTES = 20_000_000;

/** Partition of a row: an insert that spans many partitions runs several times slower, so rows wait in one buffer per partition. */
function partitionOf(table: FactTable): (row: FactRow) => number {
  const instant = { minutes: 'minute', comments: 'at', video_readings: 'read_at' }[table.name];
  if (table.name === 'entries') return (row) => row.month as number;
  if (!instant) return () => 0;
  const monthly = table.name !== 'video_readings';
  return (row) => {
    const date = new Date(row[instant] as number);
    return date.getUTCFullYear() * 100 + (monthly ? date.getUTCMonth() + 1 : 0);
  };
}

/**
 * Encodes fact rows as they come, one buffer per partition, and writes these, one insert at a time, while the caller goes on reading. Nothing is
 * kept after a failure: the error comes out of the next `add` or `finish`, and writing the file again changes no report.
 */
export class FactWriter {
  /** Partitions that rows went to. */
  readonly partitions = new Set<number>();
  private readonly buffers = new Map<number, RowBinaryEncoder>();
  private readonly partition: (row: FactRow) => number;
  private held = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown = null;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly table: FactTable,
  ) {
    this.partition = partitionOf(table);
  }

  /** Takes a row; answers a promise only when the caller has to wait. */
  add(row: FactRow): Promise<void> | null {
    const partition = this.partition(row);
    let buffer = this.buffers.get(partition);
    if (!buffer) {
      this.partitions.add(partition);
      this.buffers.set(partition, (buffer = new RowBinaryEncoder(this.table.columns)));
    }
    const before = buffer.bytes;
    buffer.append(row);
    this.held += buffer.bytes - before;
    if (buffer.rows >= BATCH_ROWS || buffer.bytes >= BATCH_BYTES) return this.flush(partition);
    if (this.held >= HELD_BYTES) return this.flush(this.largest());
    return null;
  }

  async finish(): Promise<void> {
    for (const partition of [...this.buffers.keys()]) await this.flush(partition);
    await this.writing;
    if (this.failure) throw this.failure;
  }

  private largest(): number {
    let best = 0;
    let size = -1;
    for (const [partition, { bytes }] of this.buffers) if (bytes > size) [best, size] = [partition, bytes];
    return best;
  }

  private async flush(partition: number): Promise<void> {
    const buffer = this.buffers.get(partition);
    if (!buffer) return;
    this.buffers.delete(partition);
    await this.writing; // back-pressure: at most one insert under way
    if (this.failure) throw this.failure;
    const { bytes } = buffer;
    this.writing = this.warehouse.insertEncoded(this.table, buffer.take(true)).then(
      () => {
        this.held -= bytes;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
  }
}

/** Keys that are known to be registered, so that an import of many small files asks once. A key, once registered, stays. */
const registered = new WeakMap<Warehouse, Set<bigint>>();

/** Registers the accounts that facts arrived for and that the warehouse does not know yet. Running it twice does no harm. */
export async function registerAccounts(warehouse: Warehouse, brandId: number, accounts: Iterable<AccountSeen>): Promise<void> {
  let done = registered.get(warehouse);
  if (!done) registered.set(warehouse, (done = new Set()));
  const missing = [...accounts].filter(({ key }) => !done.has(key));
  await warehouse.insertRows(
    'account_keys',
    missing.map((account) => ({
      brand_id: brandId,
      account_key: account.key.toString(),
      platform: account.platform,
      account_id: account.accountId,
    })),
  );
  for (const { key } of missing) done.add(key);
}
