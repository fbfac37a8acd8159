import type { Signal } from '@app/contracts';
import { subjectKeyOf, type ListedCase } from './case-record';
import { isUndecided } from './case-states';

/** Signals of one subject whose windows overlap, directly or through one another. Epoch ms, half open. */
export interface SignalGroup {
  subjectKey: string;
  from: number;
  to: number;
  signals: Signal[];
}

/** A case that signals may join, or that a new one is linked to. */
export interface KnownCase {
  caseId: string;
  subjectKey: string;
  from: number;
  to: number;
  undecided: boolean;
}

export const knownOf = ({ caseId, subjectKey, from, to, state }: ListedCase): KnownCase => ({
  ...{ caseId, subjectKey, from, to },
  undecided: isUndecided(state),
});

export const spanOf = ({ window }: Pick<Signal, 'window'>): { from: number; to: number } => ({
  from: Date.parse(window.from),
  to: Date.parse(window.to),
});

const overlaps = (a: { from: number; to: number }, b: { from: number; to: number }): boolean => a.from < b.to && b.from < a.to;

/** Groups by subject and overlapping windows; the order of the signals changes nothing. */
export function groupSignals(signals: readonly Signal[]): SignalGroup[] {
  const bySubject = new Map<string, Signal[]>();
  for (const signal of signals) {
    const key = subjectKeyOf(signal.subject);
    bySubject.set(key, [...(bySubject.get(key) ?? []), signal]);
  }
  return [...bySubject].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([subjectKey, own]) => chained(subjectKey, own));
}

function chained(subjectKey: string, signals: readonly Signal[]): SignalGroup[] {
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
    } else groups.push({ subjectKey, ...span, signals: [signal] });
  }
  return groups;
}

/** The open case of the subject that a group joins (the earliest), and the newest decided one that it overlaps: a new case would be linked to it. */
export function placeOf(
  group: Omit<SignalGroup, 'signals'>,
  cases: readonly KnownCase[],
): { joins: string | null; follows: string | null } {
  const near = cases.filter((one) => one.subjectKey === group.subjectKey && overlaps(one, group));
  const open = near.filter(({ undecided }) => undecided).sort((a, b) => a.from - b.from || (a.caseId < b.caseId ? -1 : 1));
  const decided = near.filter(({ undecided }) => !undecided).sort((a, b) => b.to - a.to || (a.caseId < b.caseId ? -1 : 1));
  return { joins: open[0]?.caseId ?? null, follows: decided[0]?.caseId ?? null };
}
