import type { Brand } from '@app/contracts';
import { accountKey, isOutage, type SpillFolder, type Warehouse } from '@app/warehouse';
import { WRITTEN_KINDS, type CollectionBuffer, type WrittenKind } from './collection-buffer';

/** Rows in an import kind's fields, through the same validation and writer as files. */
export type RowSink = (kind: WrittenKind, rows: AsyncIterable<object>, options: { brand: Brand }) => Promise<WrittenCounts>;

export interface WrittenCounts {
  accepted: number;
  replaced: number;
  unchanged: number;
  rejected: number;
  /** Rows that wait on disk for the fact store; they are in none of the other counts. */
  waiting?: number;
}
export type CountsByKind = Partial<Record<WrittenKind, WrittenCounts>>;

/** Writes a buffer: facts first, then coverage, so that no day is called complete before its facts are there. */
export class CollectionWriter {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly sink: RowSink,
    /** Where coverage waits, behind its facts, while the fact store does not answer. */
    private readonly spill?: SpillFolder,
  ) {}

  async write(brand: Brand, buffer: CollectionBuffer): Promise<CountsByKind> {
    const counts: CountsByKind = {};
    for (const kind of WRITTEN_KINDS) {
      const rows = buffer.rows.get(kind);
      if (!rows || rows.length === 0) continue;
      counts[kind] = await this.sink(kind, stream(rows), { brand });
    }
    await this.mark(
      buffer.marks.map(({ platform, accountId, kind, day, complete, observedAt }) => ({
        brand_id: brand.brandId,
        account_key: accountKey(brand.brandId, platform, accountId).toString(),
        kind,
        day,
        complete: complete ? 1 : 0,
        observed_at: new Date(observedAt).toISOString(),
      })),
    );
    buffer.clear();
    return counts;
  }

  private async mark(days: object[]): Promise<void> {
    try {
      await this.warehouse.insertRows('collection_days', days);
    } catch (error) {
      if (!this.spill || !isOutage(error)) throw error;
      const lines = days.map((day) => Buffer.from(`${JSON.stringify(day)}\n`));
      await this.spill.keep({ kind: 'rows', table: 'collection_days', deliveryId: null, rows: days.length }, lines);
    }
  }
}

async function* stream(rows: object[]): AsyncGenerator<object> {
  yield* rows;
}

export function addCounts(into: CountsByKind, more: CountsByKind): void {
  for (const kind of WRITTEN_KINDS) {
    const added = more[kind];
    if (!added) continue;
    const known = (into[kind] ??= { accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
    for (const name of ['accepted', 'replaced', 'unchanged', 'rejected'] as const) known[name] += added[name];
    if (added.waiting) known.waiting = (known.waiting ?? 0) + added.waiting;
  }
}
