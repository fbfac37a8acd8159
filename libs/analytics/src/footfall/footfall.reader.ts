import type { Warehouse } from '@app/warehouse';
import { TRUST } from '../value/merged.sql';

/** Offline visitors of one dealer in one week; `days`: business days that have a row (0 is a row). */
export interface FootfallWeek {
  dealerId: string;
  /** Its Monday. */
  week: string;
  visitors: number;
  days: number;
}

const FOOTFALL = `SELECT
  dealer_id AS dealerId,
  toString(toMonday(day)) AS week,
  toString(sum(counted)) AS visitors,
  toString(count()) AS days
FROM (
  SELECT
    dealer_id,
    day,
    argMax(visitors, ${TRUST}) AS counted
  FROM facts(footfall)
  WHERE brand_id = {brandId: UInt32}
    AND day >= {fromDay: Date}
    AND day < {toDay: Date}
  GROUP BY
    dealer_id,
    day
)
GROUP BY
  dealerId,
  week
ORDER BY
  dealerId,
  week`;

/** Reads footfall per dealer and week (Monday to Sunday) of [fromDay, toDay), which begins on a Monday; of several sources the most trusted counts. */
export async function readFootfall(
  warehouse: Warehouse,
  asked: { brandId: number; fromDay: string; toDay: string; sourceOrder: readonly string[] },
): Promise<FootfallWeek[]> {
  const { brandId, fromDay, toDay, sourceOrder } = asked;
  const rows = await warehouse.query<Record<keyof FootfallWeek, string>>({
    name: 'footfall.weeks',
    sql: FOOTFALL,
    params: { brandId, fromDay, toDay, sourcesLastFirst: [...sourceOrder].reverse() },
  });
  return rows.map(({ dealerId, week, visitors, days }) => ({ dealerId, week, visitors: Number(visitors), days: Number(days) }));
}
