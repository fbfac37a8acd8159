import { Close, CloseVersions, addMonths } from '@app/contracts';
import { type DeliverySnapshot, canonicalJson } from '@app/database';
import { readTouchedMonths } from '@app/rollup';
import { monthSpan } from '../report-period';
import type { Warehouse } from '@app/warehouse';
import type { Snapshot } from '../snapshots';
import { stateVersions } from './state-versions';

/** Tiers look back: twelve months, and by their history more. */
const MONTHS_BACK = 36;

/** What the figures of a month were made of at a moment. */
export interface MonthMark {
  month: string;
  versions: CloseVersions;
  deliveries: DeliverySnapshot;
  /** By the clock of the fact store, which dates the marks of collectors. ISO. */
  dataInstant: string;
}

/** A close is dated by the clock of the state store: so far may the two be apart. */
const CLOCKS_APART_MS = 10_000;

/** What the figures of a close are made of. */
export const markOf = ({ month, versions, deliveries, dataInstant }: Close): MonthMark => ({
  month,
  versions,
  deliveries,
  dataInstant: new Date(Date.parse(dataInstant) - CLOCKS_APART_MS).toISOString(),
});

/** The clock of the fact store. */
export async function factStoreNow(warehouse: Warehouse): Promise<string> {
  const [{ now }] = await warehouse.query<{ now: string }>({ name: 'close.now', sql: 'SELECT toUnixTimestamp64Milli(now64(3)) AS now' });
  return new Date(Number(now)).toISOString();
}

const MARKED = `SELECT count() > 0 AS marked
FROM collection_days_landing
WHERE brand_id = {brandId: UInt32} AND day < {toDay: Date} AND ingested_at > fromUnixTimestamp64Milli({since: Int64}, 'UTC')`;

/**
 * May anything that came since have changed a figure of the month? Asks what was declared, the marks of deliveries, and those of collectors, all
 * without reading a figure: never a false no. `deliveries`: those that the roll-ups hold now.
 */
export async function monthTouched(
  { warehouse, state, brand }: Snapshot,
  deliveries: DeliverySnapshot,
  since: MonthMark,
): Promise<boolean> {
  const { month } = since;
  if (canonicalJson(stateVersions(state, month)) !== canonicalJson(since.versions)) return true;
  const [{ marked }] = await warehouse.query<{ marked: number }>({
    name: 'close.marked',
    sql: MARKED,
    params: { brandId: brand.brandId, toDay: monthSpan(month, brand.zone).toDay, since: Date.parse(since.dataInstant) },
  });
  if (Number(marked) === 1) return true;
  const span = { brandId: brand.brandId, zone: brand.zone, from: since.deliveries, to: deliveries };
  const touched = await readTouchedMonths(warehouse, span);
  return Array.from({ length: MONTHS_BACK }, (_, back) => addMonths(month, -back)).some(touched);
}
