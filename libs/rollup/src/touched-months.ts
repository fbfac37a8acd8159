import { addMonths, businessMonth, monthText } from '@app/contracts';
import type { DeliverySnapshot } from '@app/database';
import type { Warehouse } from '@app/warehouse';
import { ROLLUPS } from './rollups';
import { PENDING, readTouchedKeys } from './touched-keys.reader';

const FOLLOWERS = `SELECT toUnixTimestamp64Milli(min(first_at)) AS first
FROM dirty_keys
WHERE brand_id = {brandId: UInt32} AND fact = 'follower_readings' AND ${PENDING}
HAVING count() > 0`;

/**
 * Business months of which the deliveries between two snapshots may have changed a figure, by roll-ups that are up to date: never too few. Followers
 * count in every month from their reading's on, for a later one is compared with the last before it.
 */
export async function readTouchedMonths(
  warehouse: Warehouse,
  { brandId, zone, from, to }: { brandId: number; zone: string; from: DeliverySnapshot; to: DeliverySnapshot },
): Promise<(month: string) => boolean> {
  const since = { ...from, version: 1n }; // any version but none: what came without a delivery was in
  const keys = await Promise.all(ROLLUPS.map((rollup) => readTouchedKeys(warehouse, rollup, { brandId, zone, from: since, to })));
  const months = new Set(keys.flatMap((touched) => [...touched.keys()].map(monthText)));
  const [followers] = await warehouse.query<{ first: string }>({
    name: 'rollup.touched_followers',
    sql: FOLLOWERS,
    params: {
      brandId,
      version: since.version,
      horizon: BigInt(from.horizon),
      open: from.open.map(BigInt),
      newHorizon: BigInt(to.horizon),
      newOpen: to.open.map(BigInt),
    },
  });
  // days are marked by their first instant in UTC: a month earlier is early enough in every zone
  const followed = followers ? addMonths(businessMonth(Number(followers.first), zone), -1) : null;
  return (month) => months.has(month) || (followed !== null && followed <= month);
}
