import type { Actor, SettlementWaiver } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `waiver_id::text AS "waiverId", dealer_id AS "dealerId", month, rule_id AS "ruleId", reason, ${isoInstant('waived_at')} AS "waivedAt",
  waived_by AS "waivedBy"`;

/** Waivers of a brand, the newest first; `month`: of this month only. */
export const listWaivers = (reads: Reads, brandId: number, month?: string): Promise<SettlementWaiver[]> =>
  reads.query(`SELECT ${COLUMNS} FROM settlement_waiver WHERE brand_id = $1 AND ($2::text IS NULL OR month = $2) ORDER BY waiver_id DESC`, [
    brandId,
    month ?? null,
  ]) as Promise<SettlementWaiver[]>;

/** Adds a waiver. Null: the rule is waived for the dealer and month already. */
export async function insertWaiver(
  tx: EntityManager,
  brandId: number,
  { dealerId, month, ruleId, reason }: Pick<SettlementWaiver, 'dealerId' | 'month' | 'ruleId' | 'reason'>,
  waivedBy: Actor,
): Promise<SettlementWaiver | null> {
  const [waiver] = (await tx.query(
    `INSERT INTO settlement_waiver (brand_id, dealer_id, month, rule_id, reason, waived_by)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb)
     ON CONFLICT DO NOTHING
     RETURNING ${COLUMNS}`,
    [brandId, dealerId, month, ruleId, reason, JSON.stringify(waivedBy)],
  )) as SettlementWaiver[];
  return waiver ?? null;
}
