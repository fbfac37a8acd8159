import type { Correction, CorrectedMetric, FusionContext, Signal } from '@app/contracts';
import type { AmountWeights } from './amount-weights';
import { ENTRIES, estimatedUnits, type EstimatedUnits } from './amounts';
import { namedEntries } from './entry-claims';
import { normalQuantile } from './normal-quantile';

/** Nine intervals of ten hold the honest number. */
const BESIDE = 0.05;

type Amount = Pick<EstimatedUnits, 'units' | 'at'>;

/**
 * The figures without what is held for inorganic: what was reported less the expected amount, that is the probability that anything is inorganic times the
 * estimate of how much. Nothing is corrected below the probability from which on it mends the order of dealers. The interval is that of "nothing with the rest
 * of the probability, else the estimate with its errors", so it reaches up to the reported figure as long as one chance in twenty is left that nothing is
 * wrong. A metric whose reported figure is unknown is left out. docs/adr/0048.
 */
export function correctionsOf(
  signals: readonly Signal[],
  context: FusionContext,
  { inorganic, weights }: { inorganic: number; weights: AmountWeights },
): Correction[] {
  const reported = context.reported ?? {};
  const answer: Correction[] = [];
  const add = (metric: CorrectedMetric, amounts: readonly Amount[], basis: Correction['basis']): void => {
    const known = reported[metric];
    if (known === undefined || known === null || !amounts.some(({ units }) => units > 0)) return;
    answer.push({ metric, reported: known, basis, corrected: correctedOf(known, amounts, { inorganic, weights }) });
  };
  const entries = namedEntries(signals, context).filter((one) => one.entries > 0);
  add('entries', entriesOf(entries, weights), 'entries');
  const lines = new Map<CorrectedMetric, EstimatedUnits[]>();
  for (const one of estimatedUnits(signals, context, weights)) lines.set(one.line, [...(lines.get(one.line) ?? []), one]);
  const isMeasured = signals.some(({ evidence }) => evidence.removes?.some((one) => one.kind === 'units' && one.line === 'live_view'));
  for (const [line, amounts] of lines) add(line, amounts, line === 'live_view' && !isMeasured ? 'entries' : 'units');
  return answer.sort((a, b) => rank(a.metric) - rank(b.metric));
}

/** Entries are counted one by one: what lists miss or name too many is their scale and spread. */
const entriesOf = (entries: ReturnType<typeof namedEntries>, { entries: { scale, spread }, width }: AmountWeights): Amount[] =>
  entries.map((one) => ({
    units: one.entries * scale,
    at: (spreads) => one.entries * scale * Math.max(0, 1 + spreads * spread * width),
  }));

function correctedOf(
  reported: number,
  amounts: readonly Amount[],
  { inorganic, weights }: { inorganic: number; weights: AmountWeights },
): Correction['corrected'] {
  const least = removedAt(amounts, inorganic - (1 - BESIDE), { inorganic, weights });
  const most = removedAt(amounts, inorganic - BESIDE, { inorganic, weights });
  const bounded = (removed: number): number => Math.min(reported, Math.max(0, reported - removed));
  const [low, high] = [bounded(most), bounded(least)];
  if (inorganic < weights.least) return { value: reported, low: Math.min(low, reported), high: reported };
  const value = bounded(inorganic * sum(amounts));
  return { value: Math.min(high, Math.max(low, value)), low, high };
}

const sum = (amounts: readonly Amount[]): number => amounts.reduce((all, { units }) => all + units, 0);

/**
 * Amount that so much of the probability lies under, where `part` of it is that of inorganic amounts under it (0 and less: none is removed). Errors of a
 * window's items are in part the same error.
 */
function removedAt(
  amounts: readonly Amount[],
  part: number,
  { inorganic, weights: { repeated } }: { inorganic: number; weights: AmountWeights },
): number {
  if (part <= 0) return 0;
  const spreads = normalQuantile(Math.min(1 - 1e-6, part / inorganic));
  const apart = amounts.map(({ units, at }) => at(spreads) - units);
  const together = apart.reduce((all, one) => all + one, 0);
  const alone = apart.reduce((all, one) => all + one ** 2, 0);
  return Math.max(0, sum(amounts) + Math.sign(spreads) * Math.sqrt(repeated * together ** 2 + (1 - repeated) * alone));
}

const FIRST: readonly CorrectedMetric[] = ['live_view', ENTRIES, 'live_viewer', 'video_play'];
const rank = (metric: CorrectedMetric): number => (FIRST.includes(metric) ? FIRST.indexOf(metric) : FIRST.length);
