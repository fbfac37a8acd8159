import {
  Fraction,
  PartFigure,
  Score,
  ScoreSubject,
  ShowroomFigures,
  compareRank,
  engagementOf,
  divide,
  fraction,
  fractionOf,
  lowest,
  meanCoverage,
  ranks,
  regionScore,
  RankSubject,
  scores,
  toDecimal,
  toNumber,
} from '@app/analytics';
import { Bilingual, Platform, RankingPart, RankingRow, Reasons, ScorePart, Subject, UNASSIGNED } from '@app/contracts';
import type { FactSlice } from './fact-slices';
import { WHY } from './reasons';
import { withRemedies, withRemedy } from './source-hints';
import { ReportContext, dealerGroups, groupedBy, ownershipAt } from './report-context';
import { AccountTier, tierOfGroup } from './tier-report';
import { accountCoverage, round, valueByGroup } from './value-report';

export interface RankingFacts {
  context: ReportContext;
  slice: FactSlice;
  showroom: ShowroomFigures[];
  /** Absent in a series, which shows no tiers. */
  tiers?: Map<string, AccountTier>;
}

const known = (value: Fraction): PartFigure => ({ values: [value], reason: null });
const unknown = (reason: Bilingual): PartFigure => ({ values: [null], reason });
const part = (value: Fraction | null, reason: Bilingual): PartFigure => (value === null ? unknown(reason) : known(value));

/** Parts of the score of every group of a context (accounts or dealers), on the group's own figures (domain.md 6.1). */
export function scoreSubjects({ context, slice, showroom }: RankingFacts): ScoreSubject[] {
  const values = valueByGroup(context, slice);
  const coverage = accountCoverage(context, slice);
  const figures = new Map(showroom.map((row) => [row.group, row]));
  const units = groupedBy(slice.value, (row) => context.groupOf(row.accountKey, row.at));
  const sessions = groupedBy(slice.sessions, (row) => context.groupOf(row.accountKey, row.at));
  const followers = groupedBy(slice.followers, (row) => context.groupOf(row.accountKey, context.period.to - 1));
  return [...context.groups]
    .filter(([group]) => isRanked(context, group))
    .map(([group, members]) => {
      const share = (kind: 'sessions' | 'videos' | 'followers') =>
        meanCoverage([...members].map((key) => coverage.get(key)?.[kind] ?? null));
      const row = figures.get(group);
      const short = (...shares: (number | null)[]) => (lowest(...shares) ?? 1) < context.policy.minCoverage;
      const blocked = (figure: PartFigure, ...shares: (number | null)[]) => (short(...shares) ? unknown(WHY.noCoverage) : figure);
      const { valueCny } = values.get(group)!;
      const parts: Record<ScorePart, PartFigure> = {
        showroom: blocked(showroomPart(row), row?.coverage ?? null),
        value: blocked(part(valueCny === null ? null : fractionOf(valueCny), WHY.noValue), share('sessions'), share('videos')),
        loyalty: blocked(loyaltyPart(row), row?.coverage ?? null),
        engagement: blocked(engagementPart(units.get(group) ?? []), share('sessions'), share('videos')),
        cadence: blocked(cadencePart(sessions.get(group) ?? [], share('sessions')), share('sessions')),
        growth: blocked(growthPart(followers.get(group) ?? []), share('followers')),
      };
      return { id: group, ladder: ladderOf(context, context.byKey.get(group)), parts };
    });
}

const isRanked = (context: ReportContext, group: string): boolean =>
  group !== UNASSIGNED && (context.level !== 'account' || !context.byKey.get(group)?.undeclared);

function ladderOf(context: ReportContext, account: { accountKey: string; platform: string } | undefined): string[] {
  if (!account) return ['brand'];
  const tier = ownershipAt(context.state, account.accountKey, context.period.to - 1)?.declaredTier ?? 'undeclared';
  return [`${account.platform}/${tier}`, account.platform, 'brand'];
}

function showroomPart(row: ShowroomFigures | undefined): PartFigure {
  if (!row || row.showroomVisitors === null) return unknown(row?.reasons.showroomVisitors ?? WHY.noShowroom);
  if (row.seenFactor !== null && row.seenFactor > 2) return unknown(WHY.manyUnseen);
  return known(fraction(row.showroomVisitors));
}

function loyaltyPart(row: ShowroomFigures | undefined): PartFigure {
  const values = [row?.loyalShare ?? null, row?.dwellRatio ?? null].map((value) => (value === null ? null : fractionOf(value)));
  return { values, reason: values.some((value) => value !== null) ? null : (row?.reasons.loyalShare ?? WHY.noShowroom) };
}

function engagementPart(rows: FactSlice['value']): PartFigure {
  const { perThousand, personsForViews } = engagementOf(rows);
  if (perThousand === null) return unknown(WHY.noEngagement);
  return { values: [perThousand], reason: personsForViews ? WHY.personsForViews : null };
}

function cadencePart(rows: FactSlice['sessions'], coverage: number | null): PartFigure {
  const sessions = rows.reduce((sum, row) => sum + row.sessions, 0);
  if (sessions === 0 && coverage === null) return unknown(WHY.noCadence);
  if (sessions > 0 && rows.every((row) => row.openSessions === row.sessions)) return unknown(WHY.noEnds);
  return known(fraction(new Set(rows.flatMap((row) => row.liveDays)).size));
}

/** Over the accounts with a total in the period and one before it: last in the period against last before. */
function growthPart(rows: FactSlice['followers']): PartFigure {
  let [last, before] = [0n, 0n];
  for (const own of groupedBy(rows, (row) => row.accountKey).values()) {
    const months = [...own].sort((a, b) => (a.month < b.month ? -1 : 1));
    if (months[0].before === null) continue;
    before += months[0].before;
    last += months[months.length - 1].last;
  }
  return before <= 0n ? unknown(WHY.noGrowth) : known(fraction(last - before, before));
}

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
      return [group, { id: group, score: regionScore(own), weightKnown, partial: own.some((score) => score.partial), parts: [] }];
    }),
  );
}

/** Ranking rows in order: league by league (full scores first), by rank; the unranked last. Ids only order rows. */
export function rankingRows(facts: RankingFacts, subjects: Map<string, Subject>, dealers?: RankingFacts): RankingRow[] {
  const { context, slice } = facts;
  const found = groupScores(facts, dealers);
  const values = valueByGroup(context, slice);
  const showroom = new Map(facts.showroom.map((row) => [row.group, row]));
  const coverage = accountCoverage(context, slice);
  const compared = [...context.groups.keys()].map((group): RankSubject => {
    const { valueCny } = values.get(group)!;
    return {
      id: group,
      league: leagueOf(context, found.get(group)),
      score: isRanked(context, group) ? (found.get(group)?.score ?? null) : null,
      showroomVisitors: showroom.get(group)?.showroomVisitors ?? null,
      valueCny: valueCny === null ? null : fractionOf(valueCny),
    };
  });
  const rankOf = ranks(compared);
  const weight = (id: string) => found.get(id)?.weightKnown ?? 0;
  const ordered = [...compared].sort(
    (a, b) =>
      Number(b.score !== null) - Number(a.score !== null) ||
      (a.league === b.league ? 0 : weight(b.id) - weight(a.id) || (a.league < b.league ? -1 : 1)) ||
      compareRank(a, b) ||
      (a.id < b.id ? -1 : 1),
  );
  return ordered.map(({ id }) => {
    const { valueCny, missing, total } = values.get(id)!;
    const score = found.get(id);
    const row = showroom.get(id);
    const tier = facts.tiers ? tierOfGroup(context, facts.tiers, id) : null;
    const accountShares = [...context.groups.get(id)!].map((key) => lowest(...Object.values(coverage.get(key) ?? {})));
    return {
      ...subjects.get(id)!,
      month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
      rank: rankOf.get(id) ?? null,
      score: score?.score && isRanked(context, id) ? toNumber(score.score, 4) : null,
      weightKnown: score?.weightKnown ?? 0,
      partial: score?.partial ?? true,
      parts: (score?.parts ?? []).map((one) => partRow(one, context.byKey.get(id)?.platform)),
      showroomVisitors: row?.showroomVisitors ?? null,
      showroomVisitorsLow: row?.showroomVisitorsLow ?? null,
      showroomVisitorsHigh: row?.showroomVisitorsHigh ?? null,
      loyalShare: row?.loyalShare ?? null,
      valueCny,
      valueAtLeast: valueCny !== null && missing.length > 0,
      trailingValueCny: tier?.trailingValueCny ?? null,
      earnedTier: tier?.earnedTier ?? null,
      projected: tier?.projected ?? false,
      ...(tier?.tierCounts ? { tierCounts: tier.tierCounts } : {}),
      accountsKnown: row?.accountsKnown ?? 0,
      accountsTotal: total,
      coverage: round(lowest(meanCoverage(accountShares), row?.coverage ?? null)),
      reasons: withRemedies(rowReasons(context, id, score, row, valueCny), context.byKey.get(id)?.platform),
    };
  });
}

const leagueOf = (context: ReportContext, score: Score | undefined): string =>
  context.level === 'account' || context.level === 'dealer'
    ? (score?.parts ?? [])
        .filter(({ percentile }) => percentile !== null)
        .map(({ metric }) => metric)
        .join('+')
    : 'all';

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
  { metric, weight, value, percentile, peers, peerGroup, smallGroup, reason }: Score['parts'][number],
  platform: Platform | undefined,
): RankingPart {
  const text = value === null ? null : value.d === 1n ? toDecimal(value, 0) : metric === 'value' ? trimmed(value) : toDecimal(value, 4);
  const shown = percentile && toNumber(percentile, 4);
  return { metric, weight, value: text, percentile: shown, peers, peerGroup, smallGroup, reason: withRemedy(reason, platform) };
}

/** The exact decimal of a money fraction (at most ten places). */
const trimmed = (value: Fraction): string => toDecimal(divide(value, fraction(1)), 10).replace(/\.?0+$/, '');
