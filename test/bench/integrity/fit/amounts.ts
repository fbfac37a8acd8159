import { ENTRIES, FUSION_WEIGHTS, claimedItems, excessOf, fuse, type AmountMeasure, type AmountWeights } from '@app/integrity';
import { kendallTau } from '../figures';
import type { SeenWeek } from './rows';

/** As if so many sessions had said that a detector is right on average, and how exact a loose one is. */
const PULL = 3;
const LOOSE = 0.4;
/** Nobody measures better; lists of entries go wrong all at once where they do. */
const LEAST_SPREAD = 0.04;
const LEAST_SPREAD_OF_LISTS = 0.08;
/** Share of inflated windows that the interval should hold. */
const HELD = 0.9;

interface Measured {
  source: string;
  said: number;
  was: number;
}

/** Per session of inflated weeks: what each source said, and what was. Logarithms of (reported ÷ honest). */
function measured(weeks: readonly SeenWeek[]): Measured[] {
  return weeks.flatMap(({ row, signals, context }) => {
    const sessions = new Map(row.sessions.map((one) => [one.sessionId, one]));
    return claimedItems(signals, context).flatMap(({ item, line, claims }) => {
      const session = item === null ? undefined : sessions.get(item);
      if (line !== 'live_view' || !session || session.views === 0) return [];
      const was = excessOf(session.boughtViews, session.views);
      return claims.map(({ source, units }) => ({ source, said: excessOf(units, session.views), was }));
    });
  });
}

/**
 * Scale through the origin with the least sum of errors, and their usual size: a few sessions that a detector does not understand at all must not make all others worse.
 * Few cases are pulled towards a loose detector that is right on average.
 */
function measureOf(own: readonly Measured[]): AmountMeasure {
  const known = own.filter(({ said }) => said > 0);
  const mean = known.reduce((sum, { said }) => sum + said, 0) / Math.max(1, known.length);
  const scale = weightedMedian([...known.map(({ said, was }) => ({ value: was / said, weight: said })), { value: 1, weight: PULL * mean }]);
  const errors = own.map(({ said, was }) => Math.abs(was - scale * said));
  const spread = NORMAL * weightedMedian([...errors.map((value) => ({ value, weight: 1 })), { value: LOOSE / NORMAL, weight: PULL }]);
  return { scale: rounded(scale), spread: rounded(Math.max(LEAST_SPREAD, spread)) };
}

const ofLists = ({ scale, spread }: AmountMeasure): AmountMeasure => ({ scale, spread: Math.max(LEAST_SPREAD_OF_LISTS, spread) });

/** Makes the median of absolute errors a standard deviation, were they normal. */
const NORMAL = 1.4826;

function weightedMedian(values: readonly { value: number; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of sorted) if ((sum += weight) >= half) return value;
  return sorted.at(-1)?.value ?? 1;
}

const rounded = (value: number): number => Number(value.toFixed(2));

/** Weights of the corrected figure out of tuning weeks; `inflated`: weeks in which views were bought. */
export function fittedAmounts(weeks: readonly SeenWeek[]): AmountWeights {
  const inflated = weeks.filter(({ row }) => row.sessions.some(({ boughtViews }) => boughtViews > 0));
  const all = measured(inflated);
  const bySource = new Map<string, Measured[]>();
  for (const one of all) bySource.set(one.source, [...(bySource.get(one.source) ?? []), one]);
  const measures = Object.fromEntries(
    [...bySource]
      .filter(([source]) => source !== ENTRIES)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([source, own]) => [source, measureOf(own)]),
  );
  const was = all.map((one) => one.was);
  const mean = was.reduce((sum, one) => sum + one, 0) / Math.max(1, was.length);
  const spread = Math.sqrt(was.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, was.length));
  const weights: AmountWeights = {
    ...FUSION_WEIGHTS.amounts,
    measures,
    others: { scale: 1, spread: LOOSE },
    entries: ofLists(measureOf(bySource.get(ENTRIES) ?? [])),
    usual: { scale: rounded(mean), spread: rounded(Math.max(LEAST_SPREAD, spread)) },
  };
  for (const [source, own] of bySource) console.log(`${source}: ${own.length} sessions`);
  const width = widthOf(inflated, weights);
  return { ...weights, width, least: leastOf(weeks, { ...weights, width }) };
}

const viewsOf = ({ row }: SeenWeek, bought: boolean): number =>
  row.sessions.reduce((sum, { views, boughtViews }) => sum + (bought ? views : views - boughtViews), 0);

const correctedBy = (week: SeenWeek, amounts: AmountWeights) => {
  const { inorganic, corrections } = fuse(week.signals, week.context, { ...FUSION_WEIGHTS, amounts });
  return { inorganic, corrected: corrections.find(({ metric }) => metric === 'live_view')?.corrected ?? null };
};

/** The least width that holds the honest number in nine of ten inflated weeks that open a case. */
function widthOf(inflated: readonly SeenWeek[], weights: AmountWeights): number {
  for (let width = 0.5; width < 6; width += 0.1) {
    const held = inflated.flatMap((week) => {
      const { inorganic, corrected } = correctedBy(week, { ...weights, width, least: 0.5 });
      const honest = viewsOf(week, false);
      return corrected === null || inorganic < 0.5 ? [] : [corrected.low <= honest && honest <= corrected.high];
    });
    if (held.filter(Boolean).length >= HELD * held.length) return rounded(width);
  }
  return 6;
}

/** The probability from which on corrections mend the order of dealers most, over the worlds by themselves. */
function leastOf(weeks: readonly SeenWeek[], weights: AmountWeights): number {
  let best = { least: 0.5, gain: -Infinity };
  for (const least of [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]) {
    const worlds = new Map<string, SeenWeek[]>();
    for (const week of weeks) {
      const world = `${week.row.seed} ${week.row.tier}`;
      worlds.set(world, [...(worlds.get(world) ?? []), week]);
    }
    const gains = [...worlds.values()].map((own) => repaired(own, { ...weights, least }));
    const gain = gains.reduce((sum, one) => sum + one, 0) / gains.length;
    console.log(`least ${least}: rank harm repaired ${[...worlds.keys()].map((name, at) => `${name} ${gains[at].toFixed(2)}`).join(', ')}`);
    if (gain > best.gain) best = { least, gain };
  }
  return best.least;
}

/** Share of the disorder that bought views bring that goes away. */
function repaired(weeks: readonly SeenWeek[], weights: AmountWeights): number {
  const totals = new Map<number, [number, number, number]>();
  for (const week of weeks) {
    const [honest, reported, corrected] = totals.get(week.row.dealer) ?? [0, 0, 0];
    const told = viewsOf(week, true);
    totals.set(week.row.dealer, [
      honest + viewsOf(week, false),
      reported + told,
      corrected + (correctedBy(week, weights).corrected?.value ?? told),
    ]);
  }
  const column = (at: 0 | 1 | 2): number[] => [...totals.values()].map((row) => row[at]);
  const [before, after] = [kendallTau(column(1), column(0)), kendallTau(column(2), column(0))];
  return before === null || after === null || before === 1 ? 0 : (after - before) / (1 - before);
}
