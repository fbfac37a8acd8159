import type { Signal } from '@app/contracts';
import type { FinalOutcome } from './detector-precision';
import { wilsonInterval, type ShareInterval } from './wilson';

/** A decided case of the past: on whom, when (ISO, half open), how it ended. */
export interface DecidedCase {
  caseId: string;
  dealerId: string;
  window: { from: string; to: string };
  outcome: FinalOutcome;
}

/** What a rule would have done, had it been enabled. */
export interface BackTest {
  detector: string;
  version: number;
  /** Signals at or above the asked strength, and the dealers that they hit. */
  signals: number;
  hit: BackTestedDealer[];
  /** Of the dealers with a decided case in the same time: how many of the confirmed ones it hits, and how many of the dismissed ones. */
  confirmed: { hit: number; of: number };
  dismissed: { hit: number; of: number };
  /** Share of hit dealers with a decision whose decision was that something was wrong; null: none of them has one. */
  precision: ShareInterval | null;
  /** Hit dealers of whom nobody has ever decided anything: what enabling it would newly bring to the auditors. */
  undecided: number;
}

export interface BackTestedDealer {
  dealerId: string;
  signals: number;
  strongest: number;
  cases: { caseId: string; outcome: FinalOutcome }[];
}

const WRONG: ReadonlySet<FinalOutcome> = new Set(['confirmed', 'third_party']);
const overlaps = (a: { from: string; to: string }, b: { from: string; to: string }): boolean =>
  Date.parse(a.from) < Date.parse(b.to) && Date.parse(b.from) < Date.parse(a.to);

/** Compares the findings of a rule over history with what people decided. Signals without a dealer hit nobody. */
export function backTest(
  signals: readonly Signal[],
  cases: readonly DecidedCase[],
  of: { detector: string; version: number; strength: number },
): BackTest {
  const own = signals.filter(
    ({ detector, version, strength }) => detector === of.detector && version === of.version && strength >= of.strength,
  );
  const hit = hitDealers(own, cases);
  const touched = new Set(hit.flatMap((dealer) => dealer.cases.map(({ caseId }) => caseId)));
  const overlap = (wanted: (outcome: FinalOutcome) => boolean): { hit: number; of: number } => {
    const asked = cases.filter(({ outcome }) => wanted(outcome));
    return { hit: asked.filter(({ caseId }) => touched.has(caseId)).length, of: asked.length };
  };
  const judged = hit.filter((dealer) => dealer.cases.some(({ outcome }) => outcome !== 'inconclusive'));
  const right = judged.filter((dealer) => dealer.cases.some(({ outcome }) => WRONG.has(outcome)));
  return {
    detector: of.detector,
    version: of.version,
    signals: own.length,
    hit,
    confirmed: overlap((outcome) => WRONG.has(outcome)),
    dismissed: overlap((outcome) => outcome === 'dismissed' || outcome === 'overturned'),
    precision: wilsonInterval(right.length, judged.length),
    undecided: hit.length - hit.filter((dealer) => dealer.cases.length > 0).length,
  };
}

function hitDealers(signals: readonly Signal[], cases: readonly DecidedCase[]): BackTestedDealer[] {
  const groups = new Map<string, Signal[]>();
  for (const signal of signals) if (signal.dealerId !== null) groups.set(signal.dealerId, [...(groups.get(signal.dealerId) ?? []), signal]);
  return [...groups]
    .map(([dealerId, own]) => ({
      dealerId,
      signals: own.length,
      strongest: Math.max(...own.map(({ strength }) => strength)),
      cases: cases
        .filter((one) => one.dealerId === dealerId && own.some(({ window }) => overlaps(window, one.window)))
        .map(({ caseId, outcome }) => ({ caseId, outcome })),
    }))
    .sort((a, b) => b.strongest - a.strongest || b.signals - a.signals || (a.dealerId < b.dealerId ? -1 : 1));
}
