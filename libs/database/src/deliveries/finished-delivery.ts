import type { DataSource } from 'typeorm';

/** Rows of a content that has been delivered whole, none rejected: delivering it again would change nothing. Null: it has not. */
export async function finishedDelivery(
  dataSource: DataSource,
  content: { brandId: number; kind: string; contentHash: string },
): Promise<{ read: number } | null> {
  const [row] = (await dataSource.query(
    `SELECT read FROM batch JOIN delivery USING (batch_id)
     WHERE brand_id = $1 AND kind = $2 AND content_hash = $3 AND state = 'done' AND rejected = 0 AND read > 0
     LIMIT 1`,
    [content.brandId, content.kind, content.contentHash],
  )) as { read: string | number }[];
  return row ? { read: Number(row.read) } : null;
}
