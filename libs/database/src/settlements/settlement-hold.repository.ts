import type { Actor, PlacedHold } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `hold_id::text AS "holdId", dealer_id AS "dealerId", month, cause, about, reason, ${isoInstant('placed_at')} AS "placedAt", placed_by AS "placedBy",
  ${isoInstant('released_at')} AS "releasedAt", released_by AS "releasedBy", release_reason AS "releaseReason"`;

/** Holds of a brand, the newest first; `month`: those that hold this month and are not released. */
export const listHolds = (reads: Reads, brandId: number, month?: string): Promise<PlacedHold[]> =>
  reads.query(
    `SELECT ${COLUMNS}
     FROM settlement_hold
     WHERE brand_id = $1 AND ($2::text IS NULL OR (released_at IS NULL AND (month IS NULL OR month = $2)))
     ORDER BY hold_id DESC`,
    [brandId, month ?? null],
  ) as Promise<PlacedHold[]>;

export async function insertHold(
  tx: EntityManager,
  brandId: number,
  { dealerId, month, cause, about, reason }: Pick<PlacedHold, 'dealerId' | 'month' | 'cause' | 'about' | 'reason'>,
  placedBy: Actor,
): Promise<PlacedHold> {
  const [hold] = (await tx.query(
    `INSERT INTO settlement_hold (brand_id, dealer_id, month, cause, about, reason, placed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)
     RETURNING ${COLUMNS}`,
    [brandId, dealerId, month, cause, about, reason, JSON.stringify(placedBy)],
  )) as PlacedHold[];
  return hold;
}

/** Ends a hold. Null: there is no such open one. */
export async function releaseHold(
  tx: EntityManager,
  brandId: number,
  holdId: string,
  { releasedBy, releaseReason }: { releasedBy: Actor; releaseReason: string },
): Promise<PlacedHold | null> {
  if (!/^\d{1,18}$/.test(holdId)) return null;
  const [rows] = (await tx.query(
    `UPDATE settlement_hold
     SET released_at = date_trunc('milliseconds', clock_timestamp()), released_by = $3::jsonb, release_reason = $4
     WHERE brand_id = $1 AND hold_id = $2::bigint AND released_at IS NULL
     RETURNING ${COLUMNS}`,
    [brandId, holdId, JSON.stringify(releasedBy), releaseReason],
  )) as [PlacedHold[], number];
  return rows[0] ?? null;
}
