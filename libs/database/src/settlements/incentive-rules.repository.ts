import type { Actor, IncentiveRules } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `version, from_month AS "fromMonth", rules, up_to_cny::text AS "upToCny"`;

/** Every version of a brand's incentive rules, the newest first. */
export const listIncentiveRules = (reads: Reads, brandId: number): Promise<IncentiveRules[]> =>
  reads.query(`SELECT ${COLUMNS} FROM incentive_rules WHERE brand_id = $1 ORDER BY version DESC`, [brandId]) as Promise<IncentiveRules[]>;

/** The rules of a month: those of the latest first month up to it, in their highest version; null when no rules reach it. */
export async function findIncentiveRules(reads: Reads, brandId: number, month: string): Promise<IncentiveRules | null> {
  const [found] = (await reads.query(
    `SELECT ${COLUMNS}
     FROM incentive_rules
     WHERE brand_id = $1 AND from_month <= $2
     ORDER BY from_month DESC, version DESC
     LIMIT 1`,
    [brandId, month],
  )) as IncentiveRules[];
  return found ?? null;
}

/** Adds a version. The caller holds the lock of settlements. */
export async function insertIncentiveRules(
  tx: EntityManager,
  brandId: number,
  { fromMonth, rules, upToCny }: Omit<IncentiveRules, 'version'>,
  actor: Actor,
): Promise<IncentiveRules> {
  const [added] = (await tx.query(
    `INSERT INTO incentive_rules (brand_id, version, from_month, rules, up_to_cny, recorded_by)
     SELECT $1, coalesce(max(version), 0) + 1, $2, $3::jsonb, $4::numeric, $5::jsonb FROM incentive_rules WHERE brand_id = $1
     RETURNING ${COLUMNS}`,
    [brandId, fromMonth, JSON.stringify(rules), upToCny, JSON.stringify(actor)],
  )) as IncentiveRules[];
  return added;
}
