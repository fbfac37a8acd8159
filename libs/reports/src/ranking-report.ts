import {
  Fraction,
  PartPercentile,
  RankSubject,
  Score,
  ShowroomFigures,
  cohortRanks,
  compareRank,
  lazyDecimal,
  lowest,
  mappedInTurns,
  meanCoverage,
  ranks,
  regionScore,
  scores,
  toDecimal,
  toNumber,
} from '@app/analytics';
import { Platform, RankingComponent, RankingPart, RankingRow, Reasons, ScorePart, Subject, UNASSIGNED } from '@app/contracts';
import { WHY } from './reasons';
import { ReportContext, dealerGroups, groupedBy } from './report-context';
import { RankingFacts, isRanked, rankedValues, scoreSubjects, scoreSubjectsInTurns } from './score-subjects';
import { withRemedies, withRemedy } from './source-hints';
import { tierOfGroup } from './tier-report';
import { accountCoverage, round } from './value-report';

/** Scores per group; of regions and the brand, the mean of their dealers' scores (`dealers`: the same question at dealer level). */
export function groupScores(facts: RankingFacts, dealers?: RankingFacts): Map<string, Score> {
  const { context } = facts;
  if (context.level === 'account' || context.level === 'dealer' || !dealers) return scores(scoreSubjects(facts), context.policy);
  const byDealer = scores(scoreSubjects(dealers), context.policy);
  const groupOfDealer = dealerGroups(context.state, context.level, context.regions, context.period.to - 1);
  const members = groupedBy([...byDealer.values()], (score) => groupOfDealer.get(score.id) ?? UNASSIGNED);
  return new Map(
    [...context.groups.keys()].map((group) => {
      const own = (members.get(group) ?? []).filter((score) => score.score !== null);
      const weightKnown = own.length === 0 ? 0 : Math.min(...own.map((score) => score.weightKnown));
      return [
        group,
        { id: group, score: regionScore(own), weightKnown, partial: own.some((score) => score.partial), parts: [], known: ALL },
      ];
    }),
  );
}

/** Regions and the brand are ranked among each other, whatever their dealers know. */
const ALL = 0;

/** A row with the group that it is of. */
export interface RankedRow {
  group: string;
  /** Who is ranked among whom: the known parts. */
  league: number;
  row: RankingRow;
}

/** Ranking rows in order: league by league (full scores first), by rank; the unranked last. Ids only order rows. */
export const rankingRows = (facts: RankingFacts, subjects: Map<string, Subject>, dealers?: RankingFacts): RankingRow[] =>
  rankedRows(facts, subjects, dealers).map(({ row }) => row);

export function rankedRows(facts: RankingFacts, subjects: Map<string, Subject>, dealers?: RankingFacts): RankedRow[] {
  const { standings, rowOf } = standingsOf(facts, subjects, dealers);
  return standings.map(rowOf);
}

/** The same without holding the event loop: rows of thousands of accounts take a while to write. */
export async function rankedRowsInTurns(facts: RankingFacts, subjects: Map<string, Subject>, dealers?: RankingFacts): Promise<RankedRow[]> {
  await scoreSubjectsInTurns(dealers ?? facts);
  const { standings, rowOf } = standingsOf(facts, subjects, dealers);
  return mappedInTurns(standings, rowOf);
}

interface Standings {
  standings: readonly (Compared & { rank: number | null })[];
  rowOf(standing: Compared & { rank: number | null }): RankedRow;
}

function standingsOf(facts: RankingFacts, subjects: Map<string, Subject>, dealers?: RankingFacts): Standings {
  const { context, slice } = facts;
  const found = groupScores(facts, dealers);
  const values = rankedValues(context, slice);
  const showroom = new Map(facts.showroom.map((row) => [row.group, row]));
  const coverage = accountCoverage(context, slice);
  const compared = [...context.groups.keys()].map((group): Compared => {
    const { valueCny } = values.get(group)!;
    const own = found.get(group);
    return {
      id: group,
      league: own?.known ?? ALL,
      score: isRanked(context, group) ? (own?.score ?? null) : null,
      showroomVisitors: showroom.get(group)?.showroomVisitors ?? null,
      valueCny: valueCny === null ? null : lazyDecimal(valueCny),
    };
  });
  const rowOf: Standings['rowOf'] = ({ id, league, rank }) => {
    const { valueCny, atLeast } = values.get(id)!;
    const accounts = context.groups.get(id)!;
    const score = found.get(id);
    const row = showroom.get(id);
    const tier = facts.tiers ? tierOfGroup(context, facts.tiers, id) : null;
    const accountShares = Array.from(accounts, (key) => lowest(...Object.values(coverage.get(key) ?? {})));
    const platform = context.byKey.get(id)?.platform;
    const ranking: RankingRow = {
      ...subjects.get(id)!,
      month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
      rank,
      score: score?.score && isRanked(context, id) ? toNumber(score.score, 4) : null,
      weightKnown: score?.weightKnown ?? 0,
      partial: score?.partial ?? true,
      parts: (score?.parts ?? []).map((one) => partRow(one, platform)),
      showroomVisitors: row?.showroomVisitors ?? null,
      showroomVisitorsLow: row?.showroomVisitorsLow ?? null,
      showroomVisitorsHigh: row?.showroomVisitorsHigh ?? null,
      loyalShare: row?.loyalShare ?? null,
      valueCny,
      valueAtLeast: atLeast,
      trailingValueCny: tier?.trailingValueCny ?? null,
      earnedTier: tier?.earnedTier ?? null,
      projected: tier?.projected ?? false,
      accountsKnown: row?.accountsKnown ?? 0,
      accountsTotal: accounts.size,
      coverage: round(lowest(meanCoverage(accountShares), row?.coverage ?? null)),
      reasons: withRemedies(rowReasons(context, id, score, row, valueCny), platform),
    };
    if (tier?.tierCounts) ranking.tierCounts = tier.tierCounts;
    return { group: id, league, row: ranking };
  };
  return { standings: inOrder(compared, (id) => found.get(id)?.weightKnown ?? 0), rowOf };
}

/** Adds rank and size among the chosen rows to these. */
export function addCohortRanks(ranked: readonly RankedRow[], isChosen: (own: RankedRow) => boolean): void {
  const chosen = ranked.filter(isChosen);
  const found = cohortRanks(chosen.map(({ league, row }) => ({ league, rank: row.rank })));
  for (const [place, { row }] of chosen.entries()) Object.assign(row, found[place]);
}

type Compared = RankSubject & { league: number };

/** With ranks, league by league: the one that knows the most weight first; the unranked last. */
function inOrder(compared: Compared[], weight: (id: string) => number): (Compared & { rank: number | null })[] {
  const rankOf = ranks(compared);
  return compared
    .map((subject) => ({ ...subject, rank: rankOf.get(subject.id) ?? null }))
    .sort(
      (a, b) =>
        Number(b.score !== null) - Number(a.score !== null) ||
        (a.league === b.league ? 0 : weight(b.id) - weight(a.id) || a.league - b.league) ||
        (a.rank ?? 0) - (b.rank ?? 0) ||
        compareRank(a, b) ||
        (a.id < b.id ? -1 : 1),
    );
}

function rowReasons(
  context: ReportContext,
  group: string,
  score: Score | undefined,
  row: ShowroomFigures | undefined,
  valueCny: string | null,
): Reasons {
  const reasons: Reasons = {};
  if (row?.showroomVisitors == null) reasons.showroomVisitors = row?.reasons.showroomVisitors ?? WHY.noShowroom;
  if (row?.loyalShare == null) reasons.loyalShare = row?.reasons.loyalShare ?? WHY.noShowroom;
  if (row?.reasons.showroomVisitorsHigh) reasons.showroomVisitorsHigh = row.reasons.showroomVisitorsHigh;
  if (valueCny === null) reasons.valueCny = WHY.noValue;
  if (!isRanked(context, group)) reasons.score = reasons.rank = group === UNASSIGNED ? WHY.unassigned : WHY.undeclared;
  else if (!score?.score) reasons.score = reasons.rank = WHY.littleKnown;
  return reasons;
}

function partRow(
  { metric, weight, value, percentile, peers, peerGroup, smallGroup, reason, columns }: Score['parts'][number],
  platform: Platform | undefined,
): RankingPart {
  const row: RankingPart = {
    metric,
    weight,
    value: value && valueText(value, metric),
    percentile: percentile && toNumber(percentile, 4),
    peers,
    peerGroup,
    smallGroup,
    reason: withRemedy(reason, platform),
    percentileExact: exactOf(columns.filter((column) => column !== null)),
  };
  if (metric === 'loyalty') row.components = columns.flatMap((column, place) => (column ? [component(column, LOYALTY[place])] : []));
  return row;
}

const LOYALTY = ['loyalShare', 'dwellRatio'] as const;
const component = (column: PartPercentile, metric: RankingComponent['metric']): RankingComponent => ({
  metric,
  value: valueText(column.value, 'loyalty'),
  percentileExact: exactOf([column])!,
  peers: column.peers,
  peerGroup: column.peerGroup,
});

/** The mean of percentiles as a fraction in lowest terms; null of none. */
function exactOf(columns: readonly PartPercentile[]): string | null {
  if (columns.length === 0) return null;
  const [{ top, bottom }, other] = columns;
  return other ? lowestTerms(top * other.bottom + other.top * bottom, 2 * bottom * other.bottom) : lowestTerms(top, bottom);
}

/** Of whole numbers below 2^53: twice the peers of two figures, multiplied, are far from it. */
function lowestTerms(top: number, bottom: number): string {
  let [a, b] = [top, bottom];
  while (b > 0) [a, b] = [b, a % b];
  return `${top / a}/${bottom / a}`;
}

const WHOLE = new Set(['showroom', 'cadence']);
function valueText(value: Fraction, metric: ScorePart): string {
  if (WHOLE.has(metric)) return String(value.n);
  if (metric === 'value') return exactDecimal(value);
  return value.d === 1n ? toDecimal(value, 0) : fourPlaces(value);
}

/** Four places, from floating point where it is far from the half. */
const fourPlaces = (value: Fraction): string => toNumber(value, 4).toFixed(4);

/** The exact decimal of a money fraction (at most ten places). */
const exactDecimal = (value: Fraction): string => (value.d === 1n ? toDecimal(value, 0) : toDecimal(value, 10).replace(/\.?0+$/, ''));
