import { BrandState, Close, CloseVersions, addMonths } from '@app/contracts';
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

/** Since when of the facts nothing has touched a month, or that something has: then nothing that comes later undoes it. */
interface CheckedFacts extends Pick<MonthMark, 'deliveries' | 'dataInstant'> {
  touched: boolean;
}
/** What was found out for each moment before, so that only what came since then is looked at: deliveries of a year are many. */
const checked = new WeakMap<Warehouse, Map<string, CheckedFacts>>();
const MOMENTS = 500;
/** A mark is dated when its insert begins, and seen when it has ended. */
const IN_FLIGHT_MS = 120_000;

/**
 * May anything that came since have changed a figure of the month? Asks what was declared, the marks of deliveries, and those of collectors, all
 * without reading a figure: never a false no. `deliveries`: those that the roll-ups hold now; `frozen`: what closes before it decide of it now.
 */
export async function monthTouched(
  snapshot: Snapshot,
  { deliveries, frozen }: { deliveries: DeliverySnapshot; frozen: CloseVersions },
  since: MonthMark,
): Promise<boolean> {
  if (canonicalJson({ ...versionsOf(snapshot.state, since.month), ...frozen }) !== canonicalJson(since.versions)) return true;
  const known = checked.get(snapshot.warehouse) ?? new Map<string, CheckedFacts>();
  checked.set(snapshot.warehouse, known);
  const key = JSON.stringify([snapshot.brand.brandId, since]);
  const before = known.get(key) ?? { ...since, touched: false };
  if (before.touched) return true;
  const now = await factStoreNow(snapshot.warehouse);
  const touched = await factsTouched(snapshot, { ...since, ...before }, deliveries);
  known.delete(key);
  const seen = new Date(Math.max(Date.parse(before.dataInstant), Date.parse(now) - IN_FLIGHT_MS)).toISOString();
  known.set(key, { deliveries, dataInstant: seen, touched });
  if (known.size > MOMENTS) known.delete(known.keys().next().value as string);
  return touched;
}

async function factsTouched({ warehouse, brand }: Snapshot, since: MonthMark, deliveries: DeliverySnapshot): Promise<boolean> {
  const { month } = since;
  const [{ marked }] = await warehouse.query<{ marked: number }>({
    name: 'close.marked',
    sql: MARKED,
    params: { brandId: brand.brandId, toDay: monthSpan(month, brand.zone).toDay, since: Date.parse(since.dataInstant) },
  });
  if (Number(marked) === 1) return true;
  const touched = await readTouchedMonths(warehouse, { brandId: brand.brandId, zone: brand.zone, from: since.deliveries, to: deliveries });
  return Array.from({ length: MONTHS_BACK }, (_, back) => addMonths(month, -back)).some(touched);
}

const versions = new WeakMap<BrandState, Map<string, CloseVersions>>();

/** Once for each state and month. */
function versionsOf(state: BrandState, month: string): CloseVersions {
  const known = versions.get(state) ?? new Map<string, CloseVersions>();
  versions.set(state, known);
  const found = known.get(month) ?? stateVersions(state, month);
  known.set(month, found);
  return found;
}
