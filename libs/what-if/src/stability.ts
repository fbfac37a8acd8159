import { RankSubject, ScorePolicy, ScoreSubject, ranks, scores } from '@app/analytics';
import type { Fraction } from '@app/analytics';
import type { RankInterval, Stability, StabilityScenario, Subject } from '@app/contracts';
import { agreement } from './kendall';
import { PriceMoves, Trial, TrialPlan, UnitPrice, exactDecimal, pricesOf, priceId, trialsOf, valueUnder, worthsOf } from './price-moves';
import type { PricedUnits } from './price-moves';

/** The ranking whose footing is tried: subjects as they were scored, and what their values are made of. */
export interface Standing {
  subjects: readonly ScoreSubject[];
  policy: ScorePolicy;
  units: ReadonlyMap<string, readonly PricedUnits[]>;
  showroomVisitors: ReadonlyMap<string, number | null>;
  /** Who is in the head tier under a trial; nobody where subjects have no tier of their own. */
  headsUnder: (moves: PriceMoves) => Promise<ReadonlySet<string>>;
}

export interface StabilityAsk {
  plan: Omit<TrialPlan, 'keys'>;
  subjectOf: (id: string) => Subject;
  /** Who may be told of: the others are ranked and tried like everybody, and neither named nor added up. */
  isShown: (id: string) => boolean;
  /** Told before each trial; may end it by throwing. */
  onTrial: (done: number, of: number) => void | Promise<void>;
}

/** One ranking of the league that is looked at: rank by subject. */
interface Outcome {
  trial: Trial;
  rank: ReadonlyMap<string, number>;
  heads: ReadonlySet<string>;
  total: Fraction | null;
}

/**
 * How a ranking stands when prices and discounts move by ± a share: of each line alone and of all together. Values are exact; scores and ranks are computed
 * by the functions of the reports. Only the largest league is looked at: ranks of different leagues are no comparison.
 */
export async function stabilityOf(standing: Standing, { plan, subjectOf, isShown, onTrial }: StabilityAsk): Promise<Stability> {
  const prices = pricesOf(standing.units);
  const keys = [...new Set([...prices.values()].map(({ key }) => key))].sort();
  const trials = trialsOf({ ...plan, keys });
  const ranking = new TriedRanking(standing, prices, isShown);
  const first = await ranking.under(NOTHING_MOVES);
  const outcomes: Outcome[] = [];
  for (const [done, trial] of trials.entries()) {
    await onTrial(done, trials.length);
    outcomes.push({ trial, ...(await ranking.under(trial.prices)) });
  }
  const scenarios = ['all', ...keys].map((moves) =>
    scenarioOf(
      moves,
      first,
      outcomes.filter((outcome) => outcome.trial.moves === moves),
    ),
  );
  const names = (ids: readonly string[]): string[] =>
    ids
      .filter(isShown)
      .map((id) => subjectOf(id).name)
      .sort();
  return {
    share: plan.share,
    draws: plan.draws,
    seed: plan.seed,
    ranked: first.rank.size,
    scenarios: scenarios.map((scenario) => named(scenario, names)),
    intervals: intervalsOf(
      first,
      outcomes.filter(({ trial }) => trial.moves === 'all'),
      { subjectOf, isShown },
    ),
  };
}

const NOTHING_MOVES: PriceMoves = new Map();

/** Ranks the same subjects again and again; of a trial only the values are others. */
class TriedRanking {
  private readonly units: ReadonlyMap<string, readonly { id: string; units: bigint }[]>;
  private league: number | null = null;

  constructor(
    private readonly standing: Standing,
    private readonly prices: ReadonlyMap<string, UnitPrice>,
    private readonly isShown: (id: string) => boolean,
  ) {
    this.units = new Map([...standing.units].map(([group, own]) => [group, own.map((each) => ({ id: priceId(each), units: each.units }))]));
  }

  async under(moves: PriceMoves): Promise<Omit<Outcome, 'trial'>> {
    const { subjects, policy, showroomVisitors, headsUnder } = this.standing;
    const values = this.values(moves);
    const tried = subjects.map((subject) => withValue(subject, values.get(subject.id) ?? null));
    const found = scores(tried, policy);
    this.league ??= largest([...found.values()].filter(({ score }) => score !== null).map(({ known }) => known));
    const compared = subjects
      .filter(({ id }) => found.get(id)!.known === this.league)
      .map(({ id }): RankSubject => ({
        id,
        league: this.league!,
        score: found.get(id)!.score,
        showroomVisitors: showroomVisitors.get(id) ?? null,
        valueCny: values.get(id) ?? null,
      }));
    const known = [...ranks(compared)].filter((entry): entry is [string, number] => entry[1] !== null);
    return {
      rank: new Map(known),
      heads: await headsUnder(moves),
      total: totalOf([...values].flatMap(([id, value]) => (this.isShown(id) ? [value] : []))),
    };
  }

  private values(moves: PriceMoves): Map<string, Fraction> {
    const worths = worthsOf(this.prices, moves);
    return new Map([...this.units].filter(([, own]) => own.length > 0).map(([group, own]) => [group, valueUnder(own, worths)]));
  }
}

function withValue(subject: ScoreSubject, value: Fraction | null): ScoreSubject {
  if (value === null || subject.parts.value.values[0] === null) return subject; // unknown, or not covered: whatever it is worth
  return { ...subject, parts: { ...subject.parts, value: { ...subject.parts.value, values: [value] } } };
}

/** The league with the most members; 0 where nobody is scored. */
function largest(leagues: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const league of leagues) sizes.set(league, (sizes.get(league) ?? 0) + 1);
  return [...sizes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

/** All values of a trial share their denominator. */
function totalOf(values: Iterable<Fraction>): Fraction | null {
  const [first, ...others] = values;
  return first ? others.reduce<Fraction>((total, { n, d }) => ({ n: total.n + n, d }), first) : null;
}

/** Of a ranking, those in its first tenth (rounded up; who shares the last place is in it). */
function topTenth(rank: ReadonlyMap<string, number>): Set<string> {
  const size = Math.ceil(rank.size / 10);
  return new Set([...rank].filter(([, place]) => place <= size).map(([id]) => id));
}

function scenarioOf(moves: string, first: Omit<Outcome, 'trial'>, outcomes: readonly Outcome[]): StabilityScenario {
  const ids = [...first.rank.keys()];
  const agreements = outcomes.map(({ rank }) => {
    const both = ids.filter((id) => rank.has(id));
    return agreement(
      both.map((id) => first.rank.get(id)!),
      both.map((id) => rank.get(id)!),
    );
  });
  const tops = outcomes.map(({ rank }) => topTenth(rank));
  const heads = outcomes.map((outcome) => outcome.heads);
  const [top, head] = [topTenth(first.rank), first.heads];
  return {
    moves,
    trials: outcomes.length,
    tau: spreadOf(agreements.map(({ tau }) => tau)),
    pairsKept: spreadOf(agreements.map(({ pairsKept }) => pairsKept)),
    leavesTopTenth: [...top].filter((id) => tops.some((own) => !own.has(id))),
    entersTopTenth: [...new Set(tops.flatMap((own) => [...own].filter((id) => !top.has(id))))],
    leavesHead: [...head].filter((id) => heads.some((own) => !own.has(id))),
    entersHead: [...new Set(heads.flatMap((own) => [...own].filter((id) => !head.has(id))))],
    valueCny: valueSpread(outcomes.map(({ total }) => total).filter((total) => total !== null)),
  };
}

const four = (value: number): number => Math.round(value * 10_000) / 10_000;

function spreadOf(values: readonly (number | null)[]): { mean: number; least: number } | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return { mean: four(known.reduce((sum, value) => sum + value, 0) / known.length), least: four(Math.min(...known)) };
}

function valueSpread(totals: readonly Fraction[]): StabilityScenario['valueCny'] {
  if (totals.length === 0) return null;
  const sorted = [...totals].sort((a, b) => {
    const difference = a.n * b.d - b.n * a.d;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  });
  return { least: exactDecimal(sorted[0]), greatest: exactDecimal(sorted[sorted.length - 1]) };
}

function named(scenario: StabilityScenario, names: (ids: readonly string[]) => string[]): StabilityScenario {
  return {
    ...scenario,
    leavesTopTenth: names(scenario.leavesTopTenth),
    entersTopTenth: names(scenario.entersTopTenth),
    leavesHead: names(scenario.leavesHead),
    entersHead: names(scenario.entersHead),
  };
}

function intervalsOf(
  first: Omit<Outcome, 'trial'>,
  outcomes: readonly Outcome[],
  { subjectOf, isShown }: Pick<StabilityAsk, 'subjectOf' | 'isShown'>,
): RankInterval[] {
  const shown = [...first.rank].filter(([id]) => isShown(id));
  const intervals = shown.map(([id, rank]): RankInterval => {
    const tried = [rank, ...outcomes.map((outcome) => outcome.rank.get(id) ?? rank)];
    return {
      subject: subjectOf(id),
      rank,
      lowest: Math.max(...tried),
      highest: Math.min(...tried),
      headTrials: outcomes.filter(({ heads }) => heads.has(id)).length,
    };
  });
  return intervals.sort((a, b) => b.lowest - b.highest - (a.lowest - a.highest) || a.rank - b.rank);
}
