import {
  Association,
  CHOSEN_LAG,
  DealerWeeks,
  LagAssociation,
  Measured,
  ShowroomFigures,
  FOOTFALL_REASONS,
  associationOf,
  betweenDealers,
  pairsAt,
  pooledAssociationOf,
} from '@app/analytics';
import { FootfallAssociation, FootfallLag, FootfallPoint, FootfallRow, Reasons, Subject } from '@app/contracts';
import { round } from './value-report';

/** One dealer's weeks, with what the newest of them says of its accounts. */
export interface ComparedDealer {
  dealerId: string;
  weeks: DealerWeeks;
  newest: ShowroomFigures | undefined;
}

interface Compared {
  subject: Subject;
  month: string;
  /** Mondays of the weeks of footfall. */
  weeks: readonly string[];
  /** One at dealer level; else those of the group, which are pooled. */
  dealers: readonly ComparedDealer[];
}

/** The row of one dealer, or of the dealers of a group. */
export function footfallRow({ subject, month, weeks, dealers }: Compared): FootfallRow {
  const one = subject.level === 'dealer';
  const series = dealers.map((dealer) => dealer.weeks);
  const found = one ? associationOf(series[0]) : pooledAssociationOf(series);
  const between = one ? null : betweenDealers(series);
  const paired = series.map((own) => pairsAt(own, CHOSEN_LAG).weeks.length);
  return {
    ...subject,
    month,
    fromWeek: weeks[0],
    toWeek: weeks[weeks.length - 1],
    ...figuresAt(found.chosen),
    weeksMissing: weeks.length * dealers.length - paired.reduce((sum, own) => sum + own, 0),
    footfallAssociation: associationSaid(found.chosen.pearson),
    ...bestFigures(found),
    dealers: dealers.length,
    dealersPaired: paired.filter((own) => own > 0).length,
    ...bounded('betweenPearson', between?.pearson ?? null),
    lags: found.lags.map((lag) => ({ ...figuresAt(lag), reason: lag.reason })),
    points: one ? weekPoints(series[0], weeks) : dealers.map(meanPoint),
    ...seenAccounts(dealers),
    reasons: reasonsOf(found, between?.reason ?? (one ? FOOTFALL_REASONS.oneDealer : null)),
  };
}

function bounded<Name extends string>(name: Name, figure: Measured | null) {
  const { value, low, high } = figure ?? { value: null, low: null, high: null };
  const fields = { [name]: round(value), [`${name}Low`]: round(low), [`${name}High`]: round(high) };
  return fields as Record<Name | `${Name}Low` | `${Name}High`, number | null>;
}

const figuresAt = ({ lagWeeks, points, effectivePoints, pearson, spearman }: LagAssociation): Omit<FootfallLag, 'reason'> => ({
  lagWeeks,
  weeksPaired: points,
  effectiveWeeks: effectivePoints === null ? null : Math.round(effectivePoints * 100) / 100,
  ...bounded('pearson', pearson),
  ...bounded('spearman', spearman),
});

const bestFigures = ({ best }: Association) => ({
  bestLagWeeks: best?.lagWeeks ?? null,
  lagsTested: best?.tested ?? 0,
  ...bounded('bestPearson', best?.pearson ?? null),
});

/** What the interval says; null where there is none. */
function associationSaid(figure: Measured | null): FootfallAssociation | null {
  if (figure === null || figure.low === null || figure.high === null) return null;
  if (figure.low > 0) return 'together';
  return figure.high < 0 ? 'opposite' : 'not-shown';
}

function reasonsOf({ chosen, best }: Association, between: Reasons[string] | null): Reasons {
  const reasons: Reasons = {};
  const { reason } = chosen;
  if (reason) for (const figure of ['pearson', 'spearman', 'footfallAssociation']) reasons[figure] = reason;
  else if (associationSaid(chosen.pearson) === null)
    for (const figure of ['pearsonLow', 'pearsonHigh', 'footfallAssociation']) reasons[figure] = FOOTFALL_REASONS.weeksAlike;
  if (best === null && reason) reasons.bestPearson = reason;
  if (between) reasons.betweenPearson = between;
  return reasons;
}

function weekPoints({ traffic, visitors }: DealerWeeks, weeks: readonly string[]): FootfallPoint[] {
  const lead = traffic.length - visitors.length;
  return weeks.map((week, at) => ({
    week,
    dealerId: null,
    weeklyShowroomVisitors: traffic[at + lead - CHOSEN_LAG] ?? null,
    footfallVisitors: visitors[at] ?? null,
  }));
}

/** A dealer as a point of the group: means of the weeks that are compared. */
function meanPoint({ dealerId, weeks }: ComparedDealer): FootfallPoint {
  const { x, y } = pairsAt(weeks, CHOSEN_LAG);
  const mean = (values: number[]) => (values.length === 0 ? null : round(values.reduce((sum, value) => sum + value, 0) / values.length));
  return { week: null, dealerId, weeklyShowroomVisitors: mean(x), footfallVisitors: mean(y) };
}

function seenAccounts(dealers: readonly ComparedDealer[]): Pick<FootfallRow, 'coverage' | 'accountsKnown' | 'accountsTotal'> {
  const newest = dealers.flatMap((dealer) => dealer.newest ?? []);
  const sum = (count: 'accountsKnown' | 'accountsTotal') => newest.reduce((total, figures) => total + figures[count], 0);
  return {
    coverage: newest.length === 1 ? newest[0].coverage : null,
    accountsKnown: sum('accountsKnown'),
    accountsTotal: sum('accountsTotal'),
  };
}
