/**
 * What the minute curve of one session looks like. `c` is concurrency. Nulls: the minutes do not tell it, or it has no meaning (a correlation with a
 * constant). Steps are in units of what honest rooms of that size stay under in 19 minutes of 20 (`HONEST_STEP`).
 */
export const SHAPES = [
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
const corr = (a: string, b: string): string => `if(n >= 15, arrayReduce('corrStable', ${a}, ${b}), NULL)`;
const burst = (values: string, sum: string): string => `if(${sum} >= 20 AND n >= 15, arrayMax(${values}) / ${sum}, NULL)`;
const dispersion = (values: string, sum: string): string =>
  `if(${sum} >= 20 AND n >= 15, arrayReduce('varPop', ${values}) / (${sum} / n), NULL)`;

const COLUMNS: Record<Shape, string> = {
  firstMinute: 't[1]',
  minutes: 'n',
  span: 't[-1] - t[1] + 1',
  concurrencySum: 'if(hasC, whole, NULL)',
  viewsSum: 'sumViews',
  likesSum: 'sumLikes',
  commentsSum: 'sumComments',
  giftsSum: 'sumGifts',
  paidSum: 'sumPaid',
  peak: 'if(hasC, arrayMax(c), NULL)',
  stepUp: 'if(notEmpty(steps), up, NULL)',
  stepUpAt: 'if(notEmpty(steps), stepTimes[indexOf(steps, up)], NULL)',
  stepDown: 'if(notEmpty(steps), -down, NULL)',
  stepDownAt: 'if(notEmpty(steps), stepTimes[indexOf(steps, down)], NULL)',
  roughness: `if(length(deltas) >= 10, arrayReduce('median', deltas), NULL)`,
  flatRun: `if(length(deltas) >= 10, arrayMax(x -> length(x), arraySplit(d -> d > 0.05, deltas)), NULL)`,
  likesWithViews: corr('ls', 'vs'),
  commentsWithConcurrency: corr('ks', 'c'),
  reactionHigh: `if(n >= 15 AND hasC, (reactionsAbove + 0.5) / (above + 1), NULL)`,
  reactionLow: `if(n >= 15 AND hasC, (ifNull(sumLikes, 0) + ifNull(sumComments, 0) - reactionsAbove + 0.5) / (whole - above + 1), NULL)`,
  likesBurst: burst('ls', 'sumLikes'),
  commentsBurst: burst('ks', 'sumComments'),
  viewsBurst: burst('vs', 'sumViews'),
  commentsDispersion: dispersion('ks', 'sumComments'),
  likesDispersion: dispersion('ls', 'sumLikes'),
  variation: `if(n >= 15 AND hasC AND whole > 0, arrayReduce('stddevPop', c) / (whole / n), NULL)`,
  viewsWithSteps: `if(n >= 15 AND sumViews > 0 AND hasC, arrayReduce('corrStable', vs, arrayDifference(c)), NULL)`,
};

/** A minute of several sources is as the most trusted one tells it. */
const MOST_TRUSTED = `
  ORDER BY
    account_key,
    session_id,
    at,
    indexOf({sourcesLastFirst: Array(String)}, source) DESC,
    source
  LIMIT 1 BY
    account_key,
    session_id,
    at`;

const told = (value: string): string => `groupArray(toFloat64(ifNull(${value}, 0)))`;
const sumOf = (value: string): string => `if(count(${value}) > 0, toFloat64(sum(${value})), NULL)`;
const inOrder = (values: string): string => `arraySort((x, y) -> y, ${values}, times)`;
const slice = (values: string, from: string, length: string): string => `arraySlice(${values}, ${from}, ${length})`;

/** What each level adds to those before it; a level that named what it defines itself would have the text of it copied wherever it is named, and that of all before. */
const LEVELS: Record<'ordered' | 'smoothed' | 'stepped' | 'measured', Record<string, string>> = {
  ordered: {
    t: 'arraySort(times)',
    c: inOrder('concurrents'),
    vs: inOrder('viewsTold'),
    ls: inOrder('likesTold'),
    ks: inOrder('commentsTold'),
  },
  smoothed: {
    midC: `arrayReduce('median', c)`,
    whole: 'arraySum(c)',
    mid3: `arrayMap((x, y, z) -> x + y + z - greatest(x, y, z) - least(x, y, z), ${slice('c', '1', 'greatest(0, n - 2)')}, ${slice('c', '2', 'greatest(0, n - 2)')}, ${slice('c', '3', 'greatest(0, n - 2)')})`,
    // the room fills and empties in the first and last tenth
    edge: 'toInt64(greatest(3, intDiv(n, 10)))',
    inside: 'toInt64(greatest(0, n - 5 - 2 * greatest(3, intDiv(n, 10))))',
    deltas: `if(hasC, arrayFilter(
      (delta, later) -> later = 1,
      arrayMap((x, y) -> abs(log((y + 1) / (x + 1))) / ${HONEST_STEP('x')}, arrayPopBack(c), arrayPopFront(c)),
      arrayPopFront(arrayDifference(t))
    ), [])`,
  },
  stepped: {
    steps: `if(hasC, arrayFilter(
      (step, first, last) -> last - first = 5,
      arrayMap((before, after) -> log((after + 1) / (before + 1)) / ${HONEST_STEP('before')}, ${slice('mid3', '1 + edge', 'inside')}, ${slice('mid3', '4 + edge', 'inside')}),
      ${slice('t', '1 + edge', 'inside')},
      ${slice('t', '6 + edge', 'inside')}
    ), [])`,
    stepTimes: `if(hasC, arrayFilter((at, first, last) -> last - first = 5, ${slice('t', '4 + edge', 'inside')}, ${slice('t', '1 + edge', 'inside')}, ${slice('t', '6 + edge', 'inside')}), [])`,
    // counts are whole numbers, so that what is not above is the rest
    above: 'arraySum(x -> if(x > midC, x, 0), c)',
    reactionsAbove: 'arraySum((l, k, x) -> if(x > midC, l + k, 0), ls, ks, c)',
  },
  measured: { up: 'arrayMax(steps)', down: 'arrayMin(steps)' },
};
const KEPT = ['account_key', 'session_id', 'n', 'hasC', 'sumViews', 'sumLikes', 'sumComments', 'sumGifts', 'sumPaid'];

/** Levels over `drawn`, each a subquery over the one before. */
function levels(): string {
  let [from, known] = ['drawn', KEPT];
  return Object.entries(LEVELS)
    .map(([name, added]) => {
      const columns = [...known, ...Object.entries(added).map(([column, sql]) => `${sql} AS ${column}`)];
      const level = `${name} AS (
  SELECT
    ${columns.join(',\n    ')}
  FROM ${from}
)`;
      [from, known] = [name, [...known, ...Object.keys(added)]];
      return level;
    })
    .join(',\n');
}

/**
 * Shapes by account: ids of sessions, and per session its shapes in their order. `mixed`: some account has several sources, or seconds in its minutes, so that a
 * minute of a session may be there more than once. Lambdas take arrays side by side and never capture one: a captured array is copied for each element.
 */
export const shapesSql = (mixed: boolean): string => `WITH told AS (
  SELECT
    account_key,
    session_id,
    toInt64(intDiv(toUnixTimestamp(minute), 60)) AS at,
    concurrent,
    views,
    likes,
    comments,
    gifts,
    paid_entries
  FROM facts(minutes)
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
    AND minute >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to: Int64}, 'UTC')${mixed ? MOST_TRUSTED : ''}
),
drawn AS (
  SELECT
    account_key,
    session_id,
    toInt64(count()) AS n,
    count(concurrent) > 0 AS hasC,
    groupArray(at) AS times,
    ${told('concurrent')} AS concurrents,
    ${told('views')} AS viewsTold,
    ${told('likes')} AS likesTold,
    ${told('comments')} AS commentsTold,
    ${sumOf('views')} AS sumViews,
    ${sumOf('likes')} AS sumLikes,
    ${sumOf('comments')} AS sumComments,
    ${sumOf('gifts')} AS sumGifts,
    ${sumOf('paid_entries')} AS sumPaid
  FROM told
  GROUP BY
    account_key,
    session_id
),
${levels()},
shape AS (
  SELECT
    account_key,
    session_id,
    ${SHAPES.map((shape) => `toNullable(toFloat64(${COLUMNS[shape]})) AS ${shape}Known`).join(',\n    ')}
  FROM measured
)
SELECT
  toString(account_key) AS account,
  groupArray(session_id) AS sessions,
  groupArray([${SHAPES.map((shape) => `if(isFinite(${shape}Known), ${shape}Known, NULL)`).join(', ')}]) AS shapes
FROM shape
GROUP BY account_key
SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1`;
