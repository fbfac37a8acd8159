import { FootfallRow, METRICS, MetricKey, RankingRow, ReportName, ShowroomRow, TIER_AGREEMENTS, TierRow, ValueRow } from '@app/contracts';
import { money } from './money';

/** A row of any report: columns read the fields of their own. */
export type AnyRow = ShowroomRow & ValueRow & TierRow & RankingRow & FootfallRow;

const count = (value: number | null | undefined) => (value === null || value === undefined ? '—' : value.toLocaleString('en'));
const percent = (value: number | null | undefined) => (value === null || value === undefined ? '—' : `${(value * 100).toFixed(1)} %`);
/** A figure with the span that it may lie in. */
const within = (value: number | null, low: number | null, high: number | null, write: (value: number | null) => string): string =>
  value === null ? '—' : `${write(value)} (${write(low)}–${write(high)})`;
const interval = (row: Pick<ShowroomRow, 'showroomVisitors' | 'showroomVisitorsLow' | 'showroomVisitorsHigh'>) =>
  within(row.showroomVisitors, row.showroomVisitorsLow, row.showroomVisitorsHigh, count);
const coefficient = (value: number | null) => (value === null ? '—' : value.toFixed(2));
const tierOf = (row: AnyRow) =>
  row.tierCounts
    ? Object.entries(row.tierCounts)
        .filter(([, n]) => n > 0)
        .map(([tier, n]) => `${tier} ${n}`)
        .join(', ')
    : `${row.earnedTier ?? '—'}${row.projected ? ' (projected)' : ''}${row.declared ? ' (申报 declared)' : ''}`;
const AGREEMENT_WORDS = {
  same: '一致 same',
  earnedHigher: '实得更高 earned higher',
  earnedLower: '实得更低 earned lower',
  otherKind: '类别不同 other kind',
};
const agreementOf = ({ agreement, agreements }: AnyRow) =>
  agreements
    ? TIER_AGREEMENTS.filter((one) => agreements[one] > 0)
        .map((one) => `${AGREEMENT_WORDS[one]} ${agreements[one]}`)
        .join(', ') || '—'
    : agreement === null
      ? '—'
      : AGREEMENT_WORDS[agreement];
const ASSOCIATION_WORDS = { together: '同向 together', opposite: '反向 opposite', 'not-shown': '未显示 not shown' } as const;

/** The largest cost, and what it alone would have to be to meet the pass line. */
const movingCost = ({ costs: [largest] }: AnyRow): string =>
  largest === undefined ? '—' : `${largest.kind} ${money(largest.amountCny)} → ${money(largest.toPassCny)}`;

/** `12`; with intervals `12 (9–19)`; in a cohort `3 / 17, 12 of all`. */
export const rankOf = ({ rank, rankLow, rankHigh, cohortRank, cohortSize }: AnyRow): string => {
  if (rank === null) return '—';
  const own = rankLow == null ? String(rank) : `${rank} (${rankLow}–${rankHigh})`;
  return cohortRank == null ? own : `${cohortRank} / ${cohortSize}, 全部 of all ${own}`;
};

/** A column of a printed table: the metric that it shows, whose name is its head. */
export type Column = [metric: MetricKey, cell: (row: AnyRow) => string];

export const COLUMNS: Record<Exclude<ReportName, 'signals'>, Column[]> = {
  showroom: [
    ['viewers', (r) => count(r.viewers)],
    ['visits', (r) => count(r.visits)],
    ['showroomVisitors', interval],
    ['consecutiveVisitors', (r) => count(r.consecutiveVisitors)],
    ['rollingShowroomVisitors', (r) => count(r.rollingShowroomVisitors)],
    ['loyalShare', (r) => percent(r.loyalShare)],
    ['dwellRatio', (r) => (r.dwellRatio === null ? '—' : String(r.dwellRatio))],
    ['identifiability', (r) => percent(r.identifiability)],
  ],
  value: [
    ['grossCny', (r) => money(r.grossCny)],
    ['excludedCny', (r) => money(r.excludedCny)],
    ['valueCny', (r) => `${r.missing.length > 0 ? '≥ ' : ''}${money(r.valueCny)}`],
    ['costCny', (r) => money(r.costCny)],
    ['effectiveViews', (r) => count(r.effectiveViews)],
    ['passLine', (r) => (r.passLine === null ? '—' : r.passLine ? 'passes' : 'misses')],
    ['passLineGapCny', (r) => money(r.passLineGapCny)],
    ['costs', movingCost],
    ['roiValue', (r) => r.roiValue ?? '—'],
    ['roiCpa', (r) => r.roiCpa ?? '—'],
    ['coverage', (r) => percent(r.coverage)],
  ],
  tiers: [
    ['trailingValueCny', (r) => `${r.trailingAtLeast ? '≥ ' : ''}${money(r.trailingValueCny)}`],
    ['declaredTier', (r) => r.declaredTier ?? '—'],
    ['earnedTier', tierOf],
    ['effectiveTier', (r) => r.effectiveTier ?? '—'],
    ['agreement', agreementOf],
    ['daysObserved', (r) => count(r.daysObserved)],
  ],
  ranking: [
    [
      'rankChange',
      ({ rankChange }) => (rankChange == null ? '—' : rankChange > 0 ? `▲ ${rankChange}` : rankChange < 0 ? `▼ ${-rankChange}` : '='),
    ],
    ['score', (r) => (r.score === null ? '—' : r.score.toFixed(1))],
    ['weightKnown', (r) => `${r.weightKnown} %`],
    ['showroomVisitors', interval],
    ['valueCny', (r) => `${r.valueAtLeast ? '≥ ' : ''}${money(r.valueCny)}`],
    ['earnedTier', tierOf],
    ['coverage', (r) => percent(r.coverage)],
  ],
  footfall: [
    ['weeksPaired', (r) => count(r.weeksPaired)],
    ['effectiveWeeks', (r) => coefficient(r.effectiveWeeks)],
    ['pearson', (r) => within(r.pearson, r.pearsonLow, r.pearsonHigh, coefficient)],
    ['spearman', (r) => within(r.spearman, r.spearmanLow, r.spearmanHigh, coefficient)],
    ['footfallAssociation', (r) => (r.footfallAssociation === null ? reasonOf(r) : ASSOCIATION_WORDS[r.footfallAssociation])],
    ['bestLagWeeks', (r) => count(r.bestLagWeeks)],
    ['bestPearson', (r) => within(r.bestPearson, r.bestPearsonLow, r.bestPearsonHigh, coefficient)],
    ['betweenPearson', (r) => within(r.betweenPearson, r.betweenPearsonLow, r.betweenPearsonHigh, coefficient)],
  ],
};

const reasonOf = ({ reasons }: AnyRow): string => `— ${reasons.footfallAssociation?.zh ?? ''}`.trim();

const NAMES = new Map(METRICS.map(({ key, name }) => [key, `${name.zh} ${name.en}`]));

/** Head of a column: the metric's name in both languages. */
export const headOf = (metric: MetricKey): string => NAMES.get(metric) ?? metric;
