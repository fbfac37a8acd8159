import type { Actor, Settlement, SettlementSheet } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';
import { holdInTransaction } from '../locks/locks';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `settlement_id::text AS "settlementId", month, sequence, close_id AS "closeId", close_hash AS "closeHash", rules_version AS "rulesVersion",
  state, ${isoInstant('prepared_at')} AS "preparedAt", prepared_by AS "preparedBy", ${isoInstant('decided_at')} AS "decidedAt", decided_by AS "decidedBy", reason,
  total_cny::text AS "totalCny", payable_cny::text AS "payableCny", held_dealers AS "heldDealers", hash`;

/** Until the transaction ends nobody else settles a month of the brand. */
export const lockSettlements = (tx: EntityManager, brandId: number): Promise<void> =>
  holdInTransaction(tx, { lock: 'settlement', of: brandId });

/** Settlements of a brand, the newest month first, of a month the newest first; `month`: of this one only. */
export const listSettlements = (reads: Reads, brandId: number, month?: string): Promise<Settlement[]> =>
  reads.query(
    `SELECT ${COLUMNS} FROM settlement WHERE brand_id = $1 AND ($2::text IS NULL OR month = $2) ORDER BY month DESC, sequence DESC`,
    [brandId, month ?? null],
  ) as Promise<Settlement[]>;

export async function findSettlement(reads: Reads, brandId: number, settlementId: string): Promise<Settlement | null> {
  if (!/^\d{1,18}$/.test(settlementId)) return null;
  const [found] = (await reads.query(`SELECT ${COLUMNS} FROM settlement WHERE brand_id = $1 AND settlement_id = $2::bigint`, [
    brandId,
    settlementId,
  ])) as Settlement[];
  return found ?? null;
}

/** Sheets of a settlement in the order of their dealers. */
export async function listSheets(reads: Reads, settlementId: string): Promise<SettlementSheet[]> {
  const rows = (await reads.query('SELECT content FROM settlement_sheet WHERE settlement_id = $1::bigint ORDER BY dealer_id COLLATE "C"', [
    settlementId,
  ])) as { content: SettlementSheet }[];
  return rows.map(({ content }) => content);
}

/** What the audit log knows of settlements: as each was prepared and decided, the oldest first. */
export const listRecordedSettlements = (
  reads: Reads,
  brandId: number,
): Promise<Pick<Settlement, 'settlementId' | 'month' | 'sequence' | 'state' | 'hash'>[]> =>
  reads.query(
    `SELECT after ->> 'settlementId' AS "settlementId", after ->> 'month' AS month, (after ->> 'sequence')::integer AS sequence, after ->> 'state' AS state,
       after ->> 'hash' AS hash
     FROM audit_log
     WHERE brand_id = $1 AND action IN ('settlement.prepare', 'settlement.approve', 'settlement.withdraw')
     ORDER BY seq`,
    [brandId],
  ) as Promise<Pick<Settlement, 'settlementId' | 'month' | 'sequence' | 'state' | 'hash'>[]>;

/** What approved settlements of a month have given each dealer so far. */
export async function settledByDealer(reads: Reads, brandId: number, month: string): Promise<Map<string, string>> {
  const rows = (await reads.query(
    `SELECT dealer_id AS "dealerId", sum((content ->> 'payableCny')::numeric)::text AS "settledCny"
     FROM settlement_sheet
     JOIN settlement USING (settlement_id)
     WHERE brand_id = $1 AND month = $2 AND state = 'approved' AND content ->> 'payableCny' IS NOT NULL
     GROUP BY dealer_id`,
    [brandId, month],
  )) as { dealerId: string; settledCny: string }[];
  return new Map(rows.map((row) => [row.dealerId, row.settledCny]));
}

export type NewSettlement = Pick<
  Settlement,
  'month' | 'closeId' | 'closeHash' | 'rulesVersion' | 'totalCny' | 'payableCny' | 'heldDealers' | 'hash'
>;

/** Adds a draft with its sheets. The caller holds the lock and has ended the former draft. */
export async function insertSettlement(
  tx: EntityManager,
  brandId: number,
  draft: NewSettlement,
  { sheets, preparedBy }: { sheets: readonly SettlementSheet[]; preparedBy: Actor },
): Promise<Settlement> {
  const { month, closeId, closeHash, rulesVersion, totalCny, payableCny, heldDealers, hash } = draft;
  const [added] = (await tx.query(
    `INSERT INTO settlement (brand_id, month, sequence, close_id, close_hash, rules_version, prepared_by, total_cny, payable_cny, held_dealers, hash)
     SELECT $1, $2, coalesce(max(sequence), 0) + 1, $3, $4, $5, $6::jsonb, $7, $8, $9, $10 FROM settlement WHERE brand_id = $1 AND month = $2
     RETURNING ${COLUMNS}`,
    [brandId, month, closeId, closeHash, rulesVersion, JSON.stringify(preparedBy), totalCny, payableCny, heldDealers, hash],
  )) as Settlement[];
  await tx.query(
    `INSERT INTO settlement_sheet (settlement_id, dealer_id, content)
     SELECT $1::bigint, sheet ->> 'dealerId', sheet FROM jsonb_array_elements($2::jsonb) AS sheet`,
    [added.settlementId, JSON.stringify(sheets)],
  );
  return added;
}

/** Ends a draft. Null: it is none any more. */
export async function decideSettlement(
  tx: EntityManager,
  settlementId: string,
  { state, decidedBy, reason }: { state: 'approved' | 'withdrawn'; decidedBy: Actor; reason: string | null },
): Promise<Settlement | null> {
  const [rows] = (await tx.query(
    `UPDATE settlement
     SET state = $2, decided_by = $3::jsonb, decided_at = date_trunc('milliseconds', clock_timestamp()), reason = $4
     WHERE settlement_id = $1::bigint AND state = 'draft'
     RETURNING ${COLUMNS}`,
    [settlementId, state, JSON.stringify(decidedBy), reason],
  )) as [Settlement[], number];
  return rows[0] ?? null;
}
