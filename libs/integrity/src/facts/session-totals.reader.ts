import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, isWhole, readOnce } from './account-filter';

/** Figures of a session that sources tell; null is unknown. Times are epoch ms. */
const FIELDS = [
  'started_at',
  'ended_at',
  'views',
  'unique_viewers',
  'peak_concurrent',
  'average_concurrent',
  'watch_seconds',
  'average_dwell_seconds',
  'views_over_1_min',
  'likes',
  'comments',
  'shares',
  'follows',
  'gifts',
  'leads',
  'paid_views',
] as const;
type Field = (typeof FIELDS)[number];

/** The totals of one session, merged over sources, with its business day (days since 1970). */
export interface SessionTotals extends Record<Exclude<Field, 'started_at' | 'ended_at'>, number | null> {
  sessionId: string;
  from: number;
  /** Null: the end is unknown. */
  to: number | null;
  day: number;
}

const isInstant = (field: Field): boolean => field === 'started_at' || field === 'ended_at';
/** A field of the first source that knows it: argMax skips null. */
const MERGED = FIELDS.map((field) => `argMax(${field}, indexOf({sourcesLastFirst: Array(String)}, source)) AS merged_${field}`);
const NUMBERS = FIELDS.map((field) =>
  isInstant(field) ? `toFloat64(toUnixTimestamp64Milli(merged_${field}))` : `toFloat64(merged_${field})`,
);

const sessionsSql = (where: string): string => `SELECT
  toString(account_key) AS account,
  groupArray(session_id) AS sessions,
  groupArray([${NUMBERS.map((number) => `toNullable(${number})`).join(', ')}, toNullable(toFloat64(toInt32(toDate(merged_started_at, {zone: String}))))]) AS figures
FROM (
  SELECT
    account_key,
    session_id,
    ${MERGED.join(',\n    ')}
  FROM facts(sessions)
  WHERE brand_id = {brandId: UInt32}${where}
    AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
  GROUP BY
    account_key,
    session_id
)
GROUP BY account_key`;

/** Sessions from the beginning of the history to the end of the window, by account, in the order of time. One statement; a full scan has read them all. */
export function readSessionTotals(scope: DetectorScope, some: readonly ScannedAccount[]): Promise<Map<string, SessionTotals[]>> {
  const accounts = isWhole(scope, scope.accounts) ? scope.peers : some;
  return readOnce(scope, 'sessions', accounts, async () => {
    const { where, params } = accountFilter(scope, accounts);
    const rows = await scope.query<{ account: string; sessions: string[]; figures: (number | null)[][] }>({
      name: 'integrity.session_totals',
      sql: sessionsSql(where),
      params: { ...params, from: scope.historyFrom, to: scope.window.to },
      maxSeconds: 300,
    });
    const asked = new Set(accounts.map(({ key }) => key));
    return new Map(rows.filter(({ account }) => asked.has(account)).map((row) => [row.account, totalsOf(row)]));
  });
}

const FIGURES = FIELDS.map((field, place) => ({ field, place })).filter(({ field }) => !isInstant(field)) as {
  field: Exclude<Field, 'started_at' | 'ended_at'>;
  place: number;
}[];
const [STARTED, ENDED] = [FIELDS.indexOf('started_at'), FIELDS.indexOf('ended_at')];

function totalsOf({ sessions, figures }: { sessions: string[]; figures: (number | null)[][] }): SessionTotals[] {
  return sessions
    .map((sessionId, at) => {
      const own = figures[at];
      const totals = { sessionId, from: own[STARTED], to: own[ENDED], day: own[FIELDS.length] } as SessionTotals;
      for (const { field, place } of FIGURES) totals[field] = own[place];
      return totals;
    })
    .sort((a, b) => a.from - b.from || (a.sessionId < b.sessionId ? -1 : 1));
}
