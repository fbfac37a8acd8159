import type { Period, ReconciledFigure, Source } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { ToldFigure } from './reconciliation';
import { SESSION_FIGURES, VIDEO_FIGURES } from './told-figures.sql';

export interface ReconciliationWindow extends Period {
  brandId: number;
  zone: string;
  fromDay: string;
  toDay: string;
  /** Keys of the accounts that are asked for; absent: all of the brand. */
  accounts?: bigint[];
}

interface ToldRow {
  accountKey: string;
  subject: string;
  day: string;
  sources: Source[];
  figures: (number | null)[][];
}

const inPeriod = (column: string) =>
  `${column} >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`;
/** Sources may tell another start, but not another day. */
const SESSIONS = (where: string): string => `
SELECT
  toString(account_key) AS accountKey,
  session_id AS subject,
  toString(toDate(min(started_at), {zone: String})) AS day,
  groupArray(toString(source)) AS sources,
  groupArray([${Object.values(SESSION_FIGURES)
    .map((column) => `toNullable(toFloat64(${column}))`)
    .join(', ')}]) AS figures
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32}${where}
  AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') - INTERVAL 1 DAY
  AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC') + INTERVAL 1 DAY
GROUP BY
  account_key,
  session_id
HAVING count() > 1 AND ${inPeriod('min(started_at)')}`;

/**
 * The last reading of the period by each source, with the other sources' readings around it: totals only grow, so a true one lies between the reading
 * before and the reading after. What lies between has no difference; the nearer bound is what it is compared with.
 */
const VIDEOS = (where: string): string => `
WITH reading AS (
  SELECT
    account_key,
    video_id,
    toString(source) AS source,
    read_at,
    [${Object.values(VIDEO_FIGURES)
      .map((column) => `toNullable(toFloat64(${column}))`)
      .join(', ')}] AS figures
  FROM facts(video_readings)
  WHERE brand_id = {brandId: UInt32}${where} AND ${inPeriod('read_at')} AND (account_key, video_id) IN (
      SELECT account_key, video_id
      FROM candidates(video_readings)
      WHERE brand_id = {brandId: UInt32}${where} AND ${inPeriod('read_at')}
      GROUP BY account_key, video_id
      HAVING uniqExact(source) > 1
    )
),
latest AS (
  SELECT account_key, video_id, source, max(read_at) AS at, argMax(figures, read_at) AS told
  FROM reading
  GROUP BY account_key, video_id, source
)
SELECT
  toString(latest.account_key) AS accountKey,
  latest.video_id AS subject,
  toString(toDate(any(latest.at), {zone: String})) AS day,
  latest.source AS source,
  reading.source AS otherSource,
  any(latest.told) AS told,
  argMaxIf(reading.figures, reading.read_at, reading.read_at <= latest.at) AS before,
  argMinIf(reading.figures, reading.read_at, reading.read_at >= latest.at) AS after
FROM latest
INNER JOIN reading ON reading.account_key = latest.account_key AND reading.video_id = latest.video_id
WHERE latest.source != reading.source
GROUP BY
  latest.account_key,
  latest.video_id,
  latest.source,
  reading.source`;

const DAYS = (where: string): string => `
SELECT
  toString(account_key) AS accountKey,
  figure,
  toString(day) AS day,
  groupArray(source) AS sources,
  groupArray(value) AS told
FROM (
  SELECT account_key, 'followers' AS figure, day, toString(source) AS source, toFloat64(total) AS value
  FROM facts(follower_readings)
  WHERE brand_id = {brandId: UInt32}${where} AND day >= {fromDay: Date} AND day < {toDay: Date}
  UNION ALL
  SELECT account_key, 'dailyLeads' AS figure, day, toString(source) AS source, toFloat64(sum(count)) AS value
  FROM facts(leads)
  WHERE brand_id = {brandId: UInt32}${where} AND day >= {fromDay: Date} AND day < {toDay: Date}
  GROUP BY account_key, day, source
)
GROUP BY
  account_key,
  figure,
  day
HAVING count() > 1`;

/** Accounts with entries in the period: only their rooms can be compared with a feed. */
const FED = `
SELECT DISTINCT toString(account_key) AS accountKey
FROM candidates(entries)
WHERE brand_id = {brandId: UInt32} AND ${inPeriod('entered_at')}
ORDER BY accountKey`;

/** Reads what several sources tell. */
export class ReconciliationReader {
  private readonly where: string;

  constructor(
    private readonly warehouse: Pick<Warehouse, 'query'>,
    private readonly window: ReconciliationWindow,
  ) {
    this.where = window.accounts ? ' AND account_key IN {accounts: Array(UInt64)}' : '';
  }

  async figures(order: readonly Source[]): Promise<ToldFigure[]> {
    const [sessions, videos, days] = await Promise.all([this.sessions(), this.videos(order), this.days()]);
    return [...sessions, ...videos, ...days];
  }

  async fedAccounts(): Promise<string[]> {
    return (await this.rows<{ accountKey: string }>('reconciliation.fed', FED)).map(({ accountKey }) => accountKey);
  }

  private async sessions(): Promise<ToldFigure[]> {
    const rows = await this.rows<ToldRow>('reconciliation.sessions', SESSIONS(this.where));
    const names = Object.keys(SESSION_FIGURES) as ReconciledFigure[];
    return rows.flatMap(({ accountKey, subject, day, sources, figures }) =>
      names.flatMap((figure, at) => {
        const values = sources.flatMap((source, place) => valueOf(source, figures[place][at]));
        return values.length > 1 ? [{ accountKey, figure, subject, day, values }] : [];
      }),
    );
  }

  /** The value that counts is what the trusted source's readings allow at the moment of the other's. */
  private async videos(order: readonly Source[]): Promise<ToldFigure[]> {
    const rows = await this.rows<VideoRow>('reconciliation.videos', VIDEOS(this.where));
    const names = Object.keys(VIDEO_FIGURES) as ReconciledFigure[];
    const rank = (source: Source) => (order.includes(source) ? order.indexOf(source) : order.length);
    return rows
      .filter(({ source, otherSource }) => rank(otherSource) < rank(source))
      .flatMap(({ accountKey, subject, day, source, otherSource, told, before, after }) =>
        names.flatMap((figure, at) => {
          const allowed = nearest(told[at], before[at] ?? null, after[at] ?? null);
          if (allowed === null) return [];
          return [{ accountKey, figure, subject, day, values: [...valueOf(otherSource, allowed), ...valueOf(source, told[at])] }];
        }),
      );
  }

  private async days(): Promise<ToldFigure[]> {
    const rows = await this.rows<DayRow>('reconciliation.days', DAYS(this.where));
    return rows.map(({ accountKey, figure, day, sources, told }) => ({
      accountKey,
      figure,
      subject: day,
      day,
      values: sources.map((source, at) => ({ source, value: told[at] })),
    }));
  }

  private rows<Row>(name: string, sql: string): Promise<Row[]> {
    return this.warehouse.query<Row>({ name, sql, params: { ...this.window }, maxSeconds: 120, maxRows: 0 });
  }
}

interface VideoRow {
  accountKey: string;
  subject: string;
  day: string;
  source: Source;
  otherSource: Source;
  told: (number | null)[];
  before: (number | null)[];
  after: (number | null)[];
}
interface DayRow {
  accountKey: string;
  figure: 'followers' | 'dailyLeads';
  day: string;
  sources: Source[];
  told: number[];
}

const valueOf = (source: Source, value: number | null | undefined) => (value === null || value === undefined ? [] : [{ source, value }]);

/** The value between both bounds that is nearest to what was told; null when nothing is told or known. Without a later reading more is possible. */
function nearest(told: number | null, before: number | null, after: number | null): number | null {
  if (told === null || (before === null && after === null)) return null;
  const most = after ?? Infinity;
  const least = Math.min(before ?? 0, most);
  return Math.min(Math.max(told, least), most);
}
