import type { Bilingual, InspectedDistribution, InspectedQuantiles } from '@app/contracts';
import type { Claim, Unit } from './calibration/units';
import { quantileOf } from './calibration/robust';
import { quantilesOf, strengthOf, type HonestTail } from './calibration/tail';

/** A claim about the subject beside its own past and its peers, before it has words. */
export type WatchedClaim = Omit<InspectedDistribution, 'label'>;

/** Looks over a detector's shoulder while it judges one account: what it compares with, whether it finds something or not. */
export interface InspectionWatch {
  /** Of each comparison with the own past, in the order in which the detector makes them. */
  judged(claims: readonly WatchedClaim[]): void;
  /** What the claims of these comparisons are called, in the same order. */
  called(words: Readonly<Record<string, { label: Bilingual }>>): void;
}

/** Points of the subject that are drawn. */
const MOST_POINTS = 60;
/** Claims of a detector that are drawn. */
export const MOST_CLAIMS = 6;
/** Fewer honest units of the own past are no distribution. */
const LEAST_OWN = 8;
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** Units of one claim with the deviations that they show. */
export interface ScoredUnits {
  claim: Claim;
  kind: Unit['kind'];
  tail: HonestTail;
  window: readonly { unit: Unit; score: number }[];
  past: readonly number[];
}

const isDay = (item: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(item);

/** Of each claim the unit (session, week, four weeks) in which the subject stands out most; the strangest claims first. */
export function watchedClaims(scored: readonly ScoredUnits[]): WatchedClaim[] {
  const best = new Map<string, WatchedClaim & { most: number }>();
  for (const { claim, kind, tail, window, past } of scored) {
    const subject = window.map(({ unit, score }) => {
      const [{ observation }] = unit.residuals;
      const item = kind === 'session' && !isDay(observation.item) ? observation.item : null;
      return { at: new Date(observation.from).toISOString(), item, deviation: rounded(score), quantile: rounded(strengthOf(tail, score)) };
    });
    if (subject.length === 0) continue;
    const most = Math.max(...subject.map(({ quantile }) => quantile));
    if (most <= (best.get(claim.name)?.most ?? -1)) continue;
    subject.sort((a, b) => (a.at < b.at ? -1 : 1));
    best.set(claim.name, {
      ...{ claim: claim.name, unit: kind, subject: subject.slice(-MOST_POINTS), most },
      own: past.length < LEAST_OWN ? null : ownQuantiles(past),
      peers: peersOf(tail),
    });
  }
  return [...best.values()]
    .sort((a, b) => b.most - a.most || (a.claim < b.claim ? -1 : 1))
    .slice(0, MOST_CLAIMS)
    .map(({ claim, unit, subject, own, peers }) => ({ claim, unit, subject, own, peers }));
}

function ownQuantiles(scores: readonly number[]): InspectedQuantiles {
  const sorted = Float64Array.from(scores).sort();
  const carried = SHARES.filter((share) => sorted.length * (1 - share) >= 1);
  return { count: sorted.length, quantiles: carried.map((share) => ({ share, deviation: rounded(quantileOf(sorted, share)) })) };
}

/** What peers reach, as far as enough of them are known. */
export const peersOf = (tail: HonestTail): InspectedQuantiles | null =>
  tail.quantiles.length === 0
    ? null
    : { count: tail.n, quantiles: quantilesOf(tail).map(({ share, score }) => ({ share, deviation: rounded(score) })) };

const rounded = (value: number): number => Number(value.toPrecision(5));
