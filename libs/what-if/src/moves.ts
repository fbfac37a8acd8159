import { sumCny } from '@app/analytics';
import { Move, RankingRow, Subject, Tier, WhatIfRow, WhatIfSummary } from '@app/contracts';
import { knownParts } from '@app/reports';
import { reasonsOf } from './reasons';

/** A rank that moves at least so far is counted in the summary, unless somebody says otherwise. */
export const RANK_STEP = 10;

/** Who a row is about, in all answers of one question. */
export const subjectKey = ({ level, platform, accountId, dealerId, adcode, salesRegion, brand }: Subject): string =>
  JSON.stringify([level, platform, accountId, dealerId, adcode, salesRegion, brand]);

/** Both answers side by side, the largest move first: in or out of the ranking, places, tier, score, value; ids only order rows. */
export function movesOf(before: readonly RankingRow[], after: readonly RankingRow[]): WhatIfRow[] {
  const was = new Map(before.map((row) => [subjectKey(row), row]));
  return after
    .flatMap((row) => {
      const own = was.get(subjectKey(row));
      return own ? [moveOf(own, row)] : [];
    })
    .sort((a, b) => compareMoves(a, b) || (subjectKey(a) < subjectKey(b) ? -1 : 1));
}

function moveOf(before: RankingRow, after: RankingRow): WhatIfRow {
  const move = <Field extends keyof RankingRow>(field: Field): Move<RankingRow[Field]> => ({ before: before[field], after: after[field] });
  const comparable = before.rank !== null && after.rank !== null && knownParts(before) === knownParts(after);
  return {
    ...subjectOf(after),
    rank: move('rank'),
    places: comparable ? before.rank! - after.rank! : null,
    score: move('score'),
    valueCny: move('valueCny'),
    showroomVisitors: move('showroomVisitors'),
    earnedTier: move('earnedTier'),
    trailingValueCny: move('trailingValueCny'),
    ...(before.tierCounts && after.tierCounts ? { tierCounts: { before: before.tierCounts, after: after.tierCounts } } : {}),
    reasons: reasonsOf(before, after),
  };
}

const SUBJECT_FIELDS = [
  'level',
  'accountId',
  'platform',
  'dealerId',
  'adcode',
  'salesRegion',
  'brand',
  'name',
  'dealerName',
  'ownerKind',
  'declaredTier',
  'undeclared',
] as const satisfies readonly (keyof Subject)[];

/** The part of a row that says who it is about. */
export function subjectOf(row: Subject): Subject {
  const subject: Record<string, unknown> = {};
  for (const field of SUBJECT_FIELDS) if (row[field] !== undefined) subject[field] = row[field];
  return subject as unknown as Subject;
}

export const differs = ({ before, after }: Move<unknown>): boolean => JSON.stringify(before) !== JSON.stringify(after);

const FIGURES = ['rank', 'score', 'valueCny', 'showroomVisitors', 'earnedTier', 'trailingValueCny'] as const;

/** Does any figure of the row change? */
export const isChanged = (row: WhatIfRow): boolean =>
  FIGURES.some((figure) => differs(row[figure])) || (row.tierCounts !== undefined && differs(row.tierCounts));

const crosses = ({ rank }: WhatIfRow): boolean => (rank.before === null) !== (rank.after === null);
const size = ({ before, after }: Move<number | null>): number => Math.abs((after ?? 0) - (before ?? 0));

function compareMoves(a: WhatIfRow, b: WhatIfRow): number {
  return (
    Number(crosses(b)) - Number(crosses(a)) ||
    Math.abs(b.places ?? 0) - Math.abs(a.places ?? 0) ||
    Number(differs(b.earnedTier)) - Number(differs(a.earnedTier)) ||
    size(b.score) - size(a.score) ||
    valueSize(b) - valueSize(a) ||
    Number(isChanged(b)) - Number(isChanged(a)) ||
    (a.rank.after ?? Infinity) - (b.rank.after ?? Infinity) ||
    0
  );
}

/** For the order of rows only: money itself stays exact. */
const valueSize = ({ valueCny: { before, after } }: WhatIfRow): number => Math.abs(Number(after ?? 0) - Number(before ?? 0));

const HEIGHT: Record<Tier, number> = { head: 3, base: 2, outer: 1, incubating: 1 };
const climb = ({ earnedTier: { before, after } }: WhatIfRow): number =>
  (after === null ? 0 : HEIGHT[after]) - (before === null ? 0 : HEIGHT[before]);

/** How many move, and where to. Values are exact sums over the rows. */
export function summaryOf(rows: readonly WhatIfRow[], rankStep: number): WhatIfSummary {
  const count = (holds: (row: WhatIfRow) => boolean): number => rows.filter(holds).length;
  return {
    subjects: rows.length,
    changed: count(isChanged),
    ranksUp: count(({ places }) => (places ?? 0) > 0),
    ranksDown: count(({ places }) => (places ?? 0) < 0),
    rankStep,
    ranksByStep: count(({ places }) => places !== null && Math.abs(places) >= rankStep && places !== 0),
    entersRanking: count(({ rank }) => rank.before === null && rank.after !== null),
    leavesRanking: count(({ rank }) => rank.before !== null && rank.after === null),
    tiersChanged: count(({ earnedTier }) => differs(earnedTier)),
    tiersUp: count((row) => climb(row) > 0),
    tiersDown: count((row) => climb(row) < 0),
    valueCny: { before: totalOf(rows, 'before'), after: totalOf(rows, 'after') },
  };
}

function totalOf(rows: readonly WhatIfRow[], side: 'before' | 'after'): string | null {
  const known = rows.map((row) => row.valueCny[side]).filter((value) => value !== null);
  return known.length === 0 ? null : sumCny(known);
}
