import type { Platform, RateCard, Source, ValueLine } from '@app/contracts';
import { VALUE_LINES, addDays, addMonths, dayStart } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { inTurns } from '../turns';
import { multiplier, sumCny } from './exact-decimal';
import { FactScope, scoped } from './merged.sql';
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

const platformsSql = (scope: FactScope): string => `
SELECT
  toString(account_key) AS accountKey,
  any(platform) AS platform
FROM account_keys
WHERE ${scoped(scope)}
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
  const read = readWindow(window);
  const [rows, platforms] = await Promise.all([
    warehouse.query<RawUnitRow>({
      name: 'value_units',
      sql: (window.stored ? storedUnitsQuery : unitsQuery)(scopeOf(window), {
        withDays: spans.hasGaps,
        excluded: window.exclusions !== undefined,
      }),
      params: { ...unitParams(read), starts: startsOf(spans.starts, window, read).map(dayNumber) },
    }),
    warehouse.query<{ accountKey: string; platform: Platform }>({
      name: 'account_platforms',
      sql: platformsSql(scopeOf(window)),
      params: unitParams(window),
    }),
  ]);
  return pricedRows(rows, new Map(platforms.map((row) => [row.accountKey, row.platform])), spans, edges);
}

/**
 * Days that are read for a window: what cases remove over a month is no more than the whole month has (see EXCLUDED_UNITS), so its other days are
 * read along, as the kept days have been computed. Spans outside of the window are dropped again.
 */
function readWindow<Window extends Pick<ValueWindow, 'fromDay' | 'toDay' | 'stored' | 'exclusions'>>(window: Window): Window {
  if (window.stored || !window.exclusions?.length) return window;
  const last = addDays(window.toDay, -1).slice(0, 7);
  return { ...window, fromDay: `${window.fromDay.slice(0, 7)}-01`, toDay: `${addMonths(last, 1)}-01` };
}

type Days = Pick<ValueWindow, 'fromDay' | 'toDay'>;

/** First days of the spans that are read: those of the window, and those of what lies around it. */
const startsOf = (starts: readonly string[], window: Days, read: Days): string[] => [
  ...(read.fromDay < window.fromDay ? [read.fromDay] : []),
  ...starts,
  ...(window.toDay < read.toDay ? [window.toDay] : []),
];

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;
const LINES: ReadonlySet<string> = new Set([...VALUE_LINES, LIVE_PERSON]);

/** Units × price × discount of each span (exact), spans of one bucket with one price added up. */
async function pricedRows(
  rows: readonly RawUnitRow[],
  platforms: ReadonlyMap<string, Platform>,
  spans: PriceSpans,
  edges: readonly string[],
): Promise<ValueUnitRow[]> {
  const startOf = new Map(spans.starts.map((start) => [dayNumber(start), start]));
  const bucketOf = new Map(spans.starts.map((start) => [start, edges.filter((edge) => edge <= start).length]));
  const buckets = Array.from({ length: edges.length + 1 }, () => new Map<string, ValueUnitRow>());
  const amounts = new Map<SpanPrice, Amounts>();
  await inTurns(rows, (row) => {
    if (!LINES.has(row.line)) return;
    const start = startOf.get(Number(row.start));
    if (start === undefined) return; // read along, outside of the window
    const platform = platforms.get(row.accountKey) ?? '';
    const price = spans.priceOf(platform, row.line, start);
    if (price.used && price.displaced) return;
    const amount = amounts.get(price) ?? amountsOf(price);
    amounts.set(price, amount);
    const bucket = bucketOf.get(start)!;
    const unit = unitRow(row, { platform, bucket }, price, amount);
    const found = buckets[bucket];
    const key = [unit.accountKey, unit.line, unit.origin, unit.price, unit.discount, unit.card].join(' ');
    const known = found.get(key);
    found.set(key, known ? added(known, unit) : unit);
  });
  const ordered: ValueUnitRow[] = [];
  // rows that come in this order, as kept ones do, are only looked through
  for (const found of buckets) await inTurns([...found.values()].sort(byPlace), (row) => ordered.push(row));
  return ordered;
}

const byPlace = (a: ValueUnitRow, b: ValueUnitRow): number =>
  byText(a.accountKey, b.accountKey) ||
  byText(a.line, b.line) ||
  byText(a.origin, b.origin) ||
  byText(`${a.price} ${a.discount} ${a.card}`, `${b.price} ${b.discount} ${b.card}`);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What units are worth at a price: with and without its discount. */
type Amounts = Record<'full' | 'discounted', (units: bigint) => string>;
const UNPRICED: Amounts = { full: () => '0', discounted: () => '0' };

const amountsOf = ({ price, discount }: SpanPrice): Amounts =>
  price === null ? UNPRICED : { full: multiplier(price), discounted: multiplier(price, discount!) };

function unitRow(
  row: RawUnitRow,
  { platform, bucket }: { platform: Platform | ''; bucket: number },
  { used, price, discount, card, sample }: SpanPrice,
  { full, discounted }: Amounts,
): ValueUnitRow {
  const [gross, excluded] = [BigInt(row.gross), BigInt(row.excluded)];
  const net = BigInt(row.net) - excluded;
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
    valueCny: discounted(net),
    grossCny: discounted(gross),
    publicCny: full(net),
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
