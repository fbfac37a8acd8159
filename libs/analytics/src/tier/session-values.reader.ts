import { Platform, RateCard, VALUE_LINES } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { ExactDecimal, exactText } from '../value/exact-decimal';
import { namedUnitCte } from '../value/excluded-units.sql';
import { priceSpans } from '../value/price-spans';
import { SESSION_UNIT_CTE, sessionCte } from '../value/session-units.sql';
import { ValueWindow, unitParams } from '../value/value.reader';

/** What the sessions of one account in a window are worth: of those with any line that has a price. */
export interface SessionValues {
  accountKey: string;
  sessions: number;
  /** Middle value, exact: of an even number the mean of the middle two. */
  medianCny: string;
}

interface RawSessionValues {
  accountKey: string;
  sessions: string;
  lower: string;
  upper: string;
}

// Net units (Int64) × price × discount (ten places) in Decimal256: exact, as the sums of the reports are.
const sessionValues = (excluded: boolean): string => `WITH ${sessionCte('accounts')},
${SESSION_UNIT_CTE}${excluded ? `,\n${namedUnitCte('accounts')}` : ''}
SELECT
  toString(account_key) AS accountKey,
  toString(length(sorted)) AS sessions,
  toString(arrayElement(sorted, intDiv(length(sorted) + 1, 2))) AS lower,
  toString(arrayElement(sorted, intDiv(length(sorted), 2) + 1)) AS upper
FROM (
  SELECT account_key, arraySort(groupArray(value)) AS sorted
  FROM (
    SELECT
      account_key,
      session_id,
      sum(toDecimal256(net, 0) * toDecimal256(arrayElement({prices: Array(String)}, place), 10)) AS value
    FROM (
      SELECT
        session_unit.account_key AS account_key,
        session_unit.session_id AS session_id,
        ${excluded ? WITHOUT_NAMED : 'session_unit.net'} AS net,
        indexOf({priced: Array(String)}, concat(session_unit.line, ' ', toString(roundDown(toUInt16(session_unit.day), {starts: Array(UInt16)})))) AS place
      FROM session_unit${excluded ? OF_SESSIONS : ''}
    )
    WHERE place > 0
    GROUP BY
      account_key,
      session_id
  )
  GROUP BY account_key
)`;

const WITHOUT_NAMED = 'session_unit.net - least(greatest(session_unit.net, 0), named_unit.units)';
const OF_SESSIONS = `
      LEFT JOIN named_unit ON named_unit.account_key = session_unit.account_key AND named_unit.target_origin = 'session'
        AND named_unit.target = session_unit.session_id AND named_unit.named_line = session_unit.line AND named_unit.day = session_unit.day`;

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;

/**
 * Reads what the sessions of accounts of one platform are worth over a window (domain.md 4.1–4.4), out of the facts, without what the window's exclusions
 * remove. Accounts without a priced session are missing.
 */
export async function readSessionValues(
  warehouse: Warehouse,
  window: ValueWindow & { accountKeys: readonly string[] },
  platform: Platform,
  rateCards: readonly RateCard[],
): Promise<SessionValues[]> {
  const spans = priceSpans(rateCards, window.fromDay, window.toDay, []);
  const priced: string[] = [];
  const prices: string[] = [];
  for (const start of spans.starts)
    for (const line of VALUE_LINES) {
      const { price, discount, displaced } = spans.priceOf(platform, line, start);
      if (price === null || displaced) continue;
      priced.push(`${line} ${dayNumber(start)}`);
      prices.push(exactText(new ExactDecimal(price).mul(discount ?? '1')));
    }
  if (priced.length === 0 || window.accountKeys.length === 0) return [];
  const rows = await warehouse.query<RawSessionValues>({
    name: 'tier_session_values',
    sql: sessionValues((window.exclusions ?? []).length > 0),
    params: { ...unitParams(window), starts: spans.starts.map(dayNumber), priced, prices },
  });
  return rows.map(({ accountKey, sessions, lower, upper }) => ({
    accountKey,
    sessions: Number(sessions),
    medianCny: exactText(new ExactDecimal(lower).plus(upper).div(2)),
  }));
}
