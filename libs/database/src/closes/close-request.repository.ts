import type { Actor, CloseRequest } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `request_id::text AS "requestId", month, kind, reason, force, requested_by AS "requestedBy", ${isoInstant('requested_at')} AS "requestedAt",
  state, decided_by AS "decidedBy", ${isoInstant('decided_at')} AS "decidedAt", close_id AS "closeId"`;

/** Requests of a brand, the newest first. */
export function listCloseRequests(reads: Reads, brandId: number): Promise<CloseRequest[]> {
  return reads.query(`SELECT ${COLUMNS} FROM close_request WHERE brand_id = $1 ORDER BY request_id DESC`, [brandId]) as Promise<
    CloseRequest[]
  >;
}

export async function findCloseRequest(reads: Reads, brandId: number, requestId: string): Promise<CloseRequest | null> {
  const [request] = (await reads.query(`SELECT ${COLUMNS} FROM close_request WHERE brand_id = $1 AND request_id = $2::bigint`, [
    brandId,
    requestId,
  ])) as CloseRequest[];
  return request ?? null;
}

/** Adds a request; null when one for this month is open. */
export async function insertCloseRequest(
  tx: EntityManager,
  brandId: number,
  { month, kind, reason, force, requestedBy }: Pick<CloseRequest, 'month' | 'kind' | 'reason' | 'force' | 'requestedBy'>,
): Promise<CloseRequest | null> {
  const [request] = (await tx.query(
    `INSERT INTO close_request (brand_id, month, kind, reason, force, requested_by)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb)
     ON CONFLICT (brand_id, month) WHERE state = 'open' DO NOTHING
     RETURNING ${COLUMNS}`,
    [brandId, month, kind, reason, force, JSON.stringify(requestedBy)],
  )) as CloseRequest[];
  return request ?? null;
}

/** Ends an open request: with the close that was made of it, or without one as rejected. False: it is open no more. */
export async function decideCloseRequest(tx: EntityManager, requestId: string, decidedBy: Actor, closeId: string | null): Promise<boolean> {
  const [, changed] = (await tx.query(
    `UPDATE close_request
     SET state = $2, decided_by = $3::jsonb, decided_at = date_trunc('milliseconds', clock_timestamp()), close_id = $4
     WHERE request_id = $1::bigint AND state = 'open'`,
    [requestId, closeId === null ? 'rejected' : 'confirmed', JSON.stringify(decidedBy), closeId],
  )) as [unknown, number];
  return changed === 1;
}
