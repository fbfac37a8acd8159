import {
  Fraction,
  LazyFraction,
  PartFigure,
  ScoreSubject,
  ShowroomFigures,
  compare,
  engagementOf,
  fraction,
  lazyDecimal,
  lowest,
  mappedInTurns,
  meanCoverage,
  netValue,
} from '@app/analytics';
import { Bilingual, ScorePart, UNASSIGNED } from '@app/contracts';
import type { FactSlice } from './fact-slices';
import { WHY } from './reasons';
import { ReportContext, declaredBefore, groupedBy, ownershipAt } from './report-context';
import type { AccountTier } from './tier-report';
import { accountCoverage, onceOf } from './value-report';

export interface RankingFacts {
  context: ReportContext;
  slice: FactSlice;
  showroom: ShowroomFigures[];
  /** Absent in a series, which shows no tiers. */
  tiers?: Map<string, AccountTier>;
}

const known = (value: Fraction): PartFigure => ({ values: [value], reason: null });
const unknown = (reason: Bilingual): PartFigure => ({ values: [null], reason });
const whole = (count: number): Fraction => ({ n: BigInt(count), d: 1n });
const part = (value: Fraction | null, reason: Bilingual): PartFigure => (value === null ? unknown(reason) : known(value));

/** Net value per group, and what its rows are: each bucket goes to who owned the account then. */
export const rankedValues = onceOf((context, slice): ReadonlyMap<string, GroupNetValue> => {
  const units = groupedBy(slice.value, (row) => context.groupOf(row.accountKey, row.at));
  return new Map(
    [...context.groups.keys()].map((group) => [group, { ...netValue(units.get(group) ?? []), units: units.get(group) ?? [] }]),
  );
});

export interface GroupNetValue {
  valueCny: string | null;
  /** Units of a used line have no price. */
  atLeast: boolean;
  units: FactSlice['value'];
}

const knownSubjects = new WeakMap<RankingFacts, ScoreSubject[]>();

/** Parts of the score of every group of a context (accounts or dealers), on the group's own figures (domain.md 6.1). */
export function scoreSubjects(facts: RankingFacts): ScoreSubject[] {
  const known = knownSubjects.get(facts);
  if (known) return known;
  const { groups, subjectOf } = subjectMaker(facts);
  return groups.map(subjectOf);
}

/** Finds them without holding the event loop: `scoreSubjects` of the same facts knows them then. */
export async function scoreSubjectsInTurns(facts: RankingFacts): Promise<void> {
  const { groups, subjectOf } = subjectMaker(facts);
  knownSubjects.set(facts, await mappedInTurns(groups, subjectOf));
}

type Group = [group: string, members: Set<string>];

function subjectMaker({ context, slice, showroom }: RankingFacts): { groups: Group[]; subjectOf(group: Group): ScoreSubject } {
  const values = rankedValues(context, slice);
  const coverage = accountCoverage(context, slice);
  const figures = new Map(showroom.map((row) => [row.group, row]));
  const sessions = groupedBy(slice.sessions, (row) => context.groupOf(row.accountKey, row.at));
  const followers = groupedBy(slice.followers, (row) => context.groupOf(row.accountKey, context.period.to - 1));
  const { minCoverage } = context.policy;
  const leastSeen = lazyDecimal(String(minCoverage));
  const subjectOf = ([group, members]: Group): ScoreSubject => {
    const share = (kind: 'sessions' | 'videos' | 'followers') => meanCoverage([...members].map((key) => coverage.get(key)?.[kind] ?? null));
    const row = figures.get(group);
    const short = (...shares: (number | null)[]) => isBelow(lowest(...shares) ?? 1, minCoverage);
    const blocked = (figure: PartFigure, ...shares: (number | null)[]) => (short(...shares) ? unknown(WHY.noCoverage) : figure);
    const { valueCny, units } = values.get(group)!;
    const parts: Record<ScorePart, PartFigure> = {
      showroom: isShortOfEntries(row, leastSeen) ? unknown(WHY.noCoverage) : showroomPart(row),
      value: blocked(part(valueCny === null ? null : lazyDecimal(valueCny), WHY.noValue), share('sessions'), share('videos')),
      loyalty: isShortOfEntries(row, leastSeen) ? unknown(WHY.noCoverage) : loyaltyPart(row),
      engagement: blocked(engagementPart(units), share('sessions'), share('videos')),
      cadence: blocked(cadencePart(sessions.get(group) ?? [], share('sessions')), share('sessions')),
      growth: blocked(growthPart(followers.get(group) ?? []), share('followers')),
    };
    return { id: group, ladder: ladderOf(context, context.byKey.get(group)), parts };
  };
  return { groups: [...context.groups].filter(([group]) => isRanked(context, group)), subjectOf };
}

/** Shares of days are means of quotients: what only floating point puts below the bound is not. */
const isBelow = (share: number, bound: number): boolean => share < bound - 1e-12;

/**
 * Undeclared accounts, and what nobody owns, count in the brand and are not ranked, nor anybody's peers. An account that is declared from a day after the
 * period on is undeclared in it: a declaration of today moves no rank of a month that is over.
 */
export const isRanked = (context: Pick<ReportContext, 'level' | 'state' | 'period'>, group: string): boolean =>
  group !== UNASSIGNED && (context.level !== 'account' || declaredBefore(context.state, group, context.period.to));

function ladderOf(context: ReportContext, account: { accountKey: string; platform: string } | undefined): string[] {
  if (!account) return ['brand'];
  const tier = ownershipAt(context.state, account.accountKey, context.period.to - 1)?.declaredTier ?? 'undeclared';
  return [`${account.platform}/${tier}`, account.platform, 'brand'];
}

/** The number of showroom visitors; unknown where the platform saw more than twice the identified viewers (compared exactly). */
function showroomPart(row: ShowroomFigures | undefined): PartFigure {
  if (!row || row.showroomVisitors === null) return unknown(row?.reasons.showroomVisitors ?? WHY.noShowroom);
  if (row.exact.platformViewers > 2n * row.exact.identifiedViewers && row.seenFactor !== null) return unknown(WHY.manyUnseen);
  return known(whole(row.showroomVisitors));
}

function loyaltyPart(row: ShowroomFigures | undefined): PartFigure {
  const values = row ? [loyalShareOf(row), dwellRatioOf(row)] : [null, null];
  return { values, reason: values.some((value) => value !== null) ? null : (row?.reasons.loyalShare ?? WHY.noShowroom) };
}

function loyalShareOf({ loyalShare, exact }: ShowroomFigures): Fraction | null {
  if (loyalShare === null || exact.loyalShare === null) return null;
  const { top, bottom } = exact.loyalShare;
  return new LazyFraction(top / bottom, () => fraction(top, bottom));
}

function dwellRatioOf({ dwellRatio, exact }: ShowroomFigures): Fraction | null {
  if (dwellRatio === null) return null;
  const [top, bottom] = [exact.showroomDwell * exact.otherVisits, exact.showroomVisits * exact.otherDwell];
  return new LazyFraction(Number(top) / Number(bottom), () => fraction(top, bottom));
}

/** Entries seen ÷ views below what the policy asks for, compared exactly; null asks for nothing. */
function isShortOfEntries(row: ShowroomFigures | undefined, minCoverage: Fraction): boolean {
  if (!row || row.coverage === null) return false;
  const { seenEntries, views } = row.exact;
  return compare(new LazyFraction(Number(seenEntries) / Number(views), () => fraction(seenEntries, views)), minCoverage) < 0;
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
  return known(whole(rows.length === 1 ? rows[0].liveDays.length : new Set(rows.flatMap((row) => row.liveDays)).size));
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
