import type { Brand } from '@app/contracts';
import { accountKey, type Warehouse } from '@app/warehouse';
import { WRITTEN_KINDS, type CollectionBuffer, type WrittenKind } from './collection-buffer';

/** Rows in an import kind's fields, through the same validation and writer as files. */
export type RowSink = (
  kind: WrittenKind,
  rows: AsyncIterable<object>,
  options: { brand: Brand },
) => Promise<{ accepted: number; replaced: number; unchanged: number; rejected: number }>;

export interface WrittenCounts {
  accepted: number;
  replaced: number;
  unchanged: number;
  rejected: number;
}
export type CountsByKind = Partial<Record<WrittenKind, WrittenCounts>>;

/** Writes a buffer: facts first, then coverage, so that no day is called complete before its facts are there. */
export class CollectionWriter {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly sink: RowSink,
  ) {}

  async write(brand: Brand, buffer: CollectionBuffer): Promise<CountsByKind> {
    const counts: CountsByKind = {};
    for (const kind of WRITTEN_KINDS) {
      const rows = buffer.rows.get(kind);
      if (!rows || rows.length === 0) continue;
      const { accepted, replaced, unchanged, rejected } = await this.sink(kind, stream(rows), { brand });
      counts[kind] = { accepted, replaced, unchanged, rejected };
    }
    await this.warehouse.insertRows(
      'collection_days',
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
  }
}
