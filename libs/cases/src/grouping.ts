import type { Signal } from '@app/contracts';
import { subjectKeyOf, type ListedCase } from './case-record';
import { isUndecided } from './case-states';

/** Signals of one subject in the hands of the same dealers whose windows overlap, directly or through one another. Epoch ms, half open. */
export interface SignalGroup {
  subjectKey: string;
  /** Who owned the subject over the windows, sorted; several: it changed hands inside one. */
  dealerIds: readonly string[];
  from: number;
  to: number;
  signals: Signal[];
}

/** A case that signals may join, or that a new one is linked to. */
export interface KnownCase {
  caseId: string;
  subjectKey: string;
  dealerIds: readonly string[];
  from: number;
  to: number;
  undecided: boolean;
}

export const knownOf = ({ caseId, subjectKey, dealerIds, from, to, state }: ListedCase): KnownCase => ({
  ...{ caseId, subjectKey, dealerIds, from, to },
  undecided: isUndecided(state),
});

export const spanOf = ({ window }: Pick<Signal, 'window'>): { from: number; to: number } => ({
  from: Date.parse(window.from),
  to: Date.parse(window.to),
});

const overlaps = (a: { from: number; to: number }, b: { from: number; to: number }): boolean => a.from < b.to && b.from < a.to;

/** Who owned the subject of a signal over its window. */
export type OwnersOf = (signal: Signal) => readonly string[];

const sameOwners = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join('\0') === [...b].sort().join('\0');

/**
 * Groups by subject, owners and overlapping windows; the order of the signals changes nothing. What is said of one dealer's time is no case of the next one's:
 * each owner answers for their own days.
 */
export function groupSignals(signals: readonly Signal[], ownersOf: OwnersOf): SignalGroup[] {
  const bySubject = new Map<string, SignalGroup>();
  for (const signal of signals) {
    const [subjectKey, dealerIds] = [subjectKeyOf(signal.subject), [...ownersOf(signal)].sort()];
    const key = JSON.stringify([subjectKey, dealerIds]);
    const own = bySubject.get(key) ?? { subjectKey, dealerIds, from: 0, to: 0, signals: [] };
    own.signals.push(signal);
    bySubject.set(key, own);
  }
  return [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => chained(group));
}

function chained({ subjectKey, dealerIds, signals }: SignalGroup): SignalGroup[] {
  const sorted = [...signals].sort(
    (a, b) => spanOf(a).from - spanOf(b).from || spanOf(a).to - spanOf(b).to || (a.signalId < b.signalId ? -1 : 1),
  );
  const groups: SignalGroup[] = [];
  for (const signal of sorted) {
    const span = spanOf(signal);
    const last = groups.at(-1);
    if (last && overlaps(last, span)) {
      last.to = Math.max(last.to, span.to);
      last.signals.push(signal);
    } else groups.push({ subjectKey, dealerIds, ...span, signals: [signal] });
  }
  return groups;
}

/** The open case of the subject and its owners that a group joins (the earliest), and the newest decided one that it overlaps: a new case would be linked to it. */
export function placeOf(
  group: Omit<SignalGroup, 'signals'>,
  cases: readonly KnownCase[],
): { joins: string | null; follows: string | null } {
  const near = cases.filter(
    (one) => one.subjectKey === group.subjectKey && sameOwners(one.dealerIds, group.dealerIds) && overlaps(one, group),
  );
  const open = near.filter(({ undecided }) => undecided).sort((a, b) => a.from - b.from || (a.caseId < b.caseId ? -1 : 1));
  const decided = near.filter(({ undecided }) => !undecided).sort((a, b) => b.to - a.to || (a.caseId < b.caseId ? -1 : 1));
  return { joins: open[0]?.caseId ?? null, follows: decided[0]?.caseId ?? null };
}
