import { FORWARDING_STATES, ForwardingAssignment, ForwardingCompletion, ForwardingProof, ForwardingState } from '@app/contracts';

/** What is stored of an assignment by an instant; epoch ms. */
export interface ForwardingFacts {
  dueAt: number;
  waived: boolean;
  /** When each proof says that it was forwarded. */
  forwardedAt: readonly number[];
}

/**
 * State of an assignment at an instant, from what is stored alone. A proof holds whenever it is handed in: what counts is when it was forwarded (the
 * deadline itself is in time). What was proved cannot be waived away.
 */
export function forwardingState({ dueAt, waived, forwardedAt }: ForwardingFacts, at: number): ForwardingState {
  if (forwardedAt.length > 0) return Math.min(...forwardedAt) <= dueAt ? 'done' : 'late';
  if (waived) return 'waived';
  return at > dueAt ? 'missed' : 'assigned';
}

/** Of each link (or text) the newest proof, for a source reports running numbers; a number that it does not tell is the last one told. */
export function newestProofs(proofs: readonly ForwardingProof[]): ForwardingProof[] {
  const newest = new Map<string, ForwardingProof>();
  for (const proof of proofs) {
    const key = proof.link ?? `text ${proof.textReference}`;
    const before = newest.get(key);
    newest.delete(key);
    newest.set(key, {
      ...proof,
      joins: proof.joins ?? before?.joins ?? null,
      joinUsers: proof.joinUsers ?? before?.joinUsers ?? null,
      joinSource: proof.joinSource ?? before?.joinSource ?? null,
    });
  }
  return [...newest.values()];
}

/** Sum of what is known; null when nothing is. */
export function knownSum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/**
 * Persons over several counts of them: whoever joined over two links is one person, so counts of persons do not add up (domain.md 1). One count above 0 is known
 * to be that many at least, whatever the unknown ones are; of several only that it is unknown; 0 only where each count is 0.
 */
export function knownPersons(counts: readonly (number | null)[]): number | null {
  const some = counts.filter((count) => count !== null && count > 0);
  if (some.length === 1) return some[0];
  return some.length === 0 && counts.length > 0 && !counts.includes(null) ? 0 : null;
}

export const noStates = (): Record<ForwardingState, number> =>
  Object.fromEntries(FORWARDING_STATES.map((state) => [state, 0])) as Record<ForwardingState, number>;

export type CompletionFigures = Pick<ForwardingCompletion, 'counts' | 'completion' | 'joins' | 'joinUsers' | 'joinsKnown'>;

/** Completion over assignments: joins are its effect, shares are none. */
export function completionOf(assignments: readonly Pick<ForwardingAssignment, 'state' | 'joins' | 'joinUsers'>[]): CompletionFigures {
  const counts = noStates();
  for (const { state } of assignments) counts[state] += 1;
  const due = counts.done + counts.late + counts.missed;
  return {
    counts,
    completion: due === 0 ? null : Math.round((counts.done * 10_000) / due) / 10_000,
    joins: knownSum(assignments.map(({ joins }) => joins)),
    joinUsers: knownPersons(assignments.map(({ joinUsers }) => joinUsers)),
    joinsKnown: assignments.filter(({ joins }) => joins !== null).length,
  };
}
