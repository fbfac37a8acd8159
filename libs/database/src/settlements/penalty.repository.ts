import type { DataSource, EntityManager } from 'typeorm';

/** How many penalties of cases are in force against each dealer in a month. A penalty that waits for its second person is none. */
export async function penaltiesOf(
  reads: Pick<DataSource | EntityManager, 'query'>,
  brandId: number,
  month: string,
): Promise<Map<string, number>> {
  const rows = (await reads.query(
    `SELECT dealer_id AS "dealerId", count(*)::integer AS penalties
     FROM integrity_case_effect
     WHERE brand_id = $1 AND kind = 'penalty' AND state = 'in_force' AND $2 = ANY (months)
     GROUP BY dealer_id`,
    [brandId, month],
  )) as { dealerId: string; penalties: number }[];
  return new Map(rows.map(({ dealerId, penalties }) => [dealerId, penalties]));
}
