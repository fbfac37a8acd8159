import type { Platform, RateCard, Source, ValueLine } from '@app/contracts';
import { VALUE_LINES } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { rateCardColumns } from './rate-cards';
import { PUBLIC_STATUSES, UNIT_CTES } from './units.sql';

/** What a reading of value needs. Days are business days, [fromDay, toDay). `accountKeys` absent: all accounts of the brand. */
export interface ValueWindow {
  brandId: number;
  zone: string;
  fromDay: string;
  toDay: string;
  sourceOrder: readonly Source[];
  accountKeys?: readonly string[];
}

/** Units that are counted, never valued: unique viewers of sessions whose views no source gives. */
export const LIVE_PERSON = 'live_person';
export type UnitOrigin = 'session' | 'video' | 'lead';

/**
 * Units and value of one (account, bucket, line, origin, price). Buckets are numbered 1.. by `edges`: bucket n starts at edge n. Money is an exact decimal
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
  used: boolean;
  gross: bigint;
  net: bigint;
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

export const PRICE_CTES = `
price_list AS (
  SELECT
    card.1 AS platform,
    card.2 AS line,
    groupArrayIf((card.5, card.6, toDecimal128(card.3, 6), toDecimal128(card.4, 4)), card.7 = 0) AS prices,
    groupArrayIf((card.5, card.6), card.7 = 1) AS rivals
  FROM (
    SELECT arrayJoin(arrayZip(
      {cardPlatform: Array(String)}, {cardLine: Array(String)}, {cardPrice: Array(String)}, {cardDiscount: Array(String)},
      arrayMap(d -> toDate(d), {cardFrom: Array(String)}), arrayMap(d -> toDate(d), {cardTo: Array(String)}), {cardRival: Array(UInt8)}
    )) AS card
  )
  GROUP BY
    platform,
    line
),
day_unit AS (
  SELECT
    account_key,
    day,
    line,
    origin,
    sum(gross) AS day_gross,
    sum(net) AS day_net,
    max(paid_unknown) AS day_paid_unknown,
    sum(opening) AS day_opening,
    max(counts) AS day_counts
  FROM unit
  WHERE has({lines: Array(String)}, line)
  GROUP BY
    account_key,
    day,
    line,
    origin
),
account AS (
  SELECT
    account_key,
    any(platform) AS platform
  FROM account_keys
  WHERE brand_id = {brandId: UInt32}
  GROUP BY account_key
),
priced AS (
  SELECT
    day_unit.account_key AS account_key,
    account.platform AS platform,
    day_unit.day AS day,
    day_unit.line AS line,
    day_unit.origin AS origin,
    day_gross,
    day_net,
    day_paid_unknown,
    day_opening,
    day_counts,
    arrayFilter(p -> p.1 <= day_unit.day AND day_unit.day <= p.2, price_list.prices) AS matching,
    notEmpty(price_list.prices) AS used,
    arrayExists(r -> r.1 <= day_unit.day AND day_unit.day <= r.2, price_list.rivals) AS displaced,
    if(empty(matching), NULL, toNullable(matching[1].3)) AS price,
    if(empty(matching), NULL, toNullable(matching[1].4)) AS discount
  FROM day_unit
  LEFT JOIN account ON account.account_key = day_unit.account_key
  LEFT JOIN price_list ON price_list.platform = account.platform AND price_list.line = day_unit.line
)`;

const UNIT_ROWS_SQL = `
WITH ${UNIT_CTES},${PRICE_CTES}
SELECT
  toString(account_key) AS accountKey,
  platform,
  arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
  line,
  origin,
  toString(price) AS price,
  toString(discount) AS discount,
  used,
  toString(sum(day_gross)) AS gross,
  toString(sum(day_net)) AS net,
  toString(sum(ifNull(toDecimal128(day_net, 0) * priced.price * priced.discount, toDecimal128(0, 10)))) AS valueCny,
  toString(sum(ifNull(toDecimal128(day_gross, 0) * priced.price * priced.discount, toDecimal128(0, 10)))) AS grossCny,
  toString(sum(ifNull(toDecimal128(day_net, 0) * priced.price, toDecimal128(0, 6)))) AS publicCny,
  arraySort(groupUniqArrayIf(toString(day), isNull(priced.price) AND used AND (day_gross != 0 OR day_net != 0))) AS missingDays,
  max(day_paid_unknown) AS paidUnknown,
  toString(sum(day_opening)) AS opening,
  max(day_counts) AS counts
FROM priced
WHERE NOT (used AND displaced)
GROUP BY
  account_key,
  platform,
  bucket,
  line,
  origin,
  priced.price,
  priced.discount,
  used
ORDER BY
  account_key,
  bucket,
  line,
  origin,
  price`;

interface RawUnitRow extends Omit<ValueUnitRow, 'gross' | 'net' | 'opening' | 'used' | 'paidUnknown' | 'counts' | 'bucket'> {
  gross: string;
  net: string;
  opening: string;
  bucket: string | number;
  used: boolean | number;
  paidUnknown: number;
  counts: number;
}

/** Parameters that every query over `unit` takes. */
export function unitParams(window: ValueWindow): Record<string, unknown> {
  return {
    brandId: window.brandId,
    zone: window.zone,
    fromDay: window.fromDay,
    toDay: window.toDay,
    sourcesLastFirst: [...window.sourceOrder].reverse(),
    accounts: (window.accountKeys ?? []).map(BigInt),
    publicStatuses: PUBLIC_STATUSES,
  };
}

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
  const rows = await warehouse.query<RawUnitRow>({
    name: 'value_units',
    sql: UNIT_ROWS_SQL,
    params: { ...unitParams(window), ...rateCardColumns(rateCards), lines: [...VALUE_LINES, LIVE_PERSON], edges: [...edges] },
  });
  return rows.map((row) => ({
    ...row,
    bucket: Number(row.bucket),
    used: Boolean(row.used),
    gross: BigInt(row.gross),
    net: BigInt(row.net),
    opening: BigInt(row.opening),
    paidUnknown: Boolean(row.paidUnknown),
    counts: Boolean(row.counts),
  }));
}
