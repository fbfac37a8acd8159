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
/** Places in what is told of a minute: 1 the minute, 2 minus the trust in its source, 3 concurrency, 4 views, 5 likes, 6 gifts, 7 paid entries, 8 comments. */
const known = (place: number): string => `arrayMap(x -> toFloat64(ifNull(x.${place}, 0)), merged)`;
const sumOf = (place: number): string =>
  `if(arrayExists(x -> x.${place} IS NOT NULL, merged), arraySum(x -> toFloat64(ifNull(x.${place}, 0)), merged), NULL)`;
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
  giftsSum: 'sumGifts',
  paidSum: 'sumPaid',
  peak: 'if(hasC, arrayMax(c), NULL)',
  stepUp: 'if(notEmpty(steps), arrayMax(steps), NULL)',
  stepUpAt: `if(notEmpty(steps), arrayReduce('argMax', stepTimes, steps), NULL)`,
  stepDown: 'if(notEmpty(steps), -arrayMin(steps), NULL)',
  stepDownAt: `if(notEmpty(steps), arrayReduce('argMin', stepTimes, steps), NULL)`,
  roughness: `if(length(deltas) >= 10, arrayReduce('median', deltas), NULL)`,
  flatRun: `if(length(deltas) >= 10, arrayMax(x -> length(x), arraySplit(d -> d > 0.05, deltas)), NULL)`,
  likesWithViews: corr('ls', 'vs'),
  commentsWithConcurrency: corr('ks', 'c'),
  reactionHigh: `if(n >= 15 AND hasC, (arraySum((l, k, x) -> if(x > midC, l + k, 0), ls, ks, c) + 0.5) / (arraySum(x -> if(x > midC, x, 0), c) + 1), NULL)`,
  reactionLow: `if(n >= 15 AND hasC, (arraySum((l, k, x) -> if(x <= midC, l + k, 0), ls, ks, c) + 0.5) / (arraySum(x -> if(x <= midC, x, 0), c) + 1), NULL)`,
  likesBurst: burst('ls', 'sumLikes'),
  commentsBurst: burst('ks', 'sumComments'),
  viewsBurst: burst('vs', 'sumViews'),
  commentsDispersion: dispersion('ks', 'sumComments'),
  likesDispersion: dispersion('ls', 'sumLikes'),
  variation: `if(n >= 15 AND hasC AND arraySum(c) > 0, arrayReduce('stddevPop', c) / (arraySum(c) / n), NULL)`,
  viewsWithSteps: `if(n >= 15 AND sumViews > 0 AND hasC, arrayReduce('corrStable', vs, arrayDifference(c)), NULL)`,
};

// Lambdas take arrays side by side and never capture one: a captured array is copied for each element.
const shapesSql = (where: string): string => `WITH told_session AS (
  SELECT
    account_key,
    session_id,
    arraySort(x -> x.1 * 100 + x.2, groupArray((
      toInt64(intDiv(toUnixTimestamp(minute), 60)), -toInt64(indexOf({sourcesLastFirst: Array(String)}, source)),
      concurrent, views, likes, gifts, paid_entries, comments
    ))) AS told
  FROM facts(minutes)
  WHERE brand_id = {brandId: UInt32}${where}
    AND minute >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
  GROUP BY
    account_key,
    session_id
),
merged_session AS (
  SELECT
    account_key,
    session_id,
    arrayFilter((x, later, place) -> place = 1 OR later != 0, told, arrayDifference(arrayMap(x -> x.1, told)), arrayEnumerate(told)) AS merged
  FROM told_session
),
curve AS (
  SELECT
    account_key,
    session_id,
    toInt64(length(merged)) AS n,
    arrayMap(x -> x.1, merged) AS t,
    arrayExists(x -> x.3 IS NOT NULL, merged) AS hasC,
    ${known(3)} AS c,
    ${known(4)} AS vs,
    ${known(5)} AS ls,
    ${known(8)} AS ks,
    ${sumOf(4)} AS sumViews,
    ${sumOf(5)} AS sumLikes,
    ${sumOf(8)} AS sumComments,
    ${sumOf(6)} AS sumGifts,
    ${sumOf(7)} AS sumPaid,
    arrayReduce('median', c) AS midC,
    arrayMap((x, y, z) -> x + y + z - greatest(x, y, z) - least(x, y, z), arraySlice(c, 1, greatest(0, n - 2)), arraySlice(c, 2, greatest(0, n - 2)), arraySlice(c, 3, greatest(0, n - 2))) AS mid3,
    -- the room fills and empties in the first and last tenth
    toInt64(greatest(3, intDiv(n, 10))) AS edge,
    toInt64(greatest(0, n - 5 - 2 * edge)) AS inside,
    arrayFilter(
      (delta, later) -> hasC AND later = 1,
      arrayMap((x, y) -> abs(log((y + 1) / (x + 1))) / ${HONEST_STEP('x')}, arrayPopBack(c), arrayPopFront(c)),
      arrayPopFront(arrayDifference(t))
    ) AS deltas,
    arrayFilter(
      (step, first, last) -> hasC AND last - first = 5,
      arrayMap((before, after) -> log((after + 1) / (before + 1)) / ${HONEST_STEP('before')}, arraySlice(mid3, 1 + edge, inside), arraySlice(mid3, 4 + edge, inside)),
      arraySlice(t, 1 + edge, inside),
      arraySlice(t, 6 + edge, inside)
    ) AS steps,
    arrayFilter((at, first, last) -> hasC AND last - first = 5, arraySlice(t, 4 + edge, inside), arraySlice(t, 1 + edge, inside), arraySlice(t, 6 + edge, inside)) AS stepTimes
  FROM merged_session
),
shape AS (
  SELECT
    account_key,
    session_id,
    ${SHAPES.map((shape) => `toNullable(toFloat64(${COLUMNS[shape]})) AS ${shape}Known`).join(',\n    ')}
  FROM curve
)
SELECT
  toString(account_key) AS account,
  groupArray(session_id) AS sessions,
  groupArray([${SHAPES.map((shape) => `if(isFinite(${shape}Known), ${shape}Known, NULL)`).join(', ')}]) AS shapes
FROM shape
GROUP BY account_key
SETTINGS optimize_aggregation_in_order = 1`;

/** Accounts of one statement: the curves of so many are in memory at once. */
const ACCOUNTS_AT_ONCE = 50;

/**
 * Shapes of the minute curves of all sessions of the history and the window, by account. Computed in the store, some dozen accounts at a time (the
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
