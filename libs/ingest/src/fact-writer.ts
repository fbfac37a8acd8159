import type { FactRow, FactTable, Warehouse } from '@app/warehouse';
import type { AccountSeen } from './fact-builder';

/** Rows of one insert; and of all buffers together with the insert under way, which bounds memory. */
const BATCH_ROWS = 30_000;
const HELD_ROWS = 60_000;

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
 * Buffers fact rows by partition and writes them, one insert at a time, while the caller goes on reading. Nothing is kept after a failure: the
 * error comes out of the next `add` or `finish`, and writing the file again changes no report.
 */
export class FactWriter {
  /** Partitions that rows went to. */
  readonly partitions = new Set<number>();
  private readonly buffers = new Map<number, FactRow[]>();
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
      this.buffers.set(partition, (buffer = []));
    }
    buffer.push(row);
    this.held++;
    if (buffer.length >= BATCH_ROWS) return this.flush(partition);
    if (this.held >= HELD_ROWS) return this.flush(this.largest());
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
    for (const [partition, rows] of this.buffers) if (rows.length > size) [best, size] = [partition, rows.length];
    return best;
  }

  private async flush(partition: number): Promise<void> {
    const rows = this.buffers.get(partition);
    if (!rows || rows.length === 0) return;
    this.buffers.delete(partition);
    await this.writing; // back-pressure: at most one insert under way
    if (this.failure) throw this.failure;
    this.writing = this.warehouse.insert(this.table, rows).then(
      () => {
        this.held -= rows.length;
      },
      (error: unknown) => {
        this.failure = error;
      },
    );
  }
}

/** Registers the accounts that facts arrived for and that the warehouse does not know yet. Running it twice does no harm. */
export async function registerAccounts(warehouse: Warehouse, brandId: number, accounts: Iterable<AccountSeen>): Promise<void> {
  const seen = [...accounts];
  if (seen.length === 0) return;
  const known = await warehouse.query<{ account_key: string }>({
    name: 'ingest.known_accounts',
    sql: 'SELECT account_key FROM account_keys FINAL WHERE brand_id = {brandId: UInt32}',
    params: { brandId },
  });
  const keys = new Set(known.map((row) => row.account_key));
  const missing = seen.filter((account) => !keys.has(account.key.toString()));
  await warehouse.insertRows(
    'account_keys',
    missing.map((account) => ({
      brand_id: brandId,
      account_key: account.key.toString(),
      platform: account.platform,
      account_id: account.accountId,
    })),
  );
}
