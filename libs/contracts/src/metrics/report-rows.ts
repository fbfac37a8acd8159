import type { FootfallLag, FootfallPoint, FootfallRow } from '../footfall';
import type {
  CostShareRow,
  RankingPart,
  RankingRow,
  ReportName,
  ScorePart,
  ShowroomRow,
  Subject,
  TierRow,
  ValueLineRow,
  ValueRow,
} from '../reports';
import type { Catalogue, MetricKey } from './catalogue';
import type { PolicyTerm, TermsOf } from './formula';

/** What the rows of each report are made of: the row, the rows inside it, and the parts that go by the name of a metric. */
export interface ReportRows {
  showroom: ShowroomRow;
  value: ValueRow | ValueLineRow | CostShareRow;
  tiers: TierRow;
  ranking: RankingRow | RankingPart | Record<ScorePart, RankingPart>;
  footfall: FootfallRow | FootfallLag | FootfallPoint;
  signals: never;
}

/** Fields that are no figures: who, when, why, and the lists whose own fields are figures. */
type NoFigure =
  | Exclude<keyof Subject, 'declaredTier'>
  | 'month'
  | 'week'
  | 'fromWeek'
  | 'toWeek'
  | 'line'
  | 'metric'
  | 'peerGroup'
  | 'reason'
  | 'reasons'
  | 'scoreExact'
  | 'kind'
  | 'rateCards'
  | 'lines'
  | 'parts'
  | 'components'
  | 'lags'
  | 'points';

/** The figures of a row. */
export type FigureOf<Row> = Row extends unknown ? Exclude<keyof Row & string, NoFigure> : never;

/** Metrics whose definition names a report. */
type ShownIn<Report extends ReportName> = {
  [Key in MetricKey]: Report extends Catalogue[Key]['reports'][number] ? Key : never;
}[MetricKey];

/** Figures of a row that the catalogue does not define for the report. */
export type Undefined<Report extends ReportName, Row> = Exclude<FigureOf<Row>, ShownIn<Report>>;

/** Compiles only where nothing is left; the error names what is. */
export type NothingOf<Left extends never> = Left;

/**
 * The guarantees of the catalogue. A line that does not compile names, in its error: figures of report rows that have no definition (or one whose
 * `reports` leaves the report out); metrics that claim a report which does not show them; placeholders of formulas that no policy has.
 */
export interface CatalogueHolds {
  everyFigureIsDefined: NothingOf<{ [Report in ReportName]: Undefined<Report, ReportRows[Report]> }[ReportName]>;
  everyReportIsTrue: NothingOf<{ [Report in ReportName]: Exclude<ShownIn<Report>, FigureOf<ReportRows[Report]>> }[ReportName]>;
  everyTermIsThePolicys: NothingOf<Exclude<TermsOf<Catalogue[MetricKey]>, PolicyTerm>>;
}
