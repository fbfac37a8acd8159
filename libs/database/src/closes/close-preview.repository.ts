import type { Actor, PreviewWindow } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';

/** The preview of each month of a brand that was opened last, newest month first; `month`: of this one only. */
export function listPreviews(reads: Pick<DataSource | EntityManager, 'query'>, brandId: number, month?: string): Promise<PreviewWindow[]> {
  return reads.query(
    `SELECT DISTINCT ON (month) month, ${isoInstant('from_at')} AS "from", ${isoInstant('until_at')} AS "until", opened_by AS "openedBy"
     FROM close_preview
     WHERE brand_id = $1 AND ($2::text IS NULL OR month = $2)
     ORDER BY month DESC, preview_id DESC`,
    [brandId, month ?? null],
  ) as Promise<PreviewWindow[]>;
}

/** Opens a preview, or changes its end by opening another one. Instants epoch ms. */
export async function openPreview(
  tx: EntityManager,
  brandId: number,
  { month, from, until, openedBy }: { month: string; from: number; until: number; openedBy: Actor },
): Promise<void> {
  await tx.query(
    `INSERT INTO close_preview (brand_id, month, from_at, until_at, opened_by)
     VALUES ($1, $2, to_timestamp($3::numeric / 1000), to_timestamp($4::numeric / 1000), $5::jsonb)`,
    [brandId, month, from, until, JSON.stringify(openedBy)],
  );
}
