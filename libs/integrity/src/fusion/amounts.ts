import type { FusionContext, InorganicUnits, Platform, Signal, ValueLine } from '@app/contracts';
import { AMOUNT_WEIGHTS, type AmountMeasure, type AmountWeights } from './amount-weights';
import { namedEntries, type NamedEntries } from './entry-claims';

/** How much of a session, a video or an account's day is inorganic, if any of the window is. Units of a line. */
export interface EstimatedUnits {
  platform: Platform;
  accountId: string;
  origin: InorganicUnits['origin'];
  /** Null: of the day as a whole. */
  item: string | null;
  line: ValueLine;
  /** Business day; null: not known of which. */
  day: string | null;
  /** As reported; never less than what is removed. */
  reported: number;
  units: number;
  /** Units at so many spreads (of the errors with which detectors measure) above or below the estimate. */
  at(spreads: number): number;
}

/** What one detector says of an item: units, and whether it is a list of entries. */
export interface Claim {
  source: string;
  units: number;
}

/** Detectors whose claims of views are one of the measures that every finding of views gets (measured-views.ts): the same number is not two. */
const SAME_MEASURE: Readonly<Record<string, string>> = { ownRatioDrift: 'reactions', seasonLevel: 'level' };
/** More than this share of an item is not measured by anybody. */
const MOST = 0.98;
export const ENTRIES = 'entries';

/** An item with everything that is claimed of it, before it is weighed. */
export interface ClaimedItem extends Pick<EstimatedUnits, 'platform' | 'accountId' | 'origin' | 'item' | 'line' | 'day'> {
  claims: Claim[];
}

/**
 * What is inorganic of each item, out of everything that the signals claim of it: claims are logarithms of (reported ÷ honest), each times its detector's
 * scale, and weighted by how exactly it measures; where the item's own figure is known, what inflated items have in common is one more of them. Nobody's
 * largest claim wins, and no view is removed twice.
 */
export const estimatedUnits = (
  signals: readonly Signal[],
  context: FusionContext,
  weights: AmountWeights = AMOUNT_WEIGHTS,
): EstimatedUnits[] => withoutDoubles(claimedItems(signals, context).map((item) => estimated(item, context, weights)));

/**
 * Claims by item: of each detector the largest; lists of entries of a session together are one of them (`ENTRIES`). What is merely measured (reactions, level)
 * counts where nobody claims anything of the line in the window: whoever names units or entries knows which sessions they are in.
 */
export function claimedItems(signals: readonly Signal[], context: FusionContext): ClaimedItem[] {
  const items = new Map<string, ClaimedItem>();
  const take = (of: Omit<ClaimedItem, 'claims'>, claim: Claim): void => {
    const key = JSON.stringify([of.platform, of.accountId, of.origin, of.item, of.line, of.day]);
    const item = items.get(key) ?? { ...of, claims: [] };
    item.claims = largestBySource([...item.claims, claim]);
    items.set(key, item);
  };
  const named = namedEntries(signals, context);
  const isClaimed = claimedLines(signals, context);
  if (named.some(({ entries }) => entries > 0)) isClaimed.add('live_view');
  for (const { detector, evidence } of signals)
    for (const one of evidence.removes ?? []) {
      if (one.kind !== 'units' || !isInside(one, context) || (one.measure !== undefined && isClaimed.has(one.line))) continue;
      const { platform, accountId, origin, item, line, day, units, measure } = one;
      const source = measure ?? (line === 'live_view' ? SAME_MEASURE[detector] : undefined) ?? detector;
      if ((units > 0 || (units === 0 && measure !== undefined)) && Number.isFinite(units))
        take({ platform, accountId, origin, item, line, day }, { source, units });
    }
  for (const one of named) {
    const { platform, accountId, item, entries } = one;
    const day = dayOf(one, [...items.values()], context);
    const origin = item === null ? null : ('session' as const);
    if (entries > 0) take({ platform, accountId, origin, item, line: 'live_view', day }, { source: ENTRIES, units: entries });
  }
  return [...items.values()];
}

/** Lines of which a detector names units itself. */
function claimedLines(signals: readonly Signal[], context: FusionContext): Set<ValueLine> {
  const claimed = signals.flatMap(({ evidence }) =>
    (evidence.removes ?? []).filter((one) => one.kind === 'units' && one.measure === undefined && one.units > 0 && isInside(one, context)),
  );
  return new Set(claimed.flatMap((one) => (one.kind === 'units' ? [one.line] : [])));
}

/** A claim of a session that lies outside the window belongs to another one. */
function isInside({ item, origin, line }: InorganicUnits, { items }: FusionContext): boolean {
  if (item === null || !items?.some((one) => one.line === line && one.origin === origin)) return true;
  return items.some((one) => one.item === item && one.line === line && one.origin === origin);
}

/** The day of the session, as reports or other claims tell it. */
function dayOf({ item }: NamedEntries, claimed: readonly ClaimedItem[], { items }: FusionContext): string | null {
  const told = items?.find((one) => one.origin === 'session' && one.item === item && one.line === 'live_view');
  return told?.day ?? claimed.find((one) => one.item === item && one.line === 'live_view')?.day ?? null;
}

function reportedOf(
  { origin, item, line, day }: ClaimedItem,
  { items, reported }: FusionContext,
): { whole: number | null; isOwn: boolean } {
  const own = items?.filter(
    (one) =>
      one.line === line &&
      (day === null || one.day === day) &&
      (item === null ? origin === null || one.origin === origin : one.item === item && one.origin === origin),
  );
  if (own && own.length > 0 && (item !== null || day !== null))
    return { whole: own.reduce((sum, one) => sum + one.reported, 0), isOwn: true };
  return { whole: reported?.[line] ?? null, isOwn: false };
}

function estimated({ claims, ...item }: ClaimedItem, context: FusionContext, weights: AmountWeights): EstimatedUnits {
  const { whole, isOwn } = reportedOf({ claims, ...item }, context);
  const largest = Math.max(...claims.map(({ units }) => units));
  const reported = whole ?? largest / MOST;
  const { mean, spread } = combined(claims, reported, { ...weights, usual: isOwn ? weights.usual : null });
  const at = (spreads: number): number => reported * -Math.expm1(-Math.max(0, mean + spreads * weights.width * spread));
  return { ...item, reported, units: at(0), at };
}

const largestBySource = (claims: readonly Claim[]): Claim[] => {
  const largest = new Map<string, Claim>();
  for (const claim of claims) if (claim.units > (largest.get(claim.source)?.units ?? -1)) largest.set(claim.source, claim);
  return [...largest.values()];
};

/** From a share of what was reported to the logarithm of (reported ÷ honest). */
export const excessOf = (units: number, reported: number): number => -Math.log1p(-Math.min(MOST, reported > 0 ? units / reported : MOST));

/** The mean of what is measured, weighted by exactness, and its spread. Pure. */
function combined(
  claims: readonly Claim[],
  reported: number,
  { measures, others, entries, usual }: Pick<AmountWeights, 'measures' | 'others' | 'entries'> & { usual: AmountMeasure | null },
): { mean: number; spread: number } {
  const told = claims.map(({ source, units }) => {
    const measure = source === ENTRIES ? entries : (measures[source] ?? others);
    return { value: measure.scale * excessOf(units, reported), exactness: 1 / measure.spread ** 2 };
  });
  if (usual) told.push({ value: usual.scale, exactness: 1 / usual.spread ** 2 });
  const exactness = told.reduce((sum, one) => sum + one.exactness, 0);
  return { mean: told.reduce((sum, one) => sum + one.value * one.exactness, 0) / exactness, spread: Math.sqrt(1 / exactness) };
}

/** What is said of an account's day as a whole and what is said of its items are the same views: the larger stays. */
function withoutDoubles(all: readonly EstimatedUnits[]): EstimatedUnits[] {
  const dayOfUnits = ({ platform, accountId, line, day }: EstimatedUnits): string => JSON.stringify([platform, accountId, line, day]);
  const days = new Map<string, { whole: EstimatedUnits[]; items: EstimatedUnits[] }>();
  for (const one of all) {
    const own = days.get(dayOfUnits(one)) ?? { whole: [], items: [] };
    (one.item === null && one.day !== null ? own.whole : own.items).push(one);
    days.set(dayOfUnits(one), own);
  }
  const sum = (some: readonly EstimatedUnits[]): number => some.reduce((total, { units }) => total + units, 0);
  return [...days.values()].flatMap(({ whole, items }) => {
    const largest = whole.reduce<EstimatedUnits | null>((one, other) => (one && one.units >= other.units ? one : other), null);
    return largest && largest.units > sum(items) ? [largest] : items;
  });
}
