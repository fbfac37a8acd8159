import { type SeenRows, isSeen, seenBy } from '@app/access';
import type { PartMemory } from '@app/analytics';
import { Brand, BrandState, Platform, RankingRow, VitrineError } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { monthsUntil } from './brand-facts.reader';
import { readSlices } from './fact-slices';
import { rankingRows } from './ranking-report';
import { readShowroomMonths } from './showroom-answer';
import { ReportContext, contextOf } from './report-context';
import { monthSpan } from './report-period';
import type { BrandScope } from './report-stores';
import type { RankingFacts } from './score-subjects';
import { subjectsOf } from './subjects';

export type SeriesSubject = { level: 'dealer'; dealerId: string } | { level: 'account'; platform: Platform; accountId: string };

/** One month of a subject's series. A month without facts is null throughout: a gap, never 0. */
export interface SeriesMonth {
  month: string;
  showroomVisitors: number | null;
  low: number | null;
  high: number | null;
  valueCny: string | null;
  valueAtLeast: boolean;
  score: number | null;
  rank: number | null;
}

export interface SeriesAsk {
  warehouse: Warehouse;
  memory: PartMemory;
  brand: Brand;
  state: BrandState;
  dataInstant: number;
  scope: BrandScope;
  subject: SeriesSubject;
  last: string;
  months: number;
  withFacts: ReadonlySet<string>;
}

/** Both key figures, score and rank month by month; each month equals its ranking report. Throws not_found for a subject outside brand or scope. */
export async function answerSeries(ask: SeriesAsk): Promise<SeriesMonth[]> {
  const { state, scope, subject } = ask;
  const months = monthsUntil(ask.last, ask.months);
  checkSubject(ask, months);
  const isShown = shownMonths(state, scope, subject);
  const contexts = months
    .filter((month) => ask.withFacts.has(month) && isShown(month))
    .map((month) => contextOf({ ...ask, level: subject.level, regions: 'adcode', period: monthSpan(month, ask.brand.zone) }));
  const rows = new Map<string, SeriesMonth>();
  for (const run of runsOf(contexts)) {
    const [slices, figures] = await Promise.all([readSlices(run), readShowroomMonths(run)]);
    for (const [index, context] of run.entries()) {
      const row = seriesMonth({ context, slice: slices[index], showroom: figures[index] }, subject);
      if (row) rows.set(row.month, row);
    }
  }
  return months.map((month) => rows.get(month) ?? gap(month));
}

function seriesMonth(facts: RankingFacts, subject: SeriesSubject): SeriesMonth | undefined {
  const ranking = rankingRows(facts, subjectsOf(facts.context));
  const row = ranking.find((found) => isSubject(found, subject));
  return row && seriesMonthOf(row);
}

/** Is a row the subject's? */
export const isSubject = (row: RankingRow, subject: SeriesSubject): boolean =>
  subject.level === 'dealer' ? row.dealerId === subject.dealerId : row.platform === subject.platform && row.accountId === subject.accountId;

/** What a series shows of a subject's row of a month's ranking. */
export const seriesMonthOf = (row: RankingRow): SeriesMonth => ({
  month: row.month,
  showroomVisitors: row.showroomVisitors,
  low: row.showroomVisitorsLow,
  high: row.showroomVisitorsHigh,
  valueCny: row.valueCny,
  valueAtLeast: row.valueAtLeast,
  score: row.score,
  rank: row.rank,
});

/** A month of which nothing is known, or shown. */
export const gap = (month: string): SeriesMonth => ({
  month,
  showroomVisitors: null,
  low: null,
  high: null,
  valueCny: null,
  valueAtLeast: false,
  score: null,
  rank: null,
});

/** Adjacent months under one policy: one reading serves them. */
function runsOf(contexts: ReportContext[]): ReportContext[][] {
  const runs: ReportContext[][] = [];
  for (const context of contexts) {
    const last = runs.at(-1)?.at(-1);
    const alike = last && last.period.to === context.period.from && JSON.stringify(last.policy) === JSON.stringify(context.policy);
    if (alike) runs[runs.length - 1].push(context);
    else runs.push([context]);
  }
  return runs;
}

/** Which months of a subject a scope shows: an account or dealer that moved is shown to whoever had all of a month. */
export function shownMonths(state: BrandState, scope: BrandScope, subject: SeriesSubject): (month: string) => boolean {
  const isShown = subjectTest(state, subject);
  return (month) => isShown(seenBy(scope, state, monthSpan(month, state.brand.zone)));
}

/** Is the subject one that the brand has and a scope shows? */
function subjectTest(state: BrandState, subject: SeriesSubject): (seen: SeenRows) => boolean {
  if (subject.level === 'dealer') {
    const isKnown = state.placements.some(({ dealerId }) => dealerId === subject.dealerId);
    return ({ dealers }) => isKnown && isSeen(dealers, subject.dealerId);
  }
  const account = state.accounts.find(({ platform, accountId }) => platform === subject.platform && accountId === subject.accountId);
  return ({ accounts }) => account !== undefined && isSeen(accounts, account.accountKey);
}

/** Who sees a subject now is told of it, and of a month of which it is shown. */
function checkSubject({ state, scope, subject, dataInstant }: SeriesAsk, months: readonly string[]): void {
  const isNow = subjectTest(state, subject)(seenBy(scope, state, { from: dataInstant, to: dataInstant + 1 }));
  if (isNow || months.some(shownMonths(state, scope, subject))) return;
  throw new VitrineError(
    'not_found',
    { en: `There is no such ${subject.level}.`, zh: subject.level === 'dealer' ? '没有该经销商。' : '没有该账号。' },
    { remedy: { en: 'Choose one from the list.', zh: '请从列表中选择。' } },
  );
}
