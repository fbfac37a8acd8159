import { FactScope, IN_WINDOW, scoped } from '../merged.sql';
import { KEPT_SETTINGS } from '../../statement-settings';
import { SESSION_DAY_LINES } from '../session-units.sql';
import type { UnitPieces } from '../units.sql';

/**
 * account_day.counts: what a sum of a day no longer shows of its units, as bits. Counts: something is more than an opening balance. Moves: some unit is
 * not 0, be their sum so.
 */
export const DAY_FLAGS = { counts: 1, moves: 2 } as const;

const IN_MONTHS = `month >= toYYYYMM({fromDay: Date}) AND month <= toYYYYMM({toDay: Date}) AND ${IN_WINDOW}`;
const NO_UNITS = Object.values(SESSION_DAY_LINES)
  .map((line) => `'${line}'`)
  .join(', ');

/** The rows of unitsQuery from the kept days. */
export const storedUnitsQuery = (scope: FactScope, { withDays, excluded }: UnitPieces): string => `SELECT
  toString(account_key) AS accountKey,
  roundDown(toUInt16(day), {starts: Array(UInt16)}) AS start,
  line,
  origin,
  toString(sum(account_day.gross)) AS gross,
  toString(sum(account_day.net)) AS net,
  max(paid_unknown) AS paidUnknown,
  toString(sum(account_day.opening)) AS opening,
  ${excluded ? 'toString(sum(account_day.excluded))' : `'0'`} AS excluded,
  max(bitAnd(account_day.counts, ${DAY_FLAGS.counts})) AS counts${withDays ? `,\n  arraySort(groupUniqArrayIf(toString(day), bitAnd(account_day.counts, ${DAY_FLAGS.moves}) > 0)) AS days` : ''}
FROM rollup(account_day)
WHERE ${scoped(scope)} AND ${IN_MONTHS} AND line NOT IN (${NO_UNITS})
GROUP BY
  account_key,
  start,
  line,
  origin
ORDER BY
  accountKey,
  line,
  origin,
  start
${KEPT_SETTINGS}`;

/** Sessions per account and bucket from the kept days; see readSessionCounts. */
export const storedSessionsQuery = (scope: FactScope): string => `SELECT
  toString(account_key) AS accountKey,
  arrayCount(e -> toDate(e) <= day, {edges: Array(String)}) AS bucket,
  sumIf(gross, line = '${SESSION_DAY_LINES.sessions}') AS sessions,
  sumIf(gross, line = '${SESSION_DAY_LINES.openSessions}') AS openSessions,
  arraySort(groupUniqArrayIf(toString(day), line = '${SESSION_DAY_LINES.longestMs}' AND gross >= {minSessionMs: Int64})) AS liveDays
FROM rollup(account_day)
WHERE ${scoped(scope)} AND ${IN_MONTHS} AND line IN (${NO_UNITS})
GROUP BY
  account_key,
  bucket
${KEPT_SETTINGS}`;
