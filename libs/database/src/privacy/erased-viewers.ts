import type { DataSource, EntityManager } from 'typeorm';

/** Keys of deleted persons whose rows may not come in again. */
export async function erasedKeys(store: DataSource | EntityManager, brandId: number): Promise<ReadonlySet<bigint>> {
  const rows = (await store.query(
    `SELECT viewer_key AS key FROM erased_viewer JOIN person_erasure USING (erasure_id) WHERE erased_viewer.brand_id = $1 AND blocked`,
    [brandId],
  )) as { key: string }[];
  return new Set(rows.map(({ key }) => BigInt(key)));
}
