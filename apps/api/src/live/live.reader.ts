import { Injectable } from '@nestjs/common';
import { businessMonth, monthNumber, type LiveMinute } from '@app/contracts';
import type { DeliverySnapshot } from '@app/database';
import { Warehouse } from '@app/warehouse';
import { IN_STRETCH, stretchOf } from './live-place';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** How far back the last broadcast of a room without a feed is looked for. */
const LAST_DAYS = 14;
/** Minutes of the curve on the board. */
export const CURVE_MINUTES = 30;
const RECENT_MS = 5 * MINUTE_MS;

/** The latest session of an account that has begun; instants epoch ms. */
export interface LatestSession {
  accountKey: string;
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  title: string;
  views: number | null;
}
/** What minutes of the last 24 h tell of the newest broadcast of an account. `curve`: minute (epoch ms) and concurrency. */
export interface MinuteFeed {
  accountKey: string;
  sessionId: string;
  firstAt: number;
  newestAt: number;
  concurrent: number | null;
  concurrentAt: number | null;
  peakConcurrent: number | null;
  views: number | null;
  likes: number | null;
  comments: number | null;
  curve: [number, number][];
}
/** Entries of the last hour of an account. */
export interface EntryFeed {
  accountKey: string;
  newestAt: number;
  recent: number;
}
/** Everything that a board is made of. */
export interface LiveFacts {
  sessions: LatestSession[];
  minutes: MinuteFeed[];
  entries: EntryFeed[];
}

/** A minute with the account it is of. */
export type KeyedMinute = Omit<LiveMinute, 'key'> & { accountKey: string };

/** A minute as it is told: by the name of its room. */
export function liveMinute(key: string, keyed: KeyedMinute): LiveMinute {
  const { sessionId, minute, concurrent, views, likes, comments, gifts, paidEntries } = keyed;
  return { key, sessionId, minute, concurrent, views, likes, comments, gifts, paidEntries };
}

/** SQL: of one account, or of all. */
const ASKED = '(empty({accounts: Array(UInt64)}) OR account_key IN {accounts: Array(UInt64)})';

// of several sources the latest word counts: a wall shows what was said last, a report what is right
const LATEST_SESSIONS = `SELECT
  toString(account_key) AS accountKey,
  session_id AS sessionId,
  toUnixTimestamp64Milli(argMax(started_at, observed_at)) AS startedAt,
  toUnixTimestamp64Milli(argMaxIf(ended_at, observed_at, ended_at IS NOT NULL)) AS endedAt,
  argMaxIf(title, observed_at, title != '') AS title,
  argMaxIf(sessions.views, observed_at, sessions.views IS NOT NULL) AS views
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND ${ASKED}
  AND started_at >= fromUnixTimestamp64Milli({from: Int64}) AND started_at <= fromUnixTimestamp64Milli({now: Int64})
GROUP BY
  account_key,
  session_id
ORDER BY
  startedAt DESC,
  sessionId DESC
LIMIT 1 BY account_key`;

const fields = ['concurrent', 'views', 'likes', 'comments', 'gifts', 'paid_entries'] as const;
const lastSaid = (field: string) => `argMaxIf(minutes.${field}, observed_at, minutes.${field} IS NOT NULL) AS said_${field}`;

/** Minutes merged over sources: one row a minute. */
export const said = (where: string) => `SELECT
    account_key,
    session_id,
    minute,
    ${fields.map(lastSaid).join(',\n    ')}
  FROM facts(minutes)
  WHERE brand_id = {brandId: UInt32} AND ${where}
  GROUP BY
    account_key,
    session_id,
    minute`;

const MINUTE_FEEDS = `SELECT
  toString(account_key) AS accountKey,
  session_id AS sessionId,
  toUnixTimestamp64Milli(min(minute)) AS firstAt,
  toUnixTimestamp64Milli(max(minute)) AS newestAt,
  argMaxIf(said_concurrent, minute, said_concurrent IS NOT NULL) AS concurrent,
  toUnixTimestamp64Milli(maxIf(minute, said_concurrent IS NOT NULL)) AS concurrentAt,
  max(said_concurrent) AS peakConcurrent,
  sum(said_views) AS views,
  sum(said_likes) AS likes,
  sum(said_comments) AS comments,
  groupArrayIf((toUnixTimestamp64Milli(minute), ifNull(said_concurrent, 0)), said_concurrent IS NOT NULL AND minute >= fromUnixTimestamp64Milli({curveFrom: Int64})) AS curve
FROM (
  ${said(`${ASKED} AND minute >= fromUnixTimestamp64Milli({from: Int64}) AND minute <= fromUnixTimestamp64Milli({now: Int64})`)}
)
GROUP BY
  account_key,
  session_id
ORDER BY
  newestAt DESC,
  sessionId DESC
LIMIT 1 BY account_key`;

// without FINAL, which would merge the whole month: the last of each identity is told by its version
const ENTRY_FEEDS = `SELECT
  toString(account_key) AS accountKey,
  toUnixTimestamp64Milli(max(entered_at)) AS newestAt,
  uniqExactIf((viewer_key, entered_at, entry_key), entered_at > fromUnixTimestamp64Milli({recentFrom: Int64})) AS recent
FROM (
  SELECT
    account_key,
    viewer_key,
    entered_at,
    entry_key
  FROM candidates(entries)
  WHERE brand_id = {brandId: UInt32} AND month IN {months: Array(UInt32)} AND ${ASKED}
    AND entered_at > fromUnixTimestamp64Milli({from: Int64}) AND entered_at <= fromUnixTimestamp64Milli({now: Int64})
  GROUP BY
    account_key,
    viewer_key,
    entered_at,
    entry_key,
    source
  HAVING argMax(retracted, version) = 0
)
GROUP BY account_key`;

export const MINUTE_COLUMNS = `toString(account_key) AS accountKey,
  session_id AS sessionId,
  toUnixTimestamp64Milli(minute) AS at,
  ${fields.map((field) => `said_${field} AS ${field}`).join(',\n  ')}`;

const STRETCH = `SELECT
  ${MINUTE_COLUMNS}
FROM (
  ${said(`minute >= fromUnixTimestamp64Milli({from: Int64}) AND (account_key, session_id, minute) IN (
    SELECT account_key, session_id, minute
    FROM minutes_landing
    WHERE brand_id = {brandId: UInt32} AND minute >= fromUnixTimestamp64Milli({from: Int64}) AND ${IN_STRETCH}
  )`)}
)
ORDER BY
  minute,
  account_key`;

export type Row = Record<string, string | number | null>;
const known = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** What the fact store tells of broadcasts now, and of one of them. Instants epoch ms. */
@Injectable()
export class LiveReader {
  constructor(private readonly warehouse: Warehouse) {}

  /** One row per account at most, in each of the three; of one account, or of all. */
  async facts({ brandId, zone }: { brandId: number; zone: string }, now: number, account?: string): Promise<LiveFacts> {
    const accounts = account === undefined ? [] : [BigInt(account)];
    const ask = (name: string, sql: string, params: object) =>
      this.warehouse.query<Row>({ name: `live.${name}`, sql, params: { brandId, now, accounts, ...params }, maxSeconds: 20 });
    const hourAgo = now - HOUR_MS;
    const [sessions, minutes, entries] = await Promise.all([
      ask('sessions', LATEST_SESSIONS, { from: now - LAST_DAYS * DAY_MS }),
      ask('minutes', MINUTE_FEEDS, { from: now - DAY_MS, curveFrom: now - CURVE_MINUTES * MINUTE_MS }),
      ask('entries', ENTRY_FEEDS, { from: hourAgo, recentFrom: now - RECENT_MS, months: monthsOf([hourAgo, now], zone) }),
    ]);
    return { sessions: sessions.map(sessionOf), minutes: minutes.map(feedOf), entries: entries.map(entryFeedOf) };
  }

  /** Minutes of the last 24 h that came between two places of the log, as they are now. */
  async stretch(brandId: number, { from, to }: { from: DeliverySnapshot; to: DeliverySnapshot }, now: number): Promise<KeyedMinute[]> {
    const params = { brandId, from: now - DAY_MS, ...stretchOf(from, to) };
    return (await this.warehouse.query<Row>({ name: 'live.stretch', sql: STRETCH, params, maxSeconds: 20 })).map(minuteOf);
  }
}

const monthsOf = (instants: number[], zone: string): number[] => [...new Set(instants.map((at) => monthNumber(businessMonth(at, zone))))];

export const sessionOf = (row: Row): LatestSession => ({
  accountKey: String(row.accountKey),
  sessionId: String(row.sessionId),
  startedAt: Number(row.startedAt),
  endedAt: known(row.endedAt),
  title: String(row.title ?? ''),
  views: known(row.views),
});

function feedOf(row: Row): MinuteFeed {
  const concurrent = known(row.concurrent);
  return {
    accountKey: String(row.accountKey),
    sessionId: String(row.sessionId),
    firstAt: Number(row.firstAt),
    newestAt: Number(row.newestAt),
    concurrent,
    concurrentAt: concurrent === null ? null : known(row.concurrentAt),
    peakConcurrent: known(row.peakConcurrent),
    views: known(row.views),
    likes: known(row.likes),
    comments: known(row.comments),
    curve: (row.curve as unknown as [string, string][]).map(([at, value]) => [Number(at), Number(value)]),
  };
}

const entryFeedOf = (row: Row): EntryFeed => ({
  accountKey: String(row.accountKey),
  newestAt: Number(row.newestAt),
  recent: Number(row.recent),
});

export const minuteOf = (row: Row): KeyedMinute => ({
  accountKey: String(row.accountKey),
  sessionId: String(row.sessionId),
  minute: Number(row.at),
  concurrent: known(row.concurrent),
  views: known(row.views),
  likes: known(row.likes),
  comments: known(row.comments),
  gifts: known(row.gifts),
  paidEntries: known(row.paid_entries),
});
