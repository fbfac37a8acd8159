import { CASE_OUTCOMES, type CaseOutcome, type CaseState } from '@app/contracts';

/** What can happen to a case. `overturn` and `uphold` come when the last of its appeals is decided. */
export type CaseEvent =
  { kind: 'claim' } | { kind: 'decide'; outcome: CaseOutcome } | { kind: 'appeal' } | { kind: 'uphold' } | { kind: 'overturn' };

/** The only way in which a case goes from state to state (domain.md 7.2). Null: it does not go there. */
export function nextState(state: CaseState, event: CaseEvent): CaseState | null {
  switch (event.kind) {
    case 'claim':
      return state === 'open' || state === 'in_review' ? 'in_review' : null;
    case 'decide':
      return state === 'in_review' && CASE_OUTCOMES.includes(event.outcome) ? event.outcome : null;
    case 'appeal':
      return state === 'confirmed' || state === 'appealed' ? 'appealed' : null;
    case 'uphold':
      return state === 'appealed' ? 'upheld' : null;
    case 'overturn':
      return state === 'appealed' ? 'overturned' : null;
  }
}

/** Signals still join it. */
export const isUndecided = (state: CaseState): boolean => state === 'open' || state === 'in_review';

/** What it removes is left out, and a penalty may stand. `third_party` leaves out as well, but is never penalised. */
export const standsConfirmed = (state: CaseState): boolean => state === 'confirmed' || state === 'appealed' || state === 'upheld';

/** Settlement of its dealers waits: a person looks at it, or an appeal is open. An open case that nobody has looked at holds nothing. */
export const holdsSettlement = (state: CaseState): boolean => state === 'in_review' || state === 'appealed';
