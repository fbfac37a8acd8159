import { activeCards } from '@app/analytics';
import { addDays, addMonths, type RateCard, type SignalParameters } from '@app/contracts';
import type { DetectorScope } from '../detector';

/** What an account was worth in a business month `YYYY-MM`: net units of the kept days × price × discount, in CNY as a number (for shapes, never for money). */
export interface MonthValue {
  account: string;
  month: string;
  valueCny: number;
}

const DAY_MS = 86_400_000;
const dayNumber = (day: string): number => Date.parse(day) / DAY_MS;
const monthNumber = (month: string): number => Number(month.replace('-', ''));

const MONTH_VALUES = `SELECT
    account_key,
    month,
    sum(units * arrayElement({prices: Array(Float64)}, place)) AS worth
  FROM (
    SELECT
      unit.account_key AS account_key,
      unit.month AS month,
      unit.units AS units,
      indexOf({priced: Array(String)}, concat(toString(known.platform), ' ', toString(unit.line), ' ', toString(unit.start))) AS place
    FROM (
      SELECT
        account_key,
        month,
        line,
        roundDown(toUInt16(day), {starts: Array(UInt16)}) AS start,
        sum(net) AS units
      FROM rollup(account_day)
      WHERE brand_id = {brandId: UInt32} AND month >= {fromMonth: UInt32} AND month <= {toMonth: UInt32}
      GROUP BY
        account_key,
        month,
        line,
        start
    ) AS unit
    INNER JOIN (
      SELECT
        account_key,
        any(platform) AS platform
      FROM account_keys
      WHERE brand_id = {brandId: UInt32}
      GROUP BY account_key
    ) AS known ON known.account_key = unit.account_key
  )
  WHERE place > 0
  GROUP BY
    account_key,
    month`;

const BY_MONTH = `SELECT
  toString(account_key) AS account,
  toFloat64(month) AS monthNumber,
  worth
FROM (
  ${MONTH_VALUES}
)`;

/** What accounts are worth over all months, the least first. */
export const VALUES_AT_BORDER = `SELECT
  toString(account_key) AS account,
  round(sum(worth)) AS valueCny
FROM (
  ${MONTH_VALUES}
)
WHERE account_key IN (SELECT arrayJoin(arrayMap(key -> toUInt64(key), {accounts: Array(String)})))
GROUP BY account_key
ORDER BY
  valueCny,
  account`;

/** Parameters of months, both included, with the prices that rule their days. Null: no line has a price. */
export function monthParameters(cards: readonly RateCard[], fromMonth: string, toMonth: string): SignalParameters | null {
  const [fromDay, toDay] = [`${fromMonth}-01`, `${addMonths(toMonth, 1)}-01`];
  const active = activeCards(cards);
  const cuts = active.flatMap(({ validFrom, validTo }) => [validFrom, ...(validTo === null ? [] : [addDays(validTo, 1)])]);
  const starts = [...new Set([fromDay, ...cuts.filter((day) => fromDay < day && day < toDay)])].sort();
  const priced: string[] = [];
  const prices: number[] = [];
  for (const start of starts) {
    const valid = active.filter(({ validFrom, validTo }) => validFrom <= start && (validTo === null || start <= validTo));
    const seen = new Set<string>();
    for (const { platform, line, unitPriceCny, discount } of valid) {
      // views and persons of one platform are never priced together
      const isDisplaced = line === 'live_viewer' && valid.some((one) => one.platform === platform && one.line === 'live_view');
      if (isDisplaced || seen.has(`${platform} ${line}`)) continue;
      seen.add(`${platform} ${line}`);
      priced.push(`${platform} ${line} ${dayNumber(start)}`);
      prices.push(Number(unitPriceCny) * Number(discount));
    }
  }
  if (priced.length === 0) return null;
  return { fromMonth: monthNumber(fromMonth), toMonth: monthNumber(toMonth), starts: starts.map(dayNumber), priced, prices };
}

/** Values of months by account, out of the kept days: months that nobody has kept are absent. One statement. */
export async function readMonthValues(scope: DetectorScope, parameters: SignalParameters): Promise<MonthValue[]> {
  const rows = await scope.query<{ account: string; monthNumber: number; worth: number }>({
    name: 'integrity.month_values',
    sql: BY_MONTH,
    params: { ...parameters },
    maxSeconds: 120,
  });
  return rows.map(({ account, monthNumber: month, worth }) => ({
    account,
    month: `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`,
    valueCny: worth,
  }));
}
