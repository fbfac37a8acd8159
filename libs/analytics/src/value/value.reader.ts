import type { Platform, RateCard, Source, ValueLine } from '@app/contracts';
import { VALUE_LINES, dayStart } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { ExactDecimal, exactText, sumCny } from './exact-decimal';
import type { FactScope } from './merged.sql';
import { PriceSpans, SpanPrice, priceSpans } from './price-spans';
import { storedUnitsQuery } from './rollup/stored-units.sql';
import { PUBLIC_STATUSES, unitsQuery } from './units.sql';

/** What a reading of value needs. Days are business days, [fromDay, toDay). `accountKeys` absent: all accounts of the brand. */
export interface ValueWindow {
  brandId: number;
  zone: string;
  fromDay: string;
  toDay: string;
  sourceOrder: readonly Source[];
  accountKeys?: readonly string[];
  /** Lists of units that confirmed cases remove (unitExclusions). Absent: the raw basis, or nothing is removed. */
  exclusions?: readonly string[];
  /**
   * Read the kept days (account_day) instead of the facts. The same rows, when the roll-up `value` is fresh for all months of the window and each of
   * them was computed with this order of sources.
   */
  stored?: boolean;
}

/** Units that are counted, never valued: unique viewers of sessions whose views no source gives. */
export const LIVE_PERSON = 'live_person';
export type UnitOrigin = 'session' | 'video' | 'lead';

/**
 * Units and value of one (account, bucket, line, origin, card). Buckets are numbered 1.. by `edges`: bucket n starts at edge n. Money is an exact decimal
 * string with up to ten places. `price` null: the days in `missingDays` have no price (`used`), or the platform has no card for the line at all.
 */
export interface ValueUnitRow {
  accountKey: string;
  platform: Platform | '';
  bucket: number;
  line: ValueLine | typeof LIVE_PERSON;
  origin: UnitOrigin;
  price: string | null;
  discount: string | null;
  /** Version of the card that gives the price; absent or null without one. */
  card?: string | null;
  sample?: boolean;
  used: boolean;
  gross: bigint;
  net: bigint;
  /** Units that confirmed cases remove, which are off `net` already. Absent: none. */
  excluded?: bigint;
  valueCny: string;
  grossCny: string;
  /** Net units at the price without discount: the pass line's side. */
  publicCny: string;
  missingDays: string[];
  paidUnknown: boolean;
  opening: bigint;
  /** False: nothing but an opening balance. */
  counts: boolean;
}

interface RawUnitRow {
  accountKey: string;
  start: number;
  line: ValueUnitRow['line'];
  origin: UnitOrigin;
  gross: string;
  net: string;
  opening: string;
  excluded: string;
  paidUnknown: number;
  counts: number;
  days?: string[];
}

const PLATFORMS_SQL = `
SELECT
  toString(account_key) AS accountKey,
  any(platform) AS platform
FROM account_keys
WHERE brand_id = {brandId: UInt32}
GROUP BY account_key`;

/** Parameters of the queries over units and sessions; those that a text does not name do no harm. */
export function unitParams(window: ValueWindow): Record<string, unknown> {
  return {
    brandId: window.brandId,
    zone: window.zone,
    fromDay: window.fromDay,
    toDay: window.toDay,
    readBefore: dayStart(window.toDay, window.zone),
    sourcesLastFirst: [...window.sourceOrder].reverse(),
    accounts: (window.accountKeys ?? []).map(BigInt),
    publicStatuses: PUBLIC_STATUSES,
    exclusions: (window.exclusions ?? []).map(BigInt),
  };
}

export const scopeOf = (window: ValueWindow): FactScope => (window.accountKeys ? 'accounts' : 'brand');

/**
 * Reads units and value per account, bucket, line and price (domain.md 4.1–4.6). `edges`: first days of the buckets, ascending; an account whose
 * owner changes inside the window needs an edge there. An explicitly empty `accountKeys` answers nothing.
 */
export async function readValueUnits(
  warehouse: Warehouse,
  window: ValueWindow,
  rateCards: readonly RateCard[],
  edges: readonly string[],
): Promise<ValueUnitRow[]> {
  if (window.accountKeys?.length === 0) return [];
  const spans = priceSpans(rateCards, window.fromDay, window.toDay, edges);
  const [rows, platforms] = await Promise.all([
    warehouse.query<RawUnitRow>({
      name: 'value_units',
      sql: (window.stored ? storedUnitsQuery : unitsQuery)(scopeOf(window), {
        withDays: spans.hasGaps,
        excluded: window.exclusions !== undefined,
      }),
      params: { ...unitParams(window), starts: spans.starts.map(dayNumber) },
    }),
    warehouse.query<{ accountKey: string; platform: Platform }>({
      name: 'account_platforms',
      sql: PLATFORMS_SQL,
      params: { brandId: window.brandId },
    }),
  ]);
  return pricedRows(rows, new Map(platforms.map((row) => [row.accountKey, row.platform])), spans, edges);
}

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;
const LINES: ReadonlySet<string> = new Set([...VALUE_LINES, LIVE_PERSON]);

/** Units × price × discount of each span (exact), spans of one bucket with one price added up. */
function pricedRows(
  rows: readonly RawUnitRow[],
  platforms: ReadonlyMap<string, Platform>,
  spans: PriceSpans,
  edges: readonly string[],
): ValueUnitRow[] {
  const startOf = new Map(spans.starts.map((start) => [dayNumber(start), start]));
  const bucketOf = new Map(spans.starts.map((start) => [start, edges.filter((edge) => edge <= start).length]));
  const found = new Map<string, ValueUnitRow>();
  for (const row of rows) {
    if (!LINES.has(row.line)) continue;
    const platform = platforms.get(row.accountKey) ?? '';
    const start = startOf.get(Number(row.start))!;
    const price = spans.priceOf(platform, row.line, start);
    if (price.used && price.displaced) continue;
    const unit = unitRow(row, platform, bucketOf.get(start)!, price);
    const key = [unit.accountKey, unit.bucket, unit.line, unit.origin, unit.price, unit.discount, unit.card].join(' ');
    const known = found.get(key);
    found.set(key, known ? added(known, unit) : unit);
  }
  return [...found.values()].sort(
    (a, b) =>
      a.bucket - b.bucket ||
      byText(a.accountKey, b.accountKey) ||
      byText(a.line, b.line) ||
      byText(a.origin, b.origin) ||
      byText(`${a.price} ${a.discount} ${a.card}`, `${b.price} ${b.discount} ${b.card}`),
  );
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function unitRow(
  row: RawUnitRow,
  platform: Platform | '',
  bucket: number,
  { used, price, discount, card, sample }: SpanPrice,
): ValueUnitRow {
  const [gross, excluded] = [BigInt(row.gross), BigInt(row.excluded)];
  const net = BigInt(row.net) - excluded;
  const amount = (units: bigint, ...factors: (string | null)[]): string =>
    price === null ? '0' : exactText(factors.reduce((product, factor) => product.times(factor!), new ExactDecimal(String(units))));
  return {
    accountKey: row.accountKey,
    platform,
    bucket,
    line: row.line,
    origin: row.origin,
    price,
    discount,
    card,
    sample,
    used,
    gross,
    net,
    ...(excluded === 0n ? {} : { excluded }),
    valueCny: amount(net, price, discount),
    grossCny: amount(gross, price, discount),
    publicCny: amount(net, price),
    missingDays: used && price === null ? (row.days ?? []) : [],
    paidUnknown: Boolean(row.paidUnknown),
    opening: BigInt(row.opening),
    counts: Boolean(row.counts),
  };
}

const added = (a: ValueUnitRow, b: ValueUnitRow): ValueUnitRow => ({
  ...a,
  gross: a.gross + b.gross,
  net: a.net + b.net,
  ...(a.excluded || b.excluded ? { excluded: (a.excluded ?? 0n) + (b.excluded ?? 0n) } : {}),
  valueCny: sumCny([a.valueCny, b.valueCny]),
  grossCny: sumCny([a.grossCny, b.grossCny]),
  publicCny: sumCny([a.publicCny, b.publicCny]),
  missingDays: [...new Set([...a.missingDays, ...b.missingDays])].sort(),
  paidUnknown: a.paidUnknown || b.paidUnknown,
  opening: a.opening + b.opening,
  counts: a.counts || b.counts,
});
