import { METRICS, MetricKey, ReportName, SCORE_PARTS } from '@app/contracts';
import { type Explainer, textOf } from '../asked';
import { accounts, coverage } from './accounts';
import { footfall } from './footfall';
import { PART_EXPLAINERS } from './parts';
import { RANKING_FIGURES } from './ranking';
import { PERSON_FIGURES } from './showroom-persons';
import { SESSION_FIGURES } from './showroom-sessions';
import { TIER_FIGURES } from './tiers';
import { VALUE_FIGURES } from './value';

const SHARED: Record<string, Explainer> = { coverage, accountsKnown: accounts, accountsTotal: accounts };

/** A mark beside a figure has the figure's rows; nothing adds up to it. */
const markOf =
  (explain: Explainer): Explainer =>
  async (asked) => ({ ...(await explain(asked)), filled: textOf(asked.value), checks: [] });

/** By report: which figures of its rows have rows of their own behind them. */
const EXPLAINERS: Partial<Record<ReportName, Record<string, Explainer>>> = {
  showroom: { ...SHARED, ...PERSON_FIGURES, ...SESSION_FIGURES },
  value: { ...SHARED, ...VALUE_FIGURES },
  tiers: { ...TIER_FIGURES, trailingAtLeast: markOf(TIER_FIGURES.trailingValueCny) },
  ranking: { ...SHARED, ...RANKING_FIGURES, ...PART_EXPLAINERS, valueAtLeast: VALUE_FIGURES.valueCny },
};

/** The report in which a figure is explained: the asked one, or where it is the same figure in several, the one that it comes from. */
export function reportOf(figure: string, asked: ReportName): ReportName {
  if (asked === 'footfall' || EXPLAINERS[asked]?.[figure] !== undefined) return asked;
  return (Object.keys(EXPLAINERS) as ReportName[]).find((report) => EXPLAINERS[report]![figure] !== undefined) ?? asked;
}

/** What explains a figure of a report; undefined: it has no rows of its own. */
export const explainerOf = (report: ReportName, figure: string): Explainer | undefined =>
  report === 'footfall' ? footfall : EXPLAINERS[report]?.[figure];

/** Does the figure belong to a part of the score, of which a row has six? */
export const isPart = (figure: string): boolean => (SCORE_PARTS as readonly string[]).includes(figure);

/** Figures of a report that are explained by rows. */
export const explainedFigures = (report: ReportName): MetricKey[] =>
  METRICS.filter(({ key, reports }) => reports.includes(report) && explainerOf(reportOf(key, report), key) !== undefined).map(
    ({ key }) => key,
  );
