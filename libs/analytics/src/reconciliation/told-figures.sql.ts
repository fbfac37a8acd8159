import type { ReconciledFigure } from '@app/contracts';

/** Only columns of one meaning meet: persons with persons, views with views, the whole room with the whole room. */
export const SESSION_FIGURES = {
  views: 'views',
  uniqueViewers: 'unique_viewers',
  peakConcurrent: 'peak_concurrent',
  averageDwellSeconds: 'average_dwell_seconds',
  impressions: 'impressions',
  impressionViewers: 'impression_viewers',
  likes: 'likes',
  comments: 'comments',
  shares: 'shares',
  follows: 'follows',
  leads: 'leads',
} as const satisfies Partial<Record<ReconciledFigure, string>>;
export const VIDEO_FIGURES = { plays: 'plays', likes: 'likes', comments: 'comments', shares: 'shares', favorites: 'favorites' } as const;

const toldOf = (figures: Readonly<Record<string, string>>): string =>
  `[${Object.entries(figures)
    .map(([figure, column]) => `('${figure}', toNullable(toFloat64(${column})))`)
    .join(', ')}]`;
const OF_ACCOUNTS = { one: 'account_key = {account: UInt64}', many: 'account_key IN {accounts: Array(UInt64)}' } as const;

/**
 * What every source tells of the named figures of the named things (sessions, videos, business days): one row per value. Of a video its readings from `from`
 * to `to` (epoch ms). Of one account (`account`) or several (`accounts`).
 */
export function toldFigures(accounts: keyof typeof OF_ACCOUNTS): string {
  const where = `brand_id = {brandId: UInt32} AND ${OF_ACCOUNTS[accounts]}`;
  const ofDays = `${where} AND toString(day) IN {subjects: Array(String)}`;
  return `SELECT
  toString(account_key) AS account,
  kind,
  figure,
  subject,
  at,
  source,
  value
FROM (
  SELECT account_key, 'session' AS kind, told.1 AS figure, session_id AS subject, toString(started_at) AS at, toString(source) AS source, told.2 AS value
  FROM facts(sessions)
  ARRAY JOIN ${toldOf(SESSION_FIGURES)} AS told
  WHERE ${where} AND session_id IN {subjects: Array(String)}
  UNION ALL
  SELECT account_key, 'video' AS kind, told.1 AS figure, video_id AS subject, toString(read_at) AS at, toString(source) AS source, told.2 AS value
  FROM facts(video_readings)
  ARRAY JOIN ${toldOf(VIDEO_FIGURES)} AS told
  WHERE ${where} AND video_id IN {subjects: Array(String)}
    AND read_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND read_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
  UNION ALL
  SELECT account_key, 'day' AS kind, 'followers' AS figure, toString(day) AS subject, toString(day) AS at, toString(source) AS source, toFloat64(total) AS value
  FROM facts(follower_readings)
  WHERE ${ofDays}
  UNION ALL
  SELECT account_key, 'day' AS kind, 'dailyLeads' AS figure, toString(day) AS subject, toString(day) AS at, toString(source) AS source, toFloat64(sum(count)) AS value
  FROM facts(leads)
  WHERE ${ofDays}
  GROUP BY account_key, day, source
)
WHERE value IS NOT NULL AND figure IN {figures: Array(String)}
ORDER BY
  account,
  kind,
  figure,
  subject,
  at,
  source`;
}

/** A row of `toldFigures`. `at`: start, reading, or business day, UTC. */
export interface ToldValue {
  account: string;
  kind: 'session' | 'video' | 'day';
  figure: ReconciledFigure;
  subject: string;
  at: string;
  source: string;
  value: number;
}
