import { Injectable } from '@nestjs/common';
import { addMonths, businessMonth, monthNumber, type DwellBin } from '@app/contracts';
import { Warehouse } from '@app/warehouse';
import { DAY_MS, MINUTE_COLUMNS, minuteOf, said, sessionOf, type KeyedMinute, type LatestSession, type Row } from './live.reader';

/** Where the bins of a dwell histogram begin, seconds. */
const DWELL_BINS = [0, 10, 30, 60, 180, 600, 1800];
/** Days of a room's own past that a histogram is held against. */
const BEFORE_DAYS = 28;

const OF_SESSION = `SELECT
  ${MINUTE_COLUMNS}
FROM (
  ${said('account_key = {account: UInt64} AND session_id = {sessionId: String}')}
)
ORDER BY minute`;

const ENTRIES_OF_SESSION = `SELECT
  toUnixTimestamp64Milli(toDateTime64(toStartOfMinute(entered_at), 3)) AS minute,
  uniqExact((viewer_key, entered_at, entry_key)) AS entries
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND month IN {months: Array(UInt32)} AND account_key = {account: UInt64}
  AND entered_at >= fromUnixTimestamp64Milli({from: Int64}) AND entered_at < fromUnixTimestamp64Milli({to: Int64})
GROUP BY minute
ORDER BY minute`;

const DWELL_OF_SESSION = `SELECT
  toUInt32(roundDown(ifNull(dwell_seconds, 0), {bins: Array(UInt32)})) AS fromSeconds,
  uniqExactIf((viewer_key, entered_at, entry_key), entered_at >= fromUnixTimestamp64Milli({from: Int64})) AS entries,
  uniqExactIf((viewer_key, entered_at, entry_key), entered_at < fromUnixTimestamp64Milli({from: Int64})) AS before
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND month IN {months: Array(UInt32)} AND account_key = {account: UInt64} AND dwell_seconds IS NOT NULL
  AND entered_at >= fromUnixTimestamp64Milli({since: Int64}) AND entered_at < fromUnixTimestamp64Milli({to: Int64})
GROUP BY fromSeconds`;

const ONE_SESSION = `SELECT
  toString(account_key) AS accountKey,
  session_id AS sessionId,
  toUnixTimestamp64Milli(argMax(started_at, observed_at)) AS startedAt,
  toUnixTimestamp64Milli(argMaxIf(ended_at, observed_at, ended_at IS NOT NULL)) AS endedAt,
  argMaxIf(title, observed_at, title != '') AS title,
  argMaxIf(sessions.views, observed_at, sessions.views IS NOT NULL) AS views
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id = {sessionId: String}
GROUP BY
  account_key,
  session_id`;

/** What the fact store tells of one broadcast. Instants epoch ms. */
@Injectable()
export class LiveSessionReader {
  constructor(private readonly warehouse: Warehouse) {}

  /** Null: no source has told of the session itself. */
  async session(brandId: number, account: string, sessionId: string): Promise<LatestSession | null> {
    const params = { brandId, account: BigInt(account), sessionId };
    const [row] = await this.warehouse.query<Row>({ name: 'live.session', sql: ONE_SESSION, params });
    return row ? sessionOf(row) : null;
  }

  async minutesOf(brandId: number, account: string, sessionId: string): Promise<KeyedMinute[]> {
    const params = { brandId, account: BigInt(account), sessionId };
    return (await this.warehouse.query<Row>({ name: 'live.session_minutes', sql: OF_SESSION, params, maxRows: 20_000 })).map(minuteOf);
  }

  async entriesOf(
    { brandId, zone }: { brandId: number; zone: string },
    account: string,
    { from, to }: { from: number; to: number },
  ): Promise<{ minute: number; entries: number }[]> {
    const params = { brandId, account: BigInt(account), from, to, months: monthsOver({ from, to }, zone) };
    const rows = await this.warehouse.query<Row>({ name: 'live.session_entries', sql: ENTRIES_OF_SESSION, params, maxRows: 20_000 });
    return rows.map(({ minute, entries }) => ({ minute: Number(minute), entries: Number(entries) }));
  }

  /** Empty where no entry of a known dwell is in the span. */
  async dwellOf(
    { brandId, zone }: { brandId: number; zone: string },
    account: string,
    { from, to }: { from: number; to: number },
  ): Promise<DwellBin[]> {
    const since = from - BEFORE_DAYS * DAY_MS;
    const params = { brandId, account: BigInt(account), from, to, since, bins: DWELL_BINS, months: monthsOver({ from: since, to }, zone) };
    const rows = await this.warehouse.query<Row>({ name: 'live.session_dwell', sql: DWELL_OF_SESSION, params });
    if (!rows.some(({ entries }) => Number(entries) > 0)) return [];
    const known = new Map(rows.map(({ fromSeconds, entries, before }) => [Number(fromSeconds), [Number(entries), Number(before)]]));
    return DWELL_BINS.map((fromSeconds) => {
      const [entries, before] = known.get(fromSeconds) ?? [0, 0];
      return { fromSeconds, entries, before };
    });
  }
}

/** Business months that a span reaches into, as numbers. */
function monthsOver({ from, to }: { from: number; to: number }, zone: string): number[] {
  const last = businessMonth(to, zone);
  const months = [businessMonth(from, zone)];
  while (months[months.length - 1] < last) months.push(addMonths(months[months.length - 1], 1));
  return months.map(monthNumber);
}
