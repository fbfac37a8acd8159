import { Platform, RateCard, VALUE_LINES } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { engagementTerm } from '../../engagement/engagement';
import { videoUnitCtes } from '../../value/counter-units.sql';
import { FactScope, IN_WINDOW, scoped } from '../../value/merged.sql';
import { PriceSpans, priceSpans } from '../../value/price-spans';
import { SESSION_UNIT_CTE, sessionCte } from '../../value/session-units.sql';
import { LIVE_PERSON, UnitOrigin, ValueWindow, scopeOf, unitParams } from '../../value/value.reader';
import type { Items } from './drawn-items';

/** Value, reactions and reach of the sessions of one account and bucket, or of the days of its videos, as things that can be drawn again. */
export interface ExposureMoments extends Items {
  accountKey: string;
  bucket: number;
  origin: Exclude<UnitOrigin, 'lead'>;
}

interface MomentRow {
  accountKey: string;
  bucket: string;
  origin: ExposureMoments['origin'];
  items: string;
  sums: number[];
  products: number[];
}

const VIDEO_DAYS = {
  kept: (scope: FactScope) => `SELECT account_key, day, toString(line) AS line, gross, net
    FROM rollup(account_day)
    WHERE ${scoped(scope)} AND month >= toYYYYMM({fromDay: Date}) AND month <= toYYYYMM({toDay: Date}) AND ${IN_WINDOW} AND origin = 'video'`,
  facts: () => `SELECT account_key, day, line, gross, net
    FROM video_unit`,
};

/**
 * A session is drawn as a whole, and so is what an account's videos got on one business day: kept rows know no single videos. Prices are floating point
 * here: what comes out is an interval of ranks, no money.
 */
const momentsQuery = (scope: FactScope, stored: boolean): string => `WITH ${sessionCte(scope)},
${SESSION_UNIT_CTE},
${stored ? '' : `${videoUnitCtes(scope)},\n`}unit AS (
  SELECT account_key, day, 'session' AS origin, session_id AS item_id, line, gross, net
  FROM session_unit
  UNION ALL
  SELECT account_key, day, 'video' AS origin, '' AS item_id, line, gross, net
  FROM (
    ${stored ? VIDEO_DAYS.kept(scope) : VIDEO_DAYS.facts()}
  )
),
item AS (
  SELECT
    account_key,
    arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
    origin,
    item_id,
    day,
    sum(net * transform(
      concat(transform(account_key, {pricedAccounts: Array(UInt64)}, {platforms: Array(String)}, ''), ' ', line, ' ', toString(roundDown(toUInt16(day), {starts: Array(UInt16)}))),
      {priced: Array(String)}, {prices: Array(Float64)}, toFloat64(0)
    )) AS value,
    toFloat64(sumIf(gross, (origin = 'session' AND line IN {sessionReactions: Array(String)}) OR (origin = 'video' AND line IN {videoReactions: Array(String)}))) AS reactions,
    toFloat64(sumIf(gross, line IN {reach: Array(String)})) AS reached
  FROM unit
  GROUP BY
    account_key,
    origin,
    item_id,
    day
)
SELECT
  toString(account_key) AS accountKey,
  bucket,
  origin,
  count() AS items,
  [sum(value), sum(reactions), sum(reached)] AS sums,
  [sum(value * value), sum(value * reactions), sum(value * reached), sum(reactions * reactions), sum(reactions * reached), sum(reached * reached)] AS products
FROM item
GROUP BY
  account_key,
  bucket,
  origin
SETTINGS do_not_merge_across_partitions_select_final = 1`;

const LINES = [...VALUE_LINES, LIVE_PERSON] as const;
const linesOf = (origin: UnitOrigin, wanted: 'reaction' | 'reach'): string[] =>
  LINES.filter((line) => engagementTerm({ line, origin, counts: true }) === wanted);

/** Reads what value and engagement of accounts are drawn from again, by buckets as readValueUnits has them. `platforms`: of the accounts. */
export async function readExposureMoments(
  warehouse: Warehouse,
  window: ValueWindow & { accountKeys: readonly string[] },
  { platforms, rateCards, edges }: { platforms: ReadonlyMap<string, Platform>; rateCards: readonly RateCard[]; edges: readonly string[] },
): Promise<ExposureMoments[]> {
  if (window.accountKeys.length === 0) return [];
  const spans = priceSpans(rateCards, window.fromDay, window.toDay, edges);
  const rows = await warehouse.query<MomentRow>({
    name: 'ranking.exposure_moments',
    sql: momentsQuery(scopeOf(window), window.stored ?? false),
    params: {
      ...unitParams(window),
      ...pricesOf(spans, new Set(platforms.values())),
      edges: [...edges],
      starts: spans.starts.map(dayNumber),
      pricedAccounts: [...platforms.keys()].map(BigInt),
      platforms: [...platforms.values()],
      sessionReactions: linesOf('session', 'reaction'),
      videoReactions: linesOf('video', 'reaction'),
      reach: LINES.filter((line) => engagementTerm({ line, origin: 'session', counts: true }) === 'reach'),
    },
  });
  return rows.map((row) => ({ ...row, bucket: Number(row.bucket), count: Number(row.items) }));
}

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;

/** Price × discount by platform, line and span. */
function pricesOf(spans: PriceSpans, platforms: ReadonlySet<Platform>): { priced: string[]; prices: number[] } {
  const priced: string[] = [];
  const prices: number[] = [];
  for (const platform of platforms)
    for (const line of VALUE_LINES)
      for (const start of spans.starts) {
        const { price, discount, displaced } = spans.priceOf(platform, line, start);
        if (price === null || displaced) continue;
        priced.push(`${platform} ${line} ${dayNumber(start)}`);
        prices.push(Number(price) * Number(discount ?? '1'));
      }
  return priced.length > 0 ? { priced, prices } : { priced: [''], prices: [0] }; // the store has no empty table of prices
}
