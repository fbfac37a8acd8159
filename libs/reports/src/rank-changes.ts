import { cohortRanks } from '@app/analytics';
import { Bilingual, RankingRow, Report, ReportQuery, Subject } from '@app/contracts';
import { choosesCohort } from './report-filter';
import { ReportPeriod, periodBefore } from './report-period';

type Ranking = Report<RankingRow>;

const WHY_NOT = {
  newThen: { zh: '上一周期没有该对象。', en: 'It did not exist in the period before.' },
  unrankedThen: { zh: '上一周期未排名。', en: 'It was unranked in the period before.' },
  unrankedNow: { zh: '本期未排名。', en: 'It is unranked in this period.' },
  otherLeague: {
    zh: '两个周期已知的得分项不同，名次不可比。',
    en: 'Other parts of the score are known than in the period before: the ranks are not comparable.',
  },
} as const satisfies Record<string, Bilingual>;

/** The same question of the comparable period before, without what only chooses rows, so that nobody is missing there. */
export function questionBefore(query: ReportQuery, period: ReportPeriod, zone: string): ReportQuery {
  const { name, brand, level, regions, basis, asOf } = query;
  const before = periodBefore({ ...period, zone });
  const span = before.month ? { month: before.month } : { from: before.fromDay, to: before.toDay };
  return { name, brand, level, regions, basis, asOf, ...span, ...figureFilters(query) };
}

/** The filters that choose what figures are made of. */
function figureFilters({ level, platform, tier, accountId, dealerId, salesRegion, adcode, group }: ReportQuery): Partial<ReportQuery> {
  if (level === 'account') return {};
  return level === 'dealer' ? { platform, tier, accountId } : { platform, tier, accountId, dealerId, salesRegion, adcode, group };
}

/**
 * Which parts of the score are known: ranks are comparable among those that know the same. A part without weight is lacking to nobody. Of regions and the
 * brand: all.
 */
export const knownParts = ({ parts }: Pick<RankingRow, 'parts'>): string =>
  parts
    .filter(({ percentile, weight }) => percentile !== null || weight === 0)
    .map(({ metric }) => metric)
    .join('+');

const idOf = ({ platform, accountId, dealerId, adcode, salesRegion, brand, level }: Subject): string =>
  JSON.stringify(level === 'account' ? [platform, accountId] : [dealerId, adcode, salesRegion, brand]);

/** The rows with rank and change since the period before. */
export function withRankChanges(rows: readonly RankingRow[], before: readonly RankingRow[]): RankingRow[] {
  const then = new Map(before.map((row) => [idOf(row), row]));
  return rows.map((row) => ({ ...row, ...changeOf(row, then.get(idOf(row))) }));
}

/** Remembers what was attached to rows for as long as these are remembered. */
export class RankChanges {
  private readonly known = new WeakMap<readonly RankingRow[], { before: readonly RankingRow[]; rows: RankingRow[] }>();

  of({ rows, meta }: Ranking, before: Ranking): Ranking {
    const known = this.known.get(rows);
    const found = known?.before === before.rows ? known.rows : withRankChanges(rows, before.rows);
    this.known.set(rows, { before: before.rows, rows: found });
    return { rows: found, meta: { ...meta, before: { from: before.meta.from, to: before.meta.to } } };
  }
}

type Change = Pick<RankingRow, 'rankBefore' | 'rankChange' | 'reasons'>;

/** Positive: so many places climbed. */
export function changeOf(
  now: Pick<RankingRow, 'rank' | 'parts' | 'reasons'>,
  then: Pick<RankingRow, 'rank' | 'parts'> | undefined,
): Change {
  const rankBefore = then?.rank ?? null;
  if (rankBefore === null) {
    const why = then ? WHY_NOT.unrankedThen : WHY_NOT.newThen;
    return { rankBefore, rankChange: null, reasons: { ...now.reasons, rankBefore: why, rankChange: why } };
  }
  if (now.rank === null) return { rankBefore, rankChange: null, reasons: { ...now.reasons, rankChange: WHY_NOT.unrankedNow } };
  if (knownParts(now) !== knownParts(then!))
    return { rankBefore, rankChange: null, reasons: { ...now.reasons, rankChange: WHY_NOT.otherLeague } };
  return { rankBefore, rankChange: rankBefore - now.rank, reasons: now.reasons };
}

/** Rank and size within the rows of an answer that holds a cohort and nothing else. */
export function withCohortRanks(rows: readonly RankingRow[]): RankingRow[] {
  const found = cohortRanks(rows.map((row) => ({ league: knownParts(row), rank: row.rank })));
  return rows.map((row, place) => ({ ...row, ...found[place] }));
}

/** Closes hold whole rankings: cohorts of a closed month are ranked when they are asked for, out of all rows of the cohort. */
export const withCohorts = <Row>(rows: Row[], query: ReportQuery): Row[] =>
  query.name === 'ranking' && choosesCohort(query) ? (withCohortRanks(rows as RankingRow[]) as Row[]) : rows;
