import type { Warehouse } from '@app/warehouse';
import { FactScope, scoped } from '../value/merged.sql';

export const COVERAGE_KINDS = ['sessions', 'videos', 'followers'] as const;
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** Business days of one account on which one kind of reading arrived completely, and whether it is collected at all (not only out of files). */
export interface CoveredDays {
  accountKey: string;
  kind: CoverageKind | 'leads';
  /** Ascending. */
  days: string[];
  collected: boolean;
  /** First day that a collector ever covered: what a platform gives back from before the grant counts too. Null without one. */
  firstDay: string | null;
}

/** Days of a window that anything covers, and the first day that anything ever did. */
export interface ObservedDays {
  accountKey: string;
  collected: boolean;
  firstDay: string;
  daysObserved: number;
}

export interface CoverageWindow {
  brandId: number;
  zone: string;
  fromDay: string;
  toDay: string;
  /** Absent: all accounts of the brand. */
  accountKeys?: readonly string[];
}

const COLLECTED = `source NOT IN ('file', 'correction')`;
/** One row per (account, kind, day): `complete` 1 when the reading of that day arrived, `collected` 1 when a collector brought it. */
const dayCte = (scope: FactScope): string => `
covered_day AS (
  SELECT account_key, toString(kind) AS kind, day, complete, 1 AS collected
  FROM facts(collection_days)
  WHERE ${scoped(scope)}
  UNION ALL
  SELECT account_key, 'videos' AS kind, toDate(read_at, {zone: String}) AS day, 1 AS complete, ${COLLECTED} AS collected
  FROM facts(video_readings)
  WHERE ${scoped(scope)}
  UNION ALL
  SELECT account_key, 'videos' AS kind, day, 1 AS complete, ${COLLECTED} AS collected
  FROM facts(video_days)
  WHERE ${scoped(scope)}
  UNION ALL
  SELECT account_key, 'followers' AS kind, day, 1 AS complete, ${COLLECTED} AS collected
  FROM facts(follower_readings)
  WHERE ${scoped(scope)}
)`;

const coveredSql = (scope: FactScope): string => `
WITH ${dayCte(scope)}
SELECT
  toString(account_key) AS accountKey,
  kind,
  arraySort(groupUniqArrayIf(toString(day), complete = 1 AND day >= {fromDay: Date} AND day < {toDay: Date})) AS days,
  max(collected) AS any_collected,
  if(countIf(complete = 1 AND collected = 1) = 0, NULL, toString(minIf(day, complete = 1 AND collected = 1))) AS firstDay
FROM covered_day
GROUP BY
  account_key,
  kind`;

// A session out of a file covers its day like any other reading; it shows since when an account is known.
const observedDay = (scope: FactScope): string => `(
  SELECT account_key, day, complete, collected FROM covered_day
  UNION ALL
  SELECT account_key, toDate(started_at, {zone: String}) AS day, 1 AS complete, ${COLLECTED} AS collected
  FROM facts(sessions)
  WHERE ${scoped(scope)}
)`;

const observedSql = (scope: FactScope): string => `
WITH ${dayCte(scope)}
SELECT
  toString(account_key) AS accountKey,
  max(collected) AS any_collected,
  toString(minIf(day, complete = 1)) AS firstDay,
  uniqExactIf(day, complete = 1 AND day >= {fromDay: Date} AND day < {toDay: Date}) AS daysObserved
FROM ${observedDay(scope)}
GROUP BY account_key
HAVING countIf(complete = 1) > 0`;

const observedMonthsSql = (scope: FactScope): string => `
WITH ${dayCte(scope)}
SELECT
  toString(account_key) AS accountKey,
  formatDateTime(day, '%Y-%m') AS month,
  max(collected) AS any_collected,
  countIf(complete = 1) > 0 AS any_complete,
  toString(minIf(day, complete = 1)) AS firstDay,
  uniqExactIf(day, complete = 1 AND day < {toDay: Date}) AS daysObserved
FROM ${observedDay(scope)}
GROUP BY
  account_key,
  month`;

const scopeOf = ({ accountKeys }: Pick<CoverageWindow, 'accountKeys'>): FactScope => (accountKeys ? 'accounts' : 'brand');
const paramsOf = <Window extends Pick<CoverageWindow, 'accountKeys'>>({ accountKeys = [], ...window }: Window) => ({
  ...window,
  accounts: accountKeys.map(BigInt),
});

/** Reads which days are covered, per account and kind. */
export async function readCoveredDays(warehouse: Warehouse, window: CoverageWindow): Promise<CoveredDays[]> {
  const rows = await warehouse.query<Omit<CoveredDays, 'collected'> & { any_collected: number }>({
    name: 'covered_days',
    sql: coveredSql(scopeOf(window)),
    params: paramsOf(window),
  });
  return rows.map(({ any_collected, ...row }) => ({ ...row, collected: Boolean(any_collected) }));
}

/** Reads how many days of a window are covered by anything (tier projection, domain.md 5.3). */
export async function readObservedDays(warehouse: Warehouse, window: CoverageWindow): Promise<ObservedDays[]> {
  const rows = await warehouse.query<{ accountKey: string; any_collected: number; firstDay: string; daysObserved: string }>({
    name: 'observed_days',
    sql: observedSql(scopeOf(window)),
    params: paramsOf(window),
  });
  return rows.map(({ any_collected, ...row }) => ({ ...row, collected: Boolean(any_collected), daysObserved: Number(row.daysObserved) }));
}

/** Covered days of one account by business month, over everything that is known of it. */
export interface ObservedMonths {
  accountKey: string;
  collected: boolean;
  firstDay: string;
  /** Covered days of each month that has any, before the window's end. */
  months: Map<string, number>;
}

/** Reads the same month by month, up to the window's end: what windows of any twelve months are added up of. */
export async function readObservedMonths(warehouse: Warehouse, window: Omit<CoverageWindow, 'fromDay'>): Promise<ObservedMonths[]> {
  const rows = await warehouse.query<{
    accountKey: string;
    month: string;
    any_collected: number;
    any_complete: number;
    firstDay: string;
    daysObserved: string;
  }>({ name: 'observed_months', sql: observedMonthsSql(scopeOf(window)), params: paramsOf(window) });
  const found = new Map<string, ObservedMonths>();
  for (const row of rows) {
    const known = found.get(row.accountKey) ?? {
      accountKey: row.accountKey,
      collected: false,
      firstDay: '',
      months: new Map<string, number>(),
    };
    known.collected ||= Boolean(row.any_collected);
    if (row.any_complete && (known.firstDay === '' || row.firstDay < known.firstDay)) known.firstDay = row.firstDay;
    if (Number(row.daysObserved) > 0) known.months.set(row.month, Number(row.daysObserved));
    found.set(row.accountKey, known);
  }
  return [...found.values()].filter(({ firstDay }) => firstDay !== '');
}
