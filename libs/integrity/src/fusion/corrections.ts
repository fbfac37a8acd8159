import type {
  Correction,
  CorrectedMetric,
  FusionContext,
  FusionLevel,
  Inorganic,
  InorganicEntries,
  InorganicUnits,
  ValueLine,
} from '@app/contracts';

interface Removed {
  value: number;
  low: number;
  high: number;
}
const NOTHING: Removed = { value: 0, low: 0, high: 0 };
const count = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);
const removedOf = ({ low, high }: { low: number; high: number }, value: number): Removed => ({
  value: count(value),
  low: Math.min(count(low), count(value)),
  high: Math.max(count(high), count(value)),
});
/** Where several name the same units the larger counts, not the sum (domain.md 7.3). */
const larger = (a: Removed, b: Removed): Removed => ({
  value: Math.max(a.value, b.value),
  low: Math.max(a.low, b.low),
  high: Math.max(a.high, b.high),
});
const sum = (a: Removed, b: Removed): Removed => ({ value: a.value + b.value, low: a.low + b.low, high: a.high + b.high });

/** Units per line: the larger per item and day, items added up, and what is said of the account's day as a whole where that is more. */
function unitsRemoved(units: readonly InorganicUnits[]): Map<ValueLine, Removed> {
  const days = new Map<string, { line: ValueLine; whole: Removed; items: Map<string, Removed> }>();
  for (const one of units) {
    const name = [one.platform, one.accountId, one.line, one.day].join('\0');
    const day = days.get(name) ?? { line: one.line, whole: NOTHING, items: new Map<string, Removed>() };
    const removed = removedOf(one, one.units);
    if (one.item === null) day.whole = larger(day.whole, removed);
    else {
      const item = `${one.origin}\0${one.item}`;
      day.items.set(item, larger(day.items.get(item) ?? NOTHING, removed));
    }
    days.set(name, day);
  }
  const lines = new Map<ValueLine, Removed>();
  for (const { line, whole, items } of days.values())
    lines.set(line, sum(lines.get(line) ?? NOTHING, larger(whole, [...items.values()].reduce(sum, NOTHING))));
  return lines;
}

/** Lists of entries overlap, and only the store can tell by how much: between the longest list and all of them one after the other. */
function entriesRemoved(entries: readonly InorganicEntries[], named: number | undefined): Removed {
  const lists = entries.map((one) => removedOf(one, one.count));
  const longest = lists.reduce(larger, NOTHING);
  const all = lists.reduce(sum, NOTHING);
  if (named === undefined) return { ...longest, high: all.high };
  return { value: count(named), low: Math.min(longest.low, count(named)), high: Math.max(count(named), Math.min(all.high, longest.high)) };
}

function corrected(
  metric: CorrectedMetric,
  reported: number,
  of: { removed: Removed; basis: Correction['basis']; level: FusionLevel },
): Correction {
  const less = (removed: number): number => Math.max(0, reported - removed);
  const { removed, basis, level } = of;
  // as long as no second family agrees, nothing at all may be wrong with the figure
  const high = level === 'high' ? less(removed.low) : reported;
  return { metric, reported, basis, corrected: { value: less(removed.value), low: less(removed.high), high } };
}

/**
 * The figures without what the signals name. Entries named and a platform's counts are two things (docs/adr/0029), yet an entry is a view: where nobody names
 * units of live_view, the named entries come off it. A metric whose reported figure is unknown is left out.
 */
export function correctionsOf(removes: readonly Inorganic[], context: FusionContext, level: FusionLevel): Correction[] {
  const reported = context.reported ?? {};
  const answer: Correction[] = [];
  const lines = unitsRemoved(removes.filter((one) => one.kind === 'units'));
  const entries = removes.filter((one) => one.kind === 'entries');
  const add = (metric: CorrectedMetric, removed: Removed, basis: Correction['basis']): void => {
    const known = reported[metric];
    if (known !== undefined && known !== null && removed.high > 0) answer.push(corrected(metric, known, { removed, basis, level }));
  };
  if (entries.length > 0) {
    const removed = entriesRemoved(entries, context.namedEntries);
    add('entries', removed, 'entries');
    if (!lines.has('live_view')) add('live_view', removed, 'entries');
  }
  for (const [line, removed] of lines) add(line, removed, 'units');
  return answer.sort((a, b) => rank(a.metric) - rank(b.metric));
}

const FIRST: readonly CorrectedMetric[] = ['live_view', 'entries', 'live_viewer', 'video_play'];
const rank = (metric: CorrectedMetric): number => (FIRST.includes(metric) ? FIRST.indexOf(metric) : FIRST.length);
