import type { ReportStores } from '@app/reports';
import type { ScopedAccounts } from './coverage-scope';

/** Kinds that a feed brings along with broadcasts. */
export type FedKind = 'entries' | 'minutes';

/** A business day with broadcasts of an account that has a feed: how many broadcasts, how many of them were heard, entries seen, views counted. */
export interface FedDay {
  accountKey: string;
  day: string;
  sessions: number;
  heard: number;
  seen: number;
  views: number;
}

const INSTANT: Readonly<Record<FedKind, string>> = { entries: 'entered_at', minutes: 'minute' };
/** One entry told by two sources is one. */
const COUNT: Readonly<Record<FedKind, string>> = { entries: 'uniqExact((viewer_key, at, entry_key))', minutes: 'count()' };
const COLUMNS: Readonly<Record<FedKind, readonly string[]>> = { entries: ['viewer_key', 'entry_key'], minutes: [] };
const TABLE: Readonly<Record<FedKind, string>> = { entries: 'entries', minutes: 'minutes' };
/** A minute of which only likes or gifts are known is no part of a curve. */
const KNOWN: Readonly<Record<FedKind, string>> = { entries: '', minutes: ' AND concurrent IS NOT NULL' };

/** Expected is what falls on a day with a broadcast, from the first day that a feed ever told of. Accounts known from files only have no row. */
export const fedDaysSql = (kind: FedKind, scoped: string): string => `
WITH feed AS (
  SELECT
    account_key,
    min(toDate(${INSTANT[kind]}, {zone: String})) AS since
  FROM candidates(${TABLE[kind]})
  WHERE ${scoped} AND source = 'feed' AND retracted = 0${KNOWN[kind]}
  GROUP BY account_key
),
session AS (
  SELECT
    account_key,
    session_id,
    min(started_at) AS start,
    ifNull(max(ended_at), min(started_at) + INTERVAL 1 DAY) AS until,
    max(views) AS views
  FROM facts(sessions)
  WHERE ${scoped} AND retracted = 0
    AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    AND account_key IN (SELECT account_key FROM feed)
  GROUP BY
    account_key,
    session_id
),
loud AS (
  SELECT
    account_key,
    found_id,
    ${COUNT[kind]} AS found
  FROM (
    SELECT
      e.account_key AS account_key,
      ${['at', ...COLUMNS[kind]].map((name) => `e.${name} AS ${name},`).join('\n      ')}
      multiIf(e.session_id != '', e.session_id, e.at < s.until, s.session_id, '') AS found_id
    FROM (
      SELECT
        account_key,
        session_id,
        ${COLUMNS[kind].map((name) => `${name},`).join('\n        ')}
        ${INSTANT[kind]} AS at
      FROM facts(${TABLE[kind]})
      WHERE ${scoped} AND retracted = 0${KNOWN[kind]}
        AND at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to: Int64}, 'UTC') + INTERVAL 1 DAY
        AND account_key IN (SELECT account_key FROM feed)
    ) AS e
    ASOF LEFT JOIN session AS s ON s.account_key = e.account_key AND s.start <= e.at
  )
  GROUP BY
    account_key,
    found_id
)
SELECT
  toString(session.account_key) AS accountKey,
  toString(toDate(session.start, {zone: String})) AS day,
  count() AS sessions,
  countIf(loud.found > 0) AS heard,
  sum(loud.found) AS seen,
  sum(ifNull(session.views, 0)) AS views
FROM session
INNER JOIN feed ON feed.account_key = session.account_key
LEFT JOIN loud ON loud.account_key = session.account_key AND loud.found_id = session.session_id
WHERE toDate(session.start, {zone: String}) >= feed.since
GROUP BY
  accountKey,
  day
ORDER BY
  accountKey,
  day`;

/** Days with broadcasts of the accounts in scope that have a feed of a kind. */
export async function readFedDays(
  { warehouse }: ReportStores,
  scoped: ScopedAccounts,
  kind: FedKind,
  period: { from: number; to: number },
): Promise<FedDay[]> {
  const where = `brand_id = {brandId: UInt32}${scoped.accountKeys ? ' AND account_key IN {accounts: Array(UInt64)}' : ''}`;
  const rows = await warehouse.query<Record<keyof FedDay, string>>({
    name: `fed_days.${kind}`,
    sql: fedDaysSql(kind, where),
    params: {
      brandId: scoped.brand.brandId,
      zone: scoped.brand.zone,
      ...period,
      accounts: (scoped.accountKeys ?? []).map(BigInt),
    },
  });
  return rows.map(({ accountKey, day, ...counts }) => ({
    accountKey,
    day,
    sessions: Number(counts.sessions),
    heard: Number(counts.heard),
    seen: Number(counts.seen),
    views: Number(counts.views),
  }));
}
