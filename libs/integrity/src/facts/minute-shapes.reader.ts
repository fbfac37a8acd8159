import type { DetectorScope, ScannedAccount } from '../detector';
import { isWhole, readOnce } from './account-filter';

/**
 * What the minute curve of one session looks like. `c` is concurrency. Nulls: the minutes do not tell it, or it has no meaning (a correlation with a
 * constant). Steps are in units of what honest rooms of that size stay under in 19 minutes of 20 (`HONEST_STEP`).
 */
const SHAPES = [
  'firstMinute',
  'minutes',
  'span',
  'concurrencySum',
  'viewsSum',
  'likesSum',
  'commentsSum',
  'giftsSum',
  'paidSum',
  'peak',
  'stepUp',
  'stepUpAt',
  'stepDown',
  'stepDownAt',
  'roughness',
  'flatRun',
  'likesWithViews',
  'commentsWithConcurrency',
  'reactionHigh',
  'reactionLow',
  'likesBurst',
  'commentsBurst',
  'viewsBurst',
  'commentsDispersion',
  'likesDispersion',
  'variation',
  'viewsWithSteps',
] as const;
export type Shape = (typeof SHAPES)[number];
export type MinuteShape = Record<Shape, number | null> & { sessionId: string };

/**
 * The level shift over one minute (medians of three minutes before and after) that 19 of 20 honest minutes stay under, by the level. Fitted to
 * youtube_live_5s (ProjectIncubator, 8 streams of 8 to 16,471 viewers): .51 at 36 viewers, .21 at 120, .06 at 900, .033 at 9,000.
 */
const HONEST_STEP = (level: string): string => `least(0.55, greatest(0.033, 2.6 / sqrt(${level} + 1)))`;
/** Minutes at both ends that are the room filling and emptying: a tenth, at least three. */
const EDGE = 'toInt64(greatest(3, floor(n / 10)))';
const known = (place: number): string => `arrayMap(m -> toFloat64(ifNull(m.${place}, 0)), m)`;
const sumOf = (place: number): string =>
  `if(arrayExists(m -> m.${place} IS NOT NULL, m), arraySum(m -> toFloat64(ifNull(m.${place}, 0)), m), NULL)`;
const corr = (a: string, b: string): string => `if(n >= 15, arrayReduce('corrStable', ${a}, ${b}), NULL)`;
const burst = (values: string, sum: string): string => `if(${sum} >= 20 AND n >= 15, arrayMax(${values}) / ${sum}, NULL)`;
const dispersion = (values: string, sum: string): string =>
  `if(${sum} >= 20 AND n >= 15, arrayReduce('varPop', ${values}) / (${sum} / n), NULL)`;

const COLUMNS: Record<Shape, string> = {
  firstMinute: 't[1]',
  minutes: 'n',
  span: 't[-1] - t[1] + 1',
  concurrencySum: 'if(hasC, arraySum(c), NULL)',
  viewsSum: 'sumViews',
  likesSum: 'sumLikes',
  commentsSum: 'sumComments',
  giftsSum: sumOf(6),
  paidSum: sumOf(7),
  peak: 'if(hasC, arrayMax(c), NULL)',
  stepUp: 'if(notEmpty(inner), arrayMax(s -> s.1, inner), NULL)',
  stepUpAt: 'if(notEmpty(inner), arraySort(s -> -s.1, inner)[1].2, NULL)',
  stepDown: 'if(notEmpty(inner), -arrayMin(s -> s.1, inner), NULL)',
  stepDownAt: 'if(notEmpty(inner), arraySort(s -> s.1, inner)[1].2, NULL)',
  roughness: `if(length(deltas) >= 10, arrayReduce('median', deltas), NULL)`,
  flatRun: `if(length(deltas) >= 10, arrayMax(x -> length(x), arraySplit(d -> d > 0.05, deltas)), NULL)`,
  likesWithViews: corr('likes', 'views'),
  commentsWithConcurrency: corr('comments', 'c'),
  reactionHigh: `if(n >= 15 AND hasC, (arraySum((l, k, x) -> if(x > midC, l + k, 0), likes, comments, c) + 0.5) / (arraySum(x -> if(x > midC, x, 0), c) + 1), NULL)`,
  reactionLow: `if(n >= 15 AND hasC, (arraySum((l, k, x) -> if(x <= midC, l + k, 0), likes, comments, c) + 0.5) / (arraySum(x -> if(x <= midC, x, 0), c) + 1), NULL)`,
  likesBurst: burst('likes', 'sumLikes'),
  commentsBurst: burst('comments', 'sumComments'),
  viewsBurst: burst('views', 'sumViews'),
  commentsDispersion: dispersion('comments', 'sumComments'),
  likesDispersion: dispersion('likes', 'sumLikes'),
  variation: `if(n >= 15 AND hasC AND arraySum(c) > 0, arrayReduce('stddevPop', c) / (arraySum(c) / n), NULL)`,
  viewsWithSteps: `if(n >= 15 AND sumViews > 0 AND hasC, arrayReduce('corrStable', views, arrayDifference(c)), NULL)`,
};

const shapesSql = (where: string): string => `SELECT
  toString(account_key) AS account,
  groupArray(session_id) AS sessions,
  groupArray([${SHAPES.map((shape) => `toNullable(toFloat64(ifNotFinite(${shape}Known, NULL)))`).join(', ')}]) AS shapes
FROM (
  SELECT
    account_key,
    session_id,
    ${SHAPES.map((shape) => `toNullable(toFloat64(${COLUMNS[shape]})) AS ${shape}Known`).join(',\n    ')}
  FROM (
    SELECT
      account_key,
      session_id,
      arraySort(groupArray((toInt64(toUnixTimestamp(minute) / 60), -toInt64(indexOf({sourcesLastFirst: Array(String)}, source)), concurrent, views, likes, gifts, paid_entries, comments))) AS told,
      arrayFilter((x, i) -> i = 1 OR x.1 != told[i - 1].1, told, arrayEnumerate(told)) AS merged,
      arrayMap(x -> (x.1, x.3, x.4, x.5, x.8, x.6, x.7), merged) AS m,
      arrayMap(x -> x.1, m) AS t,
      length(m) AS n,
      arrayExists(x -> x.2 IS NOT NULL, m) AS hasC,
      ${known(2)} AS c,
      ${known(3)} AS views,
      ${known(4)} AS likes,
      ${known(5)} AS comments,
      ${sumOf(3)} AS sumViews,
      ${sumOf(4)} AS sumLikes,
      ${sumOf(5)} AS sumComments,
      arrayReduce('median', c) AS midC,
      arrayMap(i -> abs(log((c[i] + 1) / (c[i - 1] + 1))) / ${HONEST_STEP('c[i - 1]')}, arrayFilter(i -> hasC AND t[i] = t[i - 1] + 1, range(2, n + 1))) AS deltas,
      arrayMap(
        i -> (log((arraySort([c[i], c[i + 1], c[i + 2]])[2] + 1) / (arraySort([c[i - 1], c[i - 2], c[i - 3]])[2] + 1))
          / ${HONEST_STEP('arraySort([c[i - 1], c[i - 2], c[i - 3]])[2]')}, t[i]),
        arrayFilter(i -> hasC AND t[i + 2] - t[i - 3] = 5, range(toUInt64(${EDGE} + 4), toUInt64(greatest(0, toInt64(n) - ${EDGE} - 1))))
      ) AS inner
    FROM facts(minutes)
    WHERE brand_id = {brandId: UInt32}${where}
      AND minute >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    GROUP BY
      account_key,
      session_id
  )
)
GROUP BY account_key
SETTINGS optimize_aggregation_in_order = 1`;

/** Accounts of one statement: the curves of so many are in memory at once. */
const ACCOUNTS_AT_ONCE = 250;

/**
 * Shapes of the minute curves of all sessions of the history and the window, by account. Computed in the store, a few hundred accounts at a time (the
 * table is sorted by account); accounts without minutes are absent.
 */
export function readMinuteShapes(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Map<string, MinuteShape[]>> {
  return readOnce(scope, 'minuteShapes', accounts, async () => {
    const shapes = new Map<string, MinuteShape[]>();
    for (const part of partsOf(scope, accounts)) {
      const rows = await scope.query<{ account: string; sessions: string[]; shapes: (number | null)[][] }>({
        name: 'integrity.minute_shapes',
        sql: shapesSql(part.where),
        params: { ...part.params, from: scope.historyFrom, to: scope.window.to },
        maxSeconds: 300,
      });
      for (const row of rows) shapes.set(row.account, shapesOf(row));
    }
    return shapes;
  });
}

/** Neighbours in the order of the table: each part reads its own pieces of it only. */
function partsOf(scope: DetectorScope, accounts: readonly ScannedAccount[]): { where: string; params: Record<string, unknown> }[] {
  const keys = accounts.map(({ key }) => BigInt(key)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const parts: { where: string; params: Record<string, unknown> }[] = [];
  for (let at = 0; at < keys.length; at += ACCOUNTS_AT_ONCE) {
    const part = keys.slice(at, at + ACCOUNTS_AT_ONCE);
    parts.push(
      isWhole(scope, accounts)
        ? {
            where: ' AND account_key >= {fromAccount: UInt64} AND account_key <= {toAccount: UInt64}',
            params: { fromAccount: part[0], toAccount: part.at(-1) },
          }
        : { where: ' AND account_key IN {accounts: Array(UInt64)}', params: { accounts: part } },
    );
  }
  return parts;
}

const shapesOf = ({ sessions, shapes }: { sessions: string[]; shapes: (number | null)[][] }): MinuteShape[] =>
  sessions.map((sessionId, at) => ({
    sessionId,
    ...(Object.fromEntries(SHAPES.map((shape, place) => [shape, shapes[at][place]])) as Record<Shape, number | null>),
  }));
