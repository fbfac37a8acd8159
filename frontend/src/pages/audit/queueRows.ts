import type { CaseRow, CaseState } from '@app/contracts';

/** States by what a reviewer looks for. */
export const STATE_FILTERS = {
  undecided: ['open', 'in_review'],
  open: ['open'],
  in_review: ['in_review'],
  appealed: ['appealed'],
  decided: ['confirmed', 'dismissed', 'inconclusive', 'third_party', 'upheld', 'overturned'],
  all: [],
} as const satisfies Record<string, readonly CaseState[]>;
export type StateFilter = keyof typeof STATE_FILTERS;

/** The parameter `state` of the list; undefined: every state. */
export const stateParameter = (filter: StateFilter): string | undefined => STATE_FILTERS[filter].join(',') || undefined;

/** The outcome that a key decides for. */
export const OUTCOME_KEYS = { '1': 'confirmed', '2': 'dismissed', '3': 'inconclusive', '4': 'third_party' } as const;

/** Where J and K lead: the row after or before the present one; the first where none is. Stays at the ends. */
export function neighbourOf(rows: readonly Pick<CaseRow, 'caseId'>[], present: string | null, by: 1 | -1): string | null {
  if (rows.length === 0) return null;
  const at = rows.findIndex(({ caseId }) => caseId === present);
  if (at < 0) return rows[0].caseId;
  return rows[Math.max(0, Math.min(rows.length - 1, at + by))].caseId;
}

/** The name of a subject for whoever must not know it: the same for the same subject, and no way back by reading it. */
export function blindCode({ subject }: Pick<CaseRow, 'subject'>): string {
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify(subject)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(36).toUpperCase().padStart(7, '0').slice(-5);
}
